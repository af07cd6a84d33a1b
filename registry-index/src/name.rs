//! Names whose only constructor parses: once a value of one of these types exists, it is well formed.
//!
//! A package name is `namespace/name`. Each part is ASCII `[a-z0-9]` words joined by single hyphens,
//! 2 to 64 characters, and is not a Windows device name (`con`, `lpt1` …), because each part becomes a
//! folder on somebody's disk.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// The shortest and the longest part of a name, in characters.
pub const PART_LENGTH: std::ops::RangeInclusive<usize> = 2..=64;

/// Names Windows keeps for devices, whatever their extension.
/// Source: Microsoft, "Naming Files, Paths, and Namespaces".
const DEVICES: [&str; 24] = [
    "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
    "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Why a text is not a name. The text itself is quoted with escapes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No `/`, or more than one.
    #[error("{0:?} is not of the form `namespace/name`")]
    Form(String),
    /// A part is too short or too long.
    #[error("{0:?} has {1} characters; a part of a name has 2 to 64")]
    Length(String, usize),
    /// A character outside `[a-z0-9-]`.
    #[error("{0:?} holds {1:?}; only `a`–`z`, `0`–`9` and single hyphens are allowed")]
    Character(String, char),
    /// A hyphen at an end, or two in a row.
    #[error("{0:?} has a hyphen at an end or two in a row")]
    Hyphen(String),
    /// A name that Windows keeps for a device.
    #[error("{0:?} is a device name on Windows and cannot be a folder there")]
    Device(String),
}

/// Whether `stem` (lower case, without extension) is a Windows device name.
pub fn is_device_name(stem: &str) -> bool {
    DEVICES.contains(&stem)
}

fn check_part(part: &str) -> Result<(), NameError> {
    if let Some(bad) = part
        .chars()
        .find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-'))
    {
        return Err(NameError::Character(part.to_owned(), bad));
    }
    if !PART_LENGTH.contains(&part.len()) {
        return Err(NameError::Length(part.to_owned(), part.len()));
    }
    if part.starts_with('-') || part.ends_with('-') || part.contains("--") {
        return Err(NameError::Hyphen(part.to_owned()));
    }
    if is_device_name(part) {
        return Err(NameError::Device(part.to_owned()));
    }
    Ok(())
}

/// The left part of a package name, or a registry owner's handle: one well-formed part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Part(String);

impl Part {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Part {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        check_part(text)?;
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Part {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Part> for String {
    fn from(part: Part) -> Self {
        part.0
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A package's full name, `namespace/name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackageName {
    full: String,
    slash: usize,
}

impl PackageName {
    /// The part before the slash.
    pub fn namespace(&self) -> &str {
        &self.full[..self.slash]
    }

    /// The part after the slash.
    pub fn name(&self) -> &str {
        &self.full[self.slash + 1..]
    }

    /// `namespace/name`.
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// What two names share when a reader, a file system or a tool takes them for the same:
    /// the full name without its hyphens (`_` and case cannot occur).
    pub fn folded(&self) -> String {
        fold(&self.full)
    }
}

/// Folds what people mistake in names: case, hyphens and underscores.
pub fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

impl FromStr for PackageName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let (namespace, name) = text
            .split_once('/')
            .filter(|(_, name)| !name.contains('/'))
            .ok_or_else(|| NameError::Form(text.to_owned()))?;
        check_part(namespace)?;
        check_part(name)?;
        Ok(Self {
            full: text.to_owned(),
            slash: namespace.len(),
        })
    }
}

impl TryFrom<String> for PackageName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<PackageName> for String {
    fn from(name: PackageName) -> Self {
        name.full
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full)
    }
}

impl JsonSchema for PackageName {
    fn schema_name() -> Cow<'static, str> {
        "PackageName".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$",
            "description": "namespace/name"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_two_well_formed_parts() {
        let name: PackageName = "core/code-reviewer".parse().unwrap();
        assert_eq!((name.namespace(), name.name()), ("core", "code-reviewer"));
        for bad in [
            "core",
            "a/b/c",
            "/x",
            "core/",
            "core/x",
            "Core/abc",
            "core/a_b",
            "core/-ab",
            "core/ab-",
            "core/a--b",
            "core/con",
            "lpt1/abc",
            "core/caf\u{e9}",
            "../etc/passwd",
        ] {
            assert!(bad.parse::<PackageName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn folding_joins_what_is_mistaken() {
        assert_eq!(fold("Code-Reviewer"), fold("code_reviewer"));
    }
}
