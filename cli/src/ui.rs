//! All printing: data on standard output, everything else on standard error.

use std::{
    fmt::{self, Display, Write as _},
    io::{self, IsTerminal, Write},
};

use anstyle::{AnsiColor, Style};
use registry_index::{record::Cost, wire::Release};
use serde::Serialize;

use crate::{
    args::Global,
    error::{CliError, Kind},
};

pub(crate) mod diff;
pub(crate) mod findings;
pub(crate) mod pieces;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod table;
pub(crate) mod uses;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
/// For names.
pub(crate) const BOLD: Style = Style::new().bold();
/// For what was searched for.
pub(crate) const MARK: Style = AnsiColor::Yellow.on_default().bold().underline();
/// For the second voice.
pub(crate) const DIM: Style = Style::new().dimmed();

/// How to speak.
#[derive(Clone, Debug)]
pub(crate) struct Ui {
    quiet: bool,
    no_input: bool,
}

impl Ui {
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            quiet: global.quiet,
            no_input: global.no_input,
        }
    }

    /// One line of data.
    pub(crate) fn data(&self, line: impl Display) -> Result<(), CliError> {
        written(writeln!(anstream::stdout(), "{line}"))
    }

    /// Data as JSON. What could steer a terminal is escaped: a file is as readable as before.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(value)?;
        written(writeln!(io::stdout(), "{}", escape_json(&text)))
    }

    /// What was done, on standard error: a right-aligned verb, as in cargo.
    pub(crate) fn did(&self, verb: &str, what: impl Display) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr(), "{GOOD}{verb:>12}{GOOD:#} {what}");
        }
    }

    pub(crate) fn warn(&self, message: &str) {
        let _ = writeln!(
            anstream::stderr(),
            "{WARNING}warning{WARNING:#}: {}",
            Untrusted(message)
        );
    }

    pub(crate) fn hint(&self, message: &str) {
        let _ = writeln!(
            anstream::stderr(),
            "  {HINT}hint{HINT:#}: {}",
            Untrusted(message)
        );
    }

    pub(crate) fn error(&self, error: &CliError) {
        let _ = writeln!(
            anstream::stderr(),
            "{ERROR}error{ERROR:#}: {}",
            Untrusted(&error.message)
        );
        error.hints.iter().for_each(|hint| self.hint(hint));
    }

    /// Whether somebody can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        !self.no_input && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether questions are allowed.
    pub(crate) fn is_asking(&self) -> bool {
        !self.no_input
    }

    /// Whether standard output shows colours: a terminal that can, and nobody said `NO_COLOR`.
    pub(crate) fn has_colours(&self) -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// Waits for Enter. Whether to go on: not where `q` was typed, or nobody answers.
    pub(crate) fn wants_more(&self, text: &str) -> bool {
        let _ = write!(anstream::stderr(), "{HINT}?{HINT:#} {text} ");
        let mut answer = String::new();
        let is_answered = io::stdin()
            .read_line(&mut answer)
            .is_ok_and(|read| read > 0);
        is_answered && !answer.trim().eq_ignore_ascii_case("q")
    }

    /// Whether somebody looks at what is drawn.
    pub(crate) fn is_watched(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// What somebody is to do elsewhere. Also said when quiet: nothing goes on without it.
    pub(crate) fn ask(&self, what: &str) {
        let _ = writeln!(anstream::stderr(), "{HINT}?{HINT:#} {what}");
    }

    /// Asks a yes-or-no question; `None` where nobody can be asked.
    pub(crate) fn confirm(&self, question: &str) -> Option<bool> {
        if !self.can_ask() {
            return None;
        }
        let _ = write!(anstream::stderr(), "{HINT}?{HINT:#} {question} [y/N] ");
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        Some(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}

/// A reader that went away (`paracle … | head`) is no failure.
fn written(result: io::Result<()>) -> Result<(), CliError> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::new(
            Kind::Failed,
            format!("cannot write to standard output: {error}"),
        )),
        _ => Ok(()),
    }
}

/// Text from a package, a file or a server: printed without what could steer a terminal. Line breaks
/// stay; a tab becomes a space; anything else that a reader cannot see is written as `\u{…}`.
pub(crate) struct Untrusted<T>(pub(crate) T);

impl<T: Display> Display for Untrusted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hashes = 0;
        for c in self.0.to_string().chars() {
            match c {
                // `##[` is an order to the log of a workflow, wherever it stands in a line.
                '[' if hashes >= 2 => f.write_str("\\u{5b}")?,
                '\n' => f.write_char(c)?,
                '\t' => f.write_char(' ')?,
                c if is_unseen(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => f.write_char(c)?,
            }
            hashes = if c == '#' { hashes + 1 } else { 0 };
        }
        Ok(())
    }
}

/// Like [`Untrusted`], on one line.
pub(crate) fn one_line(text: &str) -> String {
    Untrusted(text.split_whitespace().collect::<Vec<_>>().join(" ")).to_string()
}

/// Like [`Untrusted`], tabs kept: a line of a file.
pub(crate) fn file_line(text: &str) -> String {
    let parts: Vec<String> = text
        .split('\t')
        .map(|part| Untrusted(part).to_string())
        .collect();
    parts.join("\t")
}

/// Control and format characters: C0, C1, zero-width, bidirectional, tags, line separators.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
            | 0xfe00..=0xfe0f | 0xfeff | 0xfff9..=0xfffb | 0x1_d173..=0x1_d17a | 0xe_0000..=0xe_0fff)
}

/// `1 package`, `2 packages`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// What an agent pays for a package.
pub(crate) fn cost(cost: &Cost) -> String {
    format!(
        "{} tokens always, {} on demand (estimated)",
        cost.always, cost.on_demand
    )
}

/// A release in a list of versions.
pub(crate) fn release(release: &Release) -> String {
    match (&release.revoked, &release.yanked) {
        (Some(_), _) => format!("{} (revoked)", release.version()),
        (None, Some(_)) => format!("{} (yanked)", release.version()),
        (None, None) => release.version().to_string(),
    }
}

fn escape_json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && is_unseen(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_unseen_reaches_a_terminal() {
        let hostile = "a\u{1b}[31mb\u{9b}c\u{202e}d\u{200b}e\u{e0041}f\rg\u{7}";
        let shown = Untrusted(hostile).to_string();
        assert_eq!(
            shown,
            "a\\u{1b}[31mb\\u{9b}c\\u{202e}d\\u{200b}e\\u{e0041}f\\u{d}g\\u{7}"
        );
        assert!(!one_line("a\nb\tc").contains(['\n', '\t']));
        let json = escape_json(&serde_json::to_string(hostile).unwrap());
        assert!(json.chars().all(|c| !is_unseen(c)));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), hostile);
    }
}
