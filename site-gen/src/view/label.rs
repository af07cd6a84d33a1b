//! The label: five squares that say what a package uses, and how we know.

use registry_index::{
    Manifest, Record,
    record::{Found, Sighting},
};
use serde::Serialize;

use crate::text;

/// How we know of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Evidence {
    /// There is no such use.
    None,
    /// The author says so.
    Declared,
    /// The author says so and the files show it.
    Found,
    /// The sandbox allows nothing else.
    Enforced,
}

impl Evidence {
    fn class(self) -> &'static str {
        match self {
            Self::None => "n",
            Self::Declared => "d",
            Self::Found => "f",
            Self::Enforced => "e",
        }
    }
}

/// What kind of use a square stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Network,
    Files,
    Commands,
    Environment,
    Agents,
}

impl Sort {
    /// In the order in which they are shown.
    pub(crate) const ALL: [Self; 5] = [
        Self::Network,
        Self::Files,
        Self::Commands,
        Self::Environment,
        Self::Agents,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Files => "files",
            Self::Commands => "commands",
            Self::Environment => "environment",
            Self::Agents => "agents",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Network => "u-net",
            Self::Files => "u-file",
            Self::Commands => "u-cmd",
            Self::Environment => "u-env",
            Self::Agents => "k-agent",
        }
    }
}

/// One use and how we know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) value: String,
    pub(crate) evidence: Evidence,
    /// Whether the author says so; what is found without is a defect of the package.
    pub(crate) declared: bool,
    /// Files in which it was found.
    pub(crate) files: Vec<String>,
}

/// What a package uses of one sort.
#[derive(Clone, Debug)]
pub(crate) struct Uses {
    pub(crate) sort: Sort,
    /// The strongest statement that is true of all of them.
    pub(crate) evidence: Evidence,
    pub(crate) uses: Vec<Use>,
}

/// A square.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cell {
    /// `n`, `d`, `f` or `e`.
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
}

/// Five squares and the sentence that says the same.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Label {
    pub(crate) cells: Vec<Cell>,
    pub(crate) sentence: String,
}

impl Uses {
    pub(crate) fn cell(&self) -> Cell {
        Cell {
            class: self.evidence.class(),
            icon: match self.evidence {
                Evidence::None => "none",
                _ => self.sort.icon(),
            },
        }
    }
}

/// What `record` says that its package uses, by sort.
pub(crate) fn uses(record: &Record) -> Vec<Uses> {
    Sort::ALL
        .into_iter()
        .map(|sort| {
            let uses = match enforced(sort, &record.manifest) {
                Some(granted) => granted,
                None => disclosed(sort, &record.manifest, &record.found),
            };
            let evidence = uses
                .iter()
                .map(|one| one.evidence)
                .min()
                .unwrap_or(Evidence::None);
            Uses {
                sort,
                evidence,
                uses,
            }
        })
        .collect()
}

/// The label over `uses`.
pub(crate) fn label(uses: &[Uses]) -> Label {
    let said: Vec<String> = uses
        .iter()
        .filter_map(|uses| {
            let how = match uses.evidence {
                Evidence::None => return None,
                Evidence::Declared => "declared",
                Evidence::Found => "found",
                Evidence::Enforced => "enforced",
            };
            Some(format!("{} {how}", uses.sort.word()))
        })
        .collect();
    Label {
        cells: uses.iter().map(Uses::cell).collect(),
        sentence: match said.as_slice() {
            [] => "Uses: nothing".to_owned(),
            said => format!("Uses: {}", said.join(", ")),
        },
    }
}

/// What the sandbox grants, for the sorts it watches over.
fn enforced(sort: Sort, manifest: &Manifest) -> Option<Vec<Use>> {
    let permissions = manifest.permissions.as_ref()?;
    let granted: Vec<&str> = match sort {
        Sort::Network => permissions
            .network_access
            .iter()
            .map(String::as_str)
            .collect(),
        Sort::Files => permissions.file_system.iter().map(String::as_str).collect(),
        Sort::Agents if permissions.agent_coordination => vec!["other agents of the project"],
        Sort::Agents => Vec::new(),
        Sort::Commands | Sort::Environment => return None,
    };
    let granted = granted.into_iter().map(|value| Use {
        value: text::line(value, 200),
        evidence: Evidence::Enforced,
        declared: true,
        files: Vec::new(),
    });
    Some(granted.collect())
}

fn disclosed(sort: Sort, manifest: &Manifest, found: &Found) -> Vec<Use> {
    let none = Vec::new();
    let (declared, sightings): (&[String], &[Sighting]) = match sort {
        Sort::Network => (&manifest.uses.network, &found.network),
        Sort::Files => (&manifest.uses.files, &none),
        Sort::Commands => (&manifest.uses.commands, &found.commands),
        Sort::Environment => (&manifest.uses.environment, &found.environment),
        Sort::Agents => (&manifest.uses.agents, &none),
    };
    let mut uses: Vec<Use> = declared
        .iter()
        .map(|value| {
            let mut files: Vec<String> = sightings
                .iter()
                .filter(|sighting| is_same(sort, value, &sighting.value))
                .flat_map(|sighting| sighting.files.clone())
                .collect();
            files.sort();
            files.dedup();
            Use {
                value: text::line(value, 200),
                evidence: match files.is_empty() {
                    true => Evidence::Declared,
                    false => Evidence::Found,
                },
                declared: true,
                files,
            }
        })
        .collect();
    let undeclared = sightings.iter().filter(|sighting| {
        !declared
            .iter()
            .any(|value| is_same(sort, value, &sighting.value))
    });
    uses.extend(undeclared.map(|sighting| Use {
        value: text::line(&sighting.value, 200),
        evidence: Evidence::Found,
        declared: false,
        files: sighting.files.clone(),
    }));
    uses
}

/// Whether what was seen is what was declared: the same text; for commands also the bare program
/// (`git` for `git diff`), because files name the two apart.
fn is_same(sort: Sort, declared: &str, seen: &str) -> bool {
    declared == seen
        || (sort == Sort::Commands && declared.split_whitespace().next() == Some(seen))
        || (sort == Sort::Commands && seen.split_whitespace().next() == Some(declared))
}
