//! `paracle.toml`, `mcp/*.toml` and `tests/<case>/answers.toml` as written.

use std::{collections::BTreeMap, fmt};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

use super::At;

/// A package's `paracle.toml`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(title = "paracle.toml")]
pub struct Manifest {
    /// Version of this format: 1.
    pub format: At<u32>,
    /// Version of the template dialect of files that end in `.j2`: 1.
    pub render: Option<At<u32>>,
    /// What the package is.
    pub package: Package,
    /// What Paracle keeps about each agent in `agents/manifest.yaml`, by component id.
    #[serde(default)]
    pub agents: BTreeMap<String, At<Agent>>,
    /// What Paracle keeps about each workflow in `workflows/catalog.yaml`, by component id.
    #[serde(default)]
    pub workflows: BTreeMap<String, At<Workflow>>,
    /// Packages it needs, by full name.
    #[serde(default)]
    pub dependencies: BTreeMap<String, At<Dependency>>,
    /// Questions it asks when it is installed, in the order they are asked.
    #[serde(default)]
    pub variables: IndexMap<String, At<Variable>>,
    /// What it uses once installed.
    #[serde(default)]
    pub uses: Uses,
    /// What the sandbox grants; plugins only.
    pub permissions: Option<At<Permissions>>,
    /// What the machine needs.
    #[serde(default)]
    pub requires: Requires,
}

/// `[package]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Package {
    /// `namespace/name`.
    pub name: At<String>,
    /// A semantic version without build metadata.
    pub version: At<String>,
    /// agent, workflow, skill, project, integration or plugin.
    pub kind: At<String>,
    /// One line, 10 to 100 characters.
    pub summary: At<String>,
    /// An SPDX expression.
    pub license: At<String>,
    /// GitHub logins.
    pub authors: At<Vec<At<String>>>,
    /// From the registry's closed list.
    #[serde(default)]
    pub categories: Vec<At<String>>,
    /// At most eight.
    #[serde(default)]
    pub keywords: Vec<At<String>>,
    /// The versions of Paracle it works with, as a semver requirement.
    pub paracle: Option<At<String>>,
    /// Where its source is developed.
    pub repository: Option<At<String>>,
    /// Its home page.
    pub homepage: Option<At<String>>,
    /// Its documentation.
    pub documentation: Option<At<String>>,
    /// `namespace/name@version` it was forked from.
    pub forked_from: Option<At<String>>,
}

/// `[agents.<id>]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Agent {
    /// What it is, in a few words.
    pub role: Option<At<String>>,
    /// Tools it may call, by Paracle's names.
    #[serde(default)]
    pub tools: Vec<At<String>>,
    /// Skills it loads.
    #[serde(default)]
    pub skills: Vec<At<String>>,
}

/// `[workflows.<id>]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Workflow {
    /// The catalog's category.
    pub category: Option<At<String>>,
    /// The catalog's tags.
    #[serde(default)]
    pub tags: Vec<At<String>>,
}

/// `"ns/name" = "^1"`, or a table.
#[derive(Clone, Debug, JsonSchema)]
#[serde(untagged)]
#[schemars(untagged)]
pub enum Dependency {
    /// A semver range.
    Range(String),
    /// A range and more.
    Detailed(DetailedDependency),
}

/// `[dependencies."ns/name"]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct DetailedDependency {
    /// A semver range.
    pub version: String,
    /// Offered at install time rather than needed.
    #[serde(default)]
    pub optional: bool,
    /// The registry it is looked for in, by canonical URL; else the package's own.
    pub registry: Option<String>,
}

impl<'de> Deserialize<'de> for Dependency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Dependency;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a version range like \"^1\" or a table like { version = \"^1\" }")
            }
            fn visit_str<E>(self, text: &str) -> Result<Dependency, E> {
                Ok(Dependency::Range(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Dependency, A::Error> {
                DetailedDependency::deserialize(MapAccessDeserializer::new(map))
                    .map(Dependency::Detailed)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// `[variables.<name>]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Variable {
    /// string, int, bool, choice, multichoice, secret or path.
    #[serde(rename = "type")]
    pub kind: At<String>,
    /// The question.
    pub prompt: Option<At<String>>,
    /// A value, or an expression over earlier answers.
    pub default: Option<At<Value>>,
    /// A regular expression that the whole answer must match.
    pub pattern: Option<At<String>>,
    /// An expression over earlier answers: asked only where it is true.
    pub when: Option<At<String>>,
    /// What can be chosen.
    #[serde(default)]
    pub choices: Vec<At<String>>,
}

/// `[uses]`: what the package says it uses once installed.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Uses {
    /// Hosts.
    #[serde(default)]
    pub network: Vec<At<String>>,
    /// `read:` or `write:` and a glob.
    #[serde(default)]
    pub files: Vec<At<String>>,
    /// Programs, with their first argument where that matters.
    #[serde(default)]
    pub commands: Vec<At<String>>,
    /// Environment variables.
    #[serde(default)]
    pub environment: Vec<At<String>>,
    /// Other agents, by package name.
    #[serde(default)]
    pub agents: Vec<At<String>>,
}

/// `[permissions]`: what the sandbox grants a plugin.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Permissions {
    /// Hosts it may reach.
    #[serde(default)]
    pub network_access: Vec<String>,
    /// `read:` or `write:` and a glob.
    #[serde(default)]
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

/// `[requires]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Requires {
    /// Program name to version requirement.
    #[serde(default)]
    pub programs: BTreeMap<String, At<String>>,
}

/// An `mcp/*.toml`: one server's entry.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(title = "mcp/*.toml")]
pub struct McpServer {
    /// Version of this format: 1.
    pub format: Option<At<u32>>,
    /// The entry's id; the file's stem.
    pub id: At<String>,
    /// What people call it.
    pub name: At<String>,
    /// What it is for.
    pub description: At<String>,
    /// The program that is started.
    pub command: At<String>,
    /// Its arguments.
    #[serde(default)]
    pub args: Vec<At<String>>,
    /// Its environment; values only as `${NAME}`.
    #[serde(default)]
    pub env: BTreeMap<String, At<String>>,
    /// What its tools' names start with.
    pub tools_prefix: Option<At<String>>,
}

/// A `tests/<case>/answers.toml`: answers to install with.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(title = "answers.toml")]
pub struct Answers {
    /// Version of this format: 1.
    pub format: At<u32>,
    /// Answer by variable.
    #[serde(default)]
    pub answers: BTreeMap<String, Value>,
}
