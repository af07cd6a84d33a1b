//! Which parts of a text are what was searched for.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::plan::Forgiven;
use crate::query::Query;
use crate::words::{Form, each_span, is_stop_word, stem};

/// Knows the words of a query.
pub(crate) struct Marker {
    stems: BTreeSet<String>,
    /// What the last word starts with, while it is typed.
    beginning: Option<String>,
}

impl Marker {
    pub(crate) fn new(query: &Query, forgiven: &[Forgiven]) -> Self {
        let content = query.content();
        let mut stems: BTreeSet<String> = content.iter().map(|(_, w)| w.stem.clone()).collect();
        for pair in content.windows(2) {
            stems.insert(stem(&format!("{}{}", pair[0].1.word, pair[1].1.word)).into_owned());
        }
        let meant = forgiven.iter().flat_map(|forgiven| &forgiven.meant);
        stems.extend(meant.map(|word| stem(word).into_owned()));
        let last = query.words.last().filter(|_| query.open_end);
        let beginning = last.map(|typed| typed.word.clone());
        Self { stems, beginning }
    }

    /// The places, in bytes, in order; neighbours that touch are one.
    pub(crate) fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        each_span(text, |word, form, span| {
            let begins = |beginning: &String| word.starts_with(&**beginning) && form == Form::Part;
            let is_typed = self.beginning.as_ref().is_some_and(begins) && !is_stop_word(word);
            if is_typed || self.stems.contains(&*stem(word)) {
                found.push(span);
            }
        });
        found.sort_by_key(|span| (span.start, span.end));
        let mut marks: Vec<Range<usize>> = Vec::new();
        for span in found {
            match marks.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => marks.push(span),
            }
        }
        marks
    }
}

/// `text` in parts that did not match and parts that did, in turn, beginning with one that did not.
pub fn parts<'a>(text: &'a str, marks: &[Range<usize>]) -> Vec<&'a str> {
    let mut at = 0;
    let mut parts = Vec::with_capacity(2 * marks.len() + 1);
    for mark in marks {
        parts.push(&text[at..mark.start]);
        parts.push(&text[mark.clone()]);
        at = mark.end;
    }
    parts.push(&text[at..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(query: &str, text: &str) -> String {
        let marks = Marker::new(&Query::parse(query), &[]).marks(text);
        let mut out = String::new();
        for (nth, part) in parts(text, &marks).into_iter().enumerate() {
            out += &if nth % 2 == 1 {
                format!("[{part}]")
            } else {
                part.to_owned()
            };
        }
        out
    }

    #[test]
    fn words_are_marked_as_they_were_found() {
        for (query, text, expected) in [
            (
                "review a diff ",
                "Reviews a diff for you",
                "[Reviews] a [diff] for you",
            ),
            ("code-rev", "core/code-reviewer", "core/[code]-[reviewer]"),
            (
                "codereview ",
                "core/code-reviewer codeReview",
                "core/[code-reviewer] [codeReview]",
            ),
            ("git hub ", "GitHub", "[GitHub]"),
            ("uberprufung ", "Die Überprüfung", "Die [Überprüfung]"),
            ("the", "the theme of it", "[the] [theme] of it"),
            ("zzz", "nothing", "nothing"),
        ] {
            assert_eq!(marked(query, text), expected, "{query}");
        }
    }
}
