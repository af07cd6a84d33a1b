//! Changes to a text as ranges and what stands there instead: cheap to have many of.

use std::ops::Range;

/// Replacements, in any order, that do not overlap.
pub(super) type Edits = Vec<(Range<usize>, String)>;

/// `text` with each range replaced; `None` where ranges overlap or split a character.
pub(super) fn edited(text: &str, edits: &Edits) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 256);
    pieces(text, edits, |piece| {
        out.push_str(piece);
        true
    })
    .then_some(out)
}

/// Whether `edited` would be `wanted`, without making it.
pub(super) fn gives(text: &str, edits: &Edits, wanted: &str) -> bool {
    let mut rest = wanted;
    let all = pieces(text, edits, |piece| match rest.strip_prefix(piece) {
        Some(behind) => {
            rest = behind;
            true
        }
        None => false,
    });
    all && rest.is_empty()
}

/// Hands the pieces of the new text to `take` until it says no; whether all were taken.
fn pieces(text: &str, edits: &Edits, mut take: impl FnMut(&str) -> bool) -> bool {
    let mut sorted: Vec<_> = edits.iter().collect();
    // Of an insertion and a replacement at one place, the insertion comes first.
    sorted.sort_by_key(|(range, _)| (range.start, range.end));
    let mut done = 0;
    for (range, new) in sorted {
        match text.get(done..range.start) {
            Some(kept) if range.start <= range.end => {
                if !take(kept) || !take(new) {
                    return false;
                }
            }
            _ => return false,
        }
        done = range.end;
    }
    text.get(done..).is_some_and(take)
}

/// How the lines of `text` end.
pub(super) fn eol(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Where the line that holds `at` starts, a byte order mark not counted.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    match text[..at].rfind('\n') {
        Some(newline) => newline + 1,
        None if text.starts_with('\u{feff}') => '\u{feff}'.len_utf8().min(at),
        None => 0,
    }
}

/// The start of the line behind the one that holds `at`, and what has to be put before it: a line
/// end, where that line is the last one and has none.
pub(super) fn next_line(text: &str, at: usize) -> (usize, &'static str) {
    match text[at..].find('\n') {
        Some(newline) => (at + newline + 1, ""),
        None if text.is_empty() => (0, ""),
        None => (text.len(), eol(text)),
    }
}

/// Where the line end that ends at `at` starts, if there is one.
pub(super) fn before_eol(text: &str, at: usize) -> Option<usize> {
    let line = text[..at].strip_suffix('\n')?;
    Some(line.strip_suffix('\r').unwrap_or(line).len())
}

/// The spaces and tabs at the start of the line that holds `at`.
pub(super) fn margin(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..at];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether there is nothing but spaces before `at` in its line.
pub(super) fn starts_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at]
        .chars()
        .all(|c| c == ' ' || c == '\t')
}

/// Goes on from the line that starts at `at` over lines of comment that stand deeper than `indent`:
/// they belong to what is above them.
pub(super) fn over_comments(text: &str, mut at: usize, indent: usize) -> usize {
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
