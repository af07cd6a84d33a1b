//! Whether the project has room for the changes: folders that may be written to, and space on the disk.
//! Told before anything is written; the system may still say no later, and then everything is undone.

use std::collections::BTreeMap;

use cap_std::fs::Dir;
use registry_index::PackageName;

use super::Comparison;
use crate::{
    InstallError, Project,
    changes::Change,
    plan::Conflict,
    quote::Quoted,
    tree::{Tree, parent},
};

/// Beside the files themselves: the journal and what the file system needs for names.
const SPARE: u64 = 256 << 10;

/// Adds a conflict for each folder that may not be written to, and one where the disk is too full.
pub(super) fn check(
    tree: &Tree,
    project: &Project,
    package: &PackageName,
    done: &mut Comparison,
) -> Result<(), InstallError> {
    if done.changes.is_empty() {
        return Ok(());
    }
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    let mut needed = SPARE;
    let mut looked_at: Option<&str> = None;
    for (path, change) in done.changes.in_order() {
        if let Change::Write { new, .. } = change {
            needed = needed.saturating_add(new.bytes.len() as u64);
        }
        if looked_at == Some(parent(path)) {
            continue;
        }
        looked_at = Some(parent(path));
        let (at, folder) = nearest(tree, path)?;
        if !is_writable(&folder) && !told.contains_key(&at) {
            told.insert(at, path.to_owned());
        }
    }
    for (folder, path) in told {
        let name = if folder.is_empty() { "." } else { &folder };
        let why = format!("the folder {} may not be written to", Quoted(name));
        let hint = "give yourself the permission to write there, then run the command again";
        let conflict = Conflict::new(package, &path, None, why, hint);
        done.conflicts.push(conflict);
    }
    let (at, folder) = nearest(tree, &project.lock())?;
    if let Some(free) = free(&folder)
        && free < needed
    {
        let why = format!("the disk has {free} bytes left, and {needed} are needed");
        let path = if at.is_empty() { "." } else { &at };
        let hint = "make room on the disk, then run the command again";
        done.conflicts
            .push(Conflict::new(package, path, None, why, hint));
    }
    Ok(())
}

/// The innermost folder above a path that is there.
fn nearest(tree: &Tree, path: &str) -> Result<(String, Dir), InstallError> {
    let mut at = parent(path);
    loop {
        // What is in the way there was told as a conflict of its own.
        if let Ok(Some(folder)) = tree.enter(at) {
            return Ok((at.to_owned(), folder));
        }
        if at.is_empty() {
            return Err(InstallError::Changed {
                path: ".".to_owned(),
            });
        }
        at = parent(at);
    }
}

#[cfg(unix)]
fn is_writable(folder: &Dir) -> bool {
    use rustix::fs::{Access, AtFlags};
    let access = Access::WRITE_OK | Access::EXEC_OK;
    // By the rights that writing is done with, not by those that the process was started with.
    rustix::fs::accessat(folder, ".", access, AtFlags::EACCESS) != Err(rustix::io::Errno::ACCESS)
}

#[cfg(not(unix))]
fn is_writable(_: &Dir) -> bool {
    true
}

#[cfg(unix)]
fn free(folder: &Dir) -> Option<u64> {
    let disk = rustix::fs::fstatvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &Dir) -> Option<u64> {
    None
}
