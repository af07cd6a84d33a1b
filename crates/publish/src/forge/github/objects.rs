//! Branches, commits, trees, blobs and files.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{GitHub, escaped, id};
use crate::forge::{ForgeError, Head, RepoName};

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// Its tree's.
    pub tree: String,
    /// Those of the commits before it.
    pub parents: Vec<String>,
    /// What it says.
    pub message: String,
}

impl Commit {
    /// The end of the branch that ends with it.
    pub fn head(&self) -> Head {
        Head {
            commit: self.id.clone(),
            tree: self.tree.clone(),
        }
    }
}

/// One name in a tree.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The name.
    pub path: String,
    /// What it is, as git writes it: `100644`, `040000`, …
    pub mode: String,
    /// The id of the object.
    #[serde(rename = "sha", deserialize_with = "id")]
    pub id: String,
}

impl Entry {
    /// Whether it is a folder.
    pub fn is_tree(&self) -> bool {
        self.mode == "040000"
    }
}

/// What a new tree has at a path that its base has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryContent {
    /// A blob that is there already.
    Blob(String),
    /// A text, which becomes a blob on the way.
    Text(String),
    /// Nothing any more. It is an error where the base has nothing either.
    Removed,
}

#[derive(Serialize)]
struct NewEntry<'a> {
    path: &'a str,
    mode: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
}

#[derive(Deserialize)]
struct Object {
    #[serde(deserialize_with = "id")]
    sha: String,
}

#[derive(Deserialize)]
struct Reference {
    object: Object,
}

#[derive(Deserialize)]
struct CommitAnswer {
    #[serde(deserialize_with = "id")]
    sha: String,
    tree: Object,
    #[serde(default)]
    parents: Vec<Object>,
    #[serde(default)]
    message: String,
}

impl From<CommitAnswer> for Commit {
    fn from(answer: CommitAnswer) -> Self {
        Self {
            id: answer.sha,
            tree: answer.tree.sha,
            parents: answer.parents.into_iter().map(|p| p.sha).collect(),
            message: answer.message,
        }
    }
}

#[derive(Deserialize)]
struct TreeAnswer {
    tree: Vec<Entry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct FileAnswer {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    encoding: String,
    #[serde(default)]
    content: String,
    #[serde(deserialize_with = "id")]
    sha: String,
}

#[derive(Deserialize)]
struct BlobAnswer {
    content: String,
}

impl GitHub {
    /// The last commit of a branch; `None` where there is no such branch, or no git data yet.
    /// <https://docs.github.com/rest/git/refs#get-a-reference>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn branch(&self, of: &RepoName, branch: &str) -> Result<Option<Commit>, ForgeError> {
        let path = format!("repos/{of}/git/ref/heads/{}", escaped(branch));
        match self.api().find::<Reference>(&path) {
            Ok(Some(found)) => self.commit(of, &found.object.sha).map(Some),
            Ok(None) => Ok(None),
            // A repository without any commit.
            Err(ForgeError::Status { status: 409, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A commit. <https://docs.github.com/rest/git/commits#get-a-commit-object>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn commit(&self, of: &RepoName, commit: &str) -> Result<Commit, ForgeError> {
        let path = format!("repos/{of}/git/commits/{}", escaped(commit));
        self.api().get::<CommitAnswer>(&path).map(Commit::from)
    }

    /// What is in a tree, without what is below. <https://docs.github.com/rest/git/trees#get-a-tree>
    ///
    /// # Errors
    /// See [`GitHub::person`]; also for a tree too large for one answer.
    pub fn tree(&self, of: &RepoName, tree: &str) -> Result<Vec<Entry>, ForgeError> {
        let path = format!("repos/{of}/git/trees/{}", escaped(tree));
        let answer: TreeAnswer = self.api().get(&path)?;
        match answer.truncated {
            false => Ok(answer.tree),
            true => Err(unexpected(path, "a tree that was cut short")),
        }
    }

    /// A file's bytes at a commit; `None` where no file is there.
    /// <https://docs.github.com/rest/repos/contents#get-repository-content>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn file(
        &self,
        of: &RepoName,
        commit: &str,
        file: &str,
    ) -> Result<Option<Vec<u8>>, ForgeError> {
        // `..` would be resolved away, and something else be asked for.
        if file.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Ok(None);
        }
        let path = format!(
            "repos/{of}/contents/{}?ref={}",
            escaped(file),
            escaped(commit)
        );
        // A folder is answered with a list.
        let answer = match self.api().find::<Value>(&path)? {
            Some(answer) if answer.is_object() => answer,
            _ => return Ok(None),
        };
        let answer: FileAnswer =
            serde_json::from_value(answer).map_err(|error| unexpected(path.clone(), error))?;
        match (answer.kind.as_str(), answer.encoding.as_str()) {
            ("file", "base64") => decoded(&path, &answer.content).map(Some),
            // Too large for this endpoint: more than a megabyte.
            ("file", _) => self.blob(of, &answer.sha).map(Some),
            _ => Ok(None),
        }
    }

    /// A blob's bytes. <https://docs.github.com/rest/git/blobs#get-a-blob>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn blob(&self, of: &RepoName, blob: &str) -> Result<Vec<u8>, ForgeError> {
        let path = format!("repos/{of}/git/blobs/{}", escaped(blob));
        let answer: BlobAnswer = self.api().get(&path)?;
        decoded(&path, &answer.content)
    }

    /// Writes a blob. <https://docs.github.com/rest/git/blobs#create-a-blob>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn create_blob(&self, of: &RepoName, bytes: &[u8]) -> Result<String, ForgeError> {
        let body = json!({ "content": STANDARD.encode(bytes), "encoding": "base64" });
        let path = format!("repos/{of}/git/blobs");
        Ok(self.api().post::<Object>(&path, &body)?.sha)
    }

    /// Writes a tree: `base` with other contents at some paths; the second of each is whether it may be
    /// run. <https://docs.github.com/rest/git/trees#create-a-tree>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn create_tree(
        &self,
        of: &RepoName,
        base: &str,
        entries: &[(&str, bool, EntryContent)],
    ) -> Result<String, ForgeError> {
        let entries: Vec<NewEntry<'_>> = entries.iter().map(new_entry).collect();
        let body = json!({ "base_tree": base, "tree": entries });
        let path = format!("repos/{of}/git/trees");
        Ok(self.api().post::<Object>(&path, &body)?.sha)
    }

    /// Writes a commit, by the person who asks. <https://docs.github.com/rest/git/commits#create-a-commit>
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn create_commit(
        &self,
        of: &RepoName,
        parent: &str,
        tree: &str,
        message: &str,
    ) -> Result<String, ForgeError> {
        let body = json!({ "message": message, "tree": tree, "parents": [parent] });
        let path = format!("repos/{of}/git/commits");
        Ok(self.api().post::<Object>(&path, &body)?.sha)
    }

    /// Makes a branch. <https://docs.github.com/rest/git/refs#create-a-reference>
    ///
    /// # Errors
    /// See [`GitHub::person`]; status 422 where there is such a branch.
    pub fn create_branch(
        &self,
        of: &RepoName,
        branch: &str,
        commit: &str,
    ) -> Result<(), ForgeError> {
        let body = json!({ "ref": format!("refs/heads/{branch}"), "sha": commit });
        let path = format!("repos/{of}/git/refs");
        self.api().post::<Value>(&path, &body).map(drop)
    }

    /// Moves a branch forwards, to a commit that has its last one among those before it.
    /// <https://docs.github.com/rest/git/refs#update-a-reference>
    ///
    /// # Errors
    /// See [`GitHub::person`]; status 422 where it would not be forwards.
    pub fn advance_branch(
        &self,
        of: &RepoName,
        branch: &str,
        commit: &str,
    ) -> Result<(), ForgeError> {
        self.move_branch(of, branch, commit, false)
    }

    /// Moves a branch wherever. Only for branches that nobody but us writes to.
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub(crate) fn replace_branch(
        &self,
        of: &RepoName,
        branch: &str,
        commit: &str,
    ) -> Result<(), ForgeError> {
        self.move_branch(of, branch, commit, true)
    }

    fn move_branch(
        &self,
        of: &RepoName,
        branch: &str,
        commit: &str,
        force: bool,
    ) -> Result<(), ForgeError> {
        let body = json!({ "sha": commit, "force": force });
        let path = format!("repos/{of}/git/refs/heads/{}", escaped(branch));
        self.api().patch::<Value>(&path, &body).map(drop)
    }
}

fn new_entry<'a>((path, executable, content): &'a (&str, bool, EntryContent)) -> NewEntry<'a> {
    let (sha, content) = match content {
        EntryContent::Blob(id) => (Some(Some(id.as_str())), None),
        EntryContent::Text(text) => (None, Some(text.as_str())),
        EntryContent::Removed => (Some(None), None),
    };
    NewEntry {
        path,
        mode: if *executable { "100755" } else { "100644" },
        kind: "blob",
        sha,
        content,
    }
}

/// The bytes of base64 that is cut into lines.
fn decoded(path: &str, text: &str) -> Result<Vec<u8>, ForgeError> {
    let text: String = text.split_ascii_whitespace().collect();
    STANDARD
        .decode(text)
        .map_err(|error| unexpected(path.to_owned(), error))
}

fn unexpected(path: String, why: impl ToString) -> ForgeError {
    ForgeError::Answer {
        method: "GET",
        path,
        why: why.to_string(),
    }
}
