//! What was done to a project, newest last, with the files that gave way.
//!
//! `.paracle/current` becomes `.paracle/finished` in one rename: that is the instant at which an
//! operation is done. Filing it under its number comes after and can be done by the next command.

use std::io;

use cap_fs_ext::DirExt as _;
use cap_std::fs::Dir;
use serde::Serialize;

use super::{
    Guard, disk,
    journal::{Journal, Step},
    recover,
    stage::CURRENT,
};
use crate::{
    InstallError, Project,
    tree::{Tree, io_error},
};

/// An operation that is done and not filed yet.
pub(super) const FINISHED: &str = "finished";
/// The folder of those that are filed.
pub(super) const FILED: &str = "history";
/// So many operations are kept.
const KEPT: usize = 20;

/// An operation that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// Counts the operations of a project, from 1.
    pub number: u32,
    /// As in "install core/code-reviewer".
    pub title: String,
    /// RFC 3339.
    pub time: String,
    /// The files that came, by path from the project's root.
    pub added: Vec<String>,
    /// The files that were changed.
    pub changed: Vec<String>,
    /// The files that went.
    pub removed: Vec<String>,
}

/// The operations that were done to a project and are still known, oldest first.
///
/// # Errors
/// Where the history cannot be read.
pub fn history(project: &Project) -> Result<Vec<Operation>, InstallError> {
    let tree = Tree::open(project.root())?;
    let path = format!("{}/{FILED}", project.own());
    let (Some(own), Some(filed)) = (tree.enter(&project.own())?, tree.enter(&path)?) else {
        return Ok(Vec::new());
    };
    let mut operations = Vec::new();
    for number in numbers(&filed).map_err(io_error("read", &path))? {
        let at = format!("{path}/{}", name(number));
        let journal = recover::read(&own, &filed, &name(number)).map_err(io_error("read", &at))?;
        operations.extend(journal.map(Operation::from));
    }
    Ok(operations)
}

/// The newest operation, and the folder that holds the files that gave way.
pub(crate) fn newest(
    tree: &Tree,
    project: &Project,
) -> Result<Option<(Journal, Dir)>, InstallError> {
    let path = format!("{}/{FILED}", project.own());
    let (Some(own), Some(filed)) = (tree.enter(&project.own())?, tree.enter(&path)?) else {
        return Ok(None);
    };
    let read = || -> io::Result<Option<(Journal, Dir)>> {
        let Some(last) = numbers(&filed)?.pop() else {
            return Ok(None);
        };
        let journal = recover::read(&own, &filed, &name(last))?;
        let folder = filed.open_dir_nofollow(name(last))?;
        Ok(journal.map(|journal| (journal, folder)))
    };
    read().map_err(io_error("read", &path))
}

impl From<Journal> for Operation {
    fn from(journal: Journal) -> Self {
        let mut operation = Self {
            number: journal.number,
            title: journal.title,
            time: journal.time,
            added: Vec::new(),
            changed: Vec::new(),
            removed: Vec::new(),
        };
        for step in journal.steps {
            match step {
                Step::Add { path, .. } => operation.added.push(path),
                Step::Replace { path, .. } => operation.changed.push(path),
                Step::Delete { path, .. } => operation.removed.push(path),
                Step::MakeFolder { .. } | Step::RemoveFolder { .. } => {}
            }
        }
        operation
    }
}

/// The number of the operation that is about to be done.
pub(super) fn next(guard: &Guard) -> Result<u32, InstallError> {
    let path = guard.path(FILED);
    let last = || -> io::Result<u32> {
        make(guard)?;
        let filed = guard.own.open_dir_nofollow(FILED)?;
        Ok(numbers(&filed)?.pop().unwrap_or(0))
    };
    last().map(|last| last + 1).map_err(io_error("make", &path))
}

fn make(guard: &Guard) -> io::Result<()> {
    match guard.own.create_dir(FILED) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// The instant at which the old project becomes the new one; then the operation is filed.
///
/// # Errors
/// Where it did not come to that: then everything can still be taken back.
pub(super) fn finish(guard: &Guard, journal: &Journal) -> Result<(), InstallError> {
    let renamed = guard.own.rename(CURRENT, &guard.own, FINISHED);
    renamed.map_err(io_error("write", &guard.path(FINISHED)))?;
    // It is done, whatever the disk says to this: a loss of power now may bring the journal back, and with
    // it the old project. What cannot be filed now is filed by the next command.
    drop(disk::sync(&guard.own).and_then(|()| file(guard, journal)));
    Ok(())
}

/// Files what a killed process finished and did not file.
pub(super) fn settle(guard: &Guard) -> Result<Option<Journal>, InstallError> {
    let path = guard.path(FINISHED);
    let Some(journal) =
        recover::read(&guard.own, &guard.own, FINISHED).map_err(io_error("read", &path))?
    else {
        return Ok(None);
    };
    file(guard, &journal).map_err(io_error("write", &path))?;
    Ok(Some(journal))
}

fn file(guard: &Guard, journal: &Journal) -> io::Result<()> {
    make(guard)?;
    let filed = guard.own.open_dir_nofollow(FILED)?;
    guard.own.rename(FINISHED, &filed, name(journal.number))?;
    let numbers = numbers(&filed)?;
    for old in &numbers[..numbers.len().saturating_sub(KEPT)] {
        filed.remove_dir_all(name(*old))?;
    }
    Ok(())
}

fn name(number: u32) -> String {
    format!("{number:06}")
}

fn numbers(filed: &Dir) -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for entry in filed.entries()? {
        let name = entry?.file_name();
        numbers.extend(name.to_str().and_then(|name| name.parse::<u32>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}
