//! What a package uses, in plain words: the band and the table.

use registry_index::{Kind, Record};
use serde::Serialize;

use crate::{
    text,
    view::{
        Link,
        files::Files,
        label::{Cell, Evidence, Sort, Use, Uses},
    },
};

/// The most values that the band names; the table has all.
const MAX_NAMED: usize = 4;

/// The label, unfolded: the same squares with a sentence each.
#[derive(Debug, Serialize)]
pub(crate) struct Band {
    pub(crate) squares: Vec<Square>,
    /// What is and is not enforced.
    pub(crate) bold: &'static str,
    pub(crate) rest: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Square {
    pub(crate) cell: Cell,
    pub(crate) title: &'static str,
    pub(crate) phrases: Vec<Phrase>,
    /// How we know.
    pub(crate) how: String,
}

/// `Runs` and what.
#[derive(Debug, Serialize)]
pub(crate) struct Phrase {
    pub(crate) verb: &'static str,
    pub(crate) values: Vec<String>,
    pub(crate) more: usize,
}

/// A line of the table.
#[derive(Debug, Serialize)]
pub(crate) struct UseRow {
    pub(crate) cell: Cell,
    pub(crate) verb: &'static str,
    pub(crate) value: String,
    pub(crate) how: &'static str,
    /// A use that nobody declared is a defect.
    pub(crate) is_undeclared: bool,
    pub(crate) places: Vec<Link>,
}

impl Band {
    pub(crate) fn new(uses: &[Uses], record: &Record) -> Self {
        let is_enforced = uses.iter().any(|one| one.evidence == Evidence::Enforced);
        let (bold, rest) = match is_enforced {
            true => (
                "Filled squares are enforced:",
                "the sandbox allows nothing else.",
            ),
            false if record.manifest.kind == Kind::Plugin => ("Nothing here is enforced.", ""),
            false => (
                "Nothing here is enforced:",
                "agents run with your own rights.",
            ),
        };
        Self {
            squares: uses.iter().map(square).collect(),
            bold,
            rest,
        }
    }
}

fn square(uses: &Uses) -> Square {
    let title = match uses.sort {
        Sort::Network => "Network",
        Sort::Files => "Files",
        Sort::Commands => "Commands",
        Sort::Environment => "Environment",
        Sort::Agents => "Agents",
    };
    let phrases = match uses.sort {
        Sort::Files if !uses.uses.is_empty() => file_phrases(&uses.uses),
        sort => vec![phrase(
            match (sort, uses.uses.is_empty()) {
                (Sort::Network, false) => "Calls",
                (Sort::Network, true) => "Calls no host",
                (Sort::Files, _) => "Reads and writes nothing of yours",
                (Sort::Commands, false) => "Runs",
                (Sort::Commands, true) => "Runs no command",
                (Sort::Environment, false) => "Reads",
                (Sort::Environment, true) => "Reads no variable",
                (Sort::Agents, false) => "Calls",
                (Sort::Agents, true) => "Calls no other agent",
            },
            uses.uses.iter().map(|one| one.value.clone()).collect(),
        )],
    };
    Square {
        cell: uses.cell(),
        title,
        phrases,
        how: how(uses),
    }
}

fn phrase(verb: &'static str, mut values: Vec<String>) -> Phrase {
    let more = values.len().saturating_sub(MAX_NAMED);
    values.truncate(MAX_NAMED);
    Phrase { verb, values, more }
}

fn file_phrases(uses: &[Use]) -> Vec<Phrase> {
    let with = |prefix: &str| -> Vec<String> {
        let values = uses.iter().filter_map(|one| one.value.strip_prefix(prefix));
        values.map(str::to_owned).collect()
    };
    let (reads, writes) = (with("read:"), with("write:"));
    vec![
        match reads.is_empty() {
            true => phrase("Reads nothing", reads),
            false => phrase("Reads", reads),
        },
        match writes.is_empty() {
            true => phrase("writes nothing", writes),
            false => phrase("writes", writes),
        },
    ]
}

fn how(uses: &Uses) -> String {
    let mut files: Vec<&String> = uses.uses.iter().flat_map(|one| &one.files).collect();
    files.sort();
    files.dedup();
    let seen = text::count(files.len(), "file", "files");
    let only_declared = uses
        .uses
        .iter()
        .filter(|one| one.evidence == Evidence::Declared)
        .count();
    match (uses.evidence, files.len()) {
        (Evidence::None, _) => "none declared, none found".to_owned(),
        (Evidence::Enforced, _) => "enforced by the sandbox".to_owned(),
        (Evidence::Found, _) => format!("found in {seen}"),
        (Evidence::Declared, 0) => "declared only".to_owned(),
        (Evidence::Declared, _) => format!("found in {seen}, {only_declared} declared only"),
    }
}

/// The table of all uses.
pub(crate) fn rows(uses: &[Uses], files: &Files) -> Vec<UseRow> {
    let mut rows = Vec::new();
    for group in uses {
        for one in &group.uses {
            let (verb, value) = sentence(group.sort, &one.value);
            let alone = Uses {
                sort: group.sort,
                evidence: one.evidence,
                uses: Vec::new(),
            };
            rows.push(UseRow {
                cell: alone.cell(),
                verb,
                value: value.to_owned(),
                how: match (one.evidence, one.declared) {
                    (Evidence::Enforced, _) => "enforced by the sandbox",
                    (Evidence::Found, true) => "declared, found",
                    (Evidence::Found, false) => "found, not declared",
                    _ => "declared",
                },
                is_undeclared: !one.declared,
                places: one
                    .files
                    .iter()
                    .take(8)
                    .map(|path| place(path, files))
                    .collect(),
            });
        }
    }
    rows
}

fn sentence(sort: Sort, value: &str) -> (&'static str, &str) {
    match sort {
        Sort::Network => ("send requests to", value),
        Sort::Files => match (value.strip_prefix("read:"), value.strip_prefix("write:")) {
            (Some(path), _) => ("read", path),
            (_, Some(path)) => ("write", path),
            _ => ("reach", value),
        },
        Sort::Commands => ("run", value),
        Sort::Environment => ("read the variable", value),
        Sort::Agents => ("call", value),
    }
}

fn place(path: &str, files: &Files) -> Link {
    let anchor = files.anchors.iter().find(|(of, _)| of == path);
    let name = path.rsplit('/').next().unwrap_or(path);
    Link::inside(
        text::line(name, 120),
        anchor.map(|(_, id)| format!("#{id}")),
    )
}
