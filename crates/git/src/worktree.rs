//! What is on the disk, against a tree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::{Delta, DiffOptions, Index, Repository, Status, StatusOptions, Tree};

use crate::GitError;
use crate::tree::{self, Change, ChangeKind, Leaf, Mode};

/// The bit of an index entry whose file is left out of a sparse checkout on purpose.
const SKIP_WORKTREE: u16 = 1 << 14;
/// The bit of an index entry whose file git was told to take for unchanged.
const ASSUME_UNCHANGED: u16 = 1 << 15;

/// `base` against the files on the disk. libgit2 compares the two directly, so that a file which
/// was changed, staged and changed back counts as unchanged; what it cannot see that way is put
/// right from the index.
///
/// It reads every file it is asked about, so it is asked only about those that may differ: the index
/// differs from `base` there, or the disk from the index, which knows by size and time.
pub(crate) fn changes(repository: &Repository, base: &Tree<'_>) -> Result<Vec<Change>, GitError> {
    let root = repository.workdir().ok_or(GitError::Bare)?;
    let index = repository
        .index()
        .map_err(GitError::library("read the index"))?;
    let mut changes = on_disk(repository, base, &index)?;
    let mut old = BTreeMap::new();
    tree::compare(repository, None, Some(base.id()), &mut |path, _, leaf| {
        old.extend(leaf.map(|leaf| (path.to_owned(), leaf)));
    })?;
    let mut tracked = BTreeSet::new();
    for entry in index.iter() {
        let path = utf8(&entry.path)?;
        let before = old.get(path);
        tracked.insert(path.to_owned());
        if entry.flags_extended & SKIP_WORKTREE != 0 && !exists(root, path) {
            left_out(&mut changes, path, before, &entry);
        } else if before.is_none() && exists(root, path) {
            // Tracked although ignored: the comparison with the disk passes over it.
            changes.entry(path.to_owned()).or_insert(ChangeKind::Added);
        }
    }
    for path in old.keys().filter(|path| !tracked.contains(*path)) {
        let ignored = || repository.is_path_ignored(path).unwrap_or(false);
        if exists(root, path) && ignored() {
            // On the disk, but no longer tracked and never to be added again.
            changes.insert(path.clone(), ChangeKind::Removed);
        }
    }
    Ok(changes
        .into_iter()
        .map(|(path, kind)| Change { path, kind })
        .collect())
}

fn on_disk(
    repository: &Repository,
    base: &Tree<'_>,
    index: &Index,
) -> Result<BTreeMap<String, ChangeKind>, GitError> {
    let failed = || GitError::library("compare the files on the disk");
    let staged = repository
        .diff_tree_to_index(Some(base), Some(index), Some(&mut thorough()))
        .map_err(failed())?;
    let unstaged = repository
        .diff_index_to_workdir(Some(index), Some(&mut thorough()))
        .map_err(failed())?;
    let mut doubtful = BTreeSet::new();
    for delta in staged.deltas().chain(unstaged.deltas()) {
        let (old, new) = (delta.old_file(), delta.new_file());
        let paths = [old.path_bytes(), new.path_bytes()].into_iter().flatten();
        doubtful.extend(paths.map(<[u8]>::to_vec));
    }
    // What git was told not to look at may be there, and differ.
    let unwatched = index.iter().filter(|entry| {
        entry.flags & ASSUME_UNCHANGED != 0 || entry.flags_extended & SKIP_WORKTREE != 0
    });
    doubtful.extend(unwatched.map(|entry| entry.path));
    if doubtful.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut options = thorough();
    for path in doubtful {
        options.pathspec(path);
    }
    let diff = repository
        .diff_tree_to_workdir(Some(base), Some(&mut options))
        .map_err(failed())?;
    let mut changes = BTreeMap::new();
    for delta in diff.deltas() {
        let kind = match delta.status() {
            Delta::Unmodified | Delta::Ignored => continue,
            Delta::Added | Delta::Untracked => ChangeKind::Added,
            Delta::Deleted => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        };
        let path = delta
            .new_file()
            .path_bytes()
            .or(delta.old_file().path_bytes());
        // A repository inside this one, not yet a submodule, is told as a folder.
        let path = utf8(path.unwrap_or_default())?.trim_end_matches('/');
        changes.insert(path.to_owned(), kind);
    }
    Ok(changes)
}

/// Everything that git would tell of, and a path is a path.
fn thorough() -> DiffOptions {
    let mut options = DiffOptions::new();
    options
        .include_untracked(true)
        .recurse_untracked_dirs(true)
        .include_typechange(true)
        .skip_binary_check(true)
        .disable_pathspec_match(true);
    options
}

/// A file that a sparse checkout leaves out is as the index has it.
fn left_out(
    changes: &mut BTreeMap<String, ChangeKind>,
    path: &str,
    before: Option<&Leaf>,
    entry: &git2::IndexEntry,
) {
    let executable = entry.mode & 0o100 != 0;
    match before {
        None => drop(changes.insert(path.to_owned(), ChangeKind::Added)),
        Some(leaf) if leaf.id == entry.id && (leaf.mode == Mode::Executable) == executable => {
            changes.remove(path);
        }
        Some(_) => drop(changes.insert(path.to_owned(), ChangeKind::Modified)),
    }
}

pub(crate) fn is_clean(repository: &Repository, path: &str) -> Result<bool, GitError> {
    repository.workdir().ok_or(GitError::Bare)?;
    let mut options = StatusOptions::new();
    options
        .include_untracked(true)
        .recurse_untracked_dirs(true)
        .include_ignored(false);
    // A path, not a pattern: `*` in a name is a `*`.
    options.disable_pathspec_match(true);
    let path = path.trim_end_matches('/');
    if !path.is_empty() {
        options.pathspec(path);
    }
    let statuses = repository
        .statuses(Some(&mut options))
        .map_err(GitError::library("compare the files on the disk"))?;
    let index = repository
        .index()
        .map_err(GitError::library("read the index"))?;
    let left_out = |path: &str| {
        let entry = index.get_path(Path::new(path), 0);
        entry.is_some_and(|entry| entry.flags_extended & SKIP_WORKTREE != 0)
    };
    Ok(statuses
        .iter()
        .all(|entry| entry.status() == Status::WT_DELETED && entry.path().is_ok_and(left_out)))
}

fn exists(root: &Path, path: &str) -> bool {
    root.join(path).symlink_metadata().is_ok()
}

fn utf8(path: &[u8]) -> Result<&str, GitError> {
    str::from_utf8(path).map_err(|_| GitError::BadTree {
        path: String::from_utf8_lossy(path).into_owned(),
        why: "not UTF-8",
    })
}
