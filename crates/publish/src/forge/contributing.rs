//! What contributing needs of a forge, whichever it is.

use serde::Serialize;

use super::{ForgeError, Person, RepoName};
use crate::{
    follow::Followed,
    propose::{Plan, ProposeError, Proposed, Step, Submission},
};

/// The end of a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Its last commit.
    pub commit: String,
    /// That commit's tree.
    pub tree: String,
}

/// A forge that proposals are made on. [`GitHub`](super::GitHub) is the one that there is.
pub trait Forge {
    /// Who asks.
    ///
    /// # Errors
    /// [`ForgeError::BadToken`] where nobody does; else see [`ForgeError`], as all of these.
    fn signed_in(&self) -> Result<Person, ForgeError>;

    /// The end of a branch; `None` where the repository has no such branch.
    ///
    /// # Errors
    /// See [`ForgeError`].
    fn head(&self, repository: &RepoName, branch: &str) -> Result<Option<Head>, ForgeError>;

    /// A file at a commit; `None` where none is there.
    ///
    /// # Errors
    /// See [`ForgeError`].
    fn read(
        &self,
        repository: &RepoName,
        commit: &str,
        path: &str,
    ) -> Result<Option<Vec<u8>>, ForgeError>;

    /// What [`Forge::propose`] would create and change. Nothing is written.
    ///
    /// # Errors
    /// Where proposing cannot work; see [`ProposeError`].
    fn plan(&self, submission: &Submission) -> Result<Plan, ProposeError>;

    /// Makes the pull request, or brings the one that is there up to date. Whoever was cut off asks
    /// again: what is there already is found and used.
    ///
    /// # Errors
    /// See [`ProposeError`].
    fn propose(
        &self,
        submission: &Submission,
        plan: &Plan,
        told: &mut dyn FnMut(Step),
    ) -> Result<Proposed, ProposeError>;

    /// The newest pull request from a branch of the person who asks, or of the repository itself.
    ///
    /// # Errors
    /// See [`ForgeError`].
    fn find(&self, repository: &RepoName, branch: &str) -> Result<Option<u64>, ForgeError>;

    /// Where a pull request is.
    ///
    /// # Errors
    /// See [`ForgeError`].
    fn follow(&self, repository: &RepoName, number: u64) -> Result<Followed, ForgeError>;
}
