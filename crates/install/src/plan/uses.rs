//! What a package uses, as far as it needs a yes of its own; judged by the files and entries as they are
//! to be, whatever a registry says of them.

use registry_index::{
    component::entry::{Field, SharedEntry, SharedFile},
    manifest::Permissions,
    record::Sighting,
    uses,
};
use serde::Serialize;

use crate::{Package, goal::Goal, lock::Installed, package::Described};

/// A use that needs a yes of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NewUse {
    /// `network`, `files`, `commands`, `environment`, `agents`, `permissions` or `self-running`.
    pub kind: &'static str,
    /// The host, command, variable or file.
    pub value: String,
}

/// An MCP server that a package brings, and what it starts.
#[derive(Clone, Debug, Serialize)]
pub struct McpCommand {
    /// The server's id.
    pub id: String,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The environment it is given: names and `${…}`.
    pub env: Vec<(String, String)>,
}

/// Files that run by themselves later, by path from the project's root.
pub(super) fn self_running(package: &Package) -> Vec<String> {
    let files = package.files.iter();
    let running = files.filter(|file| uses::self_running(&file.to, &file.bytes).is_some());
    running.map(|file| file.to.clone()).collect()
}

/// Everything that this release uses and the installed one does not. Where what is installed cannot be
/// looked at any more, everything counts as new: better asked once too often.
pub(super) fn new(package: &Package, there: Option<&Installed>, goal: &Goal) -> Vec<NewUse> {
    let is_same = |there: &Installed| {
        there.content_id == package.content_id() && there.answers == package.answers
    };
    if there.is_some_and(is_same) {
        return Vec::new();
    }
    let base = goal.bases.iter().find(|base| base.name() == package.name());
    let known = base.filter(|_| there.is_some()).map(of).unwrap_or_default();
    let mut uses = of(package);
    uses.retain(|one| !known.contains(one));
    uses
}

/// Everything that a package uses, sorted. What an MCP server starts is one use with all its arguments:
/// a program that was agreed to may do anything else with others.
fn of(package: &Package) -> Vec<NewUse> {
    let mut uses = all_uses(&package.described);
    uses.retain(|one| one.kind != "self-running");
    let files = self_running(package).into_iter();
    uses.extend(files.map(|value| NewUse {
        kind: "self-running",
        value,
    }));
    let servers = package.entries.iter().filter_map(McpCommand::of);
    uses.extend(servers.map(|server| NewUse {
        kind: "commands",
        value: server.told(),
    }));
    uses.sort();
    uses.dedup();
    uses
}

/// Everything that a release uses, declared or found, sorted.
pub fn all_uses(described: &Described) -> Vec<NewUse> {
    let manifest = &described.manifest;
    let undeclared = uses::undeclared(manifest, &described.found);
    let seen = |sightings: Vec<Sighting>| -> Vec<String> {
        sightings.into_iter().map(|one| one.value).collect()
    };
    let declared = &manifest.uses;
    let granted = manifest.permissions.as_ref().map(permissions);
    let self_running = described.found.self_running.clone();
    let kinds: [(&'static str, Vec<String>, Vec<String>); 7] = [
        (
            "network",
            declared.network.clone(),
            seen(undeclared.network),
        ),
        ("files", declared.files.clone(), Vec::new()),
        (
            "commands",
            declared.commands.clone(),
            seen(undeclared.commands),
        ),
        (
            "environment",
            declared.environment.clone(),
            seen(undeclared.environment),
        ),
        ("agents", declared.agents.clone(), Vec::new()),
        ("permissions", granted.unwrap_or_default(), Vec::new()),
        ("self-running", self_running, Vec::new()),
    ];
    let mut uses: Vec<NewUse> = kinds
        .into_iter()
        .flat_map(|(kind, declared, found)| {
            let values = declared.into_iter().chain(found);
            values.map(move |value| NewUse { kind, value })
        })
        .collect();
    uses.sort();
    uses.dedup();
    uses
}

fn permissions(permissions: &Permissions) -> Vec<String> {
    let mut granted = permissions.network_access.clone();
    granted.extend(permissions.file_system.iter().cloned());
    let flags = [
        ("agent coordination", permissions.agent_coordination),
        ("system info", permissions.system_info),
        ("user data", permissions.user_data),
    ];
    let flags = flags.iter().filter(|(_, is_granted)| *is_granted);
    granted.extend(flags.map(|(name, _)| (*name).to_owned()));
    granted
}

impl McpCommand {
    /// All that is started, on one line.
    fn told(&self) -> String {
        let env = self
            .env
            .iter()
            .map(|(name, value)| format!(" {name}={value}"));
        let env: String = env.collect();
        format!("{} (MCP server {}{env})", self.command.join(" "), self.id)
    }

    pub(super) fn of(entry: &SharedEntry) -> Option<Self> {
        if entry.file != SharedFile::Mcp {
            return None;
        }
        let mut command = Self {
            id: entry.id.clone(),
            command: Vec::new(),
            env: Vec::new(),
        };
        for (key, field) in &entry.fields {
            match (key.as_str(), field) {
                ("command", Field::Text(program)) => command.command.insert(0, program.clone()),
                ("args", Field::List(args)) => command.command.extend(args.iter().cloned()),
                ("env", Field::Map(env)) => command.env.clone_from(env),
                _ => {}
            }
        }
        Some(command)
    }
}
