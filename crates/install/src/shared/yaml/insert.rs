//! One element more.
//!
//! What is lost on the way (`[]`, a space, a missing line end) is little enough for `remove` to guess.

use std::ops::Range;

use crate::shared::{
    brackets::comma,
    edits::{Edits, eol, next_line, over_comments},
};

use super::{
    locate::{Block, Collection, Located, Root},
    write::{self, BlockStyle, Element, Keys},
};

/// Changes that may be right, the likeliest first.
pub(super) fn candidates(
    text: &str,
    key: &str,
    located: &Located,
    element: &Element<'_>,
) -> Vec<Edits> {
    match (&located.root, &located.value) {
        (Root::Flow { close, is_empty }, None) => {
            let (open, shut) = brackets(element);
            let element = write::flow(element, Keys::Quoted);
            let comma = if *is_empty { "" } else { ", " };
            let pair = format!("{comma}\"{key}\": {open}{element}{shut}");
            vec![vec![(*close..*close, pair)]]
        }
        (Root::Flow { .. }, Some(Collection::Nothing { written, .. })) => {
            let (open, shut) = brackets(element);
            let element = write::flow(element, Keys::Quoted);
            let list = format!("{open}{element}{shut}");
            written
                .iter()
                .map(|range| vec![(range.clone(), list.clone())])
                .collect()
        }
        (Root::Nothing, _) => missing(text, key, located.end, 0, element),
        (Root::Block { indent }, None) => missing(text, key, located.end, *indent, element),
        (Root::Block { indent }, Some(Collection::Nothing { key, written })) => {
            vec![first(text, *key, written.clone(), *indent, element)]
        }
        (_, Some(Collection::Block(block))) => last(text, block, element),
        (
            root,
            Some(Collection::Flow {
                key,
                open,
                close,
                last,
            }),
        ) => match (root, last) {
            (Root::Block { indent }, None) if matches!(&text[open + 1..*close], "" | " ") => {
                vec![first(text, *key, Some(*open..close + 1), *indent, element)]
            }
            (root, None) => {
                let element = write::flow(element, keys(*root));
                vec![vec![(open + 1..open + 1, element)]]
            }
            (root, Some(last)) => {
                let element = write::flow(element, keys(*root));
                vec![in_brackets(text, *last, *close, &element)]
            }
        },
    }
}

fn keys(root: Root) -> Keys {
    match root {
        Root::Flow { .. } => Keys::Quoted,
        Root::Block { .. } | Root::Nothing => Keys::AsNeeded,
    }
}

fn brackets(element: &Element<'_>) -> (char, char) {
    match element.name {
        None => ('[', ']'),
        Some(_) => ('{', '}'),
    }
}

/// The key and its first element, at the end of the document.
fn missing(text: &str, key: &str, end: usize, indent: usize, element: &Element<'_>) -> Vec<Edits> {
    let eol = eol(text);
    let style = BlockStyle {
        indent: indent + 2,
        ..BlockStyle::default()
    };
    let before = match text[..end].chars().next_back() {
        None | Some('\n') => "",
        Some('\u{feff}') if end == '\u{feff}'.len_utf8() => "",
        Some(_) => eol,
    };
    let lines = write::block(element, style, eol);
    let new = format!("{before}{}{key}:{eol}{lines}", " ".repeat(indent));
    vec![vec![(end..end, new)]]
}

/// The first element of a list whose key ends at `key`, in place of `written` (`[]`, `null`).
fn first(
    text: &str,
    key: usize,
    written: Option<Range<usize>>,
    indent: usize,
    element: &Element<'_>,
) -> Edits {
    let mut edits = Edits::new();
    let mut behind = key;
    if let Some(mut range) = written {
        behind = range.end;
        // The space behind the colon goes with it. Others stay, so that a comment stays where it
        // is and nothing is lost.
        range.start -= usize::from(text[..range.start].ends_with(' '));
        edits.push((range, String::new()));
    }
    let (at, before) = next_line(text, behind);
    let at = over_comments(text, at, indent);
    let eol = eol(text);
    let style = BlockStyle {
        indent: indent + 2,
        ..BlockStyle::default()
    };
    let lines = write::block(element, style, eol);
    edits.push((at..at, format!("{before}{lines}")));
    edits
}

/// One more element behind the last one, written as the others are.
fn last(text: &str, block: &Block, element: &Element<'_>) -> Vec<Edits> {
    let default = BlockStyle::default();
    let style = BlockStyle {
        indent: block.indent,
        step: block.step.unwrap_or(default.step),
        lists: block.lists.unwrap_or(default.lists),
    };
    let eol = eol(text);
    let lines = write::block(element, style, eol);
    let blank = match block.count > 1 && is_apart(text, block.last_start, block.indent) {
        true => eol,
        false => "",
    };
    let (next, before) = next_line(text, block.last_end);
    let close = over_comments(text, next, block.indent);
    // Behind a block scalar, lines that look blank or like comments may be its text.
    let mut places = vec![(close, before), (next, before)];
    if block.reach > block.last_end {
        // The scanner may have gone on to the first character of the next line.
        let reach = text[..block.reach].trim_end_matches(' ').len();
        match text[..reach].ends_with('\n') {
            true => places.push((reach, "")),
            false => places.push(next_line(text, reach)),
        }
    }
    places.dedup();
    places
        .into_iter()
        .map(|(at, before)| vec![(at..at, format!("{before}{blank}{lines}"))])
        .collect()
}

/// Whether a blank line stands above the element that starts at `start`, or above its comments. What
/// stands deeper belongs to the element above, and may be text of it.
pub(super) fn is_apart(text: &str, start: usize, indent: usize) -> bool {
    let line = text[..start].rfind('\n').unwrap_or(0);
    text[..line]
        .rsplit('\n')
        .find(|line| {
            let content = line.trim_start_matches(' ');
            !content.starts_with('#') || line.len() - content.len() > indent
        })
        .is_some_and(|line| line.trim().is_empty())
}

/// One more element in brackets, behind the one that ends at `last`.
fn in_brackets(text: &str, last: usize, close: usize, element: &str) -> Edits {
    let comma = comma(text, last..close);
    let newline = text[last..close].find('\n').map(|at| last + at + 1);
    let line = text[..last].rfind('\n').map_or(0, |at| at + 1);
    let start = &text[line..last];
    let margin = &start[..start.len() - start.trim_start_matches(' ').len()];
    let eol = eol(text);
    match (comma, newline) {
        (None, None) => vec![(last..last, format!(", {element}"))],
        (Some(comma), None) => vec![(comma + 1..comma + 1, format!(" {element},"))],
        (None, Some(newline)) => vec![
            (last..last, ",".to_owned()),
            (newline..newline, format!("{margin}{element}{eol}")),
        ],
        (Some(comma), Some(newline)) if comma < newline => {
            vec![(newline..newline, format!("{margin}{element},{eol}"))]
        }
        (Some(comma), Some(_)) => vec![(comma + 1..comma + 1, format!(" {element},"))],
    }
}
