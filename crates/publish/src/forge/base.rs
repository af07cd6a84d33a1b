//! A branch of a repository, read through its forge's API: nothing is cloned.

use std::{cell::RefCell, collections::BTreeMap};

use super::{
    ForgeError, RepoName,
    github::{Entry, GitHub},
};
use crate::{BaseFiles, PublishError};

/// The files of one tree. What was asked once is kept: a command looks at few folders, and often.
pub struct BranchFiles<'a> {
    github: &'a GitHub,
    repository: &'a RepoName,
    root: String,
    folders: RefCell<BTreeMap<String, Vec<Entry>>>,
}

impl<'a> BranchFiles<'a> {
    /// The files of the tree `root`, which is an object's id.
    pub fn new(github: &'a GitHub, repository: &'a RepoName, root: &str) -> Self {
        Self {
            github,
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
        let entries = self.github.tree(self.repository, id)?;
        let mut folders = self.folders.borrow_mut();
        Ok(folders.entry(id.to_owned()).or_insert(entries).clone())
    }

    /// What stands at `path`.
    fn entry(&self, path: &str) -> Result<Option<Entry>, ForgeError> {
        let (mut id, mut found) = (self.root.clone(), None);
        for part in path.split('/') {
            if found.is_some_and(|there: Entry| !there.is_tree()) {
                return Ok(None);
            }
            let there = self.entries(&id)?;
            let Some(next) = there.into_iter().find(|one| one.path == part) else {
                return Ok(None);
            };
            id.clone_from(&next.id);
            found = Some(next);
        }
        Ok(found)
    }

    /// Whether anything stands at `path`.
    ///
    /// # Errors
    /// See [`ForgeError`].
    pub fn is_there(&self, path: &str) -> Result<bool, ForgeError> {
        Ok(self.entry(path)?.is_some())
    }

    fn below(&self, id: &str, folder: &str, files: &mut Vec<String>) -> Result<(), ForgeError> {
        for one in self.entries(id)? {
            let path = format!("{folder}/{}", one.path);
            match one.is_tree() {
                true => self.below(&one.id, &path, files)?,
                false => files.push(path),
            }
        }
        Ok(())
    }
}

impl BaseFiles for BranchFiles<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        match self.entry(path)?.filter(|one| one.mode.starts_with("100")) {
            Some(file) => Ok(Some(self.github.blob(self.repository, &file.id)?)),
            None => Ok(None),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, PublishError> {
        let mut files = Vec::new();
        if let Some(entry) = self.entry(folder)?.filter(Entry::is_tree) {
            self.below(&entry.id, folder, &mut files)?;
        }
        files.sort();
        Ok(files)
    }

    fn is_executable(&self, path: &str) -> Result<bool, PublishError> {
        Ok(self.entry(path)?.is_some_and(|one| one.mode == "100755"))
    }
}
