//! A branch made a pull request: the open one is brought up to date, else there is a new one.

use serde::Serialize;

use super::{Plan, ProposeError, Step, Submission, is_taken, place::Target};
use crate::forge::{
    Person, RepoName,
    github::{GitHub, NewPull, Pull},
};

/// The pull request that a proposal became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Proposed {
    /// Its number in the repository.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// The commit that is proposed.
    pub commit: String,
    /// Whether it was made just now.
    pub is_new: bool,
}

/// The open pull request from the proposal's branch in `target`.
pub(super) fn find(
    github: &GitHub,
    submission: &Submission,
    person: &Person,
    target: &RepoName,
) -> Result<Option<Pull>, ProposeError> {
    let branch = &submission.proposal.branch;
    let pulls = github.pulls_from(&submission.repository, target.owner(), branch)?;
    let is_it = |pull: &Pull| {
        pull.is_open() && pull.head.branch == *branch && pull.base.branch == submission.branch
    };
    match pulls.into_iter().find(is_it) {
        Some(pull) if pull.user.as_ref().is_none_or(|user| user.id != person.id) => {
            Err(ProposeError::PullTaken { url: pull.html_url })
        }
        pull => Ok(pull),
    }
}

/// Has an open pull request with the proposal's title and text.
pub(super) fn settle(
    github: &GitHub,
    submission: &Submission,
    plan: &Plan,
    target: &Target,
    commit: String,
    told: &mut dyn FnMut(Step),
) -> Result<Proposed, ProposeError> {
    let (repository, proposal) = (&submission.repository, &submission.proposal);
    let weak = |error| ProposeError::of_writing(repository, error);
    let proposed = |pull: Pull, is_new| Proposed {
        number: pull.number,
        url: pull.html_url,
        commit,
        is_new,
    };
    let there = match find(github, submission, &plan.person, &target.name)? {
        Some(there) => there,
        None => {
            told(Step::Opening);
            match open(github, submission, target) {
                Ok(pull) => return Ok(proposed(pull, true)),
                // Another run of ours was faster.
                Err(error) if is_taken(&error) => {
                    let there = find(github, submission, &plan.person, &target.name)?;
                    there.ok_or_else(|| weak(error))?
                }
                Err(error) => return Err(weak(error)),
            }
        }
    };
    if there.title != proposal.title || there.body.as_deref() != Some(&proposal.body) {
        told(Step::Rewording(there.number));
        let (title, body) = (&proposal.title, &proposal.body);
        let reworded = github.reword_pull(repository, there.number, title, body);
        reworded.map_err(weak)?;
    }
    Ok(proposed(there, false))
}

fn open(
    github: &GitHub,
    submission: &Submission,
    target: &Target,
) -> Result<Pull, crate::forge::ForgeError> {
    let proposal = &submission.proposal;
    let head = match target.fork {
        Some(_) => format!("{}:{}", target.name.owner(), proposal.branch),
        None => proposal.branch.clone(),
    };
    let pull = NewPull {
        title: &proposal.title,
        body: &proposal.body,
        head: &head,
        base: &submission.branch,
        // Nobody was asked whether others may push to their fork.
        maintainer_can_modify: false,
    };
    github.create_pull(&submission.repository, &pull)
}
