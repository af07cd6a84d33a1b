//! The label: five squares that say what a package uses, and how we know.

use std::collections::BTreeMap;

pub(crate) use registry_index::uses::Evidence;
use registry_index::{
    Kind, Manifest, Record, manifest,
    record::{Found, Sighting},
    uses::{label as label_of, undeclared},
};
use serde::Serialize;

use crate::text;

/// The letter that style and search know a square by.
fn class(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::None => "n",
        Evidence::Declared => "d",
        Evidence::Found => "f",
        Evidence::Enforced => "e",
    }
}

/// How we know, in a word; nothing where there is nothing to know.
fn how(evidence: Evidence) -> Option<&'static str> {
    match evidence {
        Evidence::None => None,
        Evidence::Declared => Some("declared"),
        Evidence::Found => Some("found"),
        Evidence::Enforced => Some("enforced"),
    }
}

/// [`how`] by [`class`], for the scripts that make labels.
pub(crate) fn evidence_words() -> BTreeMap<&'static str, &'static str> {
    let all = [Evidence::Declared, Evidence::Found, Evidence::Enforced];
    let words = all.into_iter().map(|one| (class(one), how(one)));
    words
        .filter_map(|(class, how)| Some((class, how?)))
        .collect()
}

/// What a square is called, and its picture.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct UseWord {
    pub(crate) word: &'static str,
    pub(crate) icon: &'static str,
}

/// All squares in their order.
pub(crate) fn use_words() -> [UseWord; 5] {
    Sort::ALL.map(|sort| UseWord {
        word: sort.word(),
        icon: sort.icon(),
    })
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
            class: class(self.evidence),
            icon: match self.evidence {
                Evidence::None => "none",
                _ => self.sort.icon(),
            },
        }
    }
}

/// What `record` says that its package uses, by sort.
pub(crate) fn uses(record: &Record) -> Vec<Uses> {
    let label = label_of(&record.manifest, &record.found);
    let undeclared = undeclared(&record.manifest, &record.found);
    Sort::ALL
        .into_iter()
        .map(|sort| Uses {
            sort,
            evidence: match sort {
                Sort::Network => label.network,
                Sort::Files => label.files,
                Sort::Commands => label.commands,
                Sort::Environment => label.environment,
                Sort::Agents => label.agents,
            },
            uses: of_sort(sort, record, &undeclared),
        })
        .collect()
}

/// The label over `uses`.
pub(crate) fn label(uses: &[Uses]) -> Label {
    let said: Vec<String> = uses
        .iter()
        .filter_map(|uses| {
            let how = how(uses.evidence)?;
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

fn of_sort(sort: Sort, record: &Record, undeclared: &Found) -> Vec<Use> {
    let manifest = &record.manifest;
    let granted = granted(sort, manifest);
    let mut declared = declared(sort, &manifest.uses).to_vec();
    declared.extend(
        granted
            .iter()
            .filter(|one| !declared.contains(one))
            .cloned()
            .collect::<Vec<_>>(),
    );
    let declared_uses = declared.iter().map(|value| {
        let files = shown_in(sort, value, record);
        Use {
            value: text::line(value, 200),
            evidence: match (granted.contains(value), files.is_empty()) {
                (true, _) => Evidence::Enforced,
                (false, false) => Evidence::Found,
                (false, true) => Evidence::Declared,
            },
            declared: true,
            files,
        }
    });
    let others = found(sort, undeclared).iter().map(|sighting| Use {
        value: text::line(&sighting.value, 200),
        evidence: Evidence::Found,
        declared: false,
        files: sighting.files.clone(),
    });
    declared_uses.chain(others).collect()
}

fn declared(sort: Sort, uses: &manifest::Uses) -> &[String] {
    match sort {
        Sort::Network => &uses.network,
        Sort::Files => &uses.files,
        Sort::Commands => &uses.commands,
        Sort::Environment => &uses.environment,
        Sort::Agents => &uses.agents,
    }
}

fn found(sort: Sort, found: &Found) -> &[Sighting] {
    match sort {
        Sort::Network => &found.network,
        Sort::Commands => &found.commands,
        Sort::Environment => &found.environment,
        Sort::Files | Sort::Agents => &[],
    }
}

/// What the sandbox grants a plugin.
fn granted(sort: Sort, manifest: &Manifest) -> Vec<String> {
    let Some(permissions) = manifest
        .permissions
        .as_ref()
        .filter(|_| manifest.kind == Kind::Plugin)
    else {
        return Vec::new();
    };
    match sort {
        Sort::Network => permissions.network_access.clone(),
        Sort::Files => permissions.file_system.clone(),
        Sort::Agents if permissions.agent_coordination => {
            vec!["other agents of the project".to_owned()]
        }
        Sort::Agents | Sort::Commands | Sort::Environment => Vec::new(),
    }
}

/// The files that show the use `value`: those of the sightings that declaring it alone accounts for.
fn shown_in(sort: Sort, value: &str, record: &Record) -> Vec<String> {
    let all = found(sort, &record.found);
    if all.is_empty() {
        return Vec::new();
    }
    let mut alone = manifest::Uses::default();
    match sort {
        Sort::Network => alone.network.push(value.to_owned()),
        Sort::Commands => alone.commands.push(value.to_owned()),
        Sort::Environment => alone.environment.push(value.to_owned()),
        Sort::Files | Sort::Agents => return Vec::new(),
    }
    let manifest = Manifest {
        uses: alone,
        ..record.manifest.clone()
    };
    let rest = undeclared(&manifest, &record.found);
    let rest = found(sort, &rest);
    let shown = all.iter().filter(|sighting| !rest.contains(sighting));
    let mut files: Vec<String> = shown.flat_map(|sighting| sighting.files.clone()).collect();
    files.sort();
    files.dedup();
    files
}
