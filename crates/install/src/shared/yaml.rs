//! Entries in YAML files.
//!
//! ```text
//! nodes    text -> what stands where                            (granit-parser's events)
//! locate   nodes -> where the list stands and how it is written
//! place    nodes -> where one entry stands
//! write    entry -> YAML in that style
//! insert   one entry more: changes that may be right
//! remove   one entry less: changes that may be right
//! edit     other values in one entry: changes that may be right
//! ```

use registry_index::component::entry::Field;

use super::{Dialect, change::Change, edits::Edits};

mod edit;
mod insert;
mod locate;
mod nodes;
mod place;
mod remove;
mod write;

pub(super) fn insertions(
    text: &str,
    dialect: Dialect,
    id: &str,
    fields: &[(String, Field)],
) -> Option<Vec<Edits>> {
    let located = locate::locate(text, dialect.key())?;
    let element = write::Element {
        name: match dialect {
            Dialect::List { .. } => None,
            Dialect::Map { .. } => Some(id),
        },
        fields,
    };
    Some(insert::candidates(text, dialect.key(), &located, &element))
}

pub(super) fn removals(text: &str, dialect: Dialect, at: usize) -> Option<Vec<Edits>> {
    let place = place::place(text, dialect.key(), at)?;
    let is_map = matches!(dialect, Dialect::Map { .. });
    Some(remove::candidates(text, &place, at, is_map))
}

pub(super) fn changes(
    text: &str,
    dialect: Dialect,
    at: usize,
    change: &Change,
) -> Option<Vec<Edits>> {
    let key = dialect.key();
    let place = place::place(text, key, at)?;
    edit::candidates(text, &place, edit::Which { key, at }, change)
}
