//! A proposal made a pull request, through the forge's API alone.
//!
//! ```text
//! place     where its branch lives: the repository itself, or a fork of the person who proposes
//! moved     what others changed since the proposal was worked out
//! content   files -> blobs -> tree
//! branch    tree -> commit -> branch
//! pull      branch -> pull request
//! ```
//!
//! Every step looks first what is there. So whoever was cut off after any request proposes again, and
//! there is one branch and one open pull request with what was proposed. What a `Plan` does not announce
//! is not created.

mod branch;
pub(crate) mod content;
mod error;
mod moved;
mod place;
mod pull;

use serde::Serialize;

use crate::{
    forge::{ForgeError, Head, Person, RepoName, github::GitHub},
    proposal::Proposal,
};

pub use error::ProposeError;
pub use place::Place;
pub use pull::Proposed;

/// A proposal, and what it is to be merged into.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The registry's repository.
    pub repository: RepoName,
    /// The branch to merge into.
    pub branch: String,
    /// The end of that branch when the proposal was worked out.
    pub base: Head,
    /// What is proposed.
    pub proposal: Proposal,
}

/// What proposing will create and change, to be shown before.
#[must_use = "nothing is proposed yet"]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// Who proposes.
    pub person: Person,
    /// Where to.
    pub repository: RepoName,
    /// The branch to merge into.
    pub into: String,
    /// Where the branch of the proposal lives.
    pub place: Place,
    /// Whether the fork's own branch is behind the registry's, and is brought up to date on the way.
    pub syncs_fork: bool,
    /// Its name.
    pub branch: String,
    /// Whether the branch is there already, and is replaced.
    pub has_branch: bool,
    /// The open pull request from it, which is brought up to date; `None` where a new one is made.
    pub pull: Option<Opened>,
}

/// An open pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Opened {
    /// Its number in the repository.
    pub number: u64,
    /// Its page.
    pub url: String,
}

/// What is being done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Making a fork.
    Forking(RepoName),
    /// The forge is still copying into the fork.
    WaitingForFork {
        /// The fork.
        fork: RepoName,
        /// For so long by now.
        waited: std::time::Duration,
    },
    /// Bringing the fork's own branch up to date.
    Syncing(RepoName),
    /// The fork's own branch has gone another way. It is left alone, and the proposal is made on the
    /// registry's last commit all the same.
    ForkDiverged(RepoName),
    /// The registry has moved on since; the proposal is put onto this commit.
    Rebasing(String),
    /// So many files of so many are there.
    Uploading {
        /// Files there.
        done: usize,
        /// Files of the proposal.
        of: usize,
    },
    /// Writing the commit and the branch.
    Committing(String),
    /// The branch has all of it already.
    BranchStands(String),
    /// Making the pull request.
    Opening,
    /// Giving the pull request another title and text.
    Rewording(u64),
}

/// What [`propose`] will do. Reads only.
pub(crate) fn plan(github: &GitHub, submission: &Submission) -> Result<Plan, ProposeError> {
    let person = github.person()?;
    let place = place::find(github, submission, &person)?;
    let head = base(github, submission)?;
    moved::check(github, submission, &head)?;
    let (branch, pull) = match place.repository() {
        // There is nothing yet in a fork that is not there.
        None => (None, None),
        Some(target) => {
            let branch = branch::find(github, submission, &person, target)?;
            (branch, pull::find(github, submission, &person, target)?)
        }
    };
    let syncs_fork = match &place {
        Place::Fork(fork) => github
            .branch(fork, &submission.branch)?
            .is_some_and(|own| own.id != head.commit),
        Place::Repository(_) | Place::NewFork(_) => false,
    };
    Ok(Plan {
        person,
        repository: submission.repository.clone(),
        into: submission.branch.clone(),
        place,
        syncs_fork,
        branch: submission.proposal.branch.clone(),
        has_branch: branch.is_some(),
        pull: pull.map(|pull| Opened {
            number: pull.number,
            url: pull.html_url,
        }),
    })
}

/// See [`Forge::propose`](crate::forge::Forge::propose).
pub(crate) fn propose(
    github: &GitHub,
    submission: &Submission,
    plan: &Plan,
    told: &mut dyn FnMut(Step),
) -> Result<Proposed, ProposeError> {
    let proposal = &submission.proposal;
    let target = place::ready(github, submission, plan, told)?;
    let head = base(github, submission)?;
    if head.commit != submission.base.commit {
        moved::check(github, submission, &head)?;
        told(Step::Rebasing(head.commit.clone()));
    }
    place::sync(github, submission, &target, &head, told)?;
    let place = content::Place {
        base: &submission.repository,
        target: &target.name,
    };
    let weak = |error| ProposeError::of_writing(&target.name, error);
    let mut uploaded = |done, of| told(Step::Uploading { done, of });
    let tree = content::tree(github, place, &head.tree, &proposal.files, &mut uploaded);
    let tree = tree.map_err(weak)?;
    if tree == head.tree {
        return Err(ProposeError::NothingNew(submission.repository.clone()));
    }
    let commit = branch::settle(github, submission, plan, &target, &head, &tree, told)?;
    pull::settle(github, submission, plan, &target, commit, told)
}

/// The end of the branch to merge into, now.
fn base(github: &GitHub, submission: &Submission) -> Result<Head, ProposeError> {
    let head = github.branch(&submission.repository, &submission.branch)?;
    let head = head.ok_or_else(|| ProposeError::NoBranch {
        repository: submission.repository.clone(),
        branch: submission.branch.clone(),
    })?;
    Ok(head.head())
}

/// Whether the forge says that what was to be created is there already, or is not as it was a moment ago.
fn is_taken(error: &ForgeError) -> bool {
    matches!(error.status(), Some(409 | 422))
}
