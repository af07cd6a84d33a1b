//! The examples of the CommonMark specification.
//!
//! Their licence (CC-BY-SA) is not this project's, so they are not kept here: `cargo xtask test`
//! fetches npm's `commonmark-spec` and names its `spec.txt` in `SITE_GEN_COMMONMARK`.

use scraper::{ElementRef, Html, Node};
use site_gen::markdown;

use crate::{hostile::surroundings, oracle};

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

fn examples() -> Option<Vec<Example>> {
    #[expect(
        clippy::disallowed_methods,
        reason = "where the examples are differs by machine"
    )]
    let path = std::env::var_os("SITE_GEN_COMMONMARK");
    let Some(path) = path else {
        println!("skipped: SITE_GEN_COMMONMARK names no file");
        return None;
    };
    let specification = std::fs::read_to_string(path).unwrap();
    let fence = "`".repeat(32);
    let mut examples = Vec::new();
    for part in specification.split(&format!("\n{fence} example\n")).skip(1) {
        let example = part.split(&format!("{fence}\n")).next().unwrap();
        let (markdown, html) = match example.strip_prefix(".\n") {
            Some(html) => ("", html),
            None => {
                let (markdown, html) = example.split_once("\n.\n").unwrap();
                (markdown, html)
            }
        };
        let tabs = |text: &str| text.replace('\u{2192}', "\t");
        examples.push(Example {
            number: examples.len() + 1,
            markdown: tabs(&format!("{markdown}\n")),
            html: tabs(html),
        });
    }
    assert!(examples.len() >= 650, "{}", examples.len());
    Some(examples)
}

/// `"` needs no escape in text, and a newline between tags means nothing.
fn normal(html: &str) -> String {
    html.replace("&quot;", "\"")
        .replace(">\n", ">")
        .replace("\n<", "<")
}

#[test]
fn the_parser_agrees_with_the_specification() {
    let Some(examples) = examples() else { return };
    let mut differ = Vec::new();
    for example in &examples {
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(&example.markdown));
        if normal(&html) != normal(&example.html) {
            differ.push((example.number, html));
        }
    }
    assert!(
        differ.is_empty(),
        "{} of {}: {differ:#?}",
        differ.len(),
        examples.len()
    );
}

/// What a reader sees is what the specification says, but for what is left out on purpose.
#[test]
fn what_readers_see_is_what_the_specification_says() {
    let Some(examples) = examples() else { return };
    let mut differ = Vec::new();
    for example in &examples {
        let html = markdown::render(&example.markdown, &surroundings()).html;
        let wrong = oracle::of_fragment(&html);
        assert!(
            wrong.is_empty(),
            "{:?} became {html}: {wrong:?}",
            example.markdown
        );
        let (seen, said) = (words(&html), words(&ammonia::clean(&example.html)));
        if seen != said {
            differ.push(format!(
                "{}: {:?}\n  {said}\n  {seen}",
                example.number, example.markdown
            ));
        }
    }
    // Constructs of other dialects (footnotes, tables, tasks, strikethrough) and raw HTML.
    assert!(
        differ.len() <= 12,
        "{} of {}:\n{}",
        differ.len(),
        examples.len(),
        differ.join("\n")
    );
}

/// The words of a text, the text of pictures included.
fn words(html: &str) -> String {
    let document = Html::parse_fragment(html);
    let mut words = String::new();
    for node in document.tree.nodes() {
        match node.value() {
            Node::Text(text) => words.push_str(text),
            Node::Element(element) if element.name() == "img" => {
                let element = ElementRef::wrap(node).unwrap();
                words.push_str(element.attr("alt").unwrap_or_default());
            }
            _ => words.push(' '),
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
