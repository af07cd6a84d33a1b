//! What a package uses, in words, and how we know: the same lines before an install and in `info`.

use registry_index::{
    manifest::Uses,
    record::{Found, Sighting},
    uses::{Evidence, Label},
};

use super::{BOLD, DIM, one_line};

/// One line for each kind of use that is declared, and one for each that is only found.
pub(crate) fn lines(uses: &Uses, label: &Label, undeclared: &Found) -> Vec<String> {
    let none: &[Sighting] = &[];
    let rows = [
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
    let mut lines = Vec::new();
    for (kind, declared, evidence, undeclared) in rows {
        let how = match evidence {
            Evidence::None | Evidence::Declared => "declared only",
            Evidence::Found => "declared, and found in its files",
            Evidence::Enforced => "enforced by the sandbox",
        };
        if !declared.is_empty() {
            let values = one_line(&declared.join(", "));
            lines.push(format!(
                "  {DIM}{kind:<12}{DIM:#} {values}  {DIM}({how}){DIM:#}"
            ));
        }
        if !undeclared.is_empty() {
            let values: Vec<&str> = undeclared
                .iter()
                .map(|sighting| sighting.value.as_str())
                .collect();
            let values = one_line(&values.join(", "));
            lines.push(format!(
                "  {DIM}{kind:<12}{DIM:#} {values}  {BOLD}(found, NOT declared){BOLD:#}"
            ));
        }
    }
    lines
}
