//! The two languages, which answer the same three questions. Each answer is a list of changes to
//! the text that may be right, the likeliest first; what they say is read back by the caller.

use registry_index::component::entry::Field;

use super::{Dialect, change::Change, edits::Edits, json, yaml};

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Yaml,
    Json,
}

impl Language {
    pub(super) fn of(path: &str) -> Self {
        match path.ends_with(".json") {
            true => Self::Json,
            false => Self::Yaml,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        }
    }

    /// Adds an entry behind all others.
    pub(super) fn insertions(
        self,
        text: &str,
        dialect: Dialect,
        id: &str,
        fields: &[(String, Field)],
    ) -> Vec<Edits> {
        let found = match self {
            Self::Yaml => yaml::insertions(text, dialect, id, fields),
            Self::Json => json::insertions(text, dialect, id, fields),
        };
        found.unwrap_or_default()
    }

    /// Takes entry number `at` out.
    pub(super) fn removals(self, text: &str, dialect: Dialect, at: usize) -> Vec<Edits> {
        let found = match self {
            Self::Yaml => yaml::removals(text, dialect, at),
            Self::Json => json::removals(text, dialect, at),
        };
        found.unwrap_or_default()
    }

    /// Changes fields of entry number `at`.
    pub(super) fn changes(
        self,
        text: &str,
        dialect: Dialect,
        at: usize,
        change: &Change,
    ) -> Vec<Edits> {
        let found = match self {
            Self::Yaml => yaml::changes(text, dialect, at, change),
            Self::Json => json::changes(text, dialect, at, change),
        };
        found.unwrap_or_default()
    }
}
