//! Changed files, as `diff -u` and `git diff --stat` show them.

use anstyle::{AnsiColor, Style};

use super::{
    BOLD, DIM, counted, file_line, one_line,
    table::{pad, widest},
};
use crate::project::difference::{Became, Difference};

const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const PLACE: Style = AnsiColor::Cyan.on_default();

/// One file as `patch` would take it; nothing of it can steer a terminal.
pub(crate) fn lines(difference: &Difference) -> Vec<String> {
    let path = one_line(&difference.path);
    let Some(patch) = &difference.patch else {
        let what = word(difference);
        return vec![format!("{BOLD}{path}{BOLD:#}  {DIM}{what}{DIM:#}")];
    };
    let (from, to) = match difference.status {
        Became::Added => ("/dev/null".to_owned(), format!("b/{path}")),
        Became::Removed => (format!("a/{path}"), "/dev/null".to_owned()),
        Became::Changed | Became::Mode => (format!("a/{path}"), format!("b/{path}")),
    };
    let mut lines = vec![
        format!("{BOLD}--- {from}{BOLD:#}"),
        format!("{BOLD}+++ {to}{BOLD:#}"),
    ];
    for line in patch.split_terminator('\n') {
        let shown = file_line(line);
        lines.push(match line.as_bytes().first() {
            Some(b'+') => format!("{ADDED}{shown}{ADDED:#}"),
            Some(b'-') => format!("{REMOVED}{shown}{REMOVED:#}"),
            Some(b'@') => format!("{PLACE}{shown}{PLACE:#}"),
            _ => shown,
        });
    }
    lines
}

fn word(difference: &Difference) -> String {
    let word = match difference.status {
        Became::Added => "added",
        Became::Removed => "removed",
        Became::Changed => "changed",
        Became::Mode => "changed: whether it may be run",
    };
    match difference.opaque {
        Some(why) => format!("{word} ({why})"),
        None => word.to_owned(),
    }
}

/// One line a file, and the sum.
pub(crate) fn stat(differences: &[Difference]) -> Vec<String> {
    let paths: Vec<String> = differences.iter().map(|d| one_line(&d.path)).collect();
    let width = widest(paths.iter().map(String::as_str));
    let mut lines = Vec::new();
    let (mut added, mut removed) = (0, 0);
    for (difference, path) in differences.iter().zip(&paths) {
        let (plus, minus) = (difference.added, difference.removed);
        let what = word(difference);
        let path = pad(path, width);
        lines.push(format!(
            "{path}  {ADDED}{:>6}{ADDED:#} {REMOVED}{:>6}{REMOVED:#}  {DIM}{what}{DIM:#}",
            format!("+{plus}"),
            format!("-{minus}")
        ));
        added += plus;
        removed += minus;
    }
    lines.push(format!(
        "{}, +{added} -{removed}",
        counted(differences.len(), "file")
    ));
    lines
}
