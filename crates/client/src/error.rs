//! What can go wrong between a registry and us.

use std::{io, path::PathBuf, time::Duration};

use registry_index::{Digest, PackageName};

/// Why a registry, or something in it, could not be had. Texts from outside are quoted with escapes.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server could not be reached, or the connection broke.
    #[error("cannot reach {url}: {why}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The transport's own words.
        why: String,
    },
    /// The server took too long to answer.
    #[error("{url} does not answer in time")]
    TooSlow {
        /// What was asked for.
        url: String,
    },
    /// The server answered with an error.
    #[error("{url} answered {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The HTTP status code.
        status: u16,
        /// How long the server asked us to wait.
        retry_after: Option<Duration>,
    },
    /// A redirect that is not followed.
    #[error("{url} redirects to {to:?}, {why}")]
    Redirect {
        /// What was asked for.
        url: String,
        /// Where it points.
        to: String,
        /// Why it is not followed.
        why: &'static str,
    },
    /// The answer is not what it has to be.
    #[error("{what} is damaged: {why}")]
    Damaged {
        /// A URL or a path.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// The user's list of registries cannot be read.
    #[error("{} cannot be read: {why}", .path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// No network was allowed and the cache does not have it.
    #[error("{0} is not in the cache, and --offline forbids to fetch it")]
    Offline(String),
    /// Neither a registry nor a site.
    #[error("{0} is not a registry")]
    NotARegistry(String),
    /// A location that cannot be read.
    #[error("{0:?} is not a registry's address: {1}")]
    Location(String, String),
    /// The bytes of a blob are nowhere.
    #[error("the {what} of {name} {version} is not at hand")]
    MissingBlob {
        /// "archive" or "README".
        what: &'static str,
        /// The package.
        name: PackageName,
        /// The release.
        version: semver::Version,
    },
    /// An archive that is none, or that could do harm.
    #[error("the archive of {release} is refused")]
    Refused {
        /// The package and the version.
        release: String,
        /// What it is refused for.
        source: Box<archive::Refusal>,
    },
    /// An archive that holds something else than its record says.
    #[error("the archive of {release} has the content id {got}, not {stated} as its record states")]
    OtherContents {
        /// The package and the version.
        release: String,
        /// By the record.
        stated: Digest,
        /// Of what was fetched.
        got: Digest,
    },
    /// Whoever asked for it wanted it no more.
    #[error("fetching was stopped")]
    Stopped,
    /// A registry that is named by an address nobody configured.
    #[error("no registry with the address {0} is known here")]
    UnknownRegistry(String),
    /// A repository that was named in a way that is not understood.
    #[error("{text:?} names no repository: {why}")]
    NoRepository {
        /// What was given.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// A folder of a repository that cannot be a package.
    #[error("{what} cannot be used: {why}")]
    Unfit {
        /// The repository, the commit, the folder.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// The disk said no.
    #[error("cannot read or write {}", .path.display())]
    Io {
        /// What was read or written.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Reading a git repository failed.
    #[error(transparent)]
    Git(#[from] git::GitError),
    /// The search index cannot be used.
    #[error(transparent)]
    Search(#[from] search::SearchError),
}

impl ClientError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreachable { .. } | Self::TooSlow { .. } => {
                "check the address and the connection; --offline works with what is cached".into()
            }
            Self::Status { status: 404, .. } => {
                "check the address: a registry's site has index/config.json at its root; a site that is just changing answers again in a moment".into()
            }
            Self::Status { status: 429, retry_after, .. } => match retry_after {
                Some(wait) => format!("the server asks to wait {} seconds", wait.as_secs()),
                None => "the server is asked too often; try again in a minute".into(),
            },
            Self::Status { status: 500.., .. } => "the server has a problem; try again later".into(),
            Self::Status { .. } => "the server refuses this request".into(),
            Self::Redirect { .. } => {
                "a registry's config.json lists the hosts that downloads may redirect to; ask its owner".into()
            }
            Self::Damaged { .. } => {
                "nothing was kept; try again, and tell the registry's owner if it happens twice".into()
            }
            Self::List { .. } => "correct the file by hand, or remove it: the registry this program brings along needs none".into(),
            Self::Offline(_) => "run the command once without --offline".into(),
            Self::NotARegistry(_) => {
                "a registry is a folder with registry-index/registry.toml, a built site, or the URL of one".into()
            }
            Self::Location(..) => "give a folder, a git URL (git+https://…), or an http(s) URL".into(),
            Self::MissingBlob { .. } => "`paracle registry blobs fill` fetches it from its pinned source".into(),
            Self::Refused { .. } | Self::OtherContents { .. } => {
                "nothing was kept; the registry serves something it never packed: tell its owner".into()
            }
            Self::UnknownRegistry(url) => format!("`paracle registry add NAME {url}` adds it"),
            Self::NoRepository { .. } => {
                "write github:owner/repo@ref#path, gitlab:…, or git+https://host/repo.git@ref#path".into()
            }
            Self::Unfit { .. } => "name another folder of the repository behind #, or another commit behind @".into(),
            Self::Git(error) => error.hint().to_owned(),
            Self::Io { .. } | Self::Search(_) | Self::Stopped => return None,
        })
    }

    /// Whether the network, not the user, is to blame.
    pub fn is_network(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::TooSlow { .. }
                | Self::Status { .. }
                | Self::Redirect { .. }
        )
    }

    /// Whether asking again may help.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..),
            _ => false,
        }
    }
}

impl ClientError {
    /// Whether a mirror may have what its registry does not give: always what is wrong with a server,
    /// never what is wrong with a file.
    pub(crate) fn may_be_had_elsewhere(&self) -> bool {
        matches!(self, Self::TooSlow { .. }) || self.is_passing()
    }
}

/// For `map_err`: the disk said no about `path`.
pub(crate) fn io_error(path: &std::path::Path) -> impl FnOnce(io::Error) -> ClientError {
    let path = path.to_owned();
    move |source| ClientError::Io { path, source }
}
