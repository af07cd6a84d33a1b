//! The one bridge from what is written to what it means.

use std::{collections::BTreeMap, fmt::Display};

use semver::{Version, VersionReq};

use super::{Agent, Dependency, Manifest, Permissions, Uses, Variable, Workflow};
use crate::{
    kind::Kind,
    name::PackageName,
    raw::{self, At},
};

/// A value that does not mean anything: which key, where in the file, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The key, as in `package.version`.
    pub key: String,
    /// Byte offset in the file.
    pub offset: usize,
    /// What is wrong with it.
    pub message: String,
}

/// Collects what cannot be read, so that one wrong value does not hide the next.
#[derive(Default)]
struct Reader {
    wrong: Vec<Misread>,
}

impl Reader {
    fn take<T, E: Display>(&mut self, key: &str, at: usize, value: Result<T, E>) -> Option<T> {
        value
            .map_err(|error| {
                let message = error.to_string();
                self.wrong.push(Misread {
                    key: key.to_owned(),
                    offset: at,
                    message,
                });
            })
            .ok()
    }

    fn parse<T: std::str::FromStr<Err: Display>>(
        &mut self,
        key: &str,
        text: &At<String>,
    ) -> Option<T> {
        self.take(key, text.span().start, text.parse())
    }

    fn range(&mut self, key: &str, at: usize, text: &str) -> Option<VersionReq> {
        let parsed = VersionReq::parse(text)
            .map_err(|error| format!("{text:?} is not a version range: {error}"));
        self.take(key, at, parsed)
    }
}

fn strings(values: &[At<String>]) -> Vec<String> {
    values.iter().map(|value| value.get().clone()).collect()
}

fn optional(value: Option<&At<String>>) -> Option<String> {
    value.map(|value| value.get().clone())
}

/// A table whose values mean something whatever is written in them.
fn meant<T: Clone, U: From<T>>(written: &BTreeMap<String, At<T>>) -> BTreeMap<String, U> {
    written
        .iter()
        .map(|(key, value)| (key.clone(), value.get().clone().into()))
        .collect()
}

impl Manifest {
    /// What `raw` means, or every value in it that means nothing.
    pub fn from_raw(raw: &raw::Manifest) -> Result<Self, Vec<Misread>> {
        let mut reader = Reader::default();
        let package = &raw.package;
        let format = match *raw.format.get() {
            1 => Ok(()),
            other => Err(format!(
                "format {other} is not known to this version; it reads format 1"
            )),
        };
        reader.take("format", raw.format.span().start, format);
        let name = reader.parse::<PackageName>("package.name", &package.name);
        let version = version(&mut reader, &package.version);
        let kind = reader.parse::<Kind>("package.kind", &package.kind);
        let paracle = package
            .paracle
            .as_ref()
            .and_then(|range| reader.range("package.paracle", range.span().start, range));
        let dependencies = raw
            .dependencies
            .iter()
            .filter_map(|(name, written)| dependency(&mut reader, name, written))
            .collect();
        let variables = raw
            .variables
            .iter()
            .filter_map(|(name, written)| variable(&mut reader, name, written))
            .collect();
        let (Some(name), Some(version), Some(kind), true) =
            (name, version, kind, reader.wrong.is_empty())
        else {
            return Err(reader.wrong);
        };
        Ok(Self {
            name,
            version,
            kind,
            summary: package.summary.get().clone(),
            license: package.license.get().clone(),
            authors: strings(package.authors.get()),
            categories: strings(&package.categories),
            keywords: strings(&package.keywords),
            paracle,
            repository: optional(package.repository.as_ref()),
            homepage: optional(package.homepage.as_ref()),
            documentation: optional(package.documentation.as_ref()),
            forked_from: optional(package.forked_from.as_ref()),
            render: raw.render.as_ref().map(|render| *render.get()),
            agents: meant(&raw.agents),
            workflows: meant(&raw.workflows),
            dependencies,
            variables,
            uses: (&raw.uses).into(),
            permissions: raw.permissions.as_ref().map(|granted| granted.get().into()),
            programs: meant(&raw.requires.programs),
        })
    }
}

fn version(reader: &mut Reader, text: &At<String>) -> Option<Version> {
    let parsed = Version::parse(text)
        .map_err(|error| format!("{:?} is not a semantic version: {error}", text.get()))
        .and_then(|version| match version.build.is_empty() {
            true => Ok(version),
            false => Err(format!(
                "{:?} carries build metadata, which a version here may not",
                text.get()
            )),
        });
    reader.take("package.version", text.span().start, parsed)
}

fn dependency(
    reader: &mut Reader,
    name: &str,
    written: &At<raw::Dependency>,
) -> Option<(PackageName, Dependency)> {
    let key = format!("dependencies.{name:?}");
    let at = written.span().start;
    let package = reader.take(&key, at, name.parse());
    let (range, optional, registry) = match written.get() {
        raw::Dependency::Range(range) => (range, false, None),
        raw::Dependency::Detailed(more) => (&more.version, more.optional, more.registry.clone()),
    };
    let version = reader.range(&key, at, range);
    Some((
        package?,
        Dependency {
            version: version?,
            optional,
            registry,
        },
    ))
}

fn variable(reader: &mut Reader, name: &str, written: &At<raw::Variable>) -> Option<Variable> {
    let raw = written.get();
    let kind = reader.parse(&format!("variables.{name}.type"), &raw.kind)?;
    Some(Variable::new(name, kind, raw))
}

impl Variable {
    /// The variable `name` of the kind that `raw` states, whatever else is wrong with it.
    pub(crate) fn new(name: &str, kind: super::VariableKind, raw: &raw::Variable) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            prompt: optional(raw.prompt.as_ref()),
            default: raw.default.as_ref().map(|default| default.get().clone()),
            pattern: optional(raw.pattern.as_ref()),
            when: optional(raw.when.as_ref()),
            choices: strings(&raw.choices),
        }
    }
}

impl From<raw::Agent> for Agent {
    fn from(raw: raw::Agent) -> Self {
        Self {
            role: optional(raw.role.as_ref()),
            tools: strings(&raw.tools),
            skills: strings(&raw.skills),
        }
    }
}

impl From<raw::Workflow> for Workflow {
    fn from(raw: raw::Workflow) -> Self {
        Self {
            category: optional(raw.category.as_ref()),
            tags: strings(&raw.tags),
        }
    }
}

impl From<&raw::Uses> for Uses {
    fn from(raw: &raw::Uses) -> Self {
        Self {
            network: strings(&raw.network),
            files: strings(&raw.files),
            commands: strings(&raw.commands),
            environment: strings(&raw.environment),
            agents: strings(&raw.agents),
        }
    }
}

impl From<&raw::Permissions> for Permissions {
    fn from(raw: &raw::Permissions) -> Self {
        Self {
            network_access: raw.network_access.clone(),
            file_system: raw.file_system.clone(),
            agent_coordination: raw.agent_coordination,
            system_info: raw.system_info,
            user_data: raw.user_data,
        }
    }
}
