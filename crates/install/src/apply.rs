//! The one place that writes into a project: all of a plan, or nothing.
//!
//! ```text
//! guard   wait until nobody else installs into this project, and keep others waiting
//! compare once more, under the guard
//! stage   every file is written and synced in `.stage-XXXX` on the same file system
//! place   new files are linked into place exclusively, shared files are exchanged, the lock last
//! undo    when a step fails, the steps before it are taken back
//! ```
//!
//! A full disk shows in `stage`, before anything of the user's is touched. What a killed process
//! leaves behind is its stage, which the next one removes, and new files that the next install of
//! the same package finds to be the very same.

use serde::Serialize;

use crate::{
    InstallError, Project,
    compare::{Comparison, Write, compare},
    package::Package,
    plan::Status,
    tree::Tree,
};

mod guard;
mod stage;
mod undo;

use guard::Guard;
use stage::Stage;
use undo::Undo;

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The files that were written, by path from the project's root; shared files are not among
    /// them.
    pub files: Vec<String>,
    /// The entries that were merged.
    pub entries: Vec<MergedEntry>,
    /// Path of `packages.toml`.
    pub wanted: String,
    /// Path of `packages.lock`.
    pub lock: String,
}

/// An entry that was merged into a shared file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MergedEntry {
    /// The shared file, by path from the project's root.
    pub file: String,
    /// The entry's id there.
    pub id: String,
}

/// Installs `packages` into `project`.
pub(crate) fn apply(project: &Project, packages: &[Package]) -> Result<Receipt, InstallError> {
    let tree = Tree::open(project.root())?;
    // What is in the way is told before even the guard's file is made.
    refuse_conflicts(compare(&tree, project, packages)?)?;
    let guard = Guard::acquire(&tree, project)?;
    match under_guard(&tree, project, packages, &guard) {
        Ok(receipt) => {
            guard.release();
            Ok(receipt)
        }
        Err(error) => {
            guard.abandon(&tree);
            Err(error)
        }
    }
}

fn refuse_conflicts(comparison: Comparison) -> Result<Comparison, InstallError> {
    match comparison.conflicts.is_empty() {
        true => Ok(comparison),
        false => Err(InstallError::Conflicts(comparison.conflicts)),
    }
}

fn under_guard(
    tree: &Tree,
    project: &Project,
    packages: &[Package],
    guard: &Guard,
) -> Result<Receipt, InstallError> {
    let comparison = refuse_conflicts(compare(tree, project, packages)?)?;
    let account = account(tree, project, &comparison)?;
    let stage = Stage::begin(guard)?;
    let mut undo = Undo::default();
    let written = write(tree, &comparison, &account, &stage, &mut undo);
    let written = written.map_err(|cause| undo.take_back(tree, &stage, cause));
    stage.end();
    written.map(|()| receipt(project, packages, &comparison))
}

/// What has to be written so that the account says what is installed; the lock is last.
fn account(
    tree: &Tree,
    project: &Project,
    comparison: &Comparison,
) -> Result<Vec<(String, Write)>, InstallError> {
    let mut writes = Vec::new();
    for (path, text) in [
        (project.wanted(), &comparison.wanted),
        (project.lock(), &comparison.lock),
    ] {
        let replaces = tree.text(&path)?;
        if replaces.as_ref() != Some(text) {
            let write = Write {
                bytes: text.clone().into_bytes(),
                executable: false,
                replaces: replaces.map(String::into_bytes),
            };
            writes.push((path, write));
        }
    }
    Ok(writes)
}

fn write(
    tree: &Tree,
    comparison: &Comparison,
    account: &[(String, Write)],
    stage: &Stage,
    undo: &mut Undo,
) -> Result<(), InstallError> {
    let mut files = Vec::new();
    for (path, write) in &comparison.writes {
        files.push((path, stage.write(path, write)?));
    }
    let mut accounts = Vec::new();
    for (path, write) in account {
        accounts.push((path, stage.write(path, write)?));
    }
    // While the lock does not name a package, it is not installed: what it brings has to be on the
    // disk before.
    for steps in [files, accounts] {
        for (path, staged) in &steps {
            stage.place(tree, path, staged, undo)?;
        }
        undo.sync(tree)?;
    }
    Ok(())
}

fn receipt(project: &Project, packages: &[Package], comparison: &Comparison) -> Receipt {
    let mut receipt = Receipt {
        files: Vec::new(),
        entries: Vec::new(),
        wanted: project.wanted(),
        lock: project.lock(),
    };
    for (package, states) in packages.iter().zip(&comparison.packages) {
        let files = package.files.iter().zip(&states.files);
        let written = files.filter(|(_, status)| **status == Status::New);
        receipt
            .files
            .extend(written.map(|(file, _)| file.to.clone()));
        let entries = package.entries.iter().zip(&states.entries);
        for (entry, (file, status)) in entries {
            if *status == Status::New {
                receipt.entries.push(MergedEntry {
                    file: file.clone(),
                    id: entry.id.clone(),
                });
            }
        }
    }
    receipt.files.sort();
    receipt
}
