//! A tree made a commit, and that the end of the proposal's branch.
//!
//! The branch is replaced where it is one of ours. A line in the commit says so: whose it is, by id.

use super::{Plan, ProposeError, Step, Submission, is_taken, place::Target};
use crate::forge::{
    Head, Person, RepoName,
    github::{Commit, GitHub},
};

/// Begins the last line of the commits that we make.
const TRAILER: &str = "Paracle-Proposed-By: ";

/// The branch's last commit, where there is such a branch.
pub(super) fn find(
    github: &GitHub,
    submission: &Submission,
    person: &Person,
    target: &RepoName,
) -> Result<Option<Commit>, ProposeError> {
    let branch = &submission.proposal.branch;
    let Some(commit) = github.branch(target, branch)? else {
        return Ok(None);
    };
    let is_ours = is_ours(&commit, person)
        || match &commit.parents[..] {
            // The base merged into it, by the button of a pull request's page.
            [ours, _] => is_ours(&github.commit(target, ours)?, person),
            _ => false,
        };
    match is_ours {
        true => Ok(Some(commit)),
        false => Err(ProposeError::BranchTaken {
            repository: target.clone(),
            branch: branch.clone(),
        }),
    }
}

/// Has the branch end with a commit of `tree` upon `head`; the commit's id.
pub(super) fn settle(
    github: &GitHub,
    submission: &Submission,
    plan: &Plan,
    target: &Target,
    head: &Head,
    tree: &str,
    told: &mut dyn FnMut(Step),
) -> Result<String, ProposeError> {
    let (repository, branch) = (&target.name, &submission.proposal.branch);
    let there = find(github, submission, &plan.person, repository)?;
    if let Some(commit) = &there
        && commit.tree == tree
        && commit.parents == [head.commit.as_str()]
    {
        told(Step::BranchStands(branch.clone()));
        return Ok(commit.id.clone());
    }
    told(Step::Committing(branch.clone()));
    let weak = |error| ProposeError::of_writing(repository, error);
    let message = message(submission, &plan.person);
    let commit = github.create_commit(repository, &head.commit, tree, &message);
    let commit = commit.map_err(weak)?;
    let written = match there {
        Some(_) => github.replace_branch(repository, branch, &commit),
        None => match github.create_branch(repository, branch, &commit) {
            // Another run of ours was faster. Whether the branch is ours is looked at once more.
            Err(error) if is_taken(&error) => {
                match find(github, submission, &plan.person, repository)? {
                    Some(_) => github.replace_branch(repository, branch, &commit),
                    None => Err(error),
                }
            }
            other => other,
        },
    };
    written.map_err(weak)?;
    Ok(commit)
}

fn message(submission: &Submission, person: &Person) -> String {
    format!("{}\n\n{}", submission.proposal.title, trailer(person))
}

fn trailer(person: &Person) -> String {
    format!("{TRAILER}{}", person.owner())
}

fn is_ours(commit: &Commit, person: &Person) -> bool {
    commit.message.lines().last() == Some(&trailer(person))
}
