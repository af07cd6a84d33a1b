//! Where the branch of a proposal lives: in the repository itself for who may push there, else in a fork
//! of theirs.

use std::{thread, time::Duration};

use serde::Serialize;

use super::{Plan, ProposeError, Step, Submission};
use crate::forge::{
    Head, Person, RepoName,
    github::{GitHub, Repository, Synced},
};

/// Where the branch lives, or will.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the registry's repository.
    Repository(RepoName),
    /// In a fork that is there.
    Fork(RepoName),
    /// In a fork that will be made.
    NewFork(RepoName),
}

impl Place {
    /// The repository, where it is there.
    pub fn repository(&self) -> Option<&RepoName> {
        match self {
            Self::Repository(name) | Self::Fork(name) => Some(name),
            Self::NewFork(_) => None,
        }
    }
}

/// The repository that is written to.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) name: RepoName,
    /// A fork, and the last commit of its own branch of the registry's branch's name.
    pub(super) fork: Option<Option<String>>,
    /// Whether the forge can bring the fork's own branch up to date: it was forked from the registry, and
    /// not from another fork of it.
    pub(super) can_sync: bool,
}

/// Looks where the branch can live. Reads only.
pub(super) fn find(
    github: &GitHub,
    submission: &Submission,
    person: &Person,
) -> Result<Place, ProposeError> {
    let name = &submission.repository;
    let Some(repository) = github.repository(name)? else {
        return Err(ProposeError::NoRepository(name.clone()));
    };
    if repository.archived {
        return Err(ProposeError::Archived(repository.full_name));
    }
    if repository.permissions.push {
        return Ok(Place::Repository(repository.full_name));
    }
    if repository
        .full_name
        .owner()
        .eq_ignore_ascii_case(&person.login)
    {
        return Err(ProposeError::NoRights(repository.full_name));
    }
    // A login that is no part of a name cannot have repositories either.
    let Ok(theirs) = repository.full_name.of_owner(&person.login) else {
        return Err(ProposeError::NoForks(repository.full_name));
    };
    match github.repository(&theirs)? {
        Some(fork) if !fork.is_fork_of(&repository) => Err(ProposeError::ForkNameTaken {
            taken: fork.full_name,
            repository: repository.full_name,
        }),
        Some(fork) if fork.archived => Err(ProposeError::Archived(fork.full_name)),
        Some(fork) => Ok(Place::Fork(fork.full_name)),
        None if repository.allow_forking == Some(false) => {
            Err(ProposeError::NoForks(repository.full_name))
        }
        None => Ok(Place::NewFork(theirs)),
    }
}

/// Has the place ready, and a fork made where that was announced.
pub(super) fn ready(
    github: &GitHub,
    submission: &Submission,
    plan: &Plan,
    told: &mut dyn FnMut(Step),
) -> Result<Target, ProposeError> {
    let place = find(github, submission, &plan.person)?;
    let fork = match (place, &plan.place) {
        (Place::Repository(name), _) => {
            return Ok(Target {
                name,
                fork: None,
                can_sync: false,
            });
        }
        (Place::Fork(fork), _) => repository(github, &fork)?,
        (Place::NewFork(_), Place::NewFork(announced)) => {
            told(Step::Forking(announced.clone()));
            let made = github.fork(&submission.repository);
            made.map_err(|error| ProposeError::of_writing(&submission.repository, error))?
        }
        (Place::NewFork(_), _) => {
            return Err(ProposeError::NotAnnounced(submission.repository.clone()));
        }
    };
    let can_sync = fork.parent.as_ref().is_none_or(|parent| {
        let parent = &parent.full_name.to_string();
        parent.eq_ignore_ascii_case(&submission.repository.to_string())
    });
    wait(github, &fork, told)?;
    let own = github.branch(&fork.full_name, &submission.branch)?;
    Ok(Target {
        name: fork.full_name,
        fork: Some(own.map(|commit| commit.id)),
        can_sync,
    })
}

fn repository(github: &GitHub, name: &RepoName) -> Result<Repository, ProposeError> {
    let found = github.repository(name)?;
    found.ok_or_else(|| ProposeError::NoRepository(name.clone()))
}

/// Waits until a fork has its git data: until then it answers as if it were empty.
fn wait(
    github: &GitHub,
    fork: &Repository,
    told: &mut dyn FnMut(Step),
) -> Result<(), ProposeError> {
    let pace = github.pace();
    let (mut pause, mut waited) = (pace.first, Duration::ZERO);
    while github
        .branch(&fork.full_name, &fork.default_branch)?
        .is_none()
    {
        let fork = fork.full_name.clone();
        if waited >= pace.patience {
            return Err(ProposeError::ForkNotReady { fork, waited });
        }
        told(Step::WaitingForFork { fork, waited });
        thread::sleep(pause);
        waited += pause;
        pause = (pause * 2).min(pace.longest);
    }
    Ok(())
}

/// Brings a fork's own branch up to date, where it is behind. Where that cannot be, nothing is lost:
/// forks share their objects, so a commit of the registry can be what a branch of the fork begins with.
pub(super) fn sync(
    github: &GitHub,
    submission: &Submission,
    target: &Target,
    head: &Head,
    told: &mut dyn FnMut(Step),
) -> Result<(), ProposeError> {
    match &target.fork {
        // It has no such branch, or has it up to date.
        Some(Some(own)) if target.can_sync && *own != head.commit => {}
        _ => return Ok(()),
    }
    told(Step::Syncing(target.name.clone()));
    match github.merge_upstream(&target.name, &submission.branch)? {
        Synced::Done => {}
        Synced::LeftAlone => told(Step::ForkDiverged(target.name.clone())),
    }
    Ok(())
}
