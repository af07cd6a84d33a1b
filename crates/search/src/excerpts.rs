//! The beginning of each README as plain text: where a snippet is cut from.
//!
//! The file holds the texts one behind the other, then a table of where each starts (32 bits, little
//! endian) and where the last one ends. It is read only for hits whose name and summary do not show
//! why they were found.

use std::ops::Range;

use crate::error::SearchError;
use crate::marks::Marker;
use crate::readme;
use crate::storage::Storage;
use crate::words::{cut, each_span};

/// The file's name in the index.
pub(crate) const EXCERPTS: &str = "excerpts";
/// Bytes kept of each README.
const MAX_EXCERPT: usize = 1600;
/// Bytes of a snippet, about.
const SNIPPET: usize = 160;

/// The words of a README around what was searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// One line; `…` stands where it was cut.
    pub text: String,
    /// Which parts of it matched, in bytes.
    pub marks: Vec<Range<usize>>,
}

/// What is kept of a README: its lines without the title and without marks of emphasis.
pub(crate) fn excerpt(markdown: &str) -> String {
    let mut out = String::new();
    readme::each_line(cut(markdown, 4 * MAX_EXCERPT), |line, heading| {
        if out.len() > MAX_EXCERPT || (heading && out.is_empty()) {
            return;
        }
        // Without marks of emphasis, rules and what draws tables.
        let is_noise = |c: char| c.is_control() || matches!(c, '*' | '`' | '|' | '[' | ']');
        let words = line
            .trim_start_matches(['#', '>', '-', ' '])
            .split_whitespace();
        for word in words.filter(|word| word.chars().any(char::is_alphanumeric)) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.extend(word.chars().filter(|c| !is_noise(*c)));
        }
    });
    cut(&out, MAX_EXCERPT).trim_end().to_owned()
}

/// The table behind the texts.
pub(crate) fn table(ends: &[u32]) -> Vec<u8> {
    let starts = std::iter::once(&0).chain(ends);
    starts.flat_map(|at| at.to_le_bytes()).collect()
}

/// What is kept of the README of `doc`, one of `all`.
pub(crate) fn read(storage: &Storage, doc: u32, all: usize) -> Result<String, SearchError> {
    let file = storage.own(EXCERPTS)?;
    let damaged = || SearchError::damaged("the table of excerpts leads nowhere");
    let table = file.len().checked_sub(4 * (all + 1)).ok_or_else(damaged)?;
    let at = table + 4 * doc as usize;
    let entry = file.read_bytes(at..at + 8).map_err(SearchError::read)?;
    let number = |bytes: &[u8]| bytes.try_into().map(u32::from_le_bytes).unwrap_or(0) as usize;
    let range = number(&entry[..4])..number(&entry[4..]);
    if range.start > range.end || range.end > table || range.len() > MAX_EXCERPT {
        return Err(damaged());
    }
    let bytes = file.read_bytes(range).map_err(SearchError::read)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The part of `text` that shows most of what was searched for; `None` if none of it is there.
pub(crate) fn snippet(text: &str, marker: &Marker) -> Option<Snippet> {
    let marks = marker.marks(text);
    let shown = |mark: &Range<usize>| {
        let end = mark.start + SNIPPET / 2;
        let near = marks
            .iter()
            .filter(|m| m.start >= mark.start && m.end <= end);
        // The same word twice shows no more than once.
        let mut words: Vec<&str> = near.map(|m| &text[m.clone()]).collect();
        words.sort_unstable();
        words.dedup();
        words.len()
    };
    let best = marks.iter().rev().max_by_key(|mark| shown(mark))?.start;
    let mut window = best..best;
    each_span(text, |_, _, word| {
        if word.start + SNIPPET / 3 >= best && window.start > word.start {
            window.start = word.start;
        }
        if word.end <= window.start + SNIPPET {
            window.end = window.end.max(word.end);
        }
    });
    // What is left of the text and says nothing belongs to it.
    if !text[window.end..].contains(char::is_alphanumeric) {
        window.end = text.len();
    }
    let before = if window.start > 0 { "… " } else { "" };
    let after = if window.end < text.len() { " …" } else { "" };
    let inside = marks
        .iter()
        .filter(|mark| mark.start >= window.start && mark.end <= window.end)
        .map(|mark| {
            let moved = |at: usize| at - window.start + before.len();
            moved(mark.start)..moved(mark.end)
        });
    Some(Snippet {
        marks: inside.collect(),
        text: format!("{before}{}{after}", &text[window]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    #[test]
    fn excerpts_are_plain_lines() {
        let text = excerpt(
            "# Title\n\n**Reads** a `diff`.\n\n| a | b |\n|---|:--|\n## More\n- see [x](y) \u{7}\n",
        );
        assert_eq!(text, "Reads a diff. a b More see x");
    }

    #[test]
    fn snippets_show_what_was_searched_for() {
        let text = format!(
            "{}the rollout is watched on Kubernetes {}",
            "a lot of words ".repeat(30),
            "and more of it ".repeat(30)
        );
        let marker = Marker::new(&Query::parse("kubernetes rollouts "), &[]);
        let found = snippet(&text, &marker).unwrap();
        let marked: Vec<&str> = found
            .marks
            .iter()
            .map(|mark| &found.text[mark.clone()])
            .collect();
        assert_eq!(marked, ["rollout", "Kubernetes"]);
        assert!(found.text.starts_with("… ") && found.text.ends_with(" …"));
        assert!(found.text.len() < 200, "{}", found.text);
        assert_eq!(snippet("nothing of it", &marker), None);
    }
}
