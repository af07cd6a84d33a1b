//! Running text for a full-screen page: words with a tone, broken into lines that fit.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::ui::pieces::Piece;

/// How words are said. What it looks like is the view's business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Plain,
    /// The second voice.
    Dim,
    Strong,
    Emphasis,
    Heading,
    Code,
    Link,
    /// What was searched for.
    Mark,
    /// Something that asks for attention.
    Warning,
}

/// Words of one tone. Harmless: whoever makes one has escaped it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) tone: Tone,
}

/// `text` in a tone.
pub(super) fn said(text: impl Into<String>, tone: Tone) -> Said {
    Said {
        text: text.into(),
        tone,
    }
}

/// Pieces of a hit, what is marked in the tone of marks.
pub(super) fn of_pieces(pieces: &[Piece], tone: Tone) -> Vec<Said> {
    let one = |piece: &Piece| {
        let tone = if piece.is_marked { Tone::Mark } else { tone };
        said(piece.text.clone(), tone)
    };
    pieces.iter().map(one).collect()
}

/// A block of running text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// In front of the first line.
    pub(super) first: String,
    /// In front of the others.
    pub(super) rest: String,
    pub(super) said: Vec<Said>,
    /// Spaces and all, broken only where the line ends: code.
    pub(super) is_verbatim: bool,
}

impl Paragraph {
    /// Plain text without an indent.
    pub(super) fn of(said: Vec<Said>) -> Self {
        Self {
            said,
            ..Self::default()
        }
    }

    /// As lines of at most `width` columns.
    pub(super) fn wrap(&self, width: usize) -> Vec<Vec<Said>> {
        let width = width.max(1);
        // An indent that leaves no room for words is none.
        let has_room = self.rest.width().max(self.first.width()) + 4 <= width;
        let mut lines = Wrapped {
            width,
            rest: if has_room { &self.rest } else { "" },
            done: Vec::new(),
            line: Vec::new(),
            used: 0,
            is_fresh: true,
        };
        lines.indent(if has_room { &self.first } else { "" });
        for said in &self.said {
            match self.is_verbatim {
                true => lines.word(&said.text, said.tone, false),
                false => each_part(&said.text, |part| {
                    lines.word(part, said.tone, part.starts_with(' '));
                }),
            }
        }
        lines.finish()
    }
}

/// Calls `each` with every word and every stretch of spaces.
fn each_part<'a>(text: &'a str, mut each: impl FnMut(&'a str)) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_space = c == ' ';
        let end = rest.find(|c| (c == ' ') != is_space).unwrap_or(rest.len());
        each(&rest[..end]);
        rest = &rest[end..];
    }
}

/// Lines in the making.
struct Wrapped<'a> {
    width: usize,
    rest: &'a str,
    done: Vec<Vec<Said>>,
    line: Vec<Said>,
    used: usize,
    /// Nothing but the indent is in the line.
    is_fresh: bool,
}

impl Wrapped<'_> {
    fn indent(&mut self, indent: &str) {
        self.used = 0;
        self.is_fresh = true;
        if !indent.is_empty() {
            self.line.push(said(indent, Tone::Dim));
            self.used = indent.width();
        }
    }

    fn word(&mut self, part: &str, tone: Tone, is_space: bool) {
        let wide = part.width();
        if self.used + wide <= self.width {
            // A line does not begin with the space that ended the one before.
            if !(is_space && self.is_fresh && !self.done.is_empty()) {
                self.push(part, tone);
            }
        } else if is_space {
            self.wrap();
        } else {
            let room = self.width - self.rest.width().min(self.width - 1);
            if !self.is_fresh && wide <= room {
                self.wrap();
                self.push(part, tone);
            } else {
                self.broken(part, tone);
            }
        }
    }

    /// A word that is longer than a line is broken where the line ends.
    fn broken(&mut self, word: &str, tone: Tone) {
        let mut piece = String::new();
        for c in word.chars() {
            let wide = c.width().unwrap_or(0);
            if self.used + piece.width() + wide > self.width && !(self.is_fresh && piece.is_empty())
            {
                let full = std::mem::take(&mut piece);
                self.push(&full, tone);
                self.wrap();
            }
            piece.push(c);
        }
        self.push(&piece, tone);
    }

    fn push(&mut self, text: &str, tone: Tone) {
        if text.is_empty() {
            return;
        }
        self.used += text.width();
        self.is_fresh = false;
        match self.line.last_mut().filter(|last| last.tone == tone) {
            Some(last) => last.text.push_str(text),
            None => self.line.push(said(text, tone)),
        }
    }

    fn wrap(&mut self) {
        self.done.push(std::mem::take(&mut self.line));
        self.indent(self.rest);
    }

    fn finish(mut self) -> Vec<Vec<Said>> {
        self.done.push(self.line);
        for line in &mut self.done {
            if let Some(last) = line.last_mut() {
                last.text.truncate(last.text.trim_end().len());
            }
        }
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(paragraph: &Paragraph, width: usize) -> Vec<String> {
        let lines = paragraph.wrap(width).into_iter();
        lines
            .map(|line| line.iter().map(|said| said.text.as_str()).collect())
            .collect()
    }

    #[test]
    fn lines_break_between_words_and_keep_their_indent() {
        let item = Paragraph {
            first: "- ".into(),
            rest: "  ".into(),
            said: vec![
                said("Reads a ", Tone::Plain),
                said("diff", Tone::Strong),
                said(" and says what is wrong with it", Tone::Plain),
            ],
            is_verbatim: false,
        };
        assert_eq!(
            wrapped(&item, 16),
            [
                "- Reads a diff",
                "  and says what",
                "  is wrong with",
                "  it"
            ]
        );
        assert_eq!(item.wrap(80)[0][2], said("diff", Tone::Strong));
    }

    #[test]
    fn no_line_is_too_wide_whatever_it_holds() {
        let long = "ein Donaudampfschifffahrtsgesellschaftskapitän 日本語の長いテキスト ".repeat(3);
        for width in 2..40 {
            for first in ["", "- ", "          "] {
                for is_verbatim in [false, true] {
                    let paragraph = Paragraph {
                        first: first.into(),
                        rest: first.into(),
                        said: vec![said(&long, Tone::Plain)],
                        is_verbatim,
                    };
                    let lines = wrapped(&paragraph, width);
                    assert!(
                        lines.iter().all(|line| line.width() <= width),
                        "{width} {first:?}: {lines:?}"
                    );
                    let all = |text: &str| text.replace([' ', '-'], "");
                    assert_eq!(all(&lines.concat()), all(&long), "{width}");
                }
            }
        }
    }
}
