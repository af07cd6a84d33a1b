//! What a `paracle.toml` means: every name parsed, every version a version.
//!
//! The same shape, with kebab-case keys, is the snapshot that a record and the published JSON hold.

use std::{collections::BTreeMap, str::FromStr};

use schemars::JsonSchema;
use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{kind::Kind, name::PackageName};

mod bridge;

pub use bridge::Misread;

/// A package's manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    /// Full name.
    pub name: PackageName,
    /// This release.
    pub version: Version,
    /// What it mainly is.
    pub kind: Kind,
    /// One line.
    pub summary: String,
    /// An SPDX expression.
    pub license: String,
    /// GitHub logins.
    pub authors: Vec<String>,
    /// Ids from the registry's list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// At most eight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Versions of Paracle it works with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub paracle: Option<VersionReq>,
    /// Where its source is developed (an `https:` URL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Its home page (an `https:` URL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// Its documentation (an `https:` URL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation: Option<String>,
    /// `namespace/name@version`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<String>,
    /// Template dialect of `.j2` files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub render: Option<u32>,
    /// By component id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub agents: BTreeMap<String, Agent>,
    /// By component id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub workflows: BTreeMap<String, Workflow>,
    /// By full name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dependencies: BTreeMap<PackageName, Dependency>,
    /// In the order they are asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Variable>,
    /// What it declares that it uses.
    #[serde(default)]
    pub uses: Uses,
    /// What the sandbox grants; plugins only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Permissions>,
    /// Programs it needs and their versions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub programs: BTreeMap<String, String>,
}

/// What Paracle's agent manifest says of an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Agent {
    /// What it is, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Tools it may call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// Skills it loads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
}

/// What Paracle's workflow catalog says of a workflow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Workflow {
    /// Category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// A package it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dependency {
    /// Which versions; a bare version is a caret.
    #[schemars(with = "String")]
    pub version: VersionReq,
    /// Offered rather than needed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// The registry it is looked for in, by canonical URL; else the package's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Variable {
    /// What templates call it.
    pub name: String,
    /// What its answer is.
    #[serde(rename = "type")]
    pub kind: VariableKind,
    /// The question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// A value, or an expression over earlier answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// A regular expression the whole answer must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Asked only where this expression is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// What can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VariableKind {
    /// A line of text.
    String,
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
    /// One of the choices.
    Choice,
    /// Any of the choices.
    Multichoice,
    /// The name of an environment variable; only ever rendered as `${NAME}`.
    Secret,
    /// A relative path inside the project.
    Path,
}

/// A word that is no type of variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a type of variable (string, int, bool, choice, multichoice, secret, path)")]
pub struct VariableKindError(String);

impl FromStr for VariableKind {
    type Err = VariableKindError;
    fn from_str(text: &str) -> Result<Self, VariableKindError> {
        match text {
            "string" => Ok(Self::String),
            "int" => Ok(Self::Int),
            "bool" => Ok(Self::Bool),
            "choice" => Ok(Self::Choice),
            "multichoice" => Ok(Self::Multichoice),
            "secret" => Ok(Self::Secret),
            "path" => Ok(Self::Path),
            other => Err(VariableKindError(other.to_owned())),
        }
    }
}

/// What a package declares that it uses: disclosure, enforced by nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Uses {
    /// Hosts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network: Vec<String>,
    /// `read:` or `write:` and a glob.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Programs, with their first argument where that matters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Environment variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<String>,
    /// Other agents, by package name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<String>,
}

/// What the sandbox grants a plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Permissions {
    /// Hosts it may reach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network_access: Vec<String>,
    /// `read:` or `write:` and a glob.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_system: Vec<String>,
    /// Whether it may talk to other agents.
    #[serde(default)]
    pub agent_coordination: bool,
    /// Whether it may see the machine's name, system and load.
    #[serde(default)]
    pub system_info: bool,
    /// Whether it may read what a person typed.
    #[serde(default)]
    pub user_data: bool,
}
