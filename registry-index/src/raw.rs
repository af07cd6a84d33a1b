//! Exactly what is written in a registry's TOML files, with the span of every value that a rule may
//! want to point at. Nothing here judges; [`read`] reports only what is not TOML, has the wrong type
//! or a key nobody knows.
//!
//! Readers ignore unknown keys and checkers refuse them, so these types accept them; [`read`] finds
//! them by walking the file beside the type's own JSON Schema.

mod at;
mod manifest;
mod registry;
mod unknown;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use toml::de::DeTable;

pub use at::At;
pub use manifest::{
    Agent, Answers, Dependency, Manifest, McpServer, Package, Permissions, Requires, Uses,
    Variable, Workflow,
};
pub use registry::{
    Entry, Forge, Licences, Namespace, Policies, Rating, RatingPlace, Ratings, Registry, Renames,
    Request, Sizes, Withdrawn,
};
pub use unknown::UnknownKeys;
pub(crate) use unknown::nearest;

use crate::{
    finding::{Finding, Place, Severity},
    text::LineStarts,
};

/// A TOML file as it was written: its path from the registry's root, its text, and what it says.
#[derive(Clone, Debug)]
pub struct Written<T> {
    /// Path from the registry's root.
    pub file: String,
    /// The whole text, for places.
    pub text: String,
    /// What it says.
    pub value: T,
    /// A file of nothing but faults has as many places as lines.
    lines: LineStarts,
}

impl<T> Written<T> {
    /// The place of `value` in this file.
    pub fn place<V>(&self, value: &At<V>) -> Place {
        self.place_at(value.span().start)
    }

    /// The place of byte `offset` in this file.
    pub fn place_at(&self, offset: usize) -> Place {
        let (line, column) = self.lines.at(&self.text, offset);
        Place {
            file: self.file.clone(),
            line,
            column,
        }
    }

    /// The place of the first line that sets `key` outside of tables, or of the whole file.
    pub fn place_of_key(&self, key: &str) -> Place {
        let mut offset = 0;
        for line in self.text.split_inclusive('\n') {
            let rest = line.trim_start().strip_prefix(key).unwrap_or_default();
            if rest.trim_start().starts_with('=') {
                return self.place_at(offset);
            }
            offset += line.len();
        }
        Place::file(&self.file)
    }

    /// The place of the first line that starts with `[header` or, failing that, of the whole file.
    pub fn place_of_table(&self, header: &str) -> Place {
        let wanted = format!("[{header}");
        let mut offset = 0;
        for line in self.text.split_inclusive('\n') {
            if line.trim_start().starts_with(&wanted) {
                return self.place_at(offset);
            }
            offset += line.len();
        }
        Place::file(&self.file)
    }
}

/// Reads `bytes` as a `T`. What cannot be read at all gives `None` and says why; an unknown key is
/// reported and the rest is still read.
pub fn read<T: DeserializeOwned + JsonSchema>(
    file: &str,
    bytes: Vec<u8>,
    keys: &UnknownKeys,
) -> (Option<Written<T>>, Vec<Finding>) {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            let place = Place::at(file, &text, offset);
            let message = format!("not UTF-8: the bytes after {offset} are not text");
            return (
                None,
                vec![finding(
                    "toml-syntax",
                    place,
                    message,
                    "save the file as UTF-8",
                )],
            );
        }
    };
    let table = match DeTable::parse(&text) {
        Ok(table) => table,
        Err(error) => return (None, vec![of_toml("toml-syntax", file, &text, &error)]),
    };
    let mut findings = keys.check(file, &text, table.get_ref());
    match T::deserialize(toml::de::Deserializer::from(table)) {
        Ok(value) => (
            Some(Written {
                file: file.to_owned(),
                lines: LineStarts::of(&text),
                text,
                value,
            }),
            findings,
        ),
        Err(error) => {
            findings.push(of_toml("wrong-type", file, &text, &error));
            (None, findings)
        }
    }
}

fn of_toml(rule: &'static str, file: &str, text: &str, error: &toml::de::Error) -> Finding {
    let place = Place::at(file, text, error.span().map_or(0, |span| span.start));
    let help = match rule {
        "toml-syntax" => "correct the TOML; https://toml.io/en/v1.0.0 has the grammar",
        _ => "give the key a value of the type it wants; the schemas at /schemas/ list them",
    };
    finding(rule, place, error.message().to_owned(), help)
}

fn finding(rule: &'static str, place: Place, message: String, help: &str) -> Finding {
    Finding {
        place,
        severity: Severity::Error,
        rule,
        package: None,
        message,
        help: help.to_owned(),
    }
}
