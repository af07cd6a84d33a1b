//! Why a package cannot be checked or proposed, or a registry not released.

use std::{io, path::PathBuf};

use registry_index::{Finding, PackageName, load::LoadError};
use semver::Version;

/// What went wrong. Defects of packages are findings, not errors.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The registry cannot be read at all.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// `registry.toml` says nothing that could be checked against.
    #[error("registry-index/registry.toml cannot be read")]
    NoConfig(Vec<Finding>),
    /// The git repository cannot be read.
    #[error(transparent)]
    Git(#[from] git::GitError),
    /// The registry is not at the root of its repository.
    #[error("{} is not the root of a git repository", .0.display())]
    NotAtRoot(PathBuf),
    /// No source has this name.
    #[error("no package below templates/ is called {0:?}")]
    UnknownPackage(String),
    /// The registry names no repository, so a record could not say where its bytes come from.
    #[error("registry.toml has no [forge] repository")]
    NoRepository,
    /// The disk said no.
    #[error("cannot read or write {}", .path.display())]
    Io {
        /// What was written.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A registry cannot be asked.
    #[error(transparent)]
    Client(#[from] client::ClientError),
    /// What a registry publishes does not say what it takes.
    #[error("the registry {0} does not say what it takes")]
    NoPolicies(String),
    /// What a registry publishes of a package is no record.
    #[error("what the registry says of {0} cannot be read: {1}")]
    Unreadable(registry_index::PackageName, String),
    /// A folder without a manifest.
    #[error("there is no paracle.toml in {}", .0.display())]
    NoPackage(PathBuf),
    /// A new package that no registry would take.
    #[error("such a package would be refused")]
    Refused(Vec<Finding>),
    /// What is to be forked has no manifest that could be edited.
    #[error("its paracle.toml cannot be edited: {0}")]
    NotEditable(String),
    /// The forge did not do it.
    #[error(transparent)]
    Forge(#[from] crate::forge::ForgeError),
    /// A file of the registry says nothing that could be understood.
    #[error("the registry's {path:?} cannot be understood: {why}")]
    BaseUnreadable {
        /// From the registry's root.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// What is proposed would not be let in.
    #[error("{0}")]
    Unfit(String),
    /// The version is out.
    #[error("{0} {1} is released already")]
    IsReleased(PackageName, Version),
    /// The name was given up.
    #[error("{old} was renamed and is called {now:?} now")]
    Renamed {
        /// The old name.
        old: PackageName,
        /// What took its place.
        now: String,
    },
    /// The repository has no such branch.
    #[error("the repository has no branch {0:?}")]
    NoBranch(String),
    /// Others are faster, again and again.
    #[error("the branch {0:?} moves on faster than it can be looked at")]
    KeepsMoving(String),
    /// What is asked for changes nothing, or makes no sense.
    #[error("{what}")]
    Senseless {
        /// Why.
        what: String,
        /// What to do.
        help: &'static str,
    },
    /// The folder has what is not committed.
    #[error("{} has changes that are not committed", .0.display())]
    NotCommitted(PathBuf),
    /// Nobody else could fetch the commit.
    #[error("no branch of {remote:?} has the commit {rev}")]
    NotPushed {
        /// The remote's name.
        remote: String,
        /// The commit.
        rev: git::Commit,
    },
    /// The author's repository is nowhere else.
    #[error("the repository has no remote")]
    NoRemote,
    /// The author's repository is not where everybody can read it.
    #[error("{0:?} is no repository that others can read by https")]
    RemoteUnfit(String),
    /// Something is in the way.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
}

impl PublishError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Load(LoadError::NotARegistry(_)) => {
                "run the command in a registry's folder, name one with --registry, or make one: paracle registry new"
            }
            Self::NotAtRoot(_) => {
                "run `git init` there, or move the registry to its repository's root"
            }
            Self::UnknownPackage(_) => "give the full name as written in its paracle.toml",
            Self::NoRepository => {
                "add `repository = \"https://…\"` under [forge]: records name it as their source"
            }
            Self::NoBranch(_) => "registry.toml names the branch, under [forge]",
            Self::KeepsMoving(_) => "run it again: what is released stays released",
            Self::Senseless { help, .. } => help,
            Self::IsReleased(..) => {
                "a release never changes: raise `version` in paracle.toml, and say what is new"
            }
            Self::Renamed { .. } => "publish it under the name that it has now",
            Self::NotCommitted(_) => "commit them: what is released is what git has",
            Self::NotPushed { .. } => {
                "push it, and `git fetch` if it is there already: the release job takes it from there"
            }
            Self::NoRemote | Self::RemoteUnfit(_) => {
                "push it to a public repository, and name that with `git remote add origin https://…`"
            }
            Self::NoPolicies(_) => {
                "it was built by an older version of this program; name a checkout of it with --registry"
            }
            Self::NoPackage(_) => "name a package's folder; `paracle template new NAME` makes one",
            Self::NotEmpty(_) => "name a folder that does not exist yet",
            _ => return None,
        })
    }
}

pub(crate) fn io_error(path: &std::path::Path) -> impl FnOnce(io::Error) -> PublishError {
    let path = path.to_owned();
    move |source| PublishError::Io { path, source }
}
