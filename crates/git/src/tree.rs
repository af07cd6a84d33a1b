//! Walks one tree, or two at once, and trusts neither.
//!
//! Trees are compared as trees: what decides is the object's id and its mode, never a text diff,
//! whose parser can be talked into seeing something else. A tree can name the same subtree many
//! times at every level and so describe more files than there are atoms; a budget ends that.

use std::collections::BTreeMap;

use git2::Oid;

use crate::GitError;

/// How deep trees may be nested.
const MAX_DEPTH: usize = 128;

/// What a walk may visit: every entry costs its path and a little more. Enough for two million
/// files with paths of usual length.
const BUDGET: usize = 256 << 20;

/// What an entry costs beside its path.
const ENTRY_COST: usize = 64;

/// What a file in a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A regular file.
    File,
    /// A regular file that may be executed.
    Executable,
    /// A symbolic link; its blob is the target.
    Link,
    /// Another repository's commit; it has no bytes here.
    Submodule,
}

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeFile {
    /// Relative to the folder that was asked for. Components are not empty, `.` or `..`, and are
    /// otherwise unchecked: `.GIT/config` and `nul` are possible.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// The id of its blob (of its commit for a submodule), in hex.
    pub id: String,
}

/// One path that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Relative to the root of the repository; unchecked as in [`TreeFile`].
    pub path: String,
    /// How it differs.
    pub kind: ChangeKind,
}

/// What stands at a path in two trees.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Relative to the root of the repository; unchecked as in [`TreeFile`].
    pub path: String,
    /// What was there.
    pub old: Option<Blob>,
    /// What is there.
    pub new: Option<Blob>,
}

/// What stands at a path of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blob {
    /// What it is.
    pub mode: Mode,
    /// As in [`TreeFile`].
    pub id: String,
}

/// How a path differs. Renames are not guessed: they are a removal and an addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content or its mode is another.
    Modified,
    /// It is gone.
    Removed,
}

/// A blob, link or submodule of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(crate) mode: Mode,
    pub(crate) id: Oid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Leaf(Leaf),
    Tree(Oid),
}

type Level = BTreeMap<Vec<u8>, Node>;

/// What is called with a path, what it was and what it is.
pub(crate) type Found<'a> = dyn FnMut(&str, Option<Leaf>, Option<Leaf>) + 'a;

/// Calls `found(path, old, new)` for every path that is not the same leaf in both trees, sorted
/// by path bytes within each folder. Without an old tree that is every file of the new one.
pub(crate) fn compare(
    repository: &git2::Repository,
    old: Option<Oid>,
    new: Option<Oid>,
    found: &mut Found<'_>,
) -> Result<(), GitError> {
    let mut walk = Walk {
        repository,
        found,
        path: Vec::new(),
        depth: 0,
        budget: BUDGET,
    };
    walk.folder(old, new)
}

/// All that differs between two trees.
pub(crate) fn differences(
    repository: &git2::Repository,
    old: Oid,
    new: Oid,
) -> Result<Vec<Difference>, GitError> {
    let blob = |leaf: Leaf| Blob {
        mode: leaf.mode,
        id: leaf.id.to_string(),
    };
    let mut differences = Vec::new();
    compare(repository, Some(old), Some(new), &mut |path, old, new| {
        differences.push(Difference {
            path: path.to_owned(),
            old: old.map(blob),
            new: new.map(blob),
        });
    })?;
    differences.sort();
    Ok(differences)
}

/// The names in one folder.
pub(crate) fn names(repository: &git2::Repository, id: Oid) -> Result<Vec<String>, GitError> {
    let walk = Walk {
        repository,
        found: &mut |_, _, _| {},
        path: Vec::new(),
        depth: 0,
        budget: BUDGET,
    };
    let names = walk.level(Some(id))?.into_keys();
    let mut names: Vec<String> = names
        .map(|name| String::from_utf8(name).map_err(|_| walk.bad("not UTF-8")))
        .collect::<Result<_, _>>()?;
    names.sort();
    Ok(names)
}

struct Walk<'a> {
    repository: &'a git2::Repository,
    found: &'a mut Found<'a>,
    path: Vec<u8>,
    depth: usize,
    budget: usize,
}

impl Walk<'_> {
    fn folder(&mut self, old: Option<Oid>, new: Option<Oid>) -> Result<(), GitError> {
        if self.depth == MAX_DEPTH {
            return Err(self.bad("folders are nested too deeply"));
        }
        let (mut old, new) = (self.level(old)?, self.level(new)?);
        self.depth += 1;
        let parent = self.path.len();
        let mut names: Vec<(Vec<u8>, Option<Node>, Option<Node>)> = Vec::new();
        for (name, node) in new {
            let before = old.remove(&name);
            names.push((name, before, Some(node)));
        }
        names.extend(old.into_iter().map(|(name, node)| (name, Some(node), None)));
        names.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, old, new) in names {
            if old == new {
                continue;
            }
            if parent > 0 {
                self.path.push(b'/');
            }
            self.path.extend_from_slice(&name);
            self.entry(old, new)?;
            self.path.truncate(parent);
        }
        self.depth -= 1;
        Ok(())
    }

    fn entry(&mut self, old: Option<Node>, new: Option<Node>) -> Result<(), GitError> {
        let cost = self.path.len() + ENTRY_COST;
        self.budget = self
            .budget
            .checked_sub(cost)
            .ok_or_else(|| self.bad("the tree describes too many files"))?;
        let (old_leaf, old_tree) = parts(old);
        let (new_leaf, new_tree) = parts(new);
        if old_leaf.is_some() || new_leaf.is_some() {
            let path = str::from_utf8(&self.path).map_err(|_| self.bad("not UTF-8"))?;
            (self.found)(path, old_leaf, new_leaf);
        }
        if old_tree.is_some() || new_tree.is_some() {
            self.folder(old_tree, new_tree)?;
        }
        Ok(())
    }

    fn level(&self, tree: Option<Oid>) -> Result<Level, GitError> {
        let mut level = Level::new();
        let Some(id) = tree else {
            return Ok(level);
        };
        let tree = self
            .repository
            .find_tree(id)
            .map_err(|_| GitError::Missing { id: id.to_string() })?;
        for entry in &tree {
            let name = entry.name_bytes();
            if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') {
                return Err(self.bad("a name that is no name"));
            }
            let node = node(entry.filemode_raw(), entry.id());
            let node = node.ok_or_else(|| self.bad("an unknown mode"))?;
            if level.insert(name.to_vec(), node).is_some() {
                return Err(self.bad("a name that is there twice"));
            }
        }
        Ok(level)
    }

    fn bad(&self, why: &'static str) -> GitError {
        GitError::BadTree {
            path: String::from_utf8_lossy(&self.path).into_owned(),
            why,
        }
    }
}

fn parts(node: Option<Node>) -> (Option<Leaf>, Option<Oid>) {
    match node {
        None => (None, None),
        Some(Node::Leaf(leaf)) => (Some(leaf), None),
        Some(Node::Tree(id)) => (None, Some(id)),
    }
}

/// What an entry is by its raw mode. Group bits, as very old repositories have them, say nothing.
fn node(mode: i32, id: Oid) -> Option<Node> {
    let leaf = |mode| Some(Node::Leaf(Leaf { mode, id }));
    match mode & 0o170_000 {
        0o040_000 => Some(Node::Tree(id)),
        0o100_000 if mode & 0o100 != 0 => leaf(Mode::Executable),
        0o100_000 => leaf(Mode::File),
        0o120_000 => leaf(Mode::Link),
        0o160_000 => leaf(Mode::Submodule),
        _ => None,
    }
}

/// How a path differs, by what it was and is.
pub(crate) fn kind(old: Option<Leaf>, new: Option<Leaf>) -> ChangeKind {
    match (old, new) {
        (None, _) => ChangeKind::Added,
        (_, None) => ChangeKind::Removed,
        _ => ChangeKind::Modified,
    }
}
