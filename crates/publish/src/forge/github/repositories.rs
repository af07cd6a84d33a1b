//! Who is signed in, repositories, and forks of them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::GitHub;
use crate::forge::{ForgeError, Person, RepoName};

/// A repository.
#[derive(Clone, Debug, Deserialize)]
pub struct Repository {
    /// What never changes.
    pub id: u64,
    /// What it is called now.
    pub full_name: RepoName,
    /// Its page.
    pub html_url: String,
    /// The branch that is shown first.
    pub default_branch: String,
    /// Whether it is read only.
    #[serde(default)]
    pub archived: bool,
    /// Whether it may be forked; only said to who may know.
    #[serde(default)]
    pub allow_forking: Option<bool>,
    /// What the person who asks may do; nothing is said to nobody.
    #[serde(default)]
    pub permissions: Permissions,
    /// What it was forked from.
    #[serde(default)]
    pub parent: Option<Origin>,
    /// Where the forks began, of which it is one.
    #[serde(default)]
    pub source: Option<Origin>,
}

/// What a person may do with a [`Repository`].
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Permissions {
    /// Push to its branches.
    #[serde(default)]
    pub push: bool,
}

/// Another repository, as a [`Repository`] and a pull request name it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Origin {
    /// What never changes.
    pub id: u64,
    /// What it is called now.
    pub full_name: RepoName,
}

impl Repository {
    /// Whether it is one of `other`'s forks.
    pub fn is_fork_of(&self, other: &Self) -> bool {
        let is_other = |origin: &Option<Origin>| origin.as_ref().is_some_and(|o| o.id == other.id);
        is_other(&self.parent) || is_other(&self.source)
    }
}

/// What became of bringing a fork up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synced {
    /// Its branch has all that the upstream branch has.
    Done,
    /// Its branch has gone another way, or may not be changed; it was left alone.
    LeftAlone,
}

impl GitHub {
    /// Whose token it is. <https://docs.github.com/rest/users/users#get-the-authenticated-user>
    ///
    /// # Errors
    /// As [`Api::get`](crate::forge::Api::get), like all functions of `GitHub`. A workflow's own token
    /// is nobody's and is refused.
    pub fn person(&self) -> Result<Person, ForgeError> {
        self.api().get("user")
    }

    /// A repository, `None` where there is none that the person may see.
    /// <https://docs.github.com/rest/repos/repos#get-a-repository>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn repository(&self, name: &RepoName) -> Result<Option<Repository>, ForgeError> {
        self.api().find(&format!("repos/{name}"))
    }

    /// Forks a repository for the person who asks; a fork that is there already is answered instead. Its
    /// git data comes later. <https://docs.github.com/rest/repos/forks#create-a-fork>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn fork(&self, name: &RepoName) -> Result<Repository, ForgeError> {
        let body = json!({ "default_branch_only": true });
        self.api().post(&format!("repos/{name}/forks"), &body)
    }

    /// Brings a fork's branch up to the branch of the same name of what it was forked from.
    /// <https://docs.github.com/rest/branches/branches#sync-a-fork-branch-with-the-upstream-repository>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn merge_upstream(&self, fork: &RepoName, branch: &str) -> Result<Synced, ForgeError> {
        let path = format!("repos/{fork}/merge-upstream");
        match self
            .api()
            .post::<Value>(&path, &json!({ "branch": branch }))
        {
            Ok(_) => Ok(Synced::Done),
            // 409: a conflict. 422: also a token that may not change workflows, where upstream did.
            Err(ForgeError::Status {
                status: 404 | 409 | 422,
                ..
            }) => Ok(Synced::LeftAlone),
            Err(ForgeError::NotAllowed(_)) => Ok(Synced::LeftAlone),
            Err(error) => Err(error),
        }
    }
}
