//! A README's Markdown into lines of plain text.
//!
//! Only what would be noise is dropped: where links lead, HTML tags, bare URLs. Code stays: people
//! search for `git diff`. One pass, no recursion, no backtracking: a README is written by anybody.

use crate::words::cut;

/// More of a README than this is not indexed: 64 KiB.
pub(crate) const MAX_README: usize = 64 * 1024;

/// Calls `each(line, is_heading)` for every line of the text.
pub(crate) fn each_line(markdown: &str, mut each: impl FnMut(&str, bool)) {
    let text = without_links_and_tags(cut(markdown, MAX_README));
    for line in text.lines() {
        each(line, line.trim_start().starts_with('#'));
    }
}

fn without_links_and_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', ']', ':']) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let skipped = match here.as_bytes()[0] {
            b'<' => tag_len(here),
            b']' => destination_len(here),
            _ => url_len(&mut out, here),
        };
        if skipped == 0 {
            out.push_str(&here[..1]);
            rest = &here[1..];
        } else {
            out.push(' ');
            rest = &here[skipped..];
        }
    }
    out.push_str(rest);
    out
}

/// Length of the tag or comment at the start of `here`; 0 if it is none. A tag ends at the first `>`
/// and holds no further `<`, which keeps the whole pass linear.
fn tag_len(here: &str) -> usize {
    let opens = here[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
    match here[1..].find(['<', '>']) {
        Some(end) if opens && here.as_bytes()[1 + end] == b'>' => end + 2,
        _ => 0,
    }
}

/// Length of `](destination)`; 0 if there is none.
fn destination_len(here: &str) -> usize {
    if !here.starts_with("](") {
        return 0;
    }
    match here[2..].find([')', '\n', '(']) {
        Some(end) if here.as_bytes()[2 + end] == b')' => end + 3,
        _ => 0,
    }
}

/// Length of the rest of a URL whose scheme has just been written to `out` and is taken back.
fn url_len(out: &mut String, here: &str) -> usize {
    if !here.starts_with("://") {
        return 0;
    }
    for scheme in ["https", "http"] {
        if out.ends_with(scheme) {
            out.truncate(out.len() - scheme.len());
            break;
        }
    }
    here.find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"' | ']'))
        .unwrap_or(here.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(markdown: &str) -> Vec<(String, bool)> {
        let mut lines = Vec::new();
        each_line(markdown, |line, heading| {
            lines.push((line.trim().to_owned(), heading))
        });
        lines
    }

    #[test]
    fn links_tags_and_urls_go_and_their_text_stays() {
        let text = lines(
            "# Code *review*\n<p align=\"center\">![logo](https://x.example/a.png) Reads</p>\n\
             see [the docs](docs/a.md) at https://x.example/path?q=1 (a < b) `git diff`",
        );
        assert_eq!(text[0], ("# Code *review*".to_owned(), true));
        let rest = format!("{} {}", text[1].0, text[2].0);
        for word in ["logo", "Reads", "the docs", "a < b", "git diff"] {
            assert!(rest.contains(word), "{word}: {rest}");
        }
        for noise in ["align", "example", "https", "docs/a.md", "q=1"] {
            assert!(!rest.contains(noise), "{noise}: {rest}");
        }
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for unit in ["<a", "](", "](x", "<!--", "http://", "a:", "[[", "<a <b>"] {
            let text = unit.repeat(MAX_README);
            each_line(&text, |_, _| {});
        }
    }
}
