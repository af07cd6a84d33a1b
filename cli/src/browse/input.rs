//! One line of text that is being typed.

use unicode_width::UnicodeWidthChar;

use crate::ui::Untrusted;

/// Characters that a query may have; more is read by nobody.
const MOST: usize = 2000;

/// The line, and where in it the next character goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Input {
    text: Vec<char>,
    at: usize,
}

/// What can be done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    Type(char),
    Backspace,
    Delete,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,
    /// Takes away the word before the cursor.
    CutWord,
    /// Takes away everything before the cursor.
    CutStart,
    /// Takes away everything behind it.
    CutEnd,
}

impl Input {
    pub(super) fn new(text: &str) -> Self {
        let mut input = Self::default();
        input.paste(text);
        input
    }

    /// The line as it was typed.
    pub(super) fn text(&self) -> String {
        self.text.iter().collect()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Types all of `text`. What cannot be seen is left out: it could not be taken away again.
    pub(super) fn paste(&mut self, text: &str) {
        for c in text.chars() {
            let c = if c.is_whitespace() { ' ' } else { c };
            self.edit(Edit::Type(c));
        }
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Type(c) => {
                let is_seen = Untrusted(c).to_string().chars().eq([c]);
                if is_seen && self.text.len() < MOST {
                    self.text.insert(self.at, c);
                    self.at += 1;
                }
            }
            Edit::Backspace => self.cut(self.at.saturating_sub(1), self.at),
            Edit::Delete => self.cut(self.at, (self.at + 1).min(self.text.len())),
            Edit::Left => self.at = self.at.saturating_sub(1),
            Edit::Right => self.at = (self.at + 1).min(self.text.len()),
            Edit::WordLeft => self.at = self.word_start(),
            Edit::WordRight => self.at = self.word_end(),
            Edit::Home => self.at = 0,
            Edit::End => self.at = self.text.len(),
            Edit::CutWord => self.cut(self.word_start(), self.at),
            Edit::CutStart => self.cut(0, self.at),
            Edit::CutEnd => self.cut(self.at, self.text.len()),
        }
    }

    fn cut(&mut self, start: usize, end: usize) {
        self.text.drain(start..end);
        self.at = start;
    }

    fn word_start(&self) -> usize {
        let before = &self.text[..self.at];
        let end = before
            .iter()
            .rposition(|c| *c != ' ')
            .map_or(0, |at| at + 1);
        before[..end]
            .iter()
            .rposition(|c| *c == ' ')
            .map_or(0, |at| at + 1)
    }

    fn word_end(&self) -> usize {
        let mut at = self.at;
        while at < self.text.len() && self.text[at] == ' ' {
            at += 1;
        }
        while at < self.text.len() && self.text[at] != ' ' {
            at += 1;
        }
        at
    }

    /// The part of the line that fits into `columns`, the cursor in it, and the cursor's column.
    pub(super) fn window(&self, columns: usize) -> (String, usize) {
        // The cursor may stand behind the last character.
        let columns = columns.saturating_sub(1);
        let wide = |c: &char| c.width().unwrap_or(0);
        let mut start = self.at;
        let mut before = 0;
        while start > 0 && before + wide(&self.text[start - 1]) <= columns {
            start -= 1;
            before += wide(&self.text[start]);
        }
        let mut used = 0;
        let shown = self.text[start..].iter().take_while(|c| {
            used += wide(c);
            used <= columns
        });
        (shown.collect(), before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(edits: &[Edit]) -> String {
        let mut input = Input::new("review a diff");
        edits.iter().for_each(|edit| input.edit(*edit));
        input.edit(Edit::Type('|'));
        input.text()
    }

    #[test]
    fn a_line_is_edited_as_everywhere() {
        use Edit::{
            Backspace, CutEnd, CutStart, CutWord, Delete, End, Home, Left, Right, WordLeft,
            WordRight,
        };
        for (edits, expected) in [
            (&[Backspace][..], "review a dif|"),
            (&[Left, Left, Delete], "review a di|f"),
            (&[Home, Delete, Right], "e|view a diff"),
            (&[Home, Left, Backspace, End, Right], "review a diff|"),
            (&[WordLeft, WordLeft], "review |a diff"),
            (&[Home, WordRight, WordRight], "review a| diff"),
            (&[CutWord], "review a |"),
            (&[WordLeft, CutStart], "|diff"),
            (&[Home, CutEnd], "|"),
            (&[CutWord, CutWord, CutWord, CutWord], "|"),
        ] {
            assert_eq!(typed(edits), expected, "{edits:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_cannot_be_typed() {
        let mut input = Input::new("a\u{1b}[31m\u{202e}\tb\n");
        assert_eq!(input.text(), "a[31m b ");
        input.paste(&"x".repeat(5000));
        assert_eq!(input.text().len(), MOST);
    }

    #[test]
    fn the_cursor_is_always_in_the_window() {
        let mut input = Input::new("日本語 review");
        assert_eq!(input.window(40), ("日本語 review".to_owned(), 13));
        assert_eq!(input.window(5), ("view".to_owned(), 4));
        input.edit(Edit::Home);
        assert_eq!(input.window(4), ("日".to_owned(), 0));
        assert_eq!(input.window(0), (String::new(), 0));
    }
}
