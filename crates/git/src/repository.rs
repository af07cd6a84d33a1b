//! Reading a repository on this machine.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectType, Oid};

use crate::tree::{self, Change, Difference, Leaf, TreeFile};
use crate::{Commit, GitError, Merged, merge, worktree};

/// The largest blob that is read, in bytes.
pub const MAX_BLOB: u64 = 64 << 20;

/// Commits that are walked back to find where something came from.
const LONGEST_WALK: usize = 2_000;

/// The id, in hex, that git gives a blob with these bytes.
pub fn blob_id(bytes: &[u8]) -> String {
    Oid::hash_object(ObjectType::Blob, bytes).map_or_else(|_| String::new(), |id| id.to_string())
}

/// A repository on this machine. It can be sent to another thread, not shared by two.
pub struct Repository {
    inner: git2::Repository,
    root: PathBuf,
}

impl Repository {
    /// Opens the repository that `path` lies in; of nested ones the innermost.
    ///
    /// # Errors
    /// [`GitError::NotARepository`]; [`GitError::NotOurs`] when git itself would not trust it.
    pub fn open(path: &Path) -> Result<Self, GitError> {
        let start = if path.is_file() {
            path.parent().unwrap_or(path)
        } else {
            path
        };
        let inner = git2::Repository::discover(start).map_err(|error| match error.code() {
            ErrorCode::NotFound => GitError::NotARepository {
                path: path.to_owned(),
            },
            ErrorCode::Owner => GitError::NotOurs {
                path: path.to_owned(),
            },
            _ => GitError::library("open the repository")(error),
        })?;
        let root = inner.workdir().unwrap_or(inner.path()).to_owned();
        Ok(Self { inner, root })
    }

    /// The root of the work tree; of a bare repository its own folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The commit that is checked out.
    ///
    /// # Errors
    /// [`GitError::Unborn`] before the first commit.
    pub fn head(&self) -> Result<Commit, GitError> {
        let head = self.inner.head().map_err(|error| match error.code() {
            ErrorCode::UnbornBranch | ErrorCode::NotFound => GitError::Unborn,
            _ => GitError::library("read HEAD")(error),
        })?;
        let commit = head
            .peel_to_commit()
            .map_err(GitError::library("read HEAD"))?;
        Ok(commit.id().into())
    }

    /// The commit that a revision names (branch, tag, abbreviated id, `HEAD~2`).
    ///
    /// # Errors
    /// [`GitError::BadRevision`] for what starts with `-` or is no revision,
    /// [`GitError::UnknownRevision`] for what names nothing here, or nothing with a commit.
    pub fn resolve(&self, rev: &str) -> Result<Commit, GitError> {
        let bad = || GitError::BadRevision {
            rev: rev.to_owned(),
        };
        if rev.is_empty() || rev.starts_with('-') || rev.chars().any(char::is_control) {
            return Err(bad());
        }
        let unknown = || GitError::UnknownRevision {
            rev: rev.to_owned(),
        };
        let object = self
            .inner
            .revparse_single(rev)
            .map_err(|error| match error.code() {
                ErrorCode::InvalidSpec => bad(),
                _ => unknown(),
            })?;
        let commit = object.peel_to_commit().map_err(|_| unknown())?;
        Ok(commit.id().into())
    }

    /// True when the commit is here. In a shallow clone older ones are not.
    pub fn has(&self, commit: &Commit) -> bool {
        self.inner.find_commit(commit.oid()).is_ok()
    }

    /// Every file below the folder `path` (`""` is the root) as it is at `commit`, with paths
    /// relative to the folder, sorted by their bytes. A folder that is not there has no files.
    ///
    /// # Errors
    /// [`GitError::NotAFolder`], [`GitError::BadTree`], [`GitError::Missing`].
    pub fn files(&self, commit: &Commit, path: &str) -> Result<Vec<TreeFile>, GitError> {
        let mut files = Vec::new();
        self.walk(commit, path, &mut |path, leaf| {
            files.push(TreeFile {
                path: path.to_owned(),
                mode: leaf.mode,
                id: leaf.id.to_string(),
            });
        })?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// The paths of [`files`](Self::files) alone.
    ///
    /// # Errors
    /// As there.
    pub fn list(&self, commit: &Commit, path: &str) -> Result<Vec<String>, GitError> {
        let mut paths = Vec::new();
        self.walk(commit, path, &mut |path, _| paths.push(path.to_owned()))?;
        paths.sort();
        Ok(paths)
    }

    /// The length of a blob in bytes, by its id in hex; nothing of it is read.
    ///
    /// # Errors
    /// [`GitError::Missing`] when there is no such blob.
    pub fn size(&self, id: &str) -> Result<u64, GitError> {
        let missing = || GitError::Missing { id: id.to_owned() };
        let full: Commit = id.parse().map_err(|_| missing())?;
        let odb = self
            .inner
            .odb()
            .map_err(GitError::library("open the object store"))?;
        match odb.read_header(full.oid()) {
            Ok((size, ObjectType::Blob)) => Ok(size as u64),
            _ => Err(missing()),
        }
    }

    /// The bytes of a blob by its id in hex.
    ///
    /// # Errors
    /// [`GitError::Missing`] when there is no such blob, [`GitError::TooBig`] over [`MAX_BLOB`].
    pub fn blob(&self, id: &str) -> Result<Vec<u8>, GitError> {
        let missing = || GitError::Missing { id: id.to_owned() };
        let full: Commit = id.parse().map_err(|_| missing())?;
        let oid = full.oid();
        let odb = self
            .inner
            .odb()
            .map_err(GitError::library("open the object store"))?;
        // The length first: deflated, a blob of gigabytes is small.
        let (size, kind) = odb.read_header(oid).map_err(|_| missing())?;
        if kind != ObjectType::Blob {
            return Err(missing());
        }
        if size as u64 > MAX_BLOB {
            return Err(GitError::TooBig {
                id: id.to_owned(),
                size: size as u64,
            });
        }
        let blob = self
            .inner
            .find_blob(oid)
            .map_err(GitError::library("read a blob"))?;
        Ok(blob.content().to_vec())
    }

    /// The bytes of the regular file at `path`, or nothing when there is none: links and
    /// submodules are not followed.
    ///
    /// # Errors
    /// As [`blob`](Self::blob).
    pub fn read(&self, commit: &Commit, path: &str) -> Result<Option<Vec<u8>>, GitError> {
        let tree = self.tree(commit)?;
        let Ok(entry) = tree.get_path(Path::new(path)) else {
            return Ok(None);
        };
        if entry.filemode_raw() & 0o170_000 != 0o100_000 {
            return Ok(None);
        }
        self.blob(&entry.id().to_string()).map(Some)
    }

    /// When what `path` holds at `commit` came there: the time, in seconds since 1970, of the oldest
    /// commit since which it has not changed, following first parents. `None` where it is not there, or
    /// the history at hand (a shallow clone, a long one) does not go back that far.
    ///
    /// # Errors
    /// [`GitError::Missing`] where the commit is not here.
    pub fn brought(&self, commit: &Commit, path: &str) -> Result<Option<i64>, GitError> {
        let missing = |_| GitError::Missing {
            id: commit.to_string(),
        };
        let mut newest = self.inner.find_commit(commit.oid()).map_err(missing)?;
        let at = |commit: &git2::Commit<'_>| -> Option<Oid> {
            let tree = commit.tree().ok()?;
            Some(tree.get_path(Path::new(path)).ok()?.id())
        };
        let Some(held) = at(&newest) else {
            return Ok(None);
        };
        for _ in 0..LONGEST_WALK {
            if newest.parent_count() == 0 {
                return Ok(Some(newest.time().seconds()));
            }
            let Ok(parent) = newest.parent(0) else {
                return Ok(None);
            };
            if at(&parent) != Some(held) {
                return Ok(Some(newest.time().seconds()));
            }
            newest = parent;
        }
        Ok(None)
    }

    /// What differs between `base` and the files on the disk, as the next commit of everything
    /// would have it: staged or not, untracked files too, ignored ones not. Sorted by path bytes.
    ///
    /// # Errors
    /// [`GitError::Bare`], [`GitError::Missing`].
    pub fn changes(&self, base: &Commit) -> Result<Vec<Change>, GitError> {
        worktree::changes(&self.inner, &self.tree(base)?)
    }

    /// What differs between two commits. Sorted by path bytes.
    ///
    /// # Errors
    /// [`GitError::Missing`], [`GitError::BadTree`].
    pub fn changes_between(&self, base: &Commit, head: &Commit) -> Result<Vec<Change>, GitError> {
        let (old, new) = (self.tree(base)?.id(), self.tree(head)?.id());
        let mut changes = Vec::new();
        tree::compare(&self.inner, Some(old), Some(new), &mut |path, old, new| {
            changes.push(Change {
                path: path.to_owned(),
                kind: tree::kind(old, new),
            });
        })?;
        changes.sort();
        Ok(changes)
    }

    /// The same with what stands at each path before and after. Sorted by path bytes.
    ///
    /// # Errors
    /// As [`changes_between`](Self::changes_between).
    pub fn differences(&self, base: &Commit, head: &Commit) -> Result<Vec<Difference>, GitError> {
        let (old, new) = (self.tree(base)?.id(), self.tree(head)?.id());
        tree::differences(&self.inner, old, new)
    }

    /// `head` merged into `base`, as a commit that no reference names and that is kept in memory
    /// only, for as long as this repository is open. See [`Merged`].
    ///
    /// # Errors
    /// [`GitError::Missing`], [`GitError::BadTree`].
    pub fn merged(&self, base: &Commit, head: &Commit) -> Result<Merged, GitError> {
        merge::merge(&self.inner, base, head)
    }

    /// True when `ancestor` is `commit` or one of those it was made from.
    pub fn descends(&self, commit: &Commit, ancestor: &Commit) -> bool {
        let (commit, ancestor) = (commit.oid(), ancestor.oid());
        commit == ancestor
            || self
                .inner
                .graph_descendant_of(commit, ancestor)
                .unwrap_or(false)
    }

    /// The names in the folder `path` (`""` is the root) of a commit, of files and folders alike,
    /// sorted by their bytes; none where there is no such folder.
    ///
    /// # Errors
    /// [`GitError::Missing`], [`GitError::BadTree`].
    pub fn names(&self, commit: &Commit, path: &str) -> Result<Vec<String>, GitError> {
        let root = self.tree(commit)?;
        let Ok(Some(id)) = folder(&root, path) else {
            return Ok(Vec::new());
        };
        tree::names(&self.inner, id)
    }

    /// The id of the tree of a commit, in hex.
    ///
    /// # Errors
    /// [`GitError::Missing`].
    pub fn tree_id(&self, commit: &Commit) -> Result<String, GitError> {
        Ok(self.tree(commit)?.id().to_string())
    }

    /// The URL of a remote, as `git remote get-url` has it.
    pub fn remote_url(&self, name: &str) -> Option<String> {
        let remote = self.inner.find_remote(name).ok()?;
        remote
            .url()
            .ok()
            .filter(|url| !url.is_empty())
            .map(str::to_owned)
    }

    /// The remote that what is checked out is pushed to: that of its branch, else `origin`, else the only
    /// one.
    pub fn own_remote(&self) -> Option<String> {
        let of_branch = || {
            let head = self.inner.head().ok()?;
            let name = head.name().ok()?.to_owned();
            let remote = self.inner.branch_upstream_remote(&name).ok()?;
            remote.as_str().ok().map(str::to_owned)
        };
        let remotes = self.inner.remotes().ok()?;
        let names: Vec<&str> = remotes
            .iter()
            .filter_map(|name| name.ok().flatten())
            .collect();
        of_branch()
            .filter(|name| names.contains(&name.as_str()))
            .or_else(|| {
                let origin = names.iter().find(|name| **name == "origin");
                let only = (names.len() == 1).then(|| &names[0]);
                origin.or(only).map(|name| (*name).to_owned())
            })
    }

    /// The branches of `remote` that have the commit, as the last fetch or push left them.
    ///
    /// # Errors
    /// [`GitError::Library`].
    pub fn remote_branches_with(
        &self,
        remote: &str,
        commit: &Commit,
    ) -> Result<Vec<String>, GitError> {
        let failed = || GitError::library("read the remote's branches");
        let prefix = format!("refs/remotes/{remote}/");
        let mut branches = Vec::new();
        for reference in self.inner.references().map_err(failed())? {
            let Ok(reference) = reference else { continue };
            let Ok(name) = reference.name() else { continue };
            let Some(branch) = name.strip_prefix(&prefix).map(str::to_owned) else {
                continue;
            };
            let Ok(tip) = reference.peel_to_commit() else {
                continue;
            };
            let is_in = tip.id() == commit.oid()
                || self
                    .inner
                    .graph_descendant_of(tip.id(), commit.oid())
                    .map_err(failed())?;
            if is_in && branch != "HEAD" {
                branches.push(branch);
            }
        }
        branches.sort();
        Ok(branches)
    }

    /// True when nothing at or below `path` (`""` is the root) is uncommitted: neither staged, nor
    /// changed, nor new and not ignored.
    ///
    /// # Errors
    /// [`GitError::Bare`].
    pub fn is_clean(&self, path: &str) -> Result<bool, GitError> {
        worktree::is_clean(&self.inner, path)
    }

    fn tree(&self, commit: &Commit) -> Result<git2::Tree<'_>, GitError> {
        let missing = |_| GitError::Missing {
            id: commit.to_string(),
        };
        let commit = self.inner.find_commit(commit.oid()).map_err(missing)?;
        commit.tree().map_err(|_| GitError::Missing {
            id: commit.tree_id().to_string(),
        })
    }

    fn walk(
        &self,
        commit: &Commit,
        path: &str,
        found: &mut dyn FnMut(&str, Leaf),
    ) -> Result<(), GitError> {
        let root = self.tree(commit)?;
        let Some(folder) = folder(&root, path)? else {
            return Ok(());
        };
        tree::compare(&self.inner, None, Some(folder), &mut |path, _, leaf| {
            if let Some(leaf) = leaf {
                found(path, leaf);
            }
        })
    }
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository")
            .field("root", &self.root)
            .finish()
    }
}

fn folder(root: &git2::Tree<'_>, path: &str) -> Result<Option<Oid>, GitError> {
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return Ok(Some(root.id()));
    }
    match root.get_path(Path::new(path)) {
        Err(_) => Ok(None),
        Ok(entry) if entry.filemode_raw() & 0o170_000 == 0o040_000 => Ok(Some(entry.id())),
        Ok(_) => Err(GitError::NotAFolder {
            path: path.to_owned(),
        }),
    }
}
