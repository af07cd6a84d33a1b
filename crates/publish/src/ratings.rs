//! Ratings that people give in discussions of the forge, taken into the files of `ratings/`.
//!
//! ```text
//! form      a comment's text <-> stars, version, review
//! queries   what GitHub's GraphQL is asked
//! forum     the discussions of a registry: found, read to the end, opened, commented on
//! count     what was said -> one rating a person
//! file      ratings -> the bytes of a file; a folder of them
//! collect   all of it: forum -> count -> files        open      a discussion for each package
//! rate      one person's rating of one package
//! ```
//!
//! Who rates is known by the numeric id of the account. Nothing is written before everything was read,
//! so that what fails half-way leaves the files of the last time.

mod collect;
mod count;
mod file;
mod form;
mod forum;
mod open;
mod queries;
mod rate;

use std::{io, path::PathBuf};

use registry_index::PackageName;

use crate::forge::{ForgeError, RepoName};

pub use collect::{Collected, Packages, collect};
pub use count::reaction_stars;
pub use file::{Entry, Written, put, text, write};
pub use form::{Said, parse, render};
pub use forum::Forum;
pub use open::{Opened, body, open};
pub use queries::DOCUMENTS;
pub use rate::{Posting, place, post, proposal};

/// Why ratings cannot be taken or given.
#[derive(Debug, thiserror::Error)]
pub enum RatingError {
    /// The forge did not do it.
    #[error(transparent)]
    Forge(#[from] ForgeError),
    /// The repository has no discussions at all.
    #[error("{0} has no discussions")]
    NoDiscussions(RepoName),
    /// It has no category of this name.
    #[error("the discussions of {repository} have no category {category:?}")]
    NoCategory {
        /// The repository.
        repository: RepoName,
        /// The category that `registry.toml` names.
        category: String,
    },
    /// No discussion stands for the package yet.
    #[error("{0} has no discussion yet")]
    NotOpened(PackageName),
    /// The file of the registry cannot be read, so nothing can be put into it.
    #[error("{path} cannot be read: {why}")]
    Unreadable {
        /// Its path.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The disk said no.
    #[error("cannot write {}", .path.display())]
    Io {
        /// What was written.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl RatingError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Forge(error) => return error.hint(),
            Self::NoDiscussions(_) => {
                "turn them on in the repository's settings: Features, Discussions".into()
            }
            Self::NoCategory { category, .. } => format!(
                "make the category {category:?} in the repository's discussions, of the format \
                 Announcement: then only those who may write open discussions in it. Or name \
                 another under [ratings] in registry.toml"
            ),
            Self::NotOpened(_) => {
                "it is opened by the registry's next nightly run; rate the package after that"
                    .into()
            }
            Self::Unreadable { .. } => {
                "correct the file first; `paracle registry check` says where".into()
            }
            Self::Io { .. } => return None,
        })
    }
}
