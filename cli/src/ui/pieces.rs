//! Text from packages in which something is marked: cut into pieces first, made harmless after, so that
//! what is escaped never shifts a mark.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Untrusted;

/// A stretch of text, harmless and on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// Whether it is what was searched for.
    pub(crate) is_marked: bool,
}

impl Piece {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_marked: false,
        }
    }
}

/// `text` cut where `marks` (bytes of it, sorted) begin and end. A mark that does not lie between
/// characters, or not in the text, marks nothing: an index is somebody else's file.
pub(crate) fn pieces(text: &str, marks: &[Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut push = |range: Range<usize>, is_marked| {
        // A line break and a tab are spaces here; each stays one, so that pieces keep their distance.
        let text = text[range].replace(char::is_whitespace, " ");
        if !text.is_empty() {
            let text = Untrusted(text).to_string();
            pieces.push(Piece { text, is_marked });
        }
    };
    for mark in marks {
        let is_sound =
            at <= mark.start && mark.start < mark.end && text.get(mark.clone()).is_some();
        if is_sound {
            push(at..mark.start, false);
            push(mark.clone(), true);
            at = mark.end;
        }
    }
    push(at..text.len(), false);
    pieces
}

/// Columns of `pieces`.
pub(crate) fn width(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.text.width()).sum()
}

/// `pieces`, cut to `columns` with an ellipsis.
pub(crate) fn fit(pieces: &[Piece], columns: usize) -> Vec<Piece> {
    if width(pieces) <= columns {
        return pieces.to_vec();
    }
    let mut fitting = Vec::new();
    let mut left = columns.saturating_sub(1);
    for piece in pieces {
        let mut text = String::new();
        for c in piece.text.chars() {
            let wide = c.width().unwrap_or(0);
            if wide > left {
                // Nothing narrower that follows may take its place.
                left = 0;
                break;
            }
            left -= wide;
            text.push(c);
        }
        let is_cut = text.len() < piece.text.len();
        let is_marked = piece.is_marked;
        if !text.is_empty() {
            fitting.push(Piece { text, is_marked });
        }
        if is_cut {
            break;
        }
    }
    if let Some(last) = fitting.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    if columns > 0 {
        fitting.push(Piece::plain("…"));
    }
    fitting
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[Piece]) -> String {
        let one = |piece: &Piece| match piece.is_marked {
            true => format!("[{}]", piece.text),
            false => piece.text.clone(),
        };
        pieces.iter().map(one).collect()
    }

    #[test]
    fn marks_stay_where_they_are_though_text_is_escaped() {
        let text = "\u{1b}[1mread\na diff";
        let at = text.find("diff").unwrap();
        assert_eq!(
            shown(&pieces(text, &[at..at + 4])),
            "\\u{1b}[1mread a [diff]"
        );
        assert_eq!(shown(&pieces("diff", &[0..4])), "[diff]");
        assert_eq!(shown(&pieces("a b", &[0..1, 2..3])), "[a] [b]");
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges, reason = "a damaged index may hold one")]
    fn marks_that_cannot_be_mark_nothing() {
        assert_eq!(shown(&pieces("äb", &[1..2, 0..9, 5..3, 2..2])), "äb");
        assert_eq!(shown(&pieces("abcd", &[1..3, 2..4])), "a[bc]d");
    }

    #[test]
    fn cutting_keeps_marks_and_counts_columns() {
        let all = pieces("日本語 diff", &[10..14]);
        assert_eq!(shown(&fit(&all, 11)), "日本語 [diff]");
        assert_eq!(shown(&fit(&all, 10)), "日本語 [di]…");
        assert_eq!(shown(&fit(&all, 6)), "日本…");
        assert_eq!(shown(&fit(&all, 1)), "…");
        assert_eq!(shown(&fit(&all, 0)), "");
    }
}
