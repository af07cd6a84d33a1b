//! Judges HTML by parsing it as a browser does: nothing of it may run, load from elsewhere or hide.

use scraper::{ElementRef, Html, Node};
use site_gen::text::is_deceptive;

/// Elements that a rendered text may hold. Everything else is refused, whatever it does.
const INERT: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "var",
];

/// What the parser puts around a fragment.
const AROUND: &[&str] = &["html", "body"];

/// What a page may hold besides. Scripts are judged one by one.
const PAGE: &[&str] = &[
    "article", "aside", "body", "button", "circle", "defs", "fieldset", "footer", "form", "h1",
    "head", "header", "input", "label", "legend", "link", "main", "meta", "nav", "noscript",
    "path", "pattern", "rect", "script", "section", "svg", "symbol", "template", "text", "time",
    "title", "use", "wbr", "kbd",
];

/// What is wrong with a rendered text.
pub(crate) fn of_fragment(html: &str) -> Vec<String> {
    let document = Html::parse_fragment(html);
    let mut wrong = Vec::new();
    for element in elements(&document) {
        let name = element.value().name();
        let is_around = AROUND.contains(&name) && element.value().attrs().next().is_none();
        if !INERT.contains(&name) && !is_around {
            wrong.push(format!("<{name}>"));
        }
        attributes(element, &mut wrong);
    }
    text(&document, &mut wrong);
    wrong
}

/// What is wrong with a page.
pub(crate) fn of_page(html: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let mut wrong = Vec::new();
    for element in elements(&document) {
        let name = element.value().name();
        if !INERT.contains(&name) && !PAGE.contains(&name) && name != "html" {
            wrong.push(format!("<{name}>"));
        }
        if name == "script" {
            let source = element.attr("src").unwrap_or_default();
            let is_ours = may_lead(source, true) && source.contains("assets/");
            if !is_ours || element.text().next().is_some() {
                wrong.push(format!("a script from {source:?}"));
            }
        }
        attributes(element, &mut wrong);
    }
    text(&document, &mut wrong);
    wrong
}

fn elements(document: &Html) -> impl Iterator<Item = ElementRef<'_>> {
    document.tree.nodes().filter_map(ElementRef::wrap)
}

fn attributes(element: ElementRef<'_>, wrong: &mut Vec<String>) {
    let name = element.value().name();
    for (key, value) in element.value().attrs() {
        let key = key.to_ascii_lowercase();
        let is_code = key.starts_with("on")
            || matches!(
                key.as_str(),
                "style"
                    | "srcdoc"
                    | "formaction"
                    | "ping"
                    | "background"
                    | "srcset"
                    | "poster"
                    | "data"
            );
        if is_code {
            wrong.push(format!("<{name} {key}={value:?}>"));
        }
        let is_address = matches!(
            key.as_str(),
            "href" | "src" | "action" | "cite" | "xlink:href"
        );
        let is_named = name == "link" && matches!(element.attr("rel"), Some("canonical"));
        let loads = name != "a" && !is_named;
        if is_address && !may_lead(value, loads) {
            wrong.push(format!("<{name} {key}={value:?}>"));
        }
        if value.chars().any(|c| is_deceptive(c) && c != '\n') {
            wrong.push(format!("<{name} {key}={value:?}> hides something"));
        }
    }
}

/// As the URL standard reads it: tabs and newlines vanish, controls and spaces at the ends too.
fn may_lead(value: &str, loads: bool) -> bool {
    let seen: String = value
        .trim_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect::<String>()
        .to_ascii_lowercase()
        .replace('\\', "/");
    if seen.starts_with("//") {
        return false;
    }
    let scheme = seen
        .split(['/', '?', '#'])
        .next()
        .and_then(|first| first.split_once(':'));
    match scheme {
        None => true,
        Some(("http" | "https" | "mailto", _)) => !loads,
        Some(_) => false,
    }
}

fn text(document: &Html, wrong: &mut Vec<String>) {
    for node in document.tree.nodes() {
        if let Node::Text(text) = node.value()
            && let Some(c) = text.chars().find(|c| is_deceptive(*c))
        {
            wrong.push(format!("text holds {c:?}"));
        }
    }
}

#[test]
fn the_oracle_sees_what_is_wrong() {
    for bad in [
        "<script>x</script>",
        "<b onclick=x>",
        "<b style=x>",
        "<a href=javascript:x>",
        "<a href='\u{1}java\tscript:x'>",
        "<img src=https://x.example/>",
        "<img src=//x>",
        "<iframe srcdoc=x>",
        "<svg><a xlink:href=x>",
        "<a href='\\\\x'>",
        "<form>",
        "<meta http-equiv=refresh>",
        "<base href=x>",
        "a\u{202e}b",
        "<a title='\u{200b}'>",
    ] {
        assert!(!of_fragment(bad).is_empty(), "{bad}");
    }
    assert!(
        of_fragment("<p>a <a href='https://x.example/' title=y>b</a><img src=x.png></p>")
            .is_empty()
    );
    assert!(!of_page("<script>1</script>").is_empty());
    assert!(!of_page("<script src=https://x.example/assets/x.js></script>").is_empty());
}
