//! Places in a text, and how a hostile piece of it is quoted.

use regex::Regex;

use crate::finding::Place;

/// How much of a text is quoted, in characters.
const QUOTED: usize = 60;

/// A piece of somebody's text for a message: escaped, and not longer than a message bears.
pub(crate) fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
    }
}

/// A pattern of ours.
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("patterns in the source are right, and tests use each of them")
}

/// Where the lines of a text start.
#[derive(Clone, Debug)]
pub(crate) struct LineStarts(Vec<usize>);

/// How far into a line a column is counted; beyond it, nobody looks for a character by its number.
const WIDEST: usize = 4_096;

impl LineStarts {
    /// Those of `text`.
    pub(crate) fn of(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(ends).collect())
    }

    /// The line and the column of byte `offset` of `text`, both from 1.
    pub(crate) fn at(&self, text: &str, offset: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= offset);
        let start = self.0[line.saturating_sub(1)];
        let end = offset.min(start + WIDEST).min(text.len());
        let before = text.as_bytes().get(start..end).unwrap_or_default();
        let column = before.iter().filter(|byte| (**byte as i8) >= -0x40).count();
        (line, column + 1)
    }
}

/// A text whose lines are counted once, for many places in it.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: LineStarts,
}

impl<'a> Lines<'a> {
    /// The lines of `text`.
    pub(crate) fn of(text: &'a str) -> Self {
        let starts = LineStarts::of(text);
        Self { text, starts }
    }

    /// The line and the column of byte `offset`, both from 1.
    pub(crate) fn at(&self, offset: usize) -> (usize, usize) {
        self.starts.at(self.text, offset)
    }

    /// The place of byte `offset` in the text, the content of `file`.
    pub(crate) fn place(&self, file: impl Into<String>, offset: usize) -> Place {
        let (line, column) = self.at(offset);
        Place {
            file: file.into(),
            line,
            column,
        }
    }
}

/// The place of a line as a whole, or of the file where `line` is 0.
pub(crate) fn line_place(file: String, line: usize) -> Place {
    Place {
        file,
        line,
        column: line.min(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_slow_way() {
        let text = "a\nbüc = 1\n\nx";
        let lines = Lines::of(text);
        for offset in [0, 2, 5, text.len() - 1] {
            let place = Place::at("f", text, offset);
            assert_eq!(lines.at(offset), (place.line, place.column));
        }
        assert_eq!(lines.at(999).0, 4);
    }
}
