//! Links and pictures of a Markdown text, with their places.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Pictures within pictures whose alternative text is still collected.
const DEEPEST: usize = 4;
/// Bytes after which an alternative text is not collected any further.
const LONGEST_ALT: usize = 200;

/// Where something leads, and where that stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The address as written, after Markdown's own escapes.
    pub target: String,
    /// Byte offset in the text.
    pub offset: usize,
    /// Whether it is a picture, and then its alternative text.
    pub picture: Option<String>,
}

/// Every link and picture of `markdown`, in order; those in raw HTML too.
pub fn links(markdown: &str) -> Vec<Link> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    let mut links = Vec::new();
    // Pictures may hold links and pictures in their alternative text: places in `links`.
    let mut open: Vec<usize> = Vec::new();
    for (event, span) in Parser::new_ext(markdown, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => links.push(Link {
                target: dest_url.into_string(),
                offset: span.start,
                picture: None,
            }),
            Event::Start(Tag::Image { dest_url, .. }) => {
                open.push(links.len());
                links.push(Link {
                    target: dest_url.into_string(),
                    offset: span.start,
                    picture: Some(String::new()),
                });
            }
            Event::End(TagEnd::Image) => {
                open.pop();
            }
            Event::Text(text) | Event::Code(text) => {
                // A picture in a picture in a picture: thousands of them would each keep all of the text.
                for at in open.iter().rev().take(DEEPEST) {
                    if let Some(alt) = &mut links[*at].picture
                        && alt.len() < LONGEST_ALT
                    {
                        alt.push_str(&text);
                    }
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                html_links(&html, span.start, &mut links);
            }
            _ => {}
        }
    }
    links
}

/// The `href` of `<a …>` and the `src` and `alt` of `<img …>` in a piece of HTML. Rough on purpose:
/// what a browser would make of it is decided where it is shown; this finds what an author meant.
fn html_links(html: &str, offset: usize, links: &mut Vec<Link>) {
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        let tag = &rest[..rest.find(['>', '<']).unwrap_or(rest.len())];
        let name: String = tag
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let (key, is_picture) = match name.as_str() {
            "a" => ("href", false),
            "img" => ("src", true),
            _ => continue,
        };
        if let Some(target) = attribute(tag, key) {
            links.push(Link {
                target: target.to_owned(),
                offset: offset + at,
                picture: is_picture.then(|| attribute(tag, "alt").unwrap_or_default().to_owned()),
            });
        }
    }
}

/// The value of the attribute `key` of a tag's text, quoted or not.
fn attribute<'a>(tag: &'a str, key: &str) -> Option<&'a str> {
    let lower = tag.to_ascii_lowercase();
    for (at, _) in lower.match_indices(key) {
        let stands_alone =
            lower[..at].ends_with(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        let Some(value) = tag[at + key.len()..].trim_start().strip_prefix('=') else {
            continue;
        };
        if stands_alone {
            let value = value.trim_start();
            return Some(match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or_default(),
                _ => value.split_whitespace().next().unwrap_or_default(),
            });
        }
    }
    None
}

/// What a relative link means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Another site, by a scheme that may be shown as a link.
    Remote,
    /// A place in the same text.
    Fragment,
    /// A path in the package, without `.` and `..`; empty for its root.
    Inside(String),
    /// Nothing that may stand in a README; why.
    Wrong(&'static str),
}

/// What `target`, written in a file in the package's folder `home` (empty, or without a slash at its
/// end), leads to.
pub fn resolve(home: &str, target: &str) -> Target {
    let target = target.trim();
    if let Some((scheme, _)) = target.split_once(':')
        && !scheme.contains(['/', '?', '#', '%'])
    {
        return match scheme.to_ascii_lowercase().as_str() {
            "https" | "http" | "mailto" => Target::Remote,
            "file" => Target::Wrong("is a path on somebody's own disk"),
            one if one.len() == 1 => Target::Wrong("is a path on somebody's own disk"),
            _ => Target::Wrong("has a scheme that is not shown as a link"),
        };
    }
    if target.starts_with("//") {
        return Target::Wrong("leads to another host without saying https");
    }
    if target.starts_with(['/', '~']) {
        return Target::Wrong("is an absolute path");
    }
    if target.contains('\\') {
        return Target::Wrong("holds a backslash");
    }
    let path = target.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() {
        return Target::Fragment;
    }
    let mut parts: Vec<String> = home
        .split('/')
        .filter(|p| !p.is_empty())
        .map(str::to_owned)
        .collect();
    for part in path.split('/') {
        match percent_decoded(part) {
            part if part.is_empty() || part == "." => {}
            part if part == ".." => {
                if parts.pop().is_none() {
                    return Target::Wrong("leads out of the package");
                }
            }
            part => parts.push(part),
        }
    }
    Target::Inside(parts.join("/"))
}

fn percent_decoded(part: &str) -> String {
    let (bytes, mut decoded, mut at) = (part.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let hex = part
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'%')
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_pictures_are_found_with_their_places() {
        let text = "# x\n\n[a](docs/a.md) ![alt *t*](p.png) <https://x.org>\n\
                    [b]: b.md\n[b] `[c](c.md)`\n\n<img src='q.png' alt=\"Q\"><a HREF=r.md>r</a>\n";
        let found = links(text);
        let short: Vec<_> = found
            .iter()
            .map(|link| (link.target.as_str(), link.picture.as_deref()))
            .collect();
        assert_eq!(
            short,
            [
                ("docs/a.md", None),
                ("p.png", Some("alt t")),
                ("https://x.org", None),
                ("q.png", Some("Q")),
                ("r.md", None),
            ]
        );
        assert_eq!(&text[found[1].offset..][..2], "![");
    }

    #[test]
    fn references_are_links_too() {
        let found = links("see [b]\n\n[b]: docs/b.md\n");
        assert_eq!(
            (found[0].target.as_str(), found[0].offset),
            ("docs/b.md", 4)
        );
    }

    #[test]
    fn targets_stay_inside() {
        let inside = |path: &str| Target::Inside(path.to_owned());
        for (home, target, expected) in [
            ("", "a.md", inside("a.md")),
            ("", "./a/../b%20c.md#x", inside("b c.md")),
            ("skills/x", "../y/SKILL.md", inside("skills/y/SKILL.md")),
            ("", "#top", Target::Fragment),
            ("", "https://x.org", Target::Remote),
            ("", "a.md?x=b:c", inside("a.md")),
        ] {
            assert_eq!(resolve(home, target), expected, "{target}");
        }
        for wrong in [
            "../x",
            "a/../../x",
            "%2e%2e/x",
            "/etc/passwd",
            "file:///etc/passwd",
            "C:\\x",
            "c:/x",
            "~/x",
            "//evil.example/x",
            "javascript:alert(1)",
            "data:text/html,x",
            "a\\b",
        ] {
            assert!(matches!(resolve("", wrong), Target::Wrong(_)), "{wrong}");
        }
    }

    /// As long as a README may be, and as bad as it can be.
    #[test]
    fn hostile_texts_take_no_time() {
        let size = 256 << 10;
        for piece in [
            "[",
            "![",
            "![a](",
            "](x)",
            "<a ",
            "<img src=",
            "<a href='",
            "*a_",
            "> ",
            "- ",
            "`",
            "[a][",
            "[^a]",
            "|a",
            "\n1. ",
            "<!--",
            "&",
            "\\[",
            "[a]: b\n",
            "***",
            "<![CDATA[",
        ] {
            let start = std::time::Instant::now();
            links(&piece.repeat(size / piece.len()));
            assert!(
                start.elapsed().as_secs() < 5,
                "{piece:?} {:?}",
                start.elapsed()
            );
        }
        let nested = format!(
            "{}{}{}",
            "![".repeat(20_000),
            "a".repeat(80_000),
            "](x)".repeat(20_000)
        );
        assert!(
            links(&nested)
                .iter()
                .filter_map(|l| l.picture.as_ref())
                .map(String::len)
                .sum::<usize>()
                < 1 << 20
        );
    }
}
