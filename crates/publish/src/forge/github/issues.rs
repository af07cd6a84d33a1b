//! Comments and labels. A pull request has those of the issue with its number.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{GitHub, segment};
use crate::forge::{ForgeError, RepoName};

/// A label.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Label {
    /// Its name.
    pub name: String,
}

/// A comment.
#[derive(Clone, Debug, Deserialize)]
pub struct Comment {
    /// What never changes.
    pub id: u64,
    /// Its text, Markdown by anybody.
    #[serde(default)]
    pub body: Option<String>,
    /// Who wrote it; nobody whose account is gone.
    #[serde(default)]
    pub user: Option<Author>,
}

/// Who wrote a [`Comment`].
#[derive(Clone, Debug, Deserialize)]
pub struct Author {
    /// What they are called now.
    pub login: String,
    /// What never changes.
    pub id: u64,
    /// `User`, `Bot`, …
    #[serde(default, rename = "type")]
    pub kind: String,
}

/// Who comments: a comment of somebody else with our marker in it is not ours to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// A person, by id.
    Person(u64),
    /// A workflow with its own token.
    Workflow,
}

impl Speaker {
    /// Whether `comment` is theirs.
    pub fn wrote(self, comment: &Comment) -> bool {
        comment.user.as_ref().is_some_and(|author| match self {
            Self::Person(id) => author.id == id,
            // No person can have a login with brackets.
            Self::Workflow => author.kind == "Bot" && author.login == "github-actions[bot]",
        })
    }
}

impl GitHub {
    /// All comments, the oldest first. <https://docs.github.com/rest/issues/comments#list-issue-comments>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn comments(&self, of: &RepoName, number: u64) -> Result<Vec<Comment>, ForgeError> {
        self.api()
            .list(&format!("repos/{of}/issues/{number}/comments"))
    }

    /// Says `text` in the speaker's one comment with `marker`, which is hidden in it: the comment is
    /// made, or changed where it says something else.
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn say(
        &self,
        repository: &RepoName,
        number: u64,
        speaker: Speaker,
        marker: &str,
        text: &str,
    ) -> Result<(), ForgeError> {
        let marker = format!("<!-- {marker} -->");
        let text = format!("{text}\n\n{marker}");
        let is_it = |comment: &Comment| {
            let body = comment.body.as_deref().unwrap_or_default();
            speaker.wrote(comment) && body.trim_end().ends_with(&marker)
        };
        let said = self.comments(repository, number)?.into_iter().find(is_it);
        let body = json!({ "body": text });
        match said {
            Some(said) if said.body.as_deref() == Some(&text) => Ok(()),
            Some(said) => {
                let path = format!("repos/{repository}/issues/comments/{}", said.id);
                self.api().patch::<Value>(&path, &body).map(drop)
            }
            None => {
                let path = format!("repos/{repository}/issues/{number}/comments");
                self.api().post::<Value>(&path, &body).map(drop)
            }
        }
    }

    /// Makes a label, where the repository has none of that name. `color` is six hex digits.
    /// <https://docs.github.com/rest/issues/labels#create-a-label>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn provide_label(
        &self,
        repository: &RepoName,
        name: &str,
        color: &str,
        description: &str,
    ) -> Result<(), ForgeError> {
        let path = format!("repos/{repository}/labels/{}", segment(name));
        if self.api().find::<Label>(&path)?.is_some() {
            return Ok(());
        }
        let path = format!("repos/{repository}/labels");
        let body = json!({ "name": name, "color": color, "description": description });
        self.api().post::<Value>(&path, &body).map(drop)
    }

    /// Adds labels. <https://docs.github.com/rest/issues/labels#add-labels-to-an-issue>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn add_labels(
        &self,
        repository: &RepoName,
        number: u64,
        labels: &[&str],
    ) -> Result<(), ForgeError> {
        if labels.is_empty() {
            return Ok(());
        }
        let path = format!("repos/{repository}/issues/{number}/labels");
        let body = json!({ "labels": labels });
        self.api().post::<Value>(&path, &body).map(drop)
    }

    /// Takes a label away, where it is there.
    /// <https://docs.github.com/rest/issues/labels#remove-a-label-from-an-issue>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn remove_label(
        &self,
        repository: &RepoName,
        number: u64,
        label: &str,
    ) -> Result<(), ForgeError> {
        let path = format!(
            "repos/{repository}/issues/{number}/labels/{}",
            segment(label)
        );
        match self.api().delete(&path) {
            Err(ForgeError::Status { status: 404, .. }) => Ok(()),
            other => other,
        }
    }
}
