//! Where the files of a request come from: one commit of somebody's own repository.

use std::{
    cell::Cell,
    path::{Path, PathBuf},
};

use git::{Commit, GitError, Program, Repository, UrlPolicy};
use registry_index::Source;

use crate::request::content;

/// A way to pinned sources.
pub trait Pinned {
    /// The package's folder `path` at the commit `rev` of the repository `git`, which has to be on one
    /// of `hosts`, on a branch or a tag.
    ///
    /// # Errors
    /// [`PinError`].
    fn source(
        &self,
        git: &str,
        rev: &str,
        path: &str,
        hosts: &[String],
    ) -> Result<Source, PinError>;
}

/// Why a pinned source is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// The repository has the commit, and no branch or tag has it.
    #[error("no branch and no tag of the repository has the commit")]
    Unreachable,
    /// It cannot be released, whoever asks.
    #[error("{0}")]
    Unfit(String),
    /// It could not be asked for just now.
    #[error("{0}")]
    Unread(String),
}

/// Others' repositories, over the network.
#[derive(Debug)]
pub struct Remotes {
    program: Program,
    scratch: PathBuf,
    files: bool,
    count: Cell<usize>,
}

impl Remotes {
    /// Fetches with `program` into the folder `scratch`, which exists.
    pub fn new(program: Program, scratch: &Path) -> Self {
        Self {
            program,
            scratch: scratch.to_owned(),
            files: false,
            count: Cell::new(0),
        }
    }

    /// Repositories on this machine's disk as well: for trying things out.
    #[must_use]
    pub fn with_files(self) -> Self {
        Self {
            files: true,
            ..self
        }
    }

    fn folder(&self) -> PathBuf {
        self.count.set(self.count.get() + 1);
        self.scratch.join(self.count.get().to_string())
    }
}

impl Pinned for Remotes {
    fn source(
        &self,
        git: &str,
        rev: &str,
        path: &str,
        hosts: &[String],
    ) -> Result<Source, PinError> {
        let policy = UrlPolicy {
            file: self.files,
            hosts: match self.files {
                true => Vec::new(),
                false => hosts.to_vec(),
            },
            ..UrlPolicy::default()
        };
        policy
            .check(git)
            .map_err(|error| PinError::Unfit(error.to_string()))?;
        if hosts.is_empty() && !self.files {
            return Err(PinError::Unfit(
                "registry.toml lists no hosts of pinned sources".into(),
            ));
        }
        let commit: Commit = rev
            .parse()
            .map_err(|error: git::NotACommit| PinError::Unfit(format!("{rev:?}: {error}")))?;
        let unread = |error: GitError| PinError::Unread(error.to_string());
        let history = self.folder();
        if !git::remote::is_kept(&self.program, git, &commit, &history, &policy).map_err(unread)? {
            return Err(PinError::Unreachable);
        }
        let folder = self.folder();
        git::remote::fetch_commit(&self.program, git, &commit, &folder, &policy).map_err(unread)?;
        read(&folder, &commit, path)
    }
}

/// The package's folder `path` at `commit` of the repository in `folder`.
///
/// # Errors
/// [`PinError::Unfit`].
pub(crate) fn read(folder: &Path, commit: &Commit, path: &str) -> Result<Source, PinError> {
    let unfit = |error: GitError| PinError::Unfit(error.to_string());
    let repository = Repository::open(folder).map_err(unfit)?;
    let source = client::filling::source_at(&repository, commit, path).map_err(unfit)?;
    for file in &source.files {
        archive::check_path(&file.path).map_err(|why| PinError::Unfit(why.to_string()))?;
    }
    let faults = content::faults(&repository, commit, path, &source)
        .map_err(|error| PinError::Unfit(error.to_string()))?;
    if let Some(fault) = faults.into_iter().next() {
        return Err(PinError::Unfit(fault));
    }
    match source.file("paracle.toml").is_some() {
        true => Ok(source),
        false => Err(PinError::Unfit(format!(
            "there is no paracle.toml in {path:?}"
        ))),
    }
}
