//! What a package installs, and where each of its files goes in a project.
//!
//! The mapping is the table in the docs: a file's place in the package says what it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{load::Source, name, record::ComponentSummary, text};

pub mod agent;
pub mod entry;
pub mod front;
pub mod installed;
pub mod mcp;
pub mod skill;
pub mod workflow;
pub(crate) mod yaml;

/// What a component is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ComponentKind {
    /// `agents/<id>.md`
    Agent,
    /// `workflows/<id>.yaml`
    Workflow,
    /// `skills/<id>/…`
    Skill,
    /// `mcp/<id>.toml`
    Mcp,
    /// `tools/<id>.py`
    Tool,
    /// `policies/<id>.md`
    Policy,
    /// `project/…`
    Project,
    /// `plugin/…`
    Plugin,
}

/// Where a file of a package goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A file of the project, by path from its root.
    File(String),
    /// Nowhere itself: it becomes an entry in a shared file (`mcp/*.toml`).
    Entry,
    /// Nowhere: it belongs to the package, not to what is installed (README, CHANGELOG, LICENSE, manifest).
    Package,
    /// Nowhere, and not into the archive either (`gallery/`, `tests/`).
    Aside,
    /// Nowhere: no place is known for it.
    Unknown,
}

/// A component by its place in the package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// What it is.
    pub kind: ComponentKind,
    /// Its id: the file's stem or the folder's name. Empty for a project.
    pub id: String,
    /// Its main file in the package (`SKILL.md` of a skill, `project/` of a project).
    pub path: String,
}

/// What is wrong with a component, as Paracle's own loader or validator would say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line in the component's file, from 1; 0 for the file as a whole.
    pub line: usize,
    /// Whether Paracle refuses it (else it only warns).
    pub fatal: bool,
    /// What is wrong, quoting the bad part.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Problem {
    /// What Paracle refuses.
    pub(crate) fn fatal(line: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            line,
            fatal: true,
            message: message.into(),
            help: help.into(),
        }
    }

    /// What Paracle accepts, though it hardly does what its author meant.
    pub(crate) fn warning(
        line: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            fatal: false,
            ..Self::fatal(line, message, help)
        }
    }
}

/// The longest id of a component, in characters.
pub(crate) const LONGEST_ID: usize = 64;

/// What ids of components have in common: they start with a letter, are not too long, and are no
/// device name on Windows. `also` says which characters may follow, `marks` names those that are
/// neither letters nor digits.
pub(crate) fn check_stem(id: &str, also: fn(char) -> bool, marks: &str) -> Result<(), String> {
    if id.is_empty() {
        return Err("an id cannot be empty".to_owned());
    }
    let shown = text::quote(id);
    if let Some(bad) = id.chars().find(|c| !also(*c)) {
        return Err(format!(
            "{shown} holds {bad:?}; letters, digits and {marks} are allowed"
        ));
    }
    if !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(format!("{shown} does not start with a letter"));
    }
    if id.len() > LONGEST_ID {
        return Err(format!("{shown} has more than {LONGEST_ID} characters"));
    }
    match name::is_device_name(&id.to_ascii_lowercase()) {
        true => Err(format!("{shown} is a device name on Windows")),
        false => Ok(()),
    }
}

/// Why `id` cannot be that of a component of this kind, if it cannot. Each kind has its own grammar,
/// which is Paracle's where Paracle has one.
pub fn check_id(kind: ComponentKind, id: &str) -> Result<(), String> {
    match kind {
        ComponentKind::Agent => agent::check_id(id),
        ComponentKind::Skill => skill::check_name(id),
        ComponentKind::Workflow | ComponentKind::Mcp => check_stem(
            id,
            |c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_'),
            "`-` and `_` (small letters only)",
        ),
        // A module's name, which Paracle offers as `custom_<id>`.
        ComponentKind::Tool => check_stem(
            id,
            |c| matches!(c, 'a'..='z' | '0'..='9' | '_'),
            "`_` (small letters only)",
        ),
        ComponentKind::Policy => check_stem(
            id,
            |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
            "`-` and `_`",
        ),
        ComponentKind::Project | ComponentKind::Plugin => Ok(()),
    }
}

/// Files that belong to the package itself.
const PACKAGE_FILES: [&str; 4] = ["paracle.toml", "README.md", "CHANGELOG.md", "LICENSE"];

/// Where the file at `path` of a package whose second name part is `package` goes.
pub fn destination(package: &str, path: &str) -> Destination {
    if PACKAGE_FILES.contains(&path) {
        return Destination::Package;
    }
    let path_without_suffix = path.strip_suffix(".j2").unwrap_or(path);
    let Some((folder, rest)) = path_without_suffix.split_once('/') else {
        return Destination::Unknown;
    };
    let flat =
        |suffix: &str| rest.ends_with(suffix) && rest.len() > suffix.len() && !rest.contains('/');
    let to = |folder: &str| Destination::File(format!(".parac/{folder}/{rest}"));
    match folder {
        "agents" if flat(".md") => to("agents/specs"),
        "workflows" if flat(".yaml") => to("workflows/definitions"),
        "skills" if rest.contains('/') => to("agents/skills"),
        "mcp" if flat(".toml") => Destination::Entry,
        "tools" if flat(".py") => to("tools/custom"),
        "policies" if flat(".md") => to("policies"),
        "project" => Destination::File(rest.to_owned()),
        "plugin" => Destination::File(format!(".parac/plugins/{package}/{rest}")),
        "gallery" | "tests" => Destination::Aside,
        _ => Destination::Unknown,
    }
}

/// The components that `paths` make up, sorted by kind and id.
pub fn components<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<Component> {
    let mut found: Vec<Component> = paths.into_iter().filter_map(component).collect();
    found.sort();
    found.dedup();
    found
}

/// The agents, workflows and skills that a project has once everything is installed: those that are
/// components, and those that stand in `project/.parac/` already. Sorted by kind and id.
pub fn readable<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<Component> {
    let (mut found, mut skills) = (Vec::new(), std::collections::BTreeSet::new());
    for path in paths {
        let below = path.strip_prefix("project/.parac/");
        let Some(mut component) = component(&below.map_or(path.to_owned(), home)) else {
            continue;
        };
        let is_text = matches!(
            component.kind,
            ComponentKind::Agent | ComponentKind::Workflow | ComponentKind::Skill
        );
        if let (Some(_), ComponentKind::Skill) = (below, component.kind) {
            let id = &component.id;
            component.path = format!("project/.parac/agents/skills/{id}/SKILL.md");
        } else if below.is_some() {
            component.path = path.to_owned();
        }
        if is_text
            && (component.kind != ComponentKind::Skill || skills.insert(component.path.clone()))
        {
            found.push(component);
        }
    }
    found.sort();
    found
}

/// Where a package keeps what a project has at `path` of its `.parac/`.
fn home(path: &str) -> String {
    for (there, here) in [
        ("agents/specs/", "agents/"),
        ("agents/skills/", "skills/"),
        ("workflows/definitions/", "workflows/"),
    ] {
        if let Some(rest) = path.strip_prefix(there) {
            return format!("{here}{rest}");
        }
    }
    String::new()
}

fn component(path: &str) -> Option<Component> {
    let plain = path.strip_suffix(".j2").unwrap_or(path);
    let (folder, rest) = plain.split_once('/')?;
    let stem = |suffix: &str| {
        rest.strip_suffix(suffix)
            .filter(|s| !s.is_empty() && !s.contains('/'))
    };
    let made = |kind, id: &str, path: &str| {
        Some(Component {
            kind,
            id: id.to_owned(),
            path: path.to_owned(),
        })
    };
    match folder {
        "agents" => made(ComponentKind::Agent, stem(".md")?, path),
        "workflows" => made(ComponentKind::Workflow, stem(".yaml")?, path),
        "skills" => {
            let (id, _) = rest.split_once('/')?;
            made(ComponentKind::Skill, id, &format!("skills/{id}/SKILL.md"))
        }
        "mcp" => made(ComponentKind::Mcp, stem(".toml")?, path),
        "tools" => made(ComponentKind::Tool, stem(".py")?, path),
        "policies" => made(ComponentKind::Policy, stem(".md")?, path),
        "project" => made(ComponentKind::Project, "", "project/"),
        "plugin" => made(ComponentKind::Plugin, "", "plugin/"),
        _ => None,
    }
}

/// The components of a package with what lists show of them, sorted by kind and id. A project and a
/// plugin are shown as they are: as one component without a title.
pub fn summaries(source: &Source) -> Vec<ComponentSummary> {
    components(source.files.iter().map(|file| file.path.as_str()))
        .into_iter()
        .map(|component| {
            let (title, description) = described(source, &component);
            let shown = |text: Option<String>| text.filter(|text| !text.is_empty());
            ComponentSummary {
                kind: component.kind,
                id: component.id,
                title: shown(title),
                description: shown(description),
            }
        })
        .collect()
}

fn described(source: &Source, component: &Component) -> (Option<String>, Option<String>) {
    let Some(text) = source.text_or_template(&component.path) else {
        return (None, None);
    };
    match component.kind {
        ComponentKind::Agent => {
            let (agent, _) = agent::read(&component.id, text);
            (Some(agent.title), Some(agent.role))
        }
        ComponentKind::Workflow => match workflow::read(&component.id, text) {
            (Some(workflow), _) => (None, Some(workflow.description)),
            _ => (None, None),
        },
        ComponentKind::Skill => match skill::read(&component.id, text) {
            (Some(skill), _) => (None, Some(skill.description)),
            _ => (None, None),
        },
        ComponentKind::Mcp => {
            let bytes = text.as_bytes().to_vec();
            match mcp::read(&component.id, &component.path, bytes) {
                (Some(server), _) => (Some(server.name), Some(server.description)),
                _ => (None, None),
            }
        }
        ComponentKind::Policy => {
            let heading = text.lines().find_map(|line| line.strip_prefix("# "));
            (heading.map(|heading| heading.trim().to_owned()), None)
        }
        ComponentKind::Tool | ComponentKind::Project | ComponentKind::Plugin => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_projects_own_folder_is_read_as_well() {
        let paths = [
            "agents/a.md",
            "project/.parac/agents/specs/b.md",
            "project/.parac/agents/skills/s/SKILL.md",
            "project/.parac/agents/skills/s/scripts/x.py",
            "project/.parac/workflows/definitions/w.yaml",
            "project/.parac/agents/manifest.yaml",
            "project/agents/c.md",
            "tools/t.py",
        ];
        let found: Vec<_> = readable(paths)
            .into_iter()
            .map(|c| (c.id, c.path))
            .collect();
        let at = |id: &str, index: usize| (id.to_owned(), paths[index].to_owned());
        assert_eq!(found, [at("a", 0), at("b", 1), at("w", 4), at("s", 2)]);
    }

    #[test]
    fn every_file_has_its_place() {
        let file = |path: &str| Destination::File(path.to_owned());
        for (path, place) in [
            (
                "agents/reviewer.md",
                file(".parac/agents/specs/reviewer.md"),
            ),
            (
                "agents/reviewer.md.j2",
                file(".parac/agents/specs/reviewer.md"),
            ),
            (
                "workflows/review.yaml",
                file(".parac/workflows/definitions/review.yaml"),
            ),
            (
                "skills/diff/SKILL.md",
                file(".parac/agents/skills/diff/SKILL.md"),
            ),
            (
                "skills/diff/scripts/a.py",
                file(".parac/agents/skills/diff/scripts/a.py"),
            ),
            ("tools/lint.py", file(".parac/tools/custom/lint.py")),
            ("policies/STYLE.md", file(".parac/policies/STYLE.md")),
            ("project/src/a.py", file("src/a.py")),
            (
                "plugin/plugin.wasm",
                file(".parac/plugins/pack/plugin.wasm"),
            ),
            ("mcp/github.toml", Destination::Entry),
            ("README.md", Destination::Package),
            ("tests/default/answers.toml", Destination::Aside),
            ("agents/deep/x.md", Destination::Unknown),
            ("stray.txt", Destination::Unknown),
        ] {
            assert_eq!(destination("pack", path), place, "{path}");
        }
    }
}
