//! A branch of a repository, read through its forge's API: nothing is cloned.

use std::{cell::RefCell, collections::BTreeMap};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::{Api, ForgeError, RepoName};
use crate::{BaseFiles, PublishError};

/// The files of one tree. What was asked once is kept: a command looks at few folders, and often.
pub struct BranchFiles<'a> {
    api: &'a Api,
    repository: &'a RepoName,
    root: String,
    folders: RefCell<BTreeMap<String, Vec<Entry>>>,
}

/// What <https://docs.github.com/rest/git/trees> says of one path.
#[derive(Clone, Debug, Deserialize)]
struct Entry {
    path: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    sha: String,
}

#[derive(Deserialize)]
struct Tree {
    #[serde(default)]
    tree: Vec<Entry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct Blob {
    content: String,
    encoding: String,
}

impl<'a> BranchFiles<'a> {
    /// The files of the tree `root`, which is an object's id.
    pub fn new(api: &'a Api, repository: &'a RepoName, root: &str) -> Self {
        Self {
            api,
            repository,
            root: root.to_owned(),
            folders: RefCell::default(),
        }
    }

    /// What stands in the tree with this id itself.
    fn entries(&self, id: &str) -> Result<Vec<Entry>, ForgeError> {
        if let Some(known) = self.folders.borrow().get(id) {
            return Ok(known.clone());
        }
        let path = format!("repos/{}/git/trees/{id}", self.repository);
        let tree: Tree = self.api.get(&path)?;
        if tree.truncated {
            return Err(self.odd(&path, "the folder has more files than are told"));
        }
        let mut folders = self.folders.borrow_mut();
        Ok(folders.entry(id.to_owned()).or_insert(tree.tree).clone())
    }

    fn odd(&self, path: &str, why: &str) -> ForgeError {
        ForgeError::Answer {
            method: "GET",
            path: path.to_owned(),
            why: why.to_owned(),
        }
    }

    /// What stands at `path`.
    fn entry(&self, path: &str) -> Result<Option<Entry>, ForgeError> {
        let (mut id, mut found) = (self.root.clone(), None);
        for part in path.split('/') {
            if found.is_some_and(|there: Entry| there.kind != "tree") {
                return Ok(None);
            }
            let there = self.entries(&id)?;
            let Some(next) = there.into_iter().find(|one| one.path == part) else {
                return Ok(None);
            };
            id.clone_from(&next.sha);
            found = Some(next);
        }
        Ok(found)
    }

    /// Whether anything stands at `path`.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn is_there(&self, path: &str) -> Result<bool, ForgeError> {
        Ok(self.entry(path)?.is_some())
    }

    fn below(&self, id: &str, folder: &str, files: &mut Vec<String>) -> Result<(), ForgeError> {
        for one in self.entries(id)? {
            let path = format!("{folder}/{}", one.path);
            match one.kind.as_str() {
                "tree" => self.below(&one.sha, &path, files)?,
                _ => files.push(path),
            }
        }
        Ok(())
    }
}

impl BaseFiles for BranchFiles<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        let entry = self.entry(path)?;
        let Some(entry) = entry.filter(|one| one.mode.starts_with("100")) else {
            return Ok(None);
        };
        let asked = format!("repos/{}/git/blobs/{}", self.repository, entry.sha);
        let blob: Blob = self.api.get(&asked)?;
        let text: String = blob.content.split_whitespace().collect();
        match (blob.encoding.as_str(), STANDARD.decode(text)) {
            ("base64", Ok(bytes)) => Ok(Some(bytes)),
            _ => Err(self.odd(&asked, "it is not base64").into()),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, PublishError> {
        let mut files = Vec::new();
        if let Some(entry) = self.entry(folder)?.filter(|one| one.kind == "tree") {
            self.below(&entry.sha, folder, &mut files)?;
        }
        files.sort();
        Ok(files)
    }

    fn is_executable(&self, path: &str) -> Result<bool, PublishError> {
        Ok(self.entry(path)?.is_some_and(|one| one.mode == "100755"))
    }
}
