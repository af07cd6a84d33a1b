//! What installing would do, in a form that can be shown before it is done.

use registry_index::{
    Digest, Kind, PackageName,
    manifest::{Permissions, Uses},
    record::{Cost, Found},
    uses::{self, Label},
};
use semver::Version;
use serde::Serialize;

use crate::{
    Answers, InstallError, Package, Project, Receipt,
    apply::{self, Watch},
    compare::{Dropped, States, compare},
    goal::Goal,
    lock::{Installed, Lock},
    package::Described,
    tree::Tree,
    variables,
};

#[path = "plan/uses.rs"]
mod package_uses;

pub use package_uses::{McpCommand, NewUse, all_uses};

/// What a goal would do to a project. Nothing has been written.
#[must_use = "nothing is done until the plan is applied"]
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// The packages that are put, in the goal's order.
    pub packages: Vec<PackagePlan>,
    /// Packages that are taken away.
    pub remove: Vec<PackageName>,
    /// What becomes of files and entries that no package brings any more.
    pub dropped: Vec<DroppedPlan>,
    /// What is in the way; nothing is done while there is anything.
    pub conflicts: Vec<Conflict>,
    /// Whether nothing has to be written at all.
    pub nothing_to_do: bool,
    #[serde(skip)]
    project: Project,
    #[serde(skip)]
    goal: Goal,
}

/// One package of a plan.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PackagePlan {
    /// Full name.
    pub name: PackageName,
    /// The version to be installed.
    pub version: Version,
    /// The version that is there now, where it is another.
    pub replaces: Option<Version>,
    /// What it mainly is.
    pub kind: Kind,
    /// One line.
    pub summary: String,
    /// Canonical URL of its registry; empty where it comes from none.
    pub registry: String,
    /// Where it comes from, where that is no registry.
    pub source: Option<String>,
    /// The packages it needs.
    pub needs: Vec<PackageName>,
    /// The answers to its questions.
    pub answers: Answers,
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
    /// Uses that the version that is there now did not have; everything for a new package.
    pub new_uses: Vec<NewUse>,
    /// Optional dependencies that are not taken.
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
    /// It was edited since it was installed; the edited one stays.
    Kept,
    /// It gives way to what the release has.
    Changed,
    /// What the user and what the release changed come together.
    Merged,
    /// As merged, with markers around what both changed.
    Marked,
    /// The user deleted it; it stays deleted.
    Absent,
    /// Something else is there.
    Conflict,
    /// It would be taken away.
    Removed,
    /// No package brings it any more; it stays, because the user edited it or had it before.
    Left,
}

/// Something that was installed and is no longer brought by any package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DroppedPlan {
    /// The package that brought it.
    pub package: PackageName,
    /// The file, by path from the project's root.
    pub path: String,
    /// The entry in it; `None` where it is about the file itself.
    pub entry: Option<String>,
    /// [`Status::Removed`] or [`Status::Left`].
    pub status: Status,
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

/// What bringing `project` to `goal` would do.
///
/// # Errors
/// Where a package cannot be installed at all, or the project's account cannot be read. What is
/// merely in the way is not an error yet: it is in [`Plan::conflicts`].
pub fn plan(project: &Project, goal: Goal) -> Result<Plan, InstallError> {
    let tree = Tree::open(project.root())?;
    let lock = Lock::read(&tree, project)?;
    check_removals(&lock, &goal)?;
    let comparison = compare(&tree, project, &goal)?;
    let states = goal.put.iter().zip(&comparison.packages);
    Ok(Plan {
        packages: states
            .map(|(package, states)| PackagePlan::new(package, states, &lock, &goal))
            .collect(),
        remove: goal.remove.clone(),
        dropped: comparison
            .dropped
            .into_iter()
            .map(DroppedPlan::from)
            .collect(),
        conflicts: comparison.conflicts,
        nothing_to_do: comparison.changes.is_empty(),
        project: project.clone(),
        goal,
    })
}

/// What is removed has to be there, and nothing that stays may need it.
fn check_removals(lock: &Lock, goal: &Goal) -> Result<(), InstallError> {
    for name in &goal.remove {
        if lock.package(name).is_none() {
            let package = name.clone();
            return Err(InstallError::NotInstalled { package });
        }
        let stays = |there: &&Installed| {
            let is_put = goal.put.iter().any(|package| *package.name() == there.name);
            !is_put && !goal.remove.contains(&there.name) && there.needs.contains(name)
        };
        let there = lock
            .packages
            .iter()
            .filter(stays)
            .map(|p| p.name.to_string());
        let put = goal
            .put
            .iter()
            .filter(|package| package.needs.contains(name));
        let by: Vec<String> = there.chain(put.map(|p| p.name().to_string())).collect();
        if !by.is_empty() {
            let package = name.clone();
            return Err(InstallError::Needed { package, by });
        }
    }
    Ok(())
}

impl Plan {
    /// What is in the way.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// Uses that need a yes of their own, of all packages, sorted.
    pub fn new_uses(&self) -> Vec<NewUse> {
        let mut uses: Vec<NewUse> = self
            .packages
            .iter()
            .flat_map(|package| package.new_uses.clone())
            .collect();
        uses.sort();
        uses.dedup();
        uses
    }

    /// The secrets of what is installed: the package, and the environment variable that has to be set
    /// before it is used.
    pub fn secrets(&self) -> Vec<(PackageName, String)> {
        let put = self.goal.put.iter();
        put.flat_map(|package| {
            let manifest = &package.described.manifest;
            let secrets = variables::secrets(manifest, &package.answers).into_iter();
            secrets.map(|(_, name)| (manifest.name.clone(), name))
        })
        .collect()
    }

    /// Does it: all of it, or nothing.
    ///
    /// The project is compared once more under its guard, so a project that changed since the plan
    /// was made is not harmed. `watch` is told how far it is and may break it off.
    ///
    /// # Errors
    /// With conflicts, and where the system does not let us write. The project is then as it was,
    /// but for [`InstallError::NotUndone`].
    pub fn apply(self, watch: Watch<'_>) -> Result<Receipt, InstallError> {
        // Told before even the guard's file is made.
        if !self.conflicts.is_empty() {
            return Err(InstallError::Conflicts(self.conflicts));
        }
        apply::apply(&self.project, &self.goal, watch)
    }
}

impl From<Dropped> for DroppedPlan {
    fn from(dropped: Dropped) -> Self {
        Self {
            package: dropped.package,
            path: dropped.path,
            entry: dropped.entry,
            status: dropped.status,
        }
    }
}

impl PackagePlan {
    fn new(package: &Package, states: &States, lock: &Lock, goal: &Goal) -> Self {
        let Described {
            manifest,
            found,
            cost,
            content_id,
        } = &package.described;
        let there = lock.package(&manifest.name);
        let optional = manifest.dependencies.iter().filter(|(_, d)| d.optional);
        let optional = optional.filter(|(name, _)| !package.needs.contains(name));
        let other = there.filter(|there| there.version != manifest.version);
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            replaces: other.map(|there| there.version.clone()),
            kind: manifest.kind,
            summary: manifest.summary.clone(),
            registry: package.registry.clone(),
            source: package.source.clone(),
            needs: package.needs.clone(),
            answers: package.answers.clone(),
            content_id: *content_id,
            files: files(package, states),
            entries: entries(package, states),
            uses: manifest.uses.clone(),
            found: found.clone(),
            label: uses::label(manifest, found),
            undeclared: uses::undeclared(manifest, found),
            permissions: manifest.permissions.clone(),
            programs: manifest.programs.clone(),
            cost: *cost,
            self_running: package_uses::self_running(package),
            mcp_commands: package.entries.iter().filter_map(McpCommand::of).collect(),
            new_uses: package_uses::new(package, there.filter(|_| is_there(states)), goal),
            optional: optional.map(|(name, _)| name.clone()).collect(),
        }
    }
}

fn files(package: &Package, states: &States) -> Vec<FilePlan> {
    let files = package.files.iter().zip(&states.files);
    files
        .map(|(file, status)| FilePlan {
            path: file.to.clone(),
            from: file.from.clone(),
            status: *status,
            length: file.bytes.len() as u64,
            digest: file.digest,
            executable: file.executable,
        })
        .collect()
}

fn entries(package: &Package, states: &States) -> Vec<EntryPlan> {
    let entries = package.entries.iter().zip(&states.entries);
    entries
        .map(|(entry, (file, status))| EntryPlan {
            file: file.clone(),
            id: entry.id.clone(),
            status: *status,
        })
        .collect()
}

/// Whether anything of a package stands in the project. One that only the lock knows, as in a fresh
/// checkout, is as new here as any other.
fn is_there(states: &States) -> bool {
    let entries = states.entries.iter().map(|(_, status)| status);
    let mut all = states.files.iter().chain(entries).peekable();
    all.peek().is_none() || all.any(|status| *status != Status::New)
}
