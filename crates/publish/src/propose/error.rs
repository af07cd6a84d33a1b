//! Why a proposal was not made.

use std::time::Duration;

use crate::forge::{ForgeError, RepoName};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// The forge did not do something.
    #[error(transparent)]
    Forge(#[from] ForgeError),
    /// There is no such repository.
    #[error("there is no repository {0}, or it is not shown to you")]
    NoRepository(RepoName),
    /// There is nothing to merge into.
    #[error("{repository} has no branch {branch:?}")]
    NoBranch {
        /// The registry's repository.
        repository: RepoName,
        /// The branch that its `registry.toml` names.
        branch: String,
    },
    /// It is read only.
    #[error("{0} is archived: nothing can be changed there")]
    Archived(RepoName),
    /// The only way would be a fork.
    #[error("you may not push to {0}, and it cannot be forked")]
    NoForks(RepoName),
    /// One's own repository, without the right to push.
    #[error("{0} is yours, but you may not push to it")]
    NoRights(RepoName),
    /// The forge does not say which right is missing; it says that nothing is there.
    #[error("your token may not write to {repository}: {error}")]
    WeakToken {
        /// What was to be written to.
        repository: RepoName,
        /// What was answered.
        error: Box<ForgeError>,
    },
    /// Another repository is where the fork would be.
    #[error("you have a repository {taken}, and it is no fork of {repository}")]
    ForkNameTaken {
        /// The person's repository.
        taken: RepoName,
        /// The registry's.
        repository: RepoName,
    },
    /// The forge did not get ready.
    #[error("the fork {fork} was still not ready after {} seconds", .waited.as_secs())]
    ForkNotReady {
        /// The fork.
        fork: RepoName,
        /// How long it was waited for.
        waited: Duration,
    },
    /// A fork would be made that nobody was told of.
    #[error("a fork of {0} would be needed by now, which was not announced")]
    NotAnnounced(RepoName),
    /// Others changed the same files.
    #[error("{repository} has changed {} since", .paths.iter().map(|path| format!("{path:?}")).collect::<Vec<_>>().join(", "))]
    Conflict {
        /// The registry's repository.
        repository: RepoName,
        /// The files.
        paths: Vec<String>,
    },
    /// There is nothing to propose.
    #[error("{0} has all of this already")]
    NothingNew(RepoName),
    /// The branch is not ours to replace.
    #[error(
        "the branch {branch:?} of {repository} ends with a commit that this program did not make for you"
    )]
    BranchTaken {
        /// Where it is.
        repository: RepoName,
        /// Its name.
        branch: String,
    },
    /// Somebody else proposes from the same branch.
    #[error("{url} proposes from the same branch and is somebody else's")]
    PullTaken {
        /// The pull request's page.
        url: String,
    },
}

impl ProposeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Forge(error) => return error.hint(),
            Self::WeakToken { error, .. } if is_about_workflows(error) => {
                "the registry has changed its workflows since you forked it, and your token may not \
                 bring those over: press \"Sync fork\" on your fork's page, or use a token with \
                 `workflow`; then run the command again"
                    .into()
            }
            Self::WeakToken { .. } => {
                "sign in again: `paracle registry login`; or use a token with `public_repo`, or a \
                 fine-grained one with write access to contents and pull requests"
                    .into()
            }
            Self::NoRepository(_) => {
                "check `repository` under [forge] in registry.toml; to see a private one, sign in".into()
            }
            Self::NoBranch { .. } => "check `branch` under [forge] in registry.toml".into(),
            Self::Archived(_) => "ask its owner to unarchive it".into(),
            Self::NoForks(_) => "ask its owner for the right to push, or for forks".into(),
            Self::NoRights(_) => "use a token that may write to it".into(),
            Self::ForkNameTaken { taken, .. } => {
                format!("rename {taken}, then run the command again")
            }
            Self::ForkNotReady { .. } => {
                "run the command again in some minutes: it goes on where it was".into()
            }
            Self::NotAnnounced(_) => "run the command again to see what it would do now".into(),
            Self::Conflict { .. } => {
                "run the command again: it works on what the registry has now".into()
            }
            Self::BranchTaken { branch, .. } => {
                format!("keep what you need of it, delete {branch:?}, then run the command again")
            }
            Self::PullTaken { .. } => "agree with them who proposes it".into(),
            Self::NothingNew(_) => return None,
        })
    }

    /// Whether the network or the server is to blame, and not what was asked for.
    pub fn is_network(&self) -> bool {
        match self {
            Self::Forge(error) => error.is_network(),
            Self::ForkNotReady { .. } => true,
            _ => false,
        }
    }

    /// Where writing was refused: GitHub says of what a token may not even know that it is not there,
    /// <https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api>.
    pub(super) fn of_writing(repository: &RepoName, error: ForgeError) -> Self {
        let is_weak = match &error {
            ForgeError::Status { status: 404, .. } => true,
            ForgeError::Status { message, .. } => needs_workflow(message),
            _ => false,
        };
        match is_weak {
            true => Self::WeakToken {
                repository: repository.clone(),
                error: Box::new(error),
            },
            false => Self::Forge(error),
        }
    }
}

/// Whether these are GitHub's words for a push that changes workflows by a token that may not.
fn needs_workflow(message: &str) -> bool {
    message.contains("refusing to allow") && message.contains("`workflow` scope")
}

fn is_about_workflows(error: &ForgeError) -> bool {
    matches!(error, ForgeError::Status { message, .. } if needs_workflow(message))
}
