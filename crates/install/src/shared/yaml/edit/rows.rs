//! Rows of a block: replaced, added behind one another, taken away. Comments are kept.

use std::ops::Range;

use registry_index::component::entry::Field;

use crate::shared::{
    edits::{Edits, line_start, margin, next_line, starts_line},
    yaml::{
        place::Row,
        write::{self, Lists},
    },
};

/// Beyond this many comparisons, lists are replaced as a whole.
const COMPARISONS: usize = 40_000;

/// An entry in block style.
pub(super) struct Block<'a> {
    pub(super) text: &'a str,
    /// Columns before its fields.
    pub(super) column: usize,
    /// Where its texts stand, in order.
    pub(super) texts: &'a [Range<usize>],
    pub(super) lists: Lists,
    pub(super) eol: &'static str,
}

impl Block<'_> {
    /// `fields` from the first key on, without the last line end.
    pub(super) fn fields(&self, fields: &[(String, Field)]) -> String {
        let lines: Vec<_> = fields
            .iter()
            .flat_map(|(key, field)| write::field_lines(key, field, self.column, self.lists))
            .collect();
        self.joined(&lines)
    }

    /// Lines from the first one's content on, without the last line end.
    pub(super) fn joined(&self, lines: &[String]) -> String {
        lines.join(self.eol).trim_start_matches(' ').to_owned()
    }

    /// `lines` behind the line that `end` is in.
    pub(super) fn behind(&self, end: usize, lines: &[String]) -> (Range<usize>, String) {
        let (at, before) = next_line(self.text, end);
        let lines = lines.join(self.eol);
        match before {
            // The last line had no end, and has none again.
            "" if at > end || self.text.is_empty() => (at..at, format!("{lines}{}", self.eol)),
            before => (at..at, format!("{before}{lines}")),
        }
    }

    /// Takes row number `at` away; the first one may share its line with a dash.
    pub(super) fn without(&self, rows: &[Row], at: usize) -> Option<(Range<usize>, String)> {
        let row = &rows[at].whole;
        if !starts_line(self.text, row.start) {
            let next = rows.get(at + 1)?.whole.start;
            let comments = self.comments(row.start..next, self.column);
            return Some((row.start..next, comments));
        }
        let range = self.lines(row);
        let comments = self.comments(range.clone(), self.column);
        let kept = match comments.trim_end() {
            "" => String::new(),
            kept => format!("{}{kept}{}", " ".repeat(self.column), self.eol),
        };
        Some((range, kept))
    }

    /// Makes `new` of `rows`; what is in both, in the same order, stays as it is. `is_list`: rows
    /// are their names; otherwise a row of the same name may say something else.
    pub(super) fn merged(
        &self,
        rows: &[Row],
        new: &[(String, String)],
        is_list: bool,
    ) -> Option<Edits> {
        let first = rows.first()?.whole.start;
        if !starts_line(self.text, first) || rows.len().checked_mul(new.len())? > COMPARISONS {
            return None;
        }
        let names: Vec<_> = rows.iter().map(|row| row.name.as_deref()).collect();
        let kept = in_both(&names, new);
        let indent = margin(self.text, first);
        let mut edits = Edits::new();
        let mut end = None;
        let mut coming: Vec<String> = Vec::new();
        let mut pairs = kept.iter().peekable();
        for (at, (name, written)) in new.iter().enumerate() {
            let Some((row, _)) = pairs.next_if(|(_, new)| *new == at) else {
                coming.push(format!("{indent}{written}"));
                continue;
            };
            edits.extend(self.coming(end, first, &mut coming));
            let row = &rows[*row];
            let value = &self.text[row.value.clone()];
            if !is_list && !self.says(value, name, written) {
                edits.push((row.whole.clone(), written.clone()));
            }
            end = Some(row.whole.end);
        }
        edits.extend(self.coming(end, first, &mut coming));
        for (at, row) in rows.iter().enumerate() {
            if kept.iter().any(|(kept, _)| *kept == at) {
                continue;
            }
            let range = self.lines(&row.whole);
            let comments = self.comments(range.clone(), 0);
            let comments = comments.trim_end();
            let kept = match comments {
                "" => String::new(),
                _ => format!("{indent}{comments}{}", self.eol),
            };
            edits.push((range, kept));
        }
        Some(edits)
    }

    /// The rows that come behind the one that ends at `end`, or before the first.
    fn coming(
        &self,
        end: Option<usize>,
        first: usize,
        coming: &mut Vec<String>,
    ) -> Option<(Range<usize>, String)> {
        if coming.is_empty() {
            return None;
        }
        let lines = std::mem::take(coming);
        Some(match end {
            Some(end) => self.behind(end, &lines),
            None => {
                let at = line_start(self.text, first);
                (at..at, format!("{}{}", lines.join(self.eol), self.eol))
            }
        })
    }

    /// The lines that a row is in.
    fn lines(&self, row: &Range<usize>) -> Range<usize> {
        line_start(self.text, row.start)..next_line(self.text, row.end).0
    }

    /// Whether a value is what `written` (`name: value`) says already.
    fn says(&self, value: &str, name: &str, written: &str) -> bool {
        let read = |text: &str| yaml_serde::from_str::<yaml_serde::Value>(text).ok();
        let new = read(written).and_then(|pair| pair.get(name).cloned());
        new.is_some() && new == read(value)
    }

    /// The comments in a range, each ended by a line end and, but for the first, behind `column`.
    pub(super) fn comments(&self, range: Range<usize>, column: usize) -> String {
        let mut found = Vec::new();
        let mut at = range.start;
        // They are in order, and one ends before the next starts.
        let first = self.texts.partition_point(|text| text.end <= range.start);
        let mut texts = self.texts[first..].iter();
        loop {
            let text = texts.next().filter(|text| text.start < range.end);
            let end = text.map_or(range.end, |text| text.start.clamp(at, range.end));
            let mut gap = at;
            for line in self.text[at..end].split_inclusive('\n') {
                let comment = line.match_indices('#').map(|(at, _)| at).find(|at| {
                    self.text[..gap + at].ends_with([' ', '\t', '\n', '\r']) || gap + at == 0
                });
                found.extend(comment.map(|at| line[at..].trim_end()));
                gap += line.len();
            }
            match text {
                Some(text) => at = text.end.clamp(end, range.end),
                None => break,
            }
        }
        let after = format!("{}{}", self.eol, " ".repeat(column));
        found
            .iter()
            .map(|comment| format!("{comment}{after}"))
            .collect()
    }
}

/// The longest rows that are in both, in order: places in `old` and in `new`.
fn in_both(old: &[Option<&str>], new: &[(String, String)]) -> Vec<(usize, usize)> {
    let same = |at: usize, other: usize| old[at] == Some(new[other].0.as_str());
    let width = new.len() + 1;
    let mut longest = vec![0_usize; (old.len() + 1) * width];
    for at in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            longest[at * width + other] = match same(at, other) {
                true => longest[(at + 1) * width + other + 1] + 1,
                false => longest[(at + 1) * width + other].max(longest[at * width + other + 1]),
            };
        }
    }
    let (mut at, mut other) = (0, 0);
    let mut found = Vec::new();
    while at < old.len() && other < new.len() {
        if same(at, other) {
            found.push((at, other));
            (at, other) = (at + 1, other + 1);
        } else if longest[(at + 1) * width + other] >= longest[at * width + other + 1] {
            at += 1;
        } else {
            other += 1;
        }
    }
    found
}
