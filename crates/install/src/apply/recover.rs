//! Taking back what was half-done, from the journal: at once when a step fails, by the next command
//! when the process was killed. Each step can be taken back any number of times.

use std::io;

use cap_fs_ext::{DirExt as _, MetadataExt as _};
use cap_std::fs::Dir;
use registry_index::Digest;
use serde::Serialize;

use super::{
    Guard, disk, history,
    journal::{self, Journal, Step, old_name},
    stage::{CURRENT, digest_of},
};
use crate::{
    InstallError, Project,
    tree::{self, Tree, io_error},
};

/// What was taken back is renamed to this before it is removed: half a stage would mean something else.
const TAKEN_BACK: &str = "taken-back";

/// What an operation that was cut short came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recovered {
    /// The operation, as in "install core/code-reviewer".
    pub title: String,
    /// Whether it was complete: the project is the new one; else it is the old one again.
    pub is_complete: bool,
    /// Files that were edited since, by path from the project's root; they stay as they are.
    pub left: Vec<String>,
}

/// Brings a project whose last operation was cut short to one of its two sound states, and says which.
/// `None` where there is nothing to do, which costs one look.
///
/// # Errors
/// Where the system does not let us write. Nothing is lost then: the next command tries again.
pub fn recover(project: &Project) -> Result<Option<Recovered>, InstallError> {
    let tree = Tree::open(project.root())?;
    let own = project.own();
    let has = |name: &str| tree.has_folder(&format!("{own}/{name}"));
    if !has(CURRENT)? && !has(history::FINISHED)? {
        return Ok(None);
    }
    let guard = Guard::acquire(&tree, project, &|_| std::ops::ControlFlow::Continue(()))?;
    let recovered = under_guard(&tree, &guard);
    match &recovered {
        Ok(Some((_, Account::Fresh))) => guard.clean(&tree),
        _ => guard.release(),
    }
    Ok(recovered?.map(|(recovered, _)| recovered))
}

/// Whether the folder of the account was there before the operation that was taken back.
pub(super) enum Account {
    There,
    Fresh,
}

pub(super) fn under_guard(
    tree: &Tree,
    guard: &Guard,
) -> Result<Option<(Recovered, Account)>, InstallError> {
    let removed = remove(&guard.own, TAKEN_BACK);
    removed.map_err(io_error("remove", &guard.path(TAKEN_BACK)))?;
    if let Some(journal) = history::settle(guard)? {
        let recovered = Recovered {
            title: journal.title,
            is_complete: true,
            left: Vec::new(),
        };
        return Ok(Some((recovered, Account::There)));
    }
    let Some(journal) =
        read(&guard.own, &guard.own, CURRENT).map_err(io_error("read", &guard.path(CURRENT)))?
    else {
        // Without a journal nothing was done yet.
        remove(&guard.own, CURRENT).map_err(io_error("remove", &guard.path(CURRENT)))?;
        return Ok(None);
    };
    let left = take_back(tree, guard, &journal)?;
    let account = tree::parent(&guard.path("")).to_owned();
    let made = |step: &Step| matches!(step, Step::MakeFolder { path } if account.starts_with(path));
    let account = match journal.steps.first().is_some_and(made) {
        true => Account::Fresh,
        false => Account::There,
    };
    let recovered = Recovered {
        title: journal.title,
        is_complete: false,
        left,
    };
    Ok(Some((recovered, account)))
}

/// Takes everything back, and returns why it had to be.
pub(super) fn take_back_now(
    tree: &Tree,
    guard: &Guard,
    journal: &Journal,
    cause: InstallError,
) -> InstallError {
    match take_back(tree, guard, journal) {
        Ok(left) if left.is_empty() => cause,
        Ok(left) => InstallError::NotUndone {
            cause: Box::new(cause),
            left,
        },
        Err(error) => InstallError::NotUndone {
            cause: Box::new(cause),
            left: vec![error.to_string()],
        },
    }
}

/// Newest first. Returns what was edited since and stays.
fn take_back(tree: &Tree, guard: &Guard, journal: &Journal) -> Result<Vec<String>, InstallError> {
    let stage = guard.own.open_dir_nofollow(CURRENT);
    let stage = stage.map_err(io_error("read", &guard.path(CURRENT)))?;
    let mut left = Vec::new();
    let mut failed = None;
    for (at, step) in journal.steps.iter().enumerate().rev() {
        let path = step.path();
        tree.forget();
        let folder = match tree.enter(step.folder()) {
            Ok(Some(folder)) => folder,
            Ok(None) => continue,
            Err(error) => {
                failed = failed.or(Some(error));
                continue;
            }
        };
        match step_back(&folder, &stage, at, step) {
            Ok(true) => {}
            Ok(false) => left.push(path.to_owned()),
            // The others are taken back all the same; the journal stays for the next try.
            Err(error) => failed = failed.or(Some(io_error("write", path)(error))),
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    for folder in journal.steps.iter().map(Step::folder) {
        if let Some(folder) = tree.enter(folder)? {
            disk::sync(&folder).map_err(io_error("write", "the project"))?;
        }
    }
    drop(stage);
    let gone = || -> io::Result<()> {
        guard.own.rename(CURRENT, &guard.own, TAKEN_BACK)?;
        disk::sync(&guard.own)?;
        remove(&guard.own, TAKEN_BACK)
    };
    gone().map_err(io_error("remove", &guard.path(CURRENT)))?;
    Ok(left)
}

/// Whether the step is taken back; a file that is neither the old nor the new one is somebody's work
/// and stays.
fn step_back(folder: &Dir, stage: &Dir, at: usize, step: &Step) -> io::Result<bool> {
    let name = tree::name(step.path());
    let there = digest_of(folder, name)?;
    match step {
        Step::MakeFolder { .. } => match folder.remove_dir(name) {
            Err(error)
                if !matches!(
                    error.kind(),
                    io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound
                ) =>
            {
                Err(error)
            }
            _ => Ok(true),
        },
        Step::Add { new, .. } if there == Some(*new) => {
            // Where it was not placed yet, the very same bytes are somebody else's.
            if is_placed(stage, &journal::new_name(at), folder, name)? {
                folder.remove_file(name)?;
            }
            Ok(true)
        }
        Step::Add { .. } => Ok(there.is_none()),
        Step::Replace { old, .. } if there == Some(*old) => Ok(true),
        Step::Replace { old, new, .. } if there == Some(*new) && is_kept(stage, at, old)? => {
            stage.rename(old_name(at), folder, name)?;
            Ok(true)
        }
        Step::Replace { .. } => Ok(false),
        Step::Delete { old, .. } if there == Some(*old) => Ok(true),
        Step::Delete { old, .. } if there.is_none() && is_kept(stage, at, old)? => {
            match disk::rename_new(stage, &old_name(at), folder, name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
                done => done.map(|()| true),
            }
        }
        Step::Delete { .. } => Ok(false),
        Step::RemoveFolder { .. } => match folder.create_dir(name) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(true),
        },
    }
}

/// Whether the old file that was kept is the one that gave way.
fn is_kept(stage: &Dir, at: usize, old: &Digest) -> io::Result<bool> {
    Ok(digest_of(stage, &old_name(at))? == Some(*old))
}

/// Whether the staged file has its place: it is gone from the stage, or is one file under both names.
fn is_placed(stage: &Dir, staged: &str, folder: &Dir, name: &str) -> io::Result<bool> {
    let staged = match stage.symlink_metadata(staged) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        found => found?,
    };
    let there = folder.symlink_metadata(name)?;
    Ok((staged.dev(), staged.ino()) == (there.dev(), there.ino()))
}

/// The journal in the folder `name`, where there is one.
pub(super) fn read(own: &Dir, folder: &Dir, name: &str) -> io::Result<Option<Journal>> {
    let stage = match folder.open_dir_nofollow(name) {
        Ok(stage) => stage,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match stage.read(journal::FILE) {
        Ok(bytes) => Journal::parse(&bytes, identity(own)?).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What tells a folder from every other: device and inode.
pub(super) fn identity(own: &Dir) -> io::Result<(u64, u64)> {
    let metadata = own.dir_metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

fn remove(own: &Dir, name: &str) -> io::Result<()> {
    match own.remove_dir_all(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
