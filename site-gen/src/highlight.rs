//! A file's text as lines of HTML, with the little colour that helps reading: headings and keys bold,
//! comments soft, quoted text in colour. Looks at one line at a time; where that is wrong, only the
//! colour is.

use crate::text;

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Markdown,
    /// YAML and TOML: keys, comments, strings.
    Keys,
    /// Python and shell: comments and strings.
    Hash,
    Plain,
}

impl Language {
    /// By the end of a path; `.j2` does not count.
    pub(crate) fn of(path: &str) -> Self {
        let path = path.strip_suffix(".j2").unwrap_or(path);
        match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "md" => Self::Markdown,
            "yaml" | "yml" | "toml" => Self::Keys,
            "py" | "sh" => Self::Hash,
            _ => Self::Plain,
        }
    }
}

/// `source` as `<i>` elements, one a line.
pub(crate) fn lines<'a>(lines: impl Iterator<Item = &'a str>, language: Language) -> String {
    let mut out = String::new();
    for line in lines {
        let line = text::clean(line.trim_end());
        match language {
            Language::Markdown if line.starts_with('#') => whole(&line, "k", &mut out),
            _ => {
                out.push_str("<i>");
                match language {
                    Language::Markdown => marked(&line, '`', &mut out),
                    Language::Keys => keyed(&line, &mut out),
                    Language::Hash => commented(&line, &mut out),
                    Language::Plain => text::escape_into(&line, &mut out),
                }
                out.push_str("</i>");
            }
        }
    }
    out
}

fn whole(line: &str, class: &str, out: &mut String) {
    out.push_str(&format!("<i class=\"{class}\">"));
    text::escape_into(line, out);
    out.push_str("</i>");
}

fn span(text: &str, class: &str, out: &mut String) {
    out.push_str(&format!("<span class=\"{class}\">"));
    text::escape_into(text, out);
    out.push_str("</span>");
}

/// Colours what stands between two `quote`s, quotes included.
fn marked(line: &str, quote: char, out: &mut String) {
    let mut rest = line;
    while let Some(start) = rest.find(quote) {
        let inner = start + quote.len_utf8();
        let Some(end) = rest[inner..].find(quote) else {
            break;
        };
        let end = inner + end + quote.len_utf8();
        text::escape_into(&rest[..start], out);
        span(&rest[start..end], "s", out);
        rest = &rest[end..];
    }
    text::escape_into(rest, out);
}

fn keyed(line: &str, out: &mut String) {
    let (code, comment) = split_comment(line);
    let indent = code.len() - code.trim_start_matches([' ', '-']).len();
    let (lead, code) = code.split_at(indent);
    text::escape_into(lead, out);
    let is_key = |key: &str| {
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || "_-./\" ".contains(c))
    };
    match code.find([':', '=']).map(|at| code.split_at(at)) {
        Some((key, value)) if is_key(key.trim_end()) => {
            span(key, "k", out);
            marked(value, '"', out);
        }
        _ if code.starts_with('[') && code.ends_with(']') => span(code, "k", out),
        _ => marked(code, '"', out),
    }
    if !comment.is_empty() {
        span(comment, "c", out);
    }
}

fn commented(line: &str, out: &mut String) {
    let (code, comment) = split_comment(line);
    marked(code, '"', out);
    if !comment.is_empty() {
        span(comment, "c", out);
    }
}

/// A comment begins with `#` at the beginning of a line or behind a space, outside of quotes.
fn split_comment(line: &str) -> (&str, &str) {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '#') if before.is_whitespace() => return line.split_at(at),
            _ => {}
        }
        before = c;
    }
    (line, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str, path: &str) -> String {
        lines(std::iter::once(line), Language::of(path))
    }

    #[test]
    fn colour_never_changes_the_text() {
        for line in [
            "# <b>",
            "a: \"<x>\" # & \"",
            "x = '#' # \"",
            "`<`>`",
            "[a.b]",
            "- id: x",
            "\u{202e}é",
        ] {
            for path in ["a.md", "a.yaml.j2", "a.py", "a"] {
                let html = one(line, path);
                let text: String = html
                    .split('<')
                    .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
                    .collect();
                assert_eq!(text, text::escape(&text::clean(line)), "{path}");
            }
        }
    }

    #[test]
    fn keys_comments_and_strings_stand_out() {
        assert_eq!(
            one("a: \"b\" # c", "x.yml"),
            "<i><span class=\"k\">a</span>: <span class=\"s\">&quot;b&quot;</span> <span class=\"c\"># c</span></i>"
        );
        assert_eq!(one("# Title", "x.md"), "<i class=\"k\"># Title</i>");
    }
}
