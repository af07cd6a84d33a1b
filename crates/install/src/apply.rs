//! The one place that writes into a project: all of a goal, or nothing.
//!
//! ```text
//! guard     wait until nobody else writes into this project, and keep others waiting
//! recover   what a killed process left half-done is taken back
//! compare   once more, under the guard
//! stage     every new file is written to `.paracle/current`, every old one is kept there
//! journal   what is about to be done; from here on it can be taken back
//! place     new files are renamed into place, old ones go; `packages.lock` comes last
//! finish    `.paracle/current` is renamed: the one instant at which the old project becomes the new
//! ```
//!
//! A full disk shows in `stage`, before anything of the user's is touched. A step that fails later, or
//! a process that is killed, leaves a journal by which the steps are taken back: at once, or by the next
//! command. What was finished stays beside it as history, with the old files, for `undo`.

use std::ops::ControlFlow;

use serde::Serialize;

use crate::{
    InstallError, Project,
    changes::{Change, Changes},
    compare::{Comparison, compare},
    goal::Goal,
    tree::Tree,
};

mod disk;
mod guard;
pub(crate) mod history;
pub(crate) mod journal;
mod recover;
mod stage;

use guard::Guard;
pub use history::{Operation, history};
pub use recover::{Recovered, recover};
use stage::Stage;

/// How far an operation is. Shown as progress; where the callback breaks off, everything is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Another process is writing into this project; it is waited for.
    Waiting,
    /// So many of so many files are staged.
    Staged(usize, usize),
    /// What is about to be done is written down.
    Journalled,
    /// So many of so many steps are done.
    Placed(usize, usize),
    /// All steps are done and on the disk, but not finished yet.
    Settled,
    /// The new project it is.
    Finished,
}

/// Told how far an operation is; says whether to go on.
pub type Watch<'a> = &'a dyn Fn(Progress) -> ControlFlow<()>;

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The files that were written, by path from the project's root; the account is not among them.
    pub written: Vec<String>,
    /// The files that were taken away.
    pub removed: Vec<String>,
    /// Path of `packages.toml`.
    pub wanted: String,
    /// Path of `packages.lock`.
    pub lock: String,
}

/// Brings `project` to `goal`.
pub(crate) fn apply(
    project: &Project,
    goal: &Goal,
    watch: Watch<'_>,
) -> Result<Receipt, InstallError> {
    let tree = Tree::open(project.root())?;
    guarded(&tree, project, watch, || {
        let comparison = compare(&tree, project, goal)?;
        Ok((
            refuse_conflicts(comparison)?.changes,
            &goal.title,
            &goal.time,
        ))
    })
}

/// Takes the guard, lets `work` say what is to be done, and does it.
pub(crate) fn guarded<'a>(
    tree: &Tree,
    project: &Project,
    watch: Watch<'_>,
    work: impl FnOnce() -> Result<(Changes, &'a str, &'a str), InstallError>,
) -> Result<Receipt, InstallError> {
    let guard = Guard::acquire(tree, project, watch)?;
    let done = recover::under_guard(tree, &guard)
        .and_then(|_| work())
        .and_then(|(changes, title, time)| {
            // Compared with the folders of the guard; done without what was remembered of them.
            tree.forget();
            carry_out(tree, &guard, &changes, title, time, watch)?;
            Ok(receipt(project, &changes))
        });
    match done {
        Ok(receipt) => {
            guard.release();
            Ok(receipt)
        }
        Err(error) => {
            guard.abandon(tree);
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

fn carry_out(
    tree: &Tree,
    guard: &Guard,
    changes: &Changes,
    title: &str,
    time: &str,
    watch: Watch<'_>,
) -> Result<(), InstallError> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut stage = Stage::begin(guard, changes)?;
    let staged = stage
        .fill(tree, guard, changes, watch)
        .and_then(|steps| stage.journal(guard, title, time, steps, watch));
    let journal = match staged {
        Ok(journal) => journal,
        Err(error) => {
            stage.discard(guard);
            return Err(error);
        }
    };
    stage
        .place(tree, &journal, watch)
        .and_then(|()| history::finish(guard, &journal))
        .map_err(|cause| recover::take_back_now(tree, guard, &journal, cause))?;
    // It is done: whoever would break off now comes too late.
    let _ = watch(Progress::Finished);
    Ok(())
}

fn receipt(project: &Project, changes: &Changes) -> Receipt {
    let mut receipt = Receipt {
        written: Vec::new(),
        removed: Vec::new(),
        wanted: project.wanted(),
        lock: project.lock(),
    };
    for (path, change) in &changes.files {
        match change {
            Change::Write { .. } => receipt.written.push(path.clone()),
            Change::Delete { .. } => receipt.removed.push(path.clone()),
        }
    }
    receipt
}
