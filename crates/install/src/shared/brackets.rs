//! Items between brackets: YAML's flow style, and JSON.

use std::ops::Range;

use super::{
    change::{Change, To},
    edits::{Edits, line_start, margin, next_line, starts_line},
};
use registry_index::component::entry::Field;

/// A list or a map in brackets.
#[derive(Clone, Debug)]
pub(super) struct Brackets {
    /// Where the opening bracket is.
    pub(super) open: usize,
    /// Where the closing bracket is.
    pub(super) close: usize,
    pub(super) items: Vec<Item>,
}

/// An element, or a key with its value.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) name: Option<String>,
    pub(super) whole: Range<usize>,
    pub(super) value: Range<usize>,
}

impl Brackets {
    fn find(&self, name: &str) -> Option<usize> {
        self.items
            .iter()
            .position(|item| item.name.as_deref() == Some(name))
    }

    /// Ways to take item number `at` out.
    pub(super) fn removals(&self, text: &str, at: usize) -> Vec<Edits> {
        let Some(item) = self.items.get(at).map(|item| item.whole.clone()) else {
            return Vec::new();
        };
        if self.items.len() == 1 {
            return self.emptied(text, &item);
        }
        let line = line_start(text, item.start)..next_line(text, item.end).0;
        let behind = comma(text, item.end..self.close).map(|comma| comma + 1);
        let own_lines = starts_line(text, item.start)
            && is_blank(&text[behind.unwrap_or(item.end)..line.end.max(behind.unwrap_or(0))]);
        let mut ways = Vec::new();
        match (self.items.get(at + 1), at.checked_sub(1)) {
            (Some(next), _) => {
                if let Some(behind) = behind
                    && text[item.end..next.whole.start].contains('#')
                {
                    ways.push(vec![cut(item.start..behind)]);
                }
                if own_lines {
                    ways.push(vec![cut(line)]);
                }
                ways.push(vec![cut(item.start..next.whole.start)]);
                ways.extend(behind.map(|behind| vec![cut(item.start..behind)]));
            }
            (None, Some(before)) => {
                let before = self.items[before].whole.end;
                let comma = comma(text, before..item.start);
                if let Some(comma) = comma {
                    if let Some(behind) = behind {
                        if own_lines {
                            ways.push(vec![cut(line.clone())]);
                        }
                        ways.push(vec![cut(comma + 1..behind)]);
                    }
                    if is_blank(&text[comma + 1..item.start]) {
                        ways.push(vec![cut(before..item.end)]);
                    }
                    if own_lines {
                        ways.push(vec![cut(comma..comma + 1), cut(line.clone())]);
                        ways.push(vec![cut(line)]);
                    }
                    ways.push(vec![cut(comma..comma + 1), cut(item)]);
                }
            }
            (None, None) => {}
        }
        ways
    }

    /// Ways to take the only item out.
    fn emptied(&self, text: &str, item: &Range<usize>) -> Vec<Edits> {
        let inside = self.open + 1..self.close;
        let (above, below) = (inside.start..item.start, item.end..inside.end);
        let is_plain = |text: &str| is_blank(text) || text.trim() == ",";
        let nothing = vec![cut(inside.clone())];
        let kept = vec![cut(item.clone())];
        let mut ways = match is_plain(&text[above.clone()]) && is_plain(&text[below.clone()]) {
            true => vec![nothing, kept],
            false => vec![kept, nothing],
        };
        ways.push(vec![(inside.clone(), " ".to_owned())]);
        ways.push(vec![cut(inside.start..item.end)]);
        if starts_line(text, item.start) {
            ways.push(vec![cut(
                line_start(text, item.start)..next_line(text, item.end).0
            )]);
        }
        ways
    }

    /// The ways to change the fields that this is made of. `write` makes a field's value, and a key
    /// with its value, for the place `at`.
    pub(super) fn changes(
        &self,
        text: &str,
        change: &Change,
        write: &dyn Writer,
    ) -> Option<Vec<Edits>> {
        let mut edits = Edits::new();
        let last = self.items.len().checked_sub(1)?;
        for step in &change.steps {
            match &step.to {
                To::Set(field) => {
                    let item = &self.items[self.find(&step.key)?];
                    let there = &text[item.value.clone()];
                    edits.push((
                        item.value.clone(),
                        write.value(field, there, item.whole.start),
                    ));
                }
                To::Add { field, behind } => {
                    let anchor = behind.as_ref().and_then(|behind| self.find(behind));
                    let anchor = &self.items[anchor.unwrap_or(last)].whole;
                    let between = match starts_line(text, anchor.start) {
                        true => {
                            let eol = super::edits::eol(text);
                            format!(",{eol}{}", margin(text, anchor.start))
                        }
                        false => ", ".to_owned(),
                    };
                    let pair = write.pair(&step.key, field, anchor.start);
                    edits.push((anchor.end..anchor.end, format!("{between}{pair}")));
                }
                To::Gone => {
                    let ways = self.removals(text, self.find(&step.key)?);
                    edits.extend(ways.into_iter().next()?);
                }
            }
        }
        Some(vec![edits])
    }
}

/// How values are written between brackets.
pub(super) trait Writer {
    /// `field`, in place of `there`, for a pair that starts at `at`.
    fn value(&self, field: &Field, there: &str, at: usize) -> String;
    /// The pair, behind one that starts at `at`.
    fn pair(&self, key: &str, field: &Field, at: usize) -> String;
}

fn cut(range: Range<usize>) -> (Range<usize>, String) {
    (range, String::new())
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The first comma in a range of `text` that is not part of a comment.
pub(super) fn comma(text: &str, range: Range<usize>) -> Option<usize> {
    let mut at = range.start;
    for line in text.get(range)?.split_inclusive('\n') {
        let content = line.find('#').map_or(line, |comment| &line[..comment]);
        if let Some(comma) = content.find(',') {
            return Some(at + comma);
        }
        at += line.len();
    }
    None
}
