//! What a registry has on GitHub: this project's own files, changed in the few places where a registry
//! that is not the program's home differs. Each change names what it replaces, and a test demands that
//! all of it is there, so that neither side moves without the other.

use super::Wanted;

/// A file of ours and how it changes.
struct Ours {
    path: &'static str,
    text: &'static str,
    changes: &'static [Change],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    /// The program comes from a pinned commit of this project, not from the same repository.
    Program,
    /// Where the site is.
    Address,
    /// Who keeps it.
    Owner,
    /// Where it is developed.
    Home,
    /// Lines that end in `only here` (or the same in brackets) are left out.
    OnlyHere,
    /// Nothing from this line on, but the last one: the program's own affairs.
    Until(&'static str, &'static str),
}

macro_rules! ours {
    ($path:literal, $($change:expr),*) => {
        Ours {
            path: concat!(".github/", $path),
            text: include_str!(concat!("../../../../.github/", $path)),
            changes: &[$($change),*],
        }
    };
}

const OURS: &[Ours] = &[
    ours!("workflows/check.yml", Change::Program),
    ours!("workflows/decide.yml", Change::Program),
    ours!("workflows/release.yml", Change::Program, Change::Address),
    ours!("workflows/nightly.yml", Change::Program),
    ours!("actionlint.yaml", Change::OnlyHere),
    ours!("CODEOWNERS", Change::Owner, Change::OnlyHere),
    ours!(
        "dependabot.yml",
        Change::Until("  - package-ecosystem: cargo\n", "")
    ),
    ours!(
        "PULL_REQUEST_TEMPLATE.md",
        Change::Until("\nCode:\n", "-->\n")
    ),
    ours!("ISSUE_TEMPLATE/config.yml", Change::Home, Change::OnlyHere),
    ours!("ISSUE_TEMPLATE/namespace.yml",),
    ours!("ISSUE_TEMPLATE/package.yml", Change::Home),
    ours!("ISSUE_TEMPLATE/request.yml",),
];

/// This project, on GitHub.
const HOME: &str = "paracle-hub/paracle-hub";
/// How our own workflows get the program.
const OWN_PROGRAM: &str = "uses: $/.github/actions/paracle\n";
/// Where our own site is.
const OWN_ADDRESS: &str = "https://paracle-hub.github.io/paracle-hub/";
/// Who keeps this project.
const OWN_MAINTAINERS: &str = "@paracle-hub/maintainers";

/// The files of a registry that `owner` keeps in `home` (`owner/name`).
pub(super) fn files(wanted: &Wanted, owner: &str, home: &str) -> Vec<(String, String)> {
    let changed = |ours: &Ours| {
        let text = ours
            .changes
            .iter()
            .fold(ours.text.to_owned(), |text, change| {
                changed(&text, *change, wanted, owner, home)
            });
        (ours.path.to_owned(), text)
    };
    OURS.iter().map(changed).collect()
}

fn changed(text: &str, change: Change, wanted: &Wanted, owner: &str, home: &str) -> String {
    match change {
        Change::Program => {
            let program = &wanted.program;
            let pinned = format!(
                "uses: {HOME}/.github/actions/paracle@{} # {}\n",
                program.rev, program.label
            );
            text.replace(OWN_PROGRAM, &pinned)
        }
        Change::Address => text.replace(OWN_ADDRESS, wanted.url.as_str()),
        Change::Owner => text.replace(OWN_MAINTAINERS, &format!("@{owner}")),
        Change::Home => text.replace(HOME, home),
        Change::OnlyHere => text
            .split_inclusive('\n')
            .filter(|line| !is_only_here(line))
            .collect(),
        Change::Until(line, end) => match text.find(line) {
            Some(at) => format!("{}{end}", &text[..at]),
            None => text.to_owned(),
        },
    }
}

fn is_only_here(line: &str) -> bool {
    let line = line.trim_end();
    line.ends_with("# only here") || line.ends_with("(only here)")
}

#[cfg(test)]
mod tests {
    use super::{Change, HOME, OURS, OWN_ADDRESS, OWN_MAINTAINERS, OWN_PROGRAM, is_only_here};

    #[test]
    fn every_change_finds_what_it_replaces_and_nothing_is_left() {
        for ours in OURS {
            let has = |text: &str| ours.text.contains(text);
            for (change, needle) in [
                (Change::Program, OWN_PROGRAM),
                (Change::Address, OWN_ADDRESS),
                (Change::Owner, OWN_MAINTAINERS),
                (Change::Home, HOME),
            ] {
                let is_due = ours.changes.contains(&change);
                assert_eq!(has(needle), is_due, "{}: {change:?}", ours.path);
            }
            let marked = ours.text.lines().any(is_only_here);
            assert_eq!(
                marked,
                ours.changes.contains(&Change::OnlyHere),
                "{}",
                ours.path
            );
            for change in ours.changes {
                if let Change::Until(line, _) = change {
                    assert!(has(line), "{}: {line}", ours.path);
                }
            }
        }
    }

    #[test]
    fn whatever_lies_in_our_folder_is_taken_or_is_the_programs_own() {
        const OWN: &[&str] = &["workflows/ci.yml", "ISSUE_TEMPLATE/bug.yml", "actions"];
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.github");
        for folder in ["", "workflows", "ISSUE_TEMPLATE"] {
            for entry in std::fs::read_dir(format!("{root}/{folder}")).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let path = format!("{folder}/{name}");
                let path = path.trim_start_matches('/');
                let is_folder = ["workflows", "ISSUE_TEMPLATE"].contains(&path);
                let is_taken = OURS
                    .iter()
                    .any(|ours| ours.path == format!(".github/{path}"));
                assert!(is_folder || is_taken || OWN.contains(&path), "{path}");
            }
        }
    }
}
