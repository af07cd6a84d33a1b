//! Two histories in one tree, without a work tree and without a line of text being merged.
//!
//! Whole files are put together: what one side changed since the two parted is taken as it is, and a
//! path that both sides changed differently is a conflict, also where git would merge the lines. So
//! every byte of the result is a byte that one side has, and where there is no conflict every program
//! that merges git histories comes to the same tree. Renames are not guessed: a file renamed here and
//! changed there was changed on both sides.
//!
//! What is made is kept in memory: the repository on the disk stays as it is.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid, build::TreeUpdateBuilder};

use crate::tree::{self, Blob, Difference, Mode};
use crate::{Commit, GitError};

/// The objects in memory are looked for before those on the disk.
const FIRST: i32 = 1_000;

/// What became of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// The head has all of the base in it: it is the merge.
    Ahead(Commit),
    /// The two were put together.
    Together(Commit),
    /// These paths were changed on both sides; of many, the first hundred. None where the two have
    /// nothing in common or met crosswise, so that nobody can say since when they differ.
    Conflict(Vec<String>),
}

/// So many paths in conflict are named.
const NAMED: usize = 100;

pub(crate) fn merge(
    repository: &git2::Repository,
    base: &Commit,
    head: &Commit,
) -> Result<Merged, GitError> {
    let tree = |commit: &Commit| -> Result<Oid, GitError> {
        let missing = |_| GitError::Missing {
            id: commit.to_string(),
        };
        let found = repository.find_commit(commit.oid()).map_err(missing)?;
        Ok(found.tree_id())
    };
    let (base_tree, head_tree) = (tree(base)?, tree(head)?);
    let Ok(bases) = repository.merge_bases(base.oid(), head.oid()) else {
        return Ok(Merged::Conflict(Vec::new()));
    };
    let [parted] = bases[..] else {
        return Ok(Merged::Conflict(Vec::new()));
    };
    if parted == base.oid() {
        return Ok(Merged::Ahead(head.clone()));
    }
    let parted = tree(&parted.into())?;
    let theirs = tree::differences(repository, parted, base_tree)?;
    let ours = tree::differences(repository, parted, head_tree)?;
    let conflicts = conflicts(&theirs, &ours);
    if !conflicts.is_empty() {
        return Ok(Merged::Conflict(conflicts));
    }
    in_memory(repository)?;
    let tree = put(repository, base_tree, &ours)?;
    let text = format!(
        "tree {tree}\nparent {base}\nparent {head}\nauthor merge <> 0 +0000\ncommitter merge <> 0 +0000\n\n"
    );
    let odb = repository
        .odb()
        .map_err(GitError::library("open the object store"))?;
    let commit = odb
        .write(ObjectType::Commit, text.as_bytes())
        .map_err(GitError::library("merge"))?;
    Ok(Merged::Together(commit.into()))
}

/// Paths that both changed and not to the same, and files of one where the other has a folder.
fn conflicts(theirs: &[Difference], ours: &[Difference]) -> Vec<String> {
    let known: BTreeMap<&str, Option<&Blob>> = theirs
        .iter()
        .map(|difference| (difference.path.as_str(), difference.new.as_ref()))
        .collect();
    let meets = |difference: &&Difference| {
        let path = difference.path.as_str();
        match known.get(path) {
            Some(new) => *new != difference.new.as_ref(),
            None => difference.new.is_some() && stands_in_the_way(&known, path),
        }
    };
    let found = ours.iter().filter(meets).take(NAMED);
    found.map(|difference| difference.path.clone()).collect()
}

/// A file of the other side above `path`, or below it.
fn stands_in_the_way(known: &BTreeMap<&str, Option<&Blob>>, path: &str) -> bool {
    let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
    let below = format!("{path}/");
    let mut inside = known
        .range(below.as_str()..)
        .take_while(|(other, _)| other.starts_with(&below));
    above.any(|folder| known.get(folder).is_some_and(Option::is_some))
        || inside.any(|(_, new)| new.is_some())
}

/// New objects go to memory from here on.
fn in_memory(repository: &git2::Repository) -> Result<(), GitError> {
    let odb = repository
        .odb()
        .map_err(GitError::library("open the object store"))?;
    odb.add_new_mempack_backend(FIRST)
        .map_err(GitError::library("keep objects in memory"))?;
    Ok(())
}

fn put(repository: &git2::Repository, base: Oid, changes: &[Difference]) -> Result<Oid, GitError> {
    let failed = GitError::library("merge");
    let mut update = TreeUpdateBuilder::new();
    for change in changes {
        match &change.new {
            None => update.remove(&change.path),
            Some(blob) => {
                let id = Oid::from_str(&blob.id).map_err(&failed)?;
                update.upsert(&change.path, id, mode(blob.mode))
            }
        };
    }
    let base = repository.find_tree(base).map_err(&failed)?;
    update.create_updated(repository, &base).map_err(&failed)
}

fn mode(mode: Mode) -> git2::FileMode {
    match mode {
        Mode::File => git2::FileMode::Blob,
        Mode::Executable => git2::FileMode::BlobExecutable,
        Mode::Link => git2::FileMode::Link,
        Mode::Submodule => git2::FileMode::Commit,
    }
}
