//! What installing would do, in a form that can be shown before it is done.

use registry_index::{
    Digest, Kind, PackageName,
    component::{
        Destination, destination,
        entry::{Field, SharedEntry, SharedFile},
    },
    manifest::{Permissions, Uses},
    record::{Cost, Found},
    uses::{self, Label},
};
use semver::Version;
use serde::Serialize;

use crate::{
    Chosen, InstallError, Project, Receipt, apply,
    compare::{Comparison, States, compare},
    package::Package,
    tree::Tree,
};

/// What installing would do to a project. Nothing has been written.
#[must_use = "nothing is installed until the plan is applied"]
#[derive(Debug, Serialize)]
pub struct Plan {
    /// In the order they were chosen.
    pub packages: Vec<PackagePlan>,
    /// What is in the way; nothing is installed while there is anything.
    pub conflicts: Vec<Conflict>,
    #[serde(skip)]
    project: Project,
    #[serde(skip)]
    chosen: Vec<Package>,
}

/// One package of a plan.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PackagePlan {
    /// Full name.
    pub name: PackageName,
    /// The version to be installed.
    pub version: Version,
    /// What it mainly is.
    pub kind: Kind,
    /// One line.
    pub summary: String,
    /// Canonical URL of its registry.
    pub registry: String,
    /// The range for `packages.toml`.
    pub requested: String,
    /// sha256 of its tar.
    pub content_id: Digest,
    /// Every file that it brings, sorted by path.
    pub files: Vec<FilePlan>,
    /// Every entry that it merges.
    pub entries: Vec<EntryPlan>,
    /// What it declares that it uses: disclosure, enforced by nobody.
    pub uses: Uses,
    /// What the registry's checks found in its files.
    pub found: Found,
    /// How much of what it declares is more than a promise.
    pub label: Label,
    /// What was found in its files and is not declared.
    pub undeclared: Found,
    /// What the sandbox would grant it; plugins only.
    pub permissions: Option<Permissions>,
    /// Programs it needs and their versions.
    pub programs: std::collections::BTreeMap<String, String>,
    /// What an agent pays for it, in tokens.
    pub cost: Cost,
    /// Files that run by themselves later, by path from the project's root.
    pub self_running: Vec<String>,
    /// What the MCP servers it brings start.
    pub mcp_commands: Vec<McpCommand>,
    /// Optional dependencies, which this version does not install.
    pub optional: Vec<PackageName>,
}

/// One file of a plan.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct FilePlan {
    /// Path from the project's root.
    pub path: String,
    /// Path in the package.
    pub from: String,
    /// What would happen.
    pub status: Status,
    /// Length in bytes.
    pub length: u64,
    /// sha256 of its bytes.
    pub digest: Digest,
    /// Whether it may be run.
    pub executable: bool,
}

/// One entry of a plan.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct EntryPlan {
    /// The shared file, by path from the project's root.
    pub file: String,
    /// Its id there.
    pub id: String,
    /// What would happen.
    pub status: Status,
}

/// What would happen to a file or an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Status {
    /// It would be written.
    New,
    /// The very same is there; it stays and is owned together.
    Same,
    /// This package brought it before and it was edited since; the edited one stays.
    Kept,
    /// Something else is there.
    Conflict,
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

/// Something in the project that is in a package's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The package that is to be installed.
    pub package: PackageName,
    /// The file, by path from the project's root.
    pub path: String,
    /// The entry in it; `None` where it is about the file itself.
    pub entry: Option<String>,
    /// What is wrong.
    pub why: String,
    /// What to do.
    pub hint: String,
}

impl Conflict {
    pub(crate) fn new(
        package: &PackageName,
        path: &str,
        entry: Option<&str>,
        why: String,
        hint: &str,
    ) -> Self {
        Self {
            package: package.clone(),
            path: path.to_owned(),
            entry: entry.map(str::to_owned),
            why,
            hint: hint.to_owned(),
        }
    }
}

/// What installing `chosen` into `project` would do.
///
/// # Errors
/// Where a package cannot be installed at all, or the project's account cannot be read. What is
/// merely in the way is not an error yet: it is in [`Plan::conflicts`].
pub fn plan(project: &Project, chosen: Vec<Chosen>) -> Result<Plan, InstallError> {
    let chosen: Vec<Package> = chosen
        .into_iter()
        .map(Package::read)
        .collect::<Result<_, _>>()?;
    let tree = Tree::open(project.root())?;
    let Comparison {
        packages,
        conflicts,
        ..
    } = compare(&tree, project, &chosen)?;
    let packages = chosen.iter().zip(&packages).map(PackagePlan::new).collect();
    Ok(Plan {
        packages,
        conflicts,
        project: project.clone(),
        chosen,
    })
}

impl Plan {
    /// What is in the way.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// Does it: all of it, or nothing.
    ///
    /// The project is compared once more under its lock, so a project that changed since the plan
    /// was made is not harmed.
    ///
    /// # Errors
    /// With conflicts, and where the system does not let us write. The project is then as it was,
    /// but for [`InstallError::NotUndone`].
    pub fn apply(self) -> Result<Receipt, InstallError> {
        apply::apply(&self.project, &self.chosen)
    }
}

impl PackagePlan {
    fn new((package, states): (&Package, &States)) -> Self {
        let record = &package.release.record;
        let manifest = &record.manifest;
        let files = package.files.iter().zip(&states.files);
        let entries = package.entries.iter().zip(&states.entries);
        let self_running = record.found.self_running.iter();
        let optional = manifest.dependencies.iter().filter(|(_, d)| d.optional);
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            kind: manifest.kind,
            summary: manifest.summary.clone(),
            registry: package.registry.clone(),
            requested: package.requested.clone(),
            content_id: package.content_id(),
            files: files
                .map(|(file, status)| FilePlan {
                    path: file.to.clone(),
                    from: file.from.clone(),
                    status: *status,
                    length: file.bytes.len() as u64,
                    digest: file.digest,
                    executable: file.executable,
                })
                .collect(),
            entries: entries
                .map(|(entry, (file, status))| EntryPlan {
                    file: file.clone(),
                    id: entry.id.clone(),
                    status: *status,
                })
                .collect(),
            uses: manifest.uses.clone(),
            found: record.found.clone(),
            label: uses::label(manifest, &record.found),
            undeclared: uses::undeclared(manifest, &record.found),
            permissions: manifest.permissions.clone(),
            programs: manifest.programs.clone(),
            cost: record.cost,
            self_running: self_running
                .filter_map(|path| match destination(manifest.name.name(), path) {
                    Destination::File(to) => Some(to),
                    _ => None,
                })
                .collect(),
            mcp_commands: package.entries.iter().filter_map(McpCommand::of).collect(),
            optional: optional.map(|(name, _)| name.clone()).collect(),
        }
    }
}

impl McpCommand {
    fn of(entry: &SharedEntry) -> Option<Self> {
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
