//! A `package.toml`, edited: what people wrote around the values stays.

use registry_index::{Layout, raw};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value, value};

use crate::{FileChange, PublishError, standing::Standing};

/// The file of one package.
pub(super) struct Edited {
    path: String,
    document: DocumentMut,
}

impl Edited {
    /// The one that is there, or a new one.
    pub(super) fn of(standing: &Standing) -> Result<Self, PublishError> {
        let path = Layout::entry(&standing.name);
        let text = standing.entry.as_deref().unwrap_or("format = 1\n");
        let unreadable = |why: String| PublishError::BaseUnreadable {
            path: path.clone(),
            why,
        };
        toml::from_str::<raw::Entry>(text).map_err(|e| unreadable(e.message().to_owned()))?;
        let document = text
            .parse()
            .map_err(|error: toml_edit::TomlError| unreadable(error.message().to_owned()))?;
        Ok(Self { path, document })
    }

    /// What it says now.
    pub(super) fn says(&self) -> Result<raw::Entry, PublishError> {
        toml::from_str(&self.document.to_string()).map_err(|error| PublishError::BaseUnreadable {
            path: self.path.clone(),
            why: error.message().to_owned(),
        })
    }

    /// Sets a text, what stands around it kept.
    pub(super) fn set(&mut self, key: &str, text: &str) {
        match self.document.get_mut(key).and_then(Item::as_value_mut) {
            Some(there) => {
                let decor = there.decor().clone();
                *there = Value::from(text);
                *there.decor_mut() = decor;
            }
            None => self.document[key] = value(text),
        }
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.document.remove(key);
    }

    /// The list `owners`, in place: what is added comes last, comments of those that stay are kept.
    pub(super) fn owners(&mut self, owners: &[String]) {
        let there = self.document.get_mut("owners").and_then(Item::as_array_mut);
        let Some(there) = there else {
            self.document["owners"] = value(owners.iter().collect::<Array>());
            return;
        };
        there.retain(|owner| {
            owner
                .as_str()
                .is_some_and(|owner| owners.iter().any(|one| one == owner))
        });
        let indent = there.iter().find_map(|one| {
            let prefix = one.decor().prefix()?.as_str()?;
            Some(prefix.rsplit_once('\n')?.1.to_owned())
        });
        for owner in owners {
            if there.iter().any(|one| one.as_str() == Some(owner)) {
                continue;
            }
            match &indent {
                Some(indent) => push_line(there, owner, indent),
                None => there.push(owner),
            }
        }
        // What was removed may have been the first, and have left its space behind.
        if indent.is_none() {
            there.fmt();
        }
    }

    /// Adds a version to `[[yanked]]` or `[[revoked]]`.
    pub(super) fn withdraw(&mut self, list: &str, version: &str, reason: &str) {
        if let Some(there) = self.document.get_mut(list).and_then(Item::as_array_mut) {
            let mut one = toml_edit::InlineTable::new();
            one.insert("version", version.into());
            one.insert("reason", reason.into());
            there.push(one);
            return;
        }
        let mut one = Table::new();
        one["version"] = value(version);
        one["reason"] = value(reason);
        let there = self.document.entry(list);
        let there = there.or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        if let Some(tables) = there.as_array_of_tables_mut() {
            tables.push(one);
        }
    }

    /// Takes a version out of such a list, and the list when it is empty then.
    pub(super) fn restore(&mut self, list: &str, version: &str) {
        let is_it = |text: Option<&str>| text == Some(version);
        let is_empty = match self.document.get_mut(list) {
            Some(Item::ArrayOfTables(tables)) => {
                tables.retain(|one| !is_it(one.get("version").and_then(Item::as_str)));
                tables.is_empty()
            }
            Some(item) => item.as_array_mut().is_some_and(|there| {
                there.retain(|one| {
                    let one = one.as_inline_table().and_then(|one| one.get("version"));
                    !is_it(one.and_then(Value::as_str))
                });
                there.is_empty()
            }),
            None => false,
        };
        if is_empty {
            self.document.remove(list);
        }
    }

    pub(super) fn text(&self) -> String {
        self.document.to_string()
    }

    /// The change.
    pub(super) fn change(&self) -> FileChange {
        FileChange::put(self.path.clone(), self.text())
    }
}

/// Adds a line to a list of lines. What stands behind the last comma is about what stands before it.
fn push_line(list: &mut Array, owner: &str, indent: &str) {
    let behind = list
        .trailing()
        .as_str()
        .unwrap_or_default()
        .trim_end()
        .to_owned();
    let mut added = Value::from(owner);
    added.decor_mut().set_prefix(format!("{behind}\n{indent}"));
    list.push_formatted(added);
    list.set_trailing("\n");
    list.set_trailing_comma(true);
}
