//! Any git repository as a source: one folder of it at one commit, without it being in a registry.
//!
//! ```text
//! text --parse--> GitPackage --fetch--> Fetched { commit, files }
//! ```
//!
//! The files are read from the commit's tree, never from files on the disk, so no attribute, filter or
//! link of the repository has a say in them. What was fetched stays in the cache under its commit: the
//! same commit is never asked for twice, and is there offline.

use std::{
    fs,
    path::{Path, PathBuf},
};

use archive::{Entry, Limits};
use git::{Commit, GitError, Mode, Program, Repository, TreeFile, UrlPolicy};
use registry_index::Digest;
use url::Url;

use crate::{ClientError, World, error::io_error};

mod address;

pub use address::GitPackage;

/// What a repository holds at a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The URL it was fetched from.
    pub url: String,
    /// The commit: 40 hex digits.
    pub commit: String,
    /// The folder; empty for the whole repository.
    pub path: String,
    /// Its regular files, sorted by path, with paths that an archive may hold.
    pub files: Vec<Entry>,
    /// Symbolic links and submodules, which were left out.
    pub skipped: Vec<String>,
}

/// Fetches `package` at `commit` where one is given (from a lock file), at what its ref names now where
/// none is. Offline, a ref names what it named when it was last asked for.
///
/// # Errors
/// [`ClientError::Offline`] where it is not in the cache and must not be fetched, [`ClientError::Unfit`]
/// for a folder that is not there or cannot be a package, [`ClientError::Git`] with what git says.
pub fn fetch(
    package: &GitPackage,
    world: &World,
    commit: Option<&str>,
) -> Result<Fetched, ClientError> {
    let clones = Clones { package, world };
    let commit = match commit.or(package.commit()) {
        Some(text) => text.parse().map_err(|_| ClientError::NoRepository {
            text: package.to_string(),
            why: format!("{text:?} is not a commit, which has 40 hex digits"),
        })?,
        None => clones.resolve()?,
    };
    let repository = clones.at(&commit)?;
    let what = format!("{} at {commit}", package.url());
    let read = Reading {
        repository: &repository,
        commit: &commit,
        path: package.path(),
        what,
    };
    let (files, skipped) = read.files()?;
    Ok(Fetched {
        url: package.url().to_owned(),
        commit: commit.to_string(),
        path: package.path().to_owned(),
        files,
        skipped,
    })
}

/// Where in the cache the commits of a repository are.
struct Clones<'a> {
    package: &'a GitPackage,
    world: &'a World,
}

impl Clones<'_> {
    fn folder(&self, rev: &str) -> PathBuf {
        let key = Digest::of(format!("{} {rev}", self.package.url()).as_bytes());
        self.world.cache.join("sources").join(key.short())
    }

    fn program(&self) -> Program {
        Program::new(self.world.git.clone())
    }

    /// The commit that the ref names.
    fn resolve(&self) -> Result<Commit, ClientError> {
        let rev = self.package.rev();
        // No ref is called so: a name may hold neither spaces nor colons.
        let newest = self.folder(&format!(": {}", rev.unwrap_or("HEAD")));
        if self.world.offline {
            return Repository::open(&newest)
                .ok()
                .filter(|_| newest.join(".git").is_dir())
                .and_then(|repository| repository.head().ok())
                .ok_or_else(|| ClientError::Offline(self.package.to_string()));
        }
        make_parent(&newest)?;
        let (program, url) = (self.program(), self.package.url());
        let commit = git::remote::fetch(&program, url, rev, &newest, &policy())?;
        // Kept under its own name as well, because the ref moves on. From here, not from there.
        let kept = self.folder(commit.as_str());
        if !kept.is_dir()
            && let Ok(near) = Url::from_file_path(newest.join(".git"))
        {
            git::remote::fetch_commit(&program, near.as_str(), &commit, &kept, &policy())?;
        }
        Ok(commit)
    }

    /// The repository, with `commit` in it.
    fn at(&self, commit: &Commit) -> Result<Repository, ClientError> {
        let folder = self.folder(commit.as_str());
        let here = |folder: &Path| {
            let is_repository = folder.join(".git").is_dir();
            let opened = is_repository
                .then(|| Repository::open(folder).ok())
                .flatten();
            opened.filter(|repository| repository.has(commit))
        };
        if let Some(repository) = here(&folder) {
            return Ok(repository);
        }
        if self.world.offline {
            return Err(ClientError::Offline(format!(
                "{} at {commit}",
                self.package
            )));
        }
        make_parent(&folder)?;
        git::remote::fetch_commit(
            &self.program(),
            self.package.url(),
            commit,
            &folder,
            &policy(),
        )?;
        here(&folder).ok_or_else(|| {
            ClientError::Git(GitError::Missing {
                id: commit.to_string(),
            })
        })
    }
}

fn make_parent(folder: &Path) -> Result<(), ClientError> {
    let parent = folder.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(io_error(parent))
}

/// What the user may name. Plain http is not among it: whoever is on the way could say what a ref names.
fn policy() -> UrlPolicy {
    UrlPolicy {
        http: false,
        file: true,
        ssh: true,
        hosts: Vec::new(),
    }
}

/// A folder of a commit, being read.
struct Reading<'a> {
    repository: &'a Repository,
    commit: &'a Commit,
    path: &'a str,
    what: String,
}

impl Reading<'_> {
    fn unfit(&self, why: String) -> ClientError {
        ClientError::Unfit {
            what: match self.path {
                "" => self.what.clone(),
                path => format!("{path:?} of {}", self.what),
            },
            why,
        }
    }

    fn files(&self) -> Result<(Vec<Entry>, Vec<String>), ClientError> {
        let found = match self.repository.files(self.commit, self.path) {
            Err(GitError::NotAFolder { .. }) => {
                return Err(self.unfit("it is a file, not a folder".into()));
            }
            found => found?,
        };
        if found.is_empty() {
            return Err(self.unfit("there is no such folder, or nothing in it".into()));
        }
        let (regular, others): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|file| matches!(file.mode, Mode::File | Mode::Executable));
        let limits = Limits::default();
        if regular.len() > limits.entries {
            let why = format!("it has more than {} files", limits.entries);
            return Err(self.unfit(why));
        }
        for file in &regular {
            archive::check_path(&file.path).map_err(|refusal| self.unfit(refusal.to_string()))?;
        }
        let paths = regular.iter().map(|file| file.path.as_str());
        archive::check_collisions(paths).map_err(|refusal| self.unfit(refusal.to_string()))?;
        let mut total = 0;
        let files = regular
            .into_iter()
            .map(|file| self.entry(file, &mut total, &limits))
            .collect::<Result<_, _>>()?;
        Ok((files, others.into_iter().map(|file| file.path).collect()))
    }

    fn entry(
        &self,
        file: TreeFile,
        total: &mut u64,
        limits: &Limits,
    ) -> Result<Entry, ClientError> {
        let bytes = self.repository.blob(&file.id)?;
        let size = bytes.len() as u64;
        *total += size;
        if size > limits.file || *total > limits.total {
            let what = match size > limits.file {
                true => format!("{:?} has more than {} bytes", file.path, limits.file),
                false => format!("its files have more than {} bytes", limits.total),
            };
            return Err(self.unfit(what));
        }
        Ok(Entry {
            executable: file.mode == Mode::Executable,
            path: file.path,
            bytes,
        })
    }
}
