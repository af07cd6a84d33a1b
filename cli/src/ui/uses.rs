//! What a package uses, in words, and how we know: the same lines before an install and in `info`.

use registry_index::{
    manifest::Uses,
    record::{Found, Sighting},
    uses::{Evidence, Label},
};

use super::{BOLD, DIM, one_line};

/// Uses of one kind, to be shown. Harmless.
pub(crate) struct Row {
    pub(crate) kind: &'static str,
    /// Hosts, paths, programs …
    pub(crate) values: String,
    /// How we know.
    pub(crate) how: &'static str,
    pub(crate) is_declared: bool,
}

/// One row for each kind of use that is declared, and one for each that is only found.
pub(crate) fn rows(uses: &Uses, label: &Label, undeclared: &Found) -> Vec<Row> {
    let none: &[Sighting] = &[];
    let kinds = [
        (
            "network",
            &uses.network,
            label.network,
            undeclared.network.as_slice(),
        ),
        ("files", &uses.files, label.files, none),
        (
            "commands",
            &uses.commands,
            label.commands,
            &undeclared.commands,
        ),
        (
            "environment",
            &uses.environment,
            label.environment,
            &undeclared.environment,
        ),
        ("agents", &uses.agents, label.agents, none),
    ];
    let mut rows = Vec::new();
    for (kind, declared, evidence, undeclared) in kinds {
        let how = match evidence {
            Evidence::None | Evidence::Declared => "declared only",
            Evidence::Found => "declared, and found in its files",
            Evidence::Enforced => "enforced by the sandbox",
        };
        if !declared.is_empty() {
            rows.push(Row {
                kind,
                values: one_line(&declared.join(", ")),
                how,
                is_declared: true,
            });
        }
        if !undeclared.is_empty() {
            let values: Vec<&str> = undeclared
                .iter()
                .map(|sighting| sighting.value.as_str())
                .collect();
            rows.push(Row {
                kind,
                values: one_line(&values.join(", ")),
                how: "found, NOT declared",
                is_declared: false,
            });
        }
    }
    rows
}

/// The same as lines of text.
pub(crate) fn lines(uses: &Uses, label: &Label, undeclared: &Found) -> Vec<String> {
    let line = |row: Row| {
        let style = if row.is_declared { DIM } else { BOLD };
        let (kind, values, how) = (row.kind, row.values, row.how);
        format!("  {DIM}{kind:<12}{DIM:#} {values}  {style}({how}){style:#}")
    };
    rows(uses, label, undeclared)
        .into_iter()
        .map(line)
        .collect()
}
