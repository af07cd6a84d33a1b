//! A goal against the project as it stands: what is new, what is there already, what the user edited,
//! what is in the way, and which bytes would have to be written.
//!
//! ```text
//! before   the lock: who brought what, with which digest
//! there    the project's files
//! goal     what is to be there
//! ```
//!
//! Modules: `files` (one file), `lines` (three versions of one text), `entries` (one entry of a shared
//! file), `folders` (which folders come and go), `room` (may they be written to?).

use std::collections::{BTreeMap, BTreeSet};

use archive::{PathRefusal, check_collisions};
use registry_index::{Digest, PackageName};

use crate::{
    InstallError, Package,
    changes::{Change, Changes},
    goal::Goal,
    lock::{Installed, Lock, SharedBefore, other_registry},
    plan::{Conflict, Status},
    project::Project,
    tree::{Found, There, Tree},
    wanted,
};

mod entries;
mod files;
mod folders;
mod lines;
mod room;

pub(crate) use entries::shared_file;

/// What a goal comes to in this project.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// For each package that is put, the state of each of its files and entries, in their order.
    pub(crate) packages: Vec<States>,
    /// What becomes of files and entries that are no longer brought by anybody.
    pub(crate) dropped: Vec<Dropped>,
    pub(crate) conflicts: Vec<Conflict>,
    pub(crate) changes: Changes,
}

/// The states of a package's files, and of its entries with the file each goes to.
#[derive(Debug, Default)]
pub(crate) struct States {
    pub(crate) files: Vec<Status>,
    pub(crate) entries: Vec<(String, Status)>,
}

/// Something that was installed and is no longer brought by any package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dropped {
    pub(crate) package: PackageName,
    pub(crate) path: String,
    pub(crate) entry: Option<String>,
    /// [`Status::Removed`], or [`Status::Left`] where it stays.
    pub(crate) status: Status,
}

/// Compares; changes nothing.
pub(crate) fn compare(
    tree: &Tree,
    project: &Project,
    goal: &Goal,
) -> Result<Comparison, InstallError> {
    let lock = Lock::read(tree, project)?;
    for (at, package) in goal.put.iter().enumerate() {
        check_identity(&lock, package, &goal.put[..at])?;
    }
    let mut comparer = Comparer::new(tree, &lock, goal);
    let mut after = lock.clone();
    after
        .packages
        .retain(|there| !goal.remove.contains(&there.name));
    comparer.drop_entries()?;
    for package in &goal.put {
        let account = comparer.put(package)?;
        after.put(account);
    }
    comparer.drop_files()?;
    comparer.check_names(&after);
    let mut called = goal
        .put
        .iter()
        .filter_map(|package| package.project.clone());
    let is_rendered = after.packages.iter().any(|there| there.render.is_some());
    after.project = is_rendered
        .then(|| lock.project.clone().or_else(|| called.next()))
        .flatten();
    let before = std::mem::take(&mut comparer.before).into_iter();
    let shared: Vec<SharedBefore> = before
        .filter(|(file, _)| after.has_entries(file))
        .map(|(file, before)| SharedBefore { file, before })
        .collect();
    after.shared = shared;
    let mut done = comparer.done;
    let account = Account {
        tree,
        project,
        before: &lock,
        after,
    };
    account.settle(goal, &mut done)?;
    if let Some(name) = goal.put.first().map(Package::name).or(goal.remove.first()) {
        room::check(tree, project, name, &mut done)?;
    }
    Ok(done)
}

/// A name stands for one package from one registry, and a version for one content.
fn check_identity(lock: &Lock, package: &Package, others: &[Package]) -> Result<(), InstallError> {
    let name = package.name();
    if let Some(other) = others.iter().find(|other| other.name() == name) {
        return Err(InstallError::TwoVersions {
            package: name.clone(),
            one: other.version().clone(),
            other: package.version().clone(),
        });
    }
    let Some(there) = lock.package(name) else {
        return Ok(());
    };
    let are_from_registries = there.source.is_none() && package.source.is_none();
    if are_from_registries && there.registry != package.registry {
        return Err(other_registry(name, &there.registry, &package.registry));
    }
    if package.source.is_none()
        && there.version == *package.version()
        && there.content_id != package.content_id()
    {
        let known = there.content_id;
        return Err(InstallError::Mismatch {
            package: name.clone(),
            what: format!("packages.lock has the content id {known} for this version"),
        });
    }
    Ok(())
}

struct Comparer<'a> {
    tree: &'a Tree,
    lock: &'a Lock,
    goal: &'a Goal,
    /// Packages of the lock that stay as they are.
    keepers: Vec<&'a Installed>,
    /// What the packages that were compared before bring, by path.
    claims: BTreeMap<String, files::Claim>,
    /// The digests of shared files without any package's entry.
    before: BTreeMap<String, Digest>,
    done: Comparison,
}

impl<'a> Comparer<'a> {
    fn new(tree: &'a Tree, lock: &'a Lock, goal: &'a Goal) -> Self {
        let put: BTreeSet<&PackageName> = goal.put.iter().map(Package::name).collect();
        let stays =
            |there: &&Installed| !put.contains(&there.name) && !goal.remove.contains(&there.name);
        Self {
            tree,
            lock,
            goal,
            keepers: lock.packages.iter().filter(stays).collect(),
            claims: BTreeMap::new(),
            before: lock
                .shared
                .iter()
                .map(|shared| (shared.file.clone(), shared.before))
                .collect(),
            done: Comparison::default(),
        }
    }

    /// The packages of the lock that do not stay as they are.
    fn leavers(&self) -> impl Iterator<Item = &'a Installed> + use<'a> {
        let keepers: BTreeSet<&PackageName> = self.keepers.iter().map(|k| &k.name).collect();
        let packages = self.lock.packages.iter();
        packages.filter(move |there| !keepers.contains(&there.name))
    }

    fn put(&mut self, package: &Package) -> Result<Installed, InstallError> {
        let mut states = States::default();
        let mut account = Installed {
            name: package.name().clone(),
            version: package.version().clone(),
            registry: package.registry.clone(),
            source: package.source.clone(),
            content_id: package.content_id(),
            render: package.render,
            needs: package.needs.clone(),
            answers: package.answers.clone(),
            files: Vec::new(),
            entries: Vec::new(),
        };
        account.needs.sort();
        for file in &package.files {
            let (status, installed) = self.file(package, file)?;
            states.files.push(status);
            account.files.push(installed);
        }
        for entry in &package.entries {
            let (status, installed) = self.entry(package, entry)?;
            states.entries.push((installed.file.clone(), status));
            account.entries.push(installed);
        }
        self.done.packages.push(states);
        Ok(account)
    }

    /// What stands at `path` once the changes that were found so far are done.
    fn there(&self, path: &str) -> Result<Found, InstallError> {
        match self.done.changes.files.get(path) {
            Some(Change::Write { new, .. }) => Ok(Found::File(new.clone())),
            Some(Change::Delete { .. }) => Ok(Found::Nothing),
            None => self.tree.find(path),
        }
    }

    /// Puts `new` where `there` stands now.
    fn write(&mut self, path: &str, new: There, there: Option<There>) {
        let old = match self.done.changes.files.remove(path) {
            Some(change) => change.before().cloned(),
            None => there,
        };
        if old.as_ref() != Some(&new) {
            let change = Change::Write { new, old };
            self.done.changes.files.insert(path.to_owned(), change);
        }
    }

    /// Takes away what stands there now.
    fn delete(&mut self, path: &str, there: There) {
        let old = match self.done.changes.files.remove(path) {
            Some(change) => change.before().cloned(),
            None => Some(there),
        };
        if let Some(old) = old {
            let change = Change::Delete { old };
            self.done.changes.files.insert(path.to_owned(), change);
        }
    }

    fn conflict(&mut self, package: &PackageName, path: &str, entry: Option<&str>, why: String) {
        let hint = match entry {
            Some(_) => "rename or remove the entry that is yours, then run the command again",
            None => "rename or remove the one that is yours, then run the command again",
        };
        let conflict = Conflict::new(package, path, entry, why, hint);
        self.done.conflicts.push(conflict);
    }

    /// Two packages' files that are one file on systems that fold case are a conflict on all.
    fn check_names(&mut self, after: &Lock) {
        let paths: BTreeSet<&str> = after.files_by_path().into_keys().collect();
        if let Err(refusal) = check_collisions(paths)
            && let Some(package) = self.goal.put.first()
        {
            let why = refusal.to_string();
            let path = match &refusal {
                PathRefusal::Collision { path, .. } | PathRefusal::FileAndFolder { path, .. } => {
                    path
                }
                _ => &why,
            };
            self.conflict(package.name(), &path.clone(), None, why.clone());
        }
    }
}

/// What is said of the packages afterwards.
struct Account<'a> {
    tree: &'a Tree,
    project: &'a Project,
    before: &'a Lock,
    after: Lock,
}

impl Account<'_> {
    /// Adds what has to be written so that the account says what is installed, and the folders.
    fn settle(mut self, goal: &Goal, done: &mut Comparison) -> Result<(), InstallError> {
        let path = self.project.wanted();
        let old = self.tree.text(&path)?;
        let has_account = !self.after.packages.is_empty();
        let mut new = wanted::with(&path, old.as_deref(), &goal.asks)?;
        if new.is_none() && has_account && !goal.asks.is_empty() {
            // Nothing is asked for any more, but what was needed is still there.
            new = Some(wanted::NEW.to_owned());
        }
        let wanted = change(self.tree, &path, new)?;
        let lock_path = self.project.lock();
        folders::settle(
            self.tree,
            self.before,
            &mut self.after,
            self.project.account(),
            &mut done.changes,
        )?;
        let text = has_account.then(|| self.after.to_text());
        let lock = change(self.tree, &lock_path, text)?;
        done.changes
            .account
            .extend(wanted.map(|change| (path, change)));
        done.changes
            .account
            .extend(lock.map(|change| (lock_path, change)));
        Ok(())
    }
}

/// What makes the file at `path` say `new`; nothing where it does.
fn change(tree: &Tree, path: &str, new: Option<String>) -> Result<Option<Change>, InstallError> {
    let old = match tree.find(path)? {
        Found::File(there) => Some(there),
        _ => None,
    };
    Ok(match (old, new) {
        (Some(old), Some(new)) if old.bytes == new.as_bytes() => None,
        (Some(old), None) => Some(Change::Delete { old }),
        (None, None) => None,
        (old, Some(new)) => {
            let executable = old.as_ref().is_some_and(|old| old.executable);
            let bytes = new.into_bytes();
            let new = There { bytes, executable };
            Some(Change::Write { new, old })
        }
    })
}
