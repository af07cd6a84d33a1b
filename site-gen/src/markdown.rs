//! Untrusted Markdown to inert HTML.
//!
//! ```text
//! text -> cut to size, cleaned -> pulldown-cmark -> events -> tame -> HTML -> ammonia -> HTML
//! ```
//!
//! Two walls, neither of which relies on the other. `tame` bounds nesting, shifts headings, gives ids a
//! prefix of their own, turns pictures from elsewhere into links and lets through only plain tags of
//! raw HTML (`raw`). ammonia then parses the *final* HTML as a browser would and keeps what an
//! allow-list names; every address passes `Surroundings`.
//!
//! Why nesting and attributes are bounded before an HTML parser sees them: the parsing rules of HTML
//! reopen unclosed formatting elements in every following block and search the stack of open elements
//! for each start tag, so a few hundred kilobytes could cost gigabytes or minutes.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use pulldown_cmark::{Options, Parser, html};

use crate::text;

mod address;
mod raw;
mod tame;

/// The most Markdown that is rendered, in bytes; what follows is left out and a note says so.
pub const MAX_INPUT: usize = 512 << 10;

/// What a relative path stands for.
pub type Places = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What a text refers to, and whose page it stands on.
#[derive(Clone)]
pub struct Surroundings {
    /// In front of every id, so that no text can take an id of the page.
    pub prefix: Cow<'static, str>,
    /// A first heading that says only this is left out: the page has said it.
    pub title: String,
    /// Where a relative path (normalised, below the text's own folder) leads on this page.
    pub link: Places,
    /// Where the picture at a relative path is.
    pub picture: Places,
    /// What links are to search engines and to the pages they open.
    pub rel: &'static str,
}

/// Rendered text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Inert HTML.
    pub html: String,
    /// Whether the end was left out for its size.
    pub is_cut: bool,
}

/// The extensions that READMEs may rely on.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
}

/// `source` as inert HTML.
pub fn render(source: &str, surroundings: &Surroundings) -> Rendered {
    let (source, is_cut) = cut(source);
    let source = text::clean(source);
    let events = tame::Tame::new(Parser::new_ext(&source, options()), surroundings);
    let mut unsafe_html = String::with_capacity(source.len() * 2);
    html::push_html(&mut unsafe_html, events);
    let html = sanitise(&unsafe_html, surroundings);
    Rendered { html, is_cut }
}

/// Cuts at the last line end before [`MAX_INPUT`].
fn cut(source: &str) -> (&str, bool) {
    if source.len() <= MAX_INPUT {
        return (source, false);
    }
    let start = text::first(source, MAX_INPUT);
    let end = start.rfind('\n').unwrap_or(start.len());
    (&source[..end], true)
}

fn sanitise(unsafe_html: &str, surroundings: &Surroundings) -> String {
    let mut tags: HashSet<&str> = raw::TAGS.iter().copied().collect();
    tags.extend(["sup", "div"]);
    let attributes = |names: &[&'static str]| names.iter().copied().collect::<HashSet<&str>>();
    let mut tag_attributes = HashMap::from([
        ("a", attributes(&["href", "title"])),
        (
            "img",
            attributes(&["src", "alt", "title", "width", "height"]),
        ),
        ("ol", attributes(&["start"])),
        ("details", attributes(&["open"])),
        ("div", attributes(&["id"])),
    ]);
    for heading in ["h2", "h3", "h4", "h5", "h6"] {
        tag_attributes.insert(heading, attributes(&["id"]));
    }
    let classes = HashMap::from([
        ("div", attributes(&["footnote-definition"])),
        (
            "sup",
            attributes(&["footnote-reference", "footnote-definition-label"]),
        ),
    ]);
    // ammonia wants to own its filter.
    let owned = surroundings.clone();
    let clean = ammonia::Builder::default()
        .tags(tags)
        .tag_attributes(tag_attributes)
        .generic_attributes(HashSet::new())
        .allowed_classes(classes)
        .url_schemes(attributes(&["http", "https", "mailto"]))
        .link_rel(Some(surroundings.rel))
        .set_tag_attribute_value("img", "loading", "lazy")
        .set_tag_attribute_value("pre", "tabindex", "0")
        .attribute_filter(move |element, attribute, value| {
            filter_attribute(element, attribute, value, &owned).map(Cow::Owned)
        })
        .clean(unsafe_html)
        .to_string();
    // Character references of raw HTML have become characters only now. No address holds any (the
    // filter saw to it), and text is escaped, so leaving them out cannot make markup.
    match text::clean(&clean) {
        Cow::Borrowed(_) => clean,
        Cow::Owned(clean) => clean,
    }
}

fn filter_attribute(
    element: &str,
    attribute: &str,
    value: &str,
    surroundings: &Surroundings,
) -> Option<String> {
    let digits = || value.bytes().all(|b| b.is_ascii_digit()) && value.len() <= 4;
    match (element, attribute) {
        ("a", "href") => address::link(value, surroundings),
        ("img", "src") => address::picture(value, surroundings),
        (_, "id") => Some(format!("{}{}", surroundings.prefix, address::slug(value))),
        (_, "width" | "height" | "start") => digits().then(|| value.to_owned()),
        (_, "href" | "src" | "cite") => None,
        _ => Some(value.to_owned()),
    }
}
