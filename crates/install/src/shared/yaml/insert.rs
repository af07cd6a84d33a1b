//! The new text: the old one with one element more.

use std::ops::Range;

use super::{
    locate::{Block, Collection, Located, Root},
    write::{self, BlockStyle, Element, Keys},
};

/// Texts that may be right, the likeliest first. The caller reads them back and decides.
pub(super) fn candidates(
    text: &str,
    key: &str,
    located: &Located,
    element: &Element<'_>,
) -> Vec<String> {
    match (&located.root, &located.value) {
        (Root::Flow { close, is_empty }, None) => {
            let (open, shut) = brackets(element);
            let element = write::flow(element, Keys::Quoted);
            let comma = if *is_empty { "" } else { ", " };
            let pair = format!("{comma}\"{key}\": {open}{element}{shut}");
            vec![edited(text, vec![(*close..*close, pair)])]
        }
        (Root::Flow { .. }, Some(Collection::Nothing { written, .. })) => {
            let (open, shut) = brackets(element);
            let element = write::flow(element, Keys::Quoted);
            let list = format!("{open}{element}{shut}");
            written
                .iter()
                .map(|range| edited(text, vec![(range.clone(), list.clone())]))
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
            (Root::Block { indent }, None)
                if text[open + 1..*close].trim_matches(' ').is_empty() =>
            {
                vec![first(text, *key, Some(*open..close + 1), *indent, element)]
            }
            (root, None) => {
                let element = write::flow(element, keys(*root));
                vec![edited(text, vec![(open + 1..open + 1, element)])]
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

/// `text` with each range replaced; the ranges are in order and apart.
fn edited(text: &str, edits: Vec<(Range<usize>, String)>) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    let mut done = 0;
    for (range, new) in edits {
        out.push_str(&text[done..range.start]);
        out.push_str(&new);
        done = range.end;
    }
    out.push_str(&text[done..]);
    out
}

fn eol(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The start of the line behind the one that holds `at`, and what has to be put before it: a line
/// end, where that line is the last one and has none.
fn next_line(text: &str, at: usize) -> (usize, &'static str) {
    match text[at..].find('\n') {
        Some(newline) => (at + newline + 1, ""),
        None if text.is_empty() => (0, ""),
        None => (text.len(), eol(text)),
    }
}

/// Goes on from the line that starts at `at` over lines of comment that stand deeper than `indent`:
/// they belong to what is above them.
fn over_comments(text: &str, mut at: usize, indent: usize) -> usize {
    for line in text[at..].split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        if !content.starts_with('#')
            || line.len() - content.len() <= indent
            || !line.ends_with('\n')
        {
            break;
        }
        at += line.len();
    }
    at
}

/// The key and its first element, at the end of the document.
fn missing(text: &str, key: &str, end: usize, indent: usize, element: &Element<'_>) -> Vec<String> {
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
    vec![edited(text, vec![(end..end, new)])]
}

/// The first element of a list whose key ends at `key`, in place of `written` (`[]`, `null`).
fn first(
    text: &str,
    key: usize,
    written: Option<Range<usize>>,
    indent: usize,
    element: &Element<'_>,
) -> String {
    let mut edits = Vec::new();
    let mut behind = key;
    if let Some(mut range) = written {
        behind = range.end;
        let rest = text[range.end..].split(['\r', '\n']).next().unwrap_or("");
        // What stands between the colon and a comment stays as wide as it was; between the colon
        // and the end of the line nothing is left.
        if rest.trim().is_empty() {
            range.end += rest.len();
            range.start = text[..range.start].trim_end_matches([' ', '\t']).len();
        } else {
            range.start = text[..range.start].trim_end_matches([' ', '\t']).len();
        }
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
    edited(text, edits)
}

/// One more element behind the last one, written as the others are.
fn last(text: &str, block: &Block, element: &Element<'_>) -> Vec<String> {
    let default = BlockStyle::default();
    let style = BlockStyle {
        indent: block.indent,
        step: block.step.unwrap_or(default.step),
        lists: block.lists.unwrap_or(default.lists),
    };
    let eol = eol(text);
    let lines = write::block(element, style, eol);
    let blank = match block.count > 1 && is_apart(text, block.last_start) {
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
        .map(|(at, before)| edited(text, vec![(at..at, format!("{before}{blank}{lines}"))]))
        .collect()
}

/// Whether a blank line stands above the element that starts at `start`, or above its comments.
fn is_apart(text: &str, start: usize) -> bool {
    let line = text[..start].rfind('\n').unwrap_or(0);
    text[..line]
        .rsplit('\n')
        .map(str::trim)
        .find(|line| !line.starts_with('#'))
        .is_some_and(str::is_empty)
}

/// One more element in brackets, behind the one that ends at `last`.
fn in_brackets(text: &str, last: usize, close: usize, element: &str) -> String {
    let comma = comma(&text[last..close]).map(|at| last + at);
    let newline = text[last..close].find('\n').map(|at| last + at + 1);
    let line = text[..last].rfind('\n').map_or(0, |at| at + 1);
    let start = &text[line..last];
    let margin = &start[..start.len() - start.trim_start_matches(' ').len()];
    let eol = eol(text);
    let edits = match (comma, newline) {
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
    };
    edited(text, edits)
}

/// The first comma in `text` that is not part of a comment.
fn comma(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.find('#').map_or(line, |comment| &line[..comment]);
        if let Some(comma) = content.find(',') {
            return Some(at + comma);
        }
        at += line.len();
    }
    None
}
