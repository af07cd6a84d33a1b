//! One element less.
//!
//! An insertion loses little: `[]` or `null` behind the key, a space, a missing line end, or that
//! there was no key. Each is tried.

use std::ops::Range;

use super::place::{Lines, List, Place};
use crate::shared::edits::{Edits, before_eol, line_start, next_line, over_comments};

/// What an empty list, or none, is written as, the likeliest first.
const LISTS: [&str; 7] = ["[]", "", "null", "~", "[ ]", "Null", "NULL"];
const MAPS: [&str; 7] = ["{}", "", "null", "~", "{ }", "Null", "NULL"];

/// Spaces in a row behind a key among which the place of a lost value is looked for.
const SPACES: usize = 40;

/// Changes that may be right, the likeliest first.
pub(super) fn candidates(text: &str, place: &Place, at: usize, is_map: bool) -> Vec<Edits> {
    let mut ways = match &place.list {
        List::Flow(brackets) => brackets.removals(text, at),
        List::Block(lines) if !lines.is_only => fewer(text, lines),
        List::Block(lines) => emptied(text, place, lines, is_map),
    };
    if let (Some((root, pair)), List::Flow(brackets)) = (&place.root, &place.list)
        && brackets.items.len() == 1
    {
        ways.extend(root.removals(text, *pair));
        for nothing in ["null", "~", "Null", "NULL"] {
            ways.push(vec![(place.value.clone(), nothing.to_owned())]);
        }
    }
    ways
}

/// The lines of an entry that is not the only one.
fn fewer(text: &str, lines: &Lines) -> Vec<Edits> {
    let mut ranges = Vec::new();
    // The blank line behind the first entry parts it from the second; above a comment it stays.
    let above = text[..lines.start].trim_end_matches('\n');
    let above = text[line_start(text, above.len())..lines.start].trim();
    let is_under_key = !above.is_empty() && !above.starts_with('#');
    for end in ends(text, lines) {
        let blank = before_eol(text, lines.start)
            .filter(|above| before_eol(text, *above).is_some() || *above == 0);
        let (behind, _) = next_line(text, end);
        let is_blank_behind = text[end..behind].trim().is_empty();
        let (with, without) = (blank.map(|blank| blank..end), lines.start..end);
        if lines.is_apart || is_blank_behind {
            ranges.extend(with);
            if lines.is_first && is_under_key && end < behind && is_blank_behind {
                ranges.push(lines.start..behind);
            }
            ranges.push(without);
        } else {
            ranges.push(without);
            ranges.extend(with);
        }
    }
    let mut ways = Vec::new();
    for range in ranges {
        ways.push(vec![cut(range.clone())]);
        ways.extend(without_line_end(text, &range).map(|range| vec![cut(range)]));
    }
    ways
}

/// The lines of the only entry, and what stood there before it.
fn emptied(text: &str, place: &Place, lines: &Lines, is_map: bool) -> Vec<Edits> {
    let mut ranges = Vec::new();
    for end in ends(text, lines) {
        ranges.push(lines.start..end);
        ranges.extend(without_line_end(text, &(lines.start..end)));
    }
    let header = header_end(text, place.key.end, lines.start);
    let behind = &text[header..];
    let spaces = &behind[..behind.len() - behind.trim_start_matches([' ', '\t']).len()];
    // An insertion takes a space with it, but no tab.
    let taken: &[&str] = if spaces.contains('\t') {
        &[" ", ""]
    } else {
        &[" "]
    };
    let mut ways = Vec::new();
    for range in &ranges {
        for written in if is_map { MAPS } else { LISTS } {
            if written.is_empty() {
                ways.push(vec![cut(range.clone())]);
                continue;
            }
            for at in header..=header + spaces.len().min(SPACES) {
                ways.extend(
                    taken.iter().map(|taken| {
                        vec![(at..at, format!("{taken}{written}")), cut(range.clone())]
                    }),
                );
            }
        }
    }
    let key = line_start(text, place.key.start);
    for range in ranges {
        if range.end < lines.end {
            continue;
        }
        ways.push(vec![cut(key..range.end)]);
        ways.extend(without_line_end(text, &(key..range.end)).map(|range| vec![cut(range)]));
    }
    ways
}

/// Where the entry's lines may end. Comments below it rather stay: they may be about others.
fn ends(text: &str, lines: &Lines) -> Vec<usize> {
    let (next, _) = next_line(text, lines.end);
    let own_comments = over_comments(text, next, lines.indent);
    let mut ends = vec![next, own_comments];
    if lines.reach > lines.end {
        ends.push(next_line(text, lines.reach.min(text.len())).0);
    }
    ends.dedup();
    ends
}

/// The range with the line end above it, where it is the end of the text: there may have been none.
fn without_line_end(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let above = before_eol(text, range.start)?;
    (range.end == text.len()).then_some(above..range.end)
}

/// Where the key's line ends: behind the colon, an anchor or a tag, before a comment.
fn header_end(text: &str, key_end: usize, limit: usize) -> usize {
    let line = &text[key_end..next_line(text, key_end).0.min(limit).max(key_end)];
    let comment = line
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|at| line[..*at].ends_with([' ', '\t']));
    let content = line[..comment.unwrap_or(line.len())].trim_end();
    key_end + content.len()
}

fn cut(range: Range<usize>) -> (Range<usize>, String) {
    (range, String::new())
}
