//! A commit on top of another, made without a work tree: only the folders on the way to an edited
//! file are read and written anew.

use std::collections::BTreeMap;

use git2::{FileMode, ObjectType, Oid, Signature, Time, Tree};

use crate::GitError;
use crate::plain::plain;

/// A file put, replaced or removed.
#[derive(Debug, Clone, Copy)]
pub struct Edit<'a> {
    /// Where, from the repository's root, with `/`.
    pub path: &'a str,
    /// What is to be there; `None` removes the file, if there is one.
    pub file: Option<NewFile<'a>>,
}

/// What a file is to hold.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Whether it may be run.
    pub executable: bool,
}

/// Who a commit is by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// As git shows it.
    pub name: String,
    /// Its address.
    pub email: String,
}

/// What a commit says.
#[derive(Debug, Clone, Copy)]
pub struct Saying<'a> {
    /// Its message. Terminal escapes are taken out of it.
    pub message: &'a str,
    /// Who made and committed it.
    pub author: &'a Author,
    /// When, in seconds since 1970, UTC.
    pub seconds: i64,
}

/// Commits `edits` on top of `parent`; without one, a commit that holds nothing else.
pub(crate) fn commit(
    repository: &git2::Repository,
    parent: Option<Oid>,
    edits: &[Edit<'_>],
    saying: &Saying<'_>,
) -> Result<Oid, GitError> {
    let failed = GitError::library("make the commit");
    let parent = parent.map(|id| repository.find_commit(id)).transpose();
    let parent = parent.map_err(&failed)?;
    let base = parent.as_ref().map(git2::Commit::tree).transpose();
    let tree = tree(repository, base.map_err(&failed)?.as_ref(), edits)?;
    let tree = repository.find_tree(tree).map_err(&failed)?;
    let Saying {
        author, seconds, ..
    } = saying;
    let time = Time::new(*seconds, 0);
    let by = Signature::new(&plain(&author.name), &plain(&author.email), &time);
    let by = by.map_err(&failed)?;
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    let message = plain(saying.message);
    let made = repository.commit(None, &by, &by, &message, &tree, &parents);
    made.map_err(&failed)
}

/// The tree that comes of `base` by `edits`.
fn tree(
    repository: &git2::Repository,
    base: Option<&Tree<'_>>,
    edits: &[Edit<'_>],
) -> Result<Oid, GitError> {
    let mut leaves = Vec::new();
    for edit in edits {
        let blob = edit.file.map(|file| -> Result<_, GitError> {
            let id = repository.blob(file.bytes);
            let mode = match file.executable {
                true => FileMode::BlobExecutable,
                false => FileMode::Blob,
            };
            Ok((id.map_err(GitError::library("write a file"))?, mode))
        });
        leaves.push((edit.path, blob.transpose()?));
    }
    match folder(repository, base, &leaves)? {
        Some(id) => Ok(id),
        None => {
            let empty = repository.treebuilder(None).and_then(|tree| tree.write());
            empty.map_err(GitError::library("write a folder"))
        }
    }
}

type Leaf<'a> = (&'a str, Option<(Oid, FileMode)>);

/// One folder and those below it; `None` where nothing is left in it. Libgit2's own
/// `TreeUpdateBuilder` leaves empty folders, and puts no file where a folder was.
fn folder(
    repository: &git2::Repository,
    base: Option<&Tree<'_>>,
    leaves: &[Leaf<'_>],
) -> Result<Option<Oid>, GitError> {
    let failed = GitError::library("write a folder");
    let mut builder = repository.treebuilder(base).map_err(&failed)?;
    let mut below: BTreeMap<&str, Vec<Leaf<'_>>> = BTreeMap::new();
    let here = |name: &str| {
        let entry = base.and_then(|tree| tree.get_name(name));
        entry.map(|entry| (entry.id(), entry.kind() == Some(ObjectType::Tree)))
    };
    // What goes, goes first: a file may take the place of a folder, and the other way round.
    let (kept, gone): (Vec<Leaf<'_>>, _) = leaves.iter().partition(|(_, blob)| blob.is_some());
    for (path, blob) in gone.into_iter().chain(kept) {
        match (path.split_once('/'), blob) {
            (Some((name, rest)), _) => below.entry(name).or_default().push((rest, blob)),
            (None, Some((id, mode))) => {
                builder.insert(path, id, i32::from(mode)).map_err(&failed)?;
            }
            (None, None) if here(path).is_some_and(|(_, is_folder)| !is_folder) => {
                builder.remove(path).map_err(&failed)?;
            }
            (None, None) => {}
        }
    }
    for (name, leaves) in below {
        let old = here(name).filter(|(_, is_folder)| *is_folder);
        let old = old.map(|(id, _)| repository.find_tree(id)).transpose();
        let old = old.map_err(&failed)?;
        if old.is_none() && leaves.iter().all(|(_, blob)| blob.is_none()) {
            continue;
        }
        match folder(repository, old.as_ref(), &leaves)? {
            Some(id) => {
                builder
                    .insert(name, id, i32::from(FileMode::Tree))
                    .map_err(&failed)?;
            }
            // Unless a file has just taken its place.
            None if leaves_nothing(&builder, name).map_err(&failed)? => {
                builder.remove(name).map_err(&failed)?;
            }
            None => {}
        }
    }
    match builder.is_empty() {
        true => Ok(None),
        false => builder.write().map(Some).map_err(&failed),
    }
}

/// Whether `name` still is the folder that has become empty.
fn leaves_nothing(builder: &git2::TreeBuilder<'_>, name: &str) -> Result<bool, git2::Error> {
    let entry = builder.get(name)?;
    Ok(entry.is_some_and(|entry| entry.kind() == Some(ObjectType::Tree)))
}
