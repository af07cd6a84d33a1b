//! What a package adds to the files that Paracle shares between packages: its agents to
//! `agents/manifest.yaml`, its workflows to `workflows/catalog.yaml`, its servers to the MCP file.

use serde::Serialize;

use super::{Component, ComponentKind, agent, components, mcp, workflow};
use crate::load::Source;

/// A file that packages share. Each package owns entries in it, none owns the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SharedFile {
    /// Which tools and skills an agent has.
    Agents,
    /// Which workflows there are.
    Workflows,
    /// Which MCP servers are started.
    Mcp,
}

impl SharedFile {
    /// Where it may lie, from the project's root. Paracle reads the first that exists; where none
    /// does, the last one is made.
    pub fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Agents => &[".parac/agents/manifest.yaml"],
            Self::Workflows => &[".parac/workflows/catalog.yaml"],
            Self::Mcp => &[
                ".parac/tools/mcp/mcp.yaml",
                ".parac/tools/mcp/mcp.json",
                ".parac/tools/mcp/servers.yaml",
            ],
        }
    }

    /// The key of the file's list of entries.
    pub fn list_key(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Workflows => "workflows",
            Self::Mcp => "servers",
        }
    }

    /// The key in an entry that tells it from the others.
    pub fn id_key(self) -> &'static str {
        match self {
            Self::Agents | Self::Mcp => "id",
            Self::Workflows => "name",
        }
    }
}

/// One entry of a shared file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedEntry {
    /// The file.
    pub file: SharedFile,
    /// The value of [`SharedFile::id_key`].
    pub id: String,
    /// Every field in the order it is written, the id included.
    pub fields: Vec<(String, Field)>,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Field {
    /// A text.
    Text(String),
    /// Texts.
    List(Vec<String>),
    /// Texts by name, in the order they are written.
    Map(Vec<(String, String)>),
    /// Yes or no.
    Flag(bool),
}

/// The entries of a package, by kind and id. A component that Paracle could not read has none, nor
/// has one that is still to be rendered (`.j2`).
pub fn entries(source: &Source) -> Vec<SharedEntry> {
    components(source.files.iter().map(|file| file.path.as_str()))
        .iter()
        .filter_map(|component| entry(source, component))
        .collect()
}

fn entry(source: &Source, component: &Component) -> Option<SharedEntry> {
    let id = component.id.as_str();
    let text = || source.text(&component.path);
    let (file, fields) = match component.kind {
        _ if component.path.ends_with(".j2") => return None,
        ComponentKind::Agent => (SharedFile::Agents, agent_fields(source, id, text()?)),
        ComponentKind::Workflow => (SharedFile::Workflows, workflow_fields(source, id, text()?)?),
        ComponentKind::Mcp => (SharedFile::Mcp, server_fields(source, component)?),
        ComponentKind::Skill
        | ComponentKind::Tool
        | ComponentKind::Policy
        | ComponentKind::Project
        | ComponentKind::Plugin => return None,
    };
    Some(SharedEntry {
        file,
        id: id.to_owned(),
        fields,
    })
}

type Fields = Vec<(String, Field)>;

fn text(key: &str, text: impl Into<String>) -> (String, Field) {
    (key.to_owned(), Field::Text(text.into()))
}

fn list(key: &str, texts: Vec<String>) -> (String, Field) {
    (key.to_owned(), Field::List(texts))
}

/// `tools` and `skills` are always there: Paracle walks over them without looking.
fn agent_fields(source: &Source, id: &str, spec: &str) -> Fields {
    let (read, _) = agent::read(id, spec);
    let manifest = source.manifest.as_ref();
    let kept = manifest.and_then(|manifest| manifest.agents.get(id));
    let kept = kept.cloned().unwrap_or_default();
    let title = match read.title.is_empty() {
        true => id.to_owned(),
        false => read.title,
    };
    vec![
        text("id", id),
        text("name", title),
        text("role", kept.role.unwrap_or(read.role)),
        text("spec_file", format!("specs/{id}.md")),
        list("tools", kept.tools),
        list("skills", kept.skills),
    ]
}

/// Only an `active` workflow is offered by Paracle.
fn workflow_fields(source: &Source, id: &str, definition: &str) -> Option<Fields> {
    let read = workflow::read(id, definition).0?;
    let manifest = source.manifest.as_ref();
    let kept = manifest.and_then(|manifest| manifest.workflows.get(id));
    let kept = kept.cloned().unwrap_or_default();
    let mut fields = vec![
        text("name", id),
        text("description", read.description),
        text("file", format!("definitions/{id}.yaml")),
    ];
    fields.extend(kept.category.map(|category| text("category", category)));
    fields.extend([text("status", "active"), list("tags", kept.tags)]);
    Some(fields)
}

fn server_fields(source: &Source, component: &Component) -> Option<Fields> {
    let path = &component.path;
    let bytes = source.file(path)?.bytes.clone();
    let server = mcp::read(&component.id, &source.path(path), bytes).0?;
    let mut fields = vec![
        text("id", server.id),
        text("name", server.name),
        text("description", server.description),
        text("command", server.command),
        list("args", server.args),
        (
            "env".to_owned(),
            Field::Map(server.env.into_iter().collect()),
        ),
        ("enabled".to_owned(), Field::Flag(true)),
    ];
    fields.extend(
        server
            .tools_prefix
            .map(|prefix| text("tools_prefix", prefix)),
    );
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        load::{FileKind, SourceFile, source_of_files},
        raw::{self, UnknownKeys},
    };

    fn source(files: &[(&str, &str)]) -> Source {
        let files = files.iter().map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
            length: text.len() as u64,
            executable: false,
            kind: FileKind::Regular,
        });
        let keys = UnknownKeys::of::<raw::Manifest>();
        source_of_files("pack", files.collect(), &keys).0
    }

    #[test]
    fn a_package_says_what_it_merges() {
        let manifest = "format = 1\n[package]\nname = \"core/pack\"\nversion = \"1.0.0\"\nkind = \"agent\"\nsummary = \"Does what a package does\"\nlicense = \"MIT\"\nauthors = [\"me\"]\n[agents.coder]\ntools = [\"read_file\"]\n[workflows.fix]\ncategory = \"quality\"\n";
        let server = "id = \"db\"\nname = \"Database\"\ndescription = \"Reads a database\"\ncommand = \"npx\"\nargs = [\"db@1.0.0\"]\nenv = { DSN = \"${DSN}\" }\n";
        let package = source(&[
            ("paracle.toml", manifest),
            (
                "agents/coder.md",
                "# Coder Agent\n\n## Role\n\nWrites code.\n",
            ),
            ("agents/later.md.j2", "# {{ name }}\n"),
            ("mcp/db.toml", server),
            (
                "workflows/fix.yaml",
                "name: fix\ndescription: Fixes\nsteps:\n  - id: a\n    agent: coder\n",
            ),
            ("workflows/broken.yaml", "steps: [\n"),
        ]);
        let found: Vec<_> = entries(&package);
        let ids: Vec<_> = found.iter().map(|e| (e.file, e.id.as_str())).collect();
        let wanted = [
            (SharedFile::Agents, "coder"),
            (SharedFile::Workflows, "fix"),
            (SharedFile::Mcp, "db"),
        ];
        assert_eq!(ids, wanted);
        let agent = [
            text("id", "coder"),
            text("name", "Coder Agent"),
            text("role", "Writes code."),
            text("spec_file", "specs/coder.md"),
            list("tools", vec!["read_file".to_owned()]),
            list("skills", Vec::new()),
        ];
        assert_eq!(found[0].fields, agent);
        assert!(found[1].fields.contains(&text("category", "quality")));
        assert!(found[1].fields.contains(&text("status", "active")));
        let env = vec![("DSN".to_owned(), "${DSN}".to_owned())];
        assert!(
            found[2]
                .fields
                .contains(&("env".to_owned(), Field::Map(env)))
        );
    }
}
