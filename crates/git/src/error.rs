//! Everything that can go wrong with a repository.

use std::io;
use std::path::{Path, PathBuf};

use crate::plain::{Quoted, plain};
use crate::url::UrlRefusal;

/// Why git did not do it. Text from git, from repositories and from servers is in here with
/// terminal escapes stripped.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// Neither the folder nor one above it is a repository.
    #[error("{} is not in a git repository", .path.display())]
    NotARepository {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The repository belongs to another user, whose settings could run programs as us.
    #[error("the git repository at {} belongs to another user", .path.display())]
    NotOurs {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// `HEAD` names a branch without a commit.
    #[error("the repository has no commit yet")]
    Unborn,
    /// The repository has no work tree.
    #[error("the repository is bare")]
    Bare,
    /// A revision that could be read as an option, or that is no revision at all.
    #[error("{} is not a revision", Quoted(.rev))]
    BadRevision {
        /// As given.
        rev: String,
    },
    /// Nothing in the repository has this name.
    #[error("there is no revision {}", Quoted(.rev))]
    UnknownRevision {
        /// As given.
        rev: String,
    },
    /// An object that is not in the repository; in a shallow clone it may be elsewhere.
    #[error("the object {} is not in the repository", Quoted(.id))]
    Missing {
        /// Its id.
        id: String,
    },
    /// A path that is a file where a folder was asked for.
    #[error("{} is not a folder", Quoted(.path))]
    NotAFolder {
        /// The path in the tree.
        path: String,
    },
    /// A file larger than [`MAX_BLOB`](crate::MAX_BLOB).
    #[error("the object {} has {size} bytes, more than are read", Quoted(.id))]
    TooBig {
        /// Its id.
        id: String,
        /// Its length.
        size: u64,
    },
    /// A tree that git itself would not have written.
    #[error("the tree is malformed at {}: {why}", Quoted(.path))]
    BadTree {
        /// Where, with replacement characters when it is not UTF-8.
        path: String,
        /// What is wrong.
        why: &'static str,
    },
    /// libgit2 failed otherwise.
    #[error("cannot {doing}: {message}")]
    Library {
        /// What was tried.
        doing: &'static str,
        /// What libgit2 said.
        message: String,
    },
    /// A URL that is not asked.
    #[error("the URL {} is refused: {why}", Quoted(.url))]
    Url {
        /// As given.
        url: String,
        /// Which rule.
        why: UrlRefusal,
    },
    /// An operand that the program would read as an option.
    #[error("{} would be read as an option", Quoted(.operand))]
    Option {
        /// As given.
        operand: String,
    },
    /// The program cannot be started.
    #[error("cannot start git")]
    NotStarted {
        /// What the system said.
        source: io::Error,
    },
    /// The program failed.
    #[error("git {command} failed{}", told(.stderr))]
    Failed {
        /// Its subcommand.
        command: String,
        /// Its exit code; none when it was killed.
        code: Option<i32>,
        /// What it wrote, without terminal escapes; the end of it when it was long.
        stderr: String,
    },
    /// The program did not come back in time and was killed.
    #[error("git {command} took longer than {seconds} s{}", told(.stderr))]
    TimedOut {
        /// Its subcommand.
        command: String,
        /// How long it had.
        seconds: u64,
        /// What it wrote until then, without terminal escapes.
        stderr: String,
    },
    /// A branch that is to be pushed to holds commits that are not ours.
    #[error("the branch {} is there already, with somebody's commits", Quoted(.branch))]
    Taken {
        /// Its name.
        branch: String,
    },
    /// A branch changed between looking at it and pushing to it.
    #[error("the branch {} changed while it was being pushed to", Quoted(.branch))]
    Moved {
        /// Its name.
        branch: String,
    },
    /// A file or folder of a clone could not be made, moved or removed.
    #[error("cannot {doing} {}", .path.display())]
    Files {
        /// What was tried.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl GitError {
    /// A stable kebab-case id of the class.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotARepository { .. } => "git-not-a-repository",
            Self::NotOurs { .. } => "git-not-ours",
            Self::Unborn => "git-unborn",
            Self::Bare => "git-bare",
            Self::BadRevision { .. } => "git-bad-revision",
            Self::UnknownRevision { .. } => "git-unknown-revision",
            Self::Missing { .. } => "git-missing-object",
            Self::NotAFolder { .. } => "git-not-a-folder",
            Self::TooBig { .. } => "git-too-big",
            Self::BadTree { .. } => "git-bad-tree",
            Self::Library { .. } => "git-library",
            Self::Url { .. } => "git-url",
            Self::Option { .. } => "git-option",
            Self::NotStarted { .. } => "git-not-started",
            Self::Failed { .. } => "git-failed",
            Self::TimedOut { .. } => "git-timed-out",
            Self::Taken { .. } => "git-taken",
            Self::Moved { .. } => "git-moved",
            Self::Files { .. } => "git-files",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotARepository { .. } => "run it inside a repository, or `git init` one",
            Self::NotOurs { .. } => "`git config --global --add safe.directory <path>` trusts it",
            Self::Unborn => "commit something first",
            Self::Bare => "use a clone with files",
            Self::BadRevision { .. } | Self::UnknownRevision { .. } => {
                "name a branch, a tag or a commit that `git log` knows"
            }
            Self::Missing { .. } => "fetch more history: `git fetch --unshallow`",
            Self::NotAFolder { .. } => "name the folder that holds it",
            Self::TooBig { .. } => "keep large files out of git",
            Self::BadTree { .. } => "`git fsck` names the commit that brought it in",
            Self::Library { .. } => "`git fsck` tells whether the repository is whole",
            Self::Url { why, .. } => why.hint(),
            Self::Option { .. } => "names must not start with `-`",
            Self::NotStarted { .. } => "install git, and see that it is on the PATH",
            Self::Failed { .. } => "read what git says; the address and your access may be wrong",
            Self::TimedOut { .. } => "try again, or see whether the server answers",
            Self::Taken { .. } => "rename or delete that branch; it is not overwritten",
            Self::Moved { .. } => "look at what came in, and push again",
            Self::Files { .. } => "look at the permissions and the free space of the disk",
        }
    }

    /// True when damaged objects of our own copy may be the cause, and not the other side alone.
    pub(crate) fn may_be_of_the_copy(&self) -> bool {
        !matches!(
            self,
            Self::TimedOut { .. } | Self::NotStarted { .. } | Self::Url { .. }
        )
    }

    /// Makes a closure for `map_err` on what libgit2 returns.
    pub(crate) fn library(doing: &'static str) -> impl Fn(git2::Error) -> Self {
        move |error| Self::Library {
            doing,
            message: plain(error.message()),
        }
    }

    /// Makes a closure for `map_err` on what the file system returns.
    pub(crate) fn files(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Files {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}

/// What the program wrote, behind a colon when there is any.
fn told(stderr: &str) -> String {
    match stderr.trim() {
        "" => String::new(),
        text => format!(": {text}"),
    }
}
