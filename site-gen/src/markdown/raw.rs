//! Raw HTML in Markdown: plain tags pass with the few attributes that matter, in bounded depth.
//!
//! This is the first wall, not the only one: whatever passes here is parsed and sanitised once more.

use crate::text;

/// The tags of raw HTML that pass. No table cell spans, no forms, nothing that loads or runs.
pub(super) const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "details",
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

/// Tags whose content goes with them.
const WITH_CONTENT: &[&str] = &[
    "script", "style", "template", "textarea", "title", "iframe", "noscript", "noframes",
    "noembed", "xmp", "svg", "math", "select", "object", "audio", "video", "canvas",
];

const VOID: &[&str] = &["br", "hr", "img"];

/// How many raw tags may be open at once.
const MAX_OPEN: usize = 16;

/// The raw tags that are open; lasts for a whole text, because Markdown may stand between the two ends.
#[derive(Debug, Default)]
pub(super) struct Open(Vec<&'static str>);

/// The longest tag, in bytes; a longer one is text.
const MAX_TAG: usize = 4 << 10;

/// What may pass of `html`. Linear: a missing end is looked for only once.
pub(super) fn tame(html: &str, open: &mut Open) -> String {
    let mut out = String::with_capacity(html.len());
    let mut ends = Ends {
        lower: html.to_ascii_lowercase(),
        missing: Vec::new(),
    };
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        out.push_str(&html[at..at + found]);
        at += found;
        at = match Tag::parse(&html[at..]) {
            Some((tag, length)) => {
                pass(&tag, open, &mut out);
                let behind = at + length;
                match tag.takes_its_content() {
                    true => ends.behind_content(behind, &tag.name).unwrap_or(behind),
                    false => behind,
                }
            }
            None => ends.behind_declaration(at).unwrap_or_else(|| {
                out.push_str("&lt;");
                at + 1
            }),
        };
    }
    out.push_str(&html[at..]);
    out
}

fn pass(tag: &Tag<'_>, open: &mut Open, out: &mut String) {
    // The page has the only h1.
    let name = if tag.name == "h1" { "h2" } else { &tag.name };
    let Some(name) = TAGS.iter().find(|known| **known == name) else {
        return;
    };
    if tag.is_end {
        if let Some(at) = open.0.iter().rposition(|n| n == name) {
            open.0.truncate(at);
            out.push_str(&format!("</{name}>"));
        }
        return;
    }
    if !VOID.contains(name) {
        if open.0.len() == MAX_OPEN {
            return;
        }
        open.0.push(name);
    }
    out.push_str(&format!("<{name}"));
    for (key, value) in &tag.attributes {
        let matters = matches!(
            (*name, key.as_str()),
            ("a", "href" | "title")
                | ("img", "src" | "alt" | "title" | "width" | "height")
                | ("ol", "start")
                | ("details", "open")
        );
        if matters {
            let value = value
                .replace('"', "&quot;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            out.push_str(&format!(" {key}=\"{value}\""));
        }
    }
    out.push('>');
}

struct Tag<'a> {
    name: String,
    is_end: bool,
    attributes: Vec<(String, &'a str)>,
}

impl<'a> Tag<'a> {
    fn takes_its_content(&self) -> bool {
        !self.is_end && WITH_CONTENT.contains(&self.name.as_str())
    }

    /// The tag at the beginning of `html` and its length.
    fn parse(html: &'a str) -> Option<(Self, usize)> {
        let html = text::first(html, MAX_TAG);
        let rest = html.strip_prefix('<')?;
        let (is_end, rest) = match rest.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let length = rest
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '<'))
            .unwrap_or(rest.len());
        let (name, mut rest) = rest.split_at(length);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.len() > 32 {
            return None;
        }
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if let Some(behind) = rest.strip_prefix('>') {
                let tag = Self {
                    name: name.to_ascii_lowercase(),
                    is_end,
                    attributes,
                };
                return Some((tag, html.len() - behind.len()));
            }
            let (key, value, behind) = attribute(rest)?;
            rest = behind;
            attributes.push((key.to_ascii_lowercase(), value));
        }
    }
}

/// The attribute at the beginning of `html`: key, value, what follows.
fn attribute(html: &str) -> Option<(&str, &str, &str)> {
    let length = html
        .char_indices()
        .find(|(_, c)| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=' | '<'))
        .map_or(html.len(), |(at, _)| at);
    if length == 0 {
        return None;
    }
    let (key, rest) = html.split_at(length);
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        return Some((key, "", rest));
    };
    let value = value.trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => {
            let (value, behind) = value[1..].split_once(quote)?;
            Some((key, value, behind))
        }
        _ => {
            let end = value.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '<'))?;
            Some((key, &value[..end], &value[end..]))
        }
    }
}

/// Finds ends in a text, remembering which are not to be found.
struct Ends {
    lower: String,
    missing: Vec<String>,
}

impl Ends {
    /// Behind the first `end` from `from` on.
    fn behind(&mut self, from: usize, end: &str) -> Option<usize> {
        if self.missing.iter().any(|missing| missing == end) {
            return None;
        }
        match self.lower[from..].find(end) {
            Some(at) => Some(from + at + end.len()),
            None => {
                self.missing.push(end.to_owned());
                None
            }
        }
    }

    /// Behind the end tag of `name`.
    fn behind_content(&mut self, from: usize, name: &str) -> Option<usize> {
        let end = self.behind(from, &format!("</{name}"))?;
        self.behind(end, ">")
    }

    /// Behind a comment, a declaration or a processing instruction that begins at `from`.
    fn behind_declaration(&mut self, from: usize) -> Option<usize> {
        let html = &self.lower[from..];
        let end = match html {
            _ if html.starts_with("<!--") => "-->",
            _ if html.starts_with("<![cdata[") => "]]>",
            _ if html.starts_with("<!") || html.starts_with("<?") => ">",
            _ => return None,
        };
        self.behind(from + 2, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tame_once(html: &str) -> String {
        tame(html, &mut Open::default())
    }

    #[test]
    fn plain_tags_pass_bare() {
        assert_eq!(
            tame_once("<p align=center class=x>a<BR/>b</p>"),
            "<p>a<br>b</p>"
        );
        assert_eq!(tame_once("<h1 id=main>t</h1>"), "<h2>t</h2>");
        assert_eq!(
            tame_once("<img src='a\"b' onerror=x alt=y>"),
            "<img src=\"a&quot;b\" alt=\"y\">"
        );
        assert_eq!(tame_once("a < b <3 </b> <x-y>c</x-y>"), "a &lt; b &lt;3  c");
    }

    #[test]
    fn content_goes_with_what_runs() {
        assert_eq!(tame_once("a<script>alert(1)</SCRIPT >b"), "ab");
        assert_eq!(tame_once("a<svg><a href=x>y</a></svg>b"), "ab");
        assert_eq!(tame_once("a<!-- <b> -->b<!doctype x><?php ?>c"), "abc");
        assert_eq!(tame_once("<b a=\"x>y\">z"), "<b>z");
        assert_eq!(tame_once("<b <i>x"), "&lt;b <i>x");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = tame_once(&"<b>".repeat(1_000));
        assert_eq!(deep.matches("<b>").count(), MAX_OPEN);
    }
}
