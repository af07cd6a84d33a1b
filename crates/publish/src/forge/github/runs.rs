//! Checks of a commit, and workflows to start.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{GitHub, escaped, segment};
use crate::forge::{ForgeError, RepoName};

/// One check of a commit.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckRun {
    /// What it is called.
    pub name: String,
    /// `queued`, `in_progress`, `completed`, …
    pub status: String,
    /// Once completed: `success`, `failure`, …
    #[serde(default)]
    pub conclusion: Option<String>,
    /// Its page.
    #[serde(default)]
    pub html_url: Option<String>,
}

/// One run of a workflow.
#[derive(Clone, Debug, Deserialize)]
pub struct Run {
    /// The workflow's name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its page.
    pub html_url: String,
    /// `queued`, `completed`, `waiting`, …
    #[serde(default)]
    pub status: Option<String>,
    /// Once completed; `action_required` where somebody has to allow it first.
    #[serde(default)]
    pub conclusion: Option<String>,
}

impl GitHub {
    /// The checks of a commit, the latest run of each; at most a hundred.
    /// <https://docs.github.com/rest/checks/runs#list-check-runs-for-a-git-reference>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn check_runs(&self, of: &RepoName, commit: &str) -> Result<Vec<CheckRun>, ForgeError> {
        #[derive(Deserialize)]
        struct Answer {
            check_runs: Vec<CheckRun>,
        }
        let commit = escaped(commit);
        let path = format!("repos/{of}/commits/{commit}/check-runs?per_page=100");
        Ok(self.api().get::<Answer>(&path)?.check_runs)
    }

    /// Runs of workflows for a commit that a pull request started; at most a hundred.
    /// <https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn runs(&self, of: &RepoName, commit: &str) -> Result<Vec<Run>, ForgeError> {
        #[derive(Deserialize)]
        struct Answer {
            workflow_runs: Vec<Run>,
        }
        let commit = escaped(commit);
        let path =
            format!("repos/{of}/actions/runs?event=pull_request&head_sha={commit}&per_page=100");
        Ok(self.api().get::<Answer>(&path)?.workflow_runs)
    }

    /// Starts a workflow, by the name of its file.
    /// <https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn dispatch(
        &self,
        repository: &RepoName,
        workflow: &str,
        branch: &str,
        inputs: &BTreeMap<&str, &str>,
    ) -> Result<(), ForgeError> {
        let workflow = segment(workflow);
        let path = format!("repos/{repository}/actions/workflows/{workflow}/dispatches");
        let body = json!({ "ref": branch, "inputs": inputs });
        self.api().post::<Value>(&path, &body).map(drop)
    }
}
