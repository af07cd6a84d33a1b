//! Pull requests, their reviews, and merging them.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{GitHub, Label, Origin, id, optional_id, segment};
use crate::forge::{ForgeError, Person, RepoName};

/// A pull request.
#[derive(Clone, Debug, Deserialize)]
pub struct Pull {
    /// Its number in the repository.
    pub number: u64,
    /// Its page.
    pub html_url: String,
    /// Its title.
    pub title: String,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// `open` or `closed`.
    pub state: String,
    /// When it was opened.
    #[serde(default)]
    pub created_at: String,
    /// When it was merged.
    #[serde(default)]
    pub merged_at: Option<String>,
    /// What merging made; before it, what a trial merge did.
    #[serde(default, deserialize_with = "optional_id")]
    pub merge_commit_sha: Option<String>,
    /// Who opened it; nobody whose account is gone.
    #[serde(default)]
    pub user: Option<Person>,
    /// What is to be merged.
    pub head: PullEnd,
    /// Where to.
    pub base: PullEnd,
    /// Its labels.
    #[serde(default)]
    pub labels: Vec<Label>,
}

impl Pull {
    /// Whether it waits to be merged.
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

/// One side of a [`Pull`].
#[derive(Clone, Debug, Deserialize)]
pub struct PullEnd {
    /// The branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// Its last commit.
    #[serde(rename = "sha", deserialize_with = "id")]
    pub commit: String,
    /// The repository; none where it is gone.
    #[serde(default)]
    pub repo: Option<Origin>,
}

/// A pull request to be made.
#[derive(Clone, Debug, Serialize)]
pub struct NewPull<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its text.
    pub body: &'a str,
    /// `branch`, or `owner:branch` of a fork.
    pub head: &'a str,
    /// The branch to merge into.
    pub base: &'a str,
    /// Whether those who may push to the base may push to the head.
    pub maintainer_can_modify: bool,
}

/// What somebody said of a pull request.
#[derive(Clone, Debug, Deserialize)]
pub struct Review {
    /// Who; nobody whose account is gone.
    #[serde(default)]
    pub user: Option<Person>,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`.
    pub state: String,
    /// Which commit was looked at.
    #[serde(default, rename = "commit_id", deserialize_with = "optional_id")]
    pub commit: Option<String>,
}

/// What became of merging.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merging {
    /// It was merged, and this is the commit.
    Done(String),
    /// The branch has another last commit than the one that was looked at.
    HeadMoved,
    /// GitHub does not merge it; its words.
    Refused(String),
}

impl GitHub {
    /// Pull requests from `owner`'s `branch`, the newest first, closed ones too.
    /// <https://docs.github.com/rest/pulls/pulls#list-pull-requests>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn pulls_from(
        &self,
        repository: &RepoName,
        owner: &str,
        branch: &str,
    ) -> Result<Vec<Pull>, ForgeError> {
        let (owner, branch) = (segment(owner), segment(branch));
        let path = format!("repos/{repository}/pulls?state=all&head={owner}:{branch}");
        let mut pulls: Vec<Pull> = self.api().list(&path)?;
        pulls.sort_by_key(|pull| std::cmp::Reverse(pull.number));
        Ok(pulls)
    }

    /// The hundred closed pull requests into `branch` that anything happened to last.
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn closed_pulls(&self, of: &RepoName, branch: &str) -> Result<Vec<Pull>, ForgeError> {
        let query = "state=closed&sort=updated&direction=desc&per_page=100";
        let path = format!("repos/{of}/pulls?{query}&base={}", segment(branch));
        self.api().get(&path)
    }

    /// The paths of the files that a pull request changes.
    /// <https://docs.github.com/rest/pulls/pulls#list-pull-requests-files>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn pull_files(&self, of: &RepoName, number: u64) -> Result<Vec<String>, ForgeError> {
        #[derive(Deserialize)]
        struct File {
            filename: String,
        }
        let path = format!("repos/{of}/pulls/{number}/files");
        let files: Vec<File> = self.api().list(&path)?;
        Ok(files.into_iter().map(|file| file.filename).collect())
    }

    /// A pull request. <https://docs.github.com/rest/pulls/pulls#get-a-pull-request>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn pull(&self, repository: &RepoName, number: u64) -> Result<Pull, ForgeError> {
        self.api()
            .get(&format!("repos/{repository}/pulls/{number}"))
    }

    /// Makes a pull request. <https://docs.github.com/rest/pulls/pulls#create-a-pull-request>
    ///
    /// # Errors
    /// See [`GitHub::person`]; status 422 where there is an open one.
    pub fn create_pull(&self, of: &RepoName, pull: &NewPull<'_>) -> Result<Pull, ForgeError> {
        self.api().post(&format!("repos/{of}/pulls"), pull)
    }

    /// Gives a pull request another title and text.
    /// <https://docs.github.com/rest/pulls/pulls#update-a-pull-request>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn reword_pull(
        &self,
        repository: &RepoName,
        number: u64,
        title: &str,
        body: &str,
    ) -> Result<Pull, ForgeError> {
        let path = format!("repos/{repository}/pulls/{number}");
        self.api()
            .patch(&path, &json!({ "title": title, "body": body }))
    }

    /// What people said of it, the oldest first.
    /// <https://docs.github.com/rest/pulls/reviews#list-reviews-for-a-pull-request>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn reviews(&self, repository: &RepoName, number: u64) -> Result<Vec<Review>, ForgeError> {
        let path = format!("repos/{repository}/pulls/{number}/reviews");
        self.api().list(&path)
    }

    /// Merges it with a merge commit, where its last commit is still `head`.
    /// <https://docs.github.com/rest/pulls/pulls#merge-a-pull-request>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn merge(
        &self,
        repository: &RepoName,
        number: u64,
        head: &str,
    ) -> Result<Merging, ForgeError> {
        #[derive(Deserialize)]
        struct Merged {
            #[serde(deserialize_with = "id")]
            sha: String,
        }
        let path = format!("repos/{repository}/pulls/{number}/merge");
        let body = json!({ "sha": head, "merge_method": "merge" });
        match self.api().put::<Merged>(&path, &body) {
            Ok(merged) => Ok(Merging::Done(merged.sha)),
            Err(ForgeError::Status { status: 409, .. }) => Ok(Merging::HeadMoved),
            Err(ForgeError::Status {
                status: 405 | 422,
                message,
                ..
            }) => Ok(Merging::Refused(message)),
            Err(error) => Err(error),
        }
    }
}
