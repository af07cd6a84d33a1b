//! GitHub's REST API, one function an endpoint, <https://docs.github.com/rest>. Only fields that are
//! used are read.
//!
//! ```text
//! repositories  who is signed in, repositories, forks
//! objects       branches, commits, trees, blobs, files
//! pulls         pull requests, their reviews, merging
//! issues        comments and labels
//! runs          checks, and workflows to start
//! committing    files straight onto a branch
//! ```

mod committing;
mod issues;
mod objects;
mod pulls;
mod repositories;
mod runs;

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

use super::{Api, Forge, ForgeError, Head, Person, RepoName};
use crate::{
    follow::{self, Followed},
    propose::{self, Plan, ProposeError, Proposed, Step, Submission},
};

pub use committing::Committed;
pub use issues::{Comment, Label, Speaker};
pub use objects::{Commit, Entry, EntryContent};
pub use pulls::{Merging, NewPull, Pull, PullEnd, Review};
pub use repositories::{Origin, Permissions, Repository, Synced};
pub use runs::{CheckRun, Run};

/// GitHub, or a GitHub Enterprise server.
#[derive(Clone)]
pub struct GitHub {
    api: Api,
    pace: Pace,
}

/// How long a fork is waited for, and how often it is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The first pause; each is twice the one before.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// All pauses together. GitHub says that forks take up to five minutes.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(10),
            patience: Duration::from_secs(5 * 60),
        }
    }
}

impl GitHub {
    /// The forge behind `api`.
    pub fn new(api: Api) -> Self {
        let pace = Pace::default();
        Self { api, pace }
    }

    /// The same, waiting otherwise.
    #[must_use]
    pub fn with_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// What it is asked through.
    pub fn api(&self) -> &Api {
        &self.api
    }

    pub(crate) fn pace(&self) -> Pace {
        self.pace
    }
}

impl Forge for GitHub {
    fn signed_in(&self) -> Result<Person, ForgeError> {
        self.person()
    }

    fn head(&self, repository: &RepoName, branch: &str) -> Result<Option<Head>, ForgeError> {
        Ok(self.branch(repository, branch)?.map(|commit| commit.head()))
    }

    fn read(
        &self,
        repository: &RepoName,
        commit: &str,
        path: &str,
    ) -> Result<Option<Vec<u8>>, ForgeError> {
        self.file(repository, commit, path)
    }

    fn plan(&self, submission: &Submission) -> Result<Plan, ProposeError> {
        propose::plan(self, submission)
    }

    fn propose(
        &self,
        submission: &Submission,
        plan: &Plan,
        told: &mut dyn FnMut(Step),
    ) -> Result<Proposed, ProposeError> {
        propose::propose(self, submission, plan, told)
    }

    fn find(&self, repository: &RepoName, branch: &str) -> Result<Option<u64>, ForgeError> {
        follow::find(self, repository, branch)
    }

    fn follow(&self, repository: &RepoName, number: u64) -> Result<Followed, ForgeError> {
        follow::follow(self, repository, number)
    }
}

/// The part of a path that a name with slashes is: everything else is escaped.
fn escaped(path: &str) -> String {
    use std::fmt::Write;

    let mut escaped = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            true => escaped.push(char::from(byte)),
            // Writing to a string does not fail.
            false => drop(write!(escaped, "%{byte:02X}")),
        }
    }
    escaped
}

/// One part of a path, slashes escaped as well.
fn segment(name: &str) -> String {
    escaped(name).replace('/', "%2F")
}

/// The id of an object: it goes into the paths of other requests.
fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let id = String::deserialize(from)?;
    match is_id(&id) {
        true => Ok(id),
        false => Err(D::Error::custom(format!("{id:?} is no id of a git object"))),
    }
}

/// The same where there may be none.
fn optional_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let id = Option::<String>::deserialize(from)?;
    Ok(id.filter(|id| is_id(id)))
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::{escaped, segment};

    #[test]
    fn names_stay_in_their_part_of_a_path() {
        assert_eq!(escaped("a/b c?d#e%f/é"), "a/b%20c%3Fd%23e%25f/%C3%A9");
        assert_eq!(segment("needs/review"), "needs%2Freview");
    }
}
