//! Texts made to exhaust whoever renders them.

use std::time::{Duration, Instant};

use site_gen::markdown;

use crate::{hostile::surroundings, oracle};

const TEN_MEGABYTES: usize = 10 << 20;

/// The best of three, because other tests run at the same time.
fn render(what: &str, text: &str) -> String {
    let mut html = String::new();
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        html = markdown::render(text, &surroundings()).html;
        best = best.min(begun.elapsed());
        if best < Duration::from_secs(1) {
            break;
        }
    }
    assert!(best < Duration::from_secs(2), "{what} took {best:?}");
    assert!(html.len() < 64 << 20, "{what} became {} bytes", html.len());
    html
}

fn repeated(unit: &str) -> String {
    unit.repeat(TEN_MEGABYTES / unit.len())
}

#[test]
fn ten_megabytes_of_anything_render_fast() {
    for unit in [
        "> ",
        "- ",
        "1. ",
        "* + - ",
        "[",
        "](",
        "![",
        "[a](",
        "*",
        "**a ",
        "_a_*",
        "`",
        "``a`",
        "~~",
        "<",
        "<b>",
        "<b x=1>",
        "<div>",
        "<a href='",
        "<!--",
        "<![CDATA[",
        "<?",
        "<script>",
        "<svg><style>",
        "</p>",
        "&amp",
        "&#x",
        "\\",
        "|a|b|\n|-|-|\n",
        "||",
        "[^1]",
        "[^1]: a\n",
        "[a]: b\n",
        "[a]",
        "# a\n",
        "a\n\n",
        "\n",
        " ",
        "\t",
        "\u{202e}",
        "\u{0}",
        "<b a=b=<",
        "a ",
        "[![a](",
        "- [ ] a\n",
        "<details><summary>\n\n",
        "<p><b><i>\n\n",
        "<table><tr><td>",
        "<a b='\"'c=\"'\"",
    ] {
        render(unit, &repeated(unit));
    }
}

#[test]
fn deep_nesting_is_shown_flat() {
    let lists: String = (0..1_500)
        .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
        .collect();
    let quotes = format!("{}deep", "> ".repeat(200_000));
    let emphasis = format!("{}deep{}", "*a **b ".repeat(20_000), "** *".repeat(20_000));
    let raw = format!("{}\n\ndeep", "<div><ul><li><blockquote><b>".repeat(20_000));
    for (what, text) in [
        ("lists", lists),
        ("quotes", quotes),
        ("emphasis", emphasis),
        ("raw", raw),
    ] {
        let html = render(what, &text);
        assert_eq!(oracle::of_fragment(&html), Vec::<String>::new(), "{what}");
        let depth = depth(&html);
        assert!(depth < 64, "{what}: {depth} deep");
    }
}

/// A formatting element that is never closed is reopened in every following block: thousands of them
/// before thousands of paragraphs would be millions of elements.
#[test]
fn reopened_elements_do_not_multiply() {
    let opened: String = (0..8_000)
        .map(|n| format!("<b class=x{n}><font color={n}>"))
        .collect();
    let html = render(
        "reopened",
        &format!("{opened}\n\n{}", "a\n\n".repeat(60_000)),
    );
    assert!(html.len() < 16 << 20, "{} bytes", html.len());
}

#[test]
fn a_long_text_is_cut_and_says_so() {
    let rendered = markdown::render(&"word\n".repeat(200_000), &surroundings());
    assert!(rendered.is_cut && rendered.html.len() <= markdown::MAX_INPUT + 64);
    assert!(!markdown::render("word", &surroundings()).is_cut);
}

fn depth(html: &str) -> usize {
    let document = scraper::Html::parse_fragment(html);
    let nodes = document.tree.nodes();
    nodes
        .map(|node| node.ancestors().count())
        .max()
        .unwrap_or_default()
}
