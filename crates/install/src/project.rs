//! Where things lie in a project.

use std::path::{Path, PathBuf};

use crate::{InstallError, tree::Tree};

/// The folder that Paracle keeps everything in.
pub(crate) const PARAC: &str = ".parac";
/// What was asked for.
pub(crate) const WANTED: &str = "packages.toml";
/// What was installed.
pub(crate) const LOCK: &str = "packages.lock";
/// Work in progress and the operations that were done, for undoing them; not for version control.
pub(crate) const OWN: &str = ".paracle";

/// A project: a folder that packages are installed into. It need not have a `.parac` yet.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
    account: &'static str,
}

impl Project {
    /// The project whose root is `root`, which has to exist.
    ///
    /// # Errors
    /// Where the folder cannot be opened, or its `.parac` is a link or a file.
    pub fn open(root: &Path) -> Result<Self, InstallError> {
        let tree = Tree::open(root)?;
        let at_root =
            !tree.has_folder(PARAC)? && (tree.has_file(WANTED)? || tree.has_file(LOCK)?);
        Ok(Self {
            root: root.to_owned(),
            account: if at_root { "" } else { PARAC },
        })
    }

    /// The project that `folder` is in: the nearest folder at or above it that has a `.parac`, else
    /// `folder` itself.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub fn find(folder: &Path) -> Result<Self, InstallError> {
        let root = folder.ancestors().find(|root| root.join(PARAC).is_dir());
        Self::open(root.unwrap_or(folder))
    }

    /// The project's root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Path of `packages.toml` from the root. It lies in `.parac`, or at the root where it stands
    /// there already and there is no `.parac`.
    pub fn wanted(&self) -> String {
        self.in_account(WANTED)
    }

    /// Path of `packages.lock` from the root.
    pub fn lock(&self) -> String {
        self.in_account(LOCK)
    }

    /// The folder of both, from the root; empty for the root itself.
    pub(crate) fn account(&self) -> &'static str {
        self.account
    }

    /// Path of the folder that holds work in progress and what was done.
    pub(crate) fn own(&self) -> String {
        self.in_account(OWN)
    }

    pub(crate) fn in_account(&self, name: &str) -> String {
        match self.account {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        }
    }
}
