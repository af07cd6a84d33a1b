//! The registry's files as they are now: what a proposal is a change to.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use registry_index::artifact::{self, Existing};

use crate::{Proposal, PublishError, error::io_error};

/// The head of the branch that proposals are for, wherever it is read.
pub trait BaseFiles {
    /// The regular file at `path` from the registry's root; `None` where there is none.
    ///
    /// # Errors
    /// [`PublishError::Forge`] where it cannot be told.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError>;

    /// The path, from the registry's root, of every file below `folder`, sorted; none where there is no
    /// such folder.
    ///
    /// # Errors
    /// [`PublishError::Forge`] where it cannot be told.
    fn list(&self, folder: &str) -> Result<Vec<String>, PublishError>;

    /// Whether the file at `path` may be run.
    ///
    /// # Errors
    /// [`PublishError::Forge`] where it cannot be told.
    fn is_executable(&self, path: &str) -> Result<bool, PublishError>;
}

/// A checkout of the registry.
#[derive(Clone, Debug)]
pub struct Checkout(PathBuf);

impl Checkout {
    /// The checkout whose root is `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self(root.into())
    }

    /// Makes the change here: what a proposal would put and remove. Nothing is committed.
    ///
    /// # Errors
    /// [`PublishError::Io`]; what was changed until then stays changed.
    pub fn apply(&self, proposal: &Proposal) -> Result<(), PublishError> {
        for file in &proposal.files {
            let full = self.0.join(&file.path);
            let failed = || io_error(&full);
            match &file.content {
                Some(content) => {
                    artifact::write_file(&full, &content.bytes, Existing::Replace)
                        .map_err(failed())?;
                    if content.executable {
                        make_executable(&full).map_err(failed())?;
                    }
                }
                None => {
                    fs::remove_file(&full).map_err(failed())?;
                    // Git has no empty folders.
                    let folders = full.ancestors().skip(1).take_while(|one| **one != self.0);
                    for folder in folders {
                        if fs::remove_dir(folder).is_err() {
                            break;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn below(&self, folder: &Path, files: &mut Vec<String>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.symlink_metadata()?.is_dir() {
                self.below(&path, files)?;
            } else if let Some(text) = path.strip_prefix(&self.0).ok().and_then(Path::to_str) {
                files.push(text.replace('\\', "/"));
            }
        }
        Ok(())
    }
}

impl BaseFiles for Checkout {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        let full = self.0.join(path);
        match full.symlink_metadata() {
            Ok(there) if there.is_file() => fs::read(&full).map(Some).map_err(io_error(&full)),
            _ => Ok(None),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, PublishError> {
        let full = self.0.join(folder);
        let mut files = Vec::new();
        if full.is_dir() {
            self.below(&full, &mut files).map_err(io_error(&full))?;
        }
        files.sort();
        Ok(files)
    }

    fn is_executable(&self, path: &str) -> Result<bool, PublishError> {
        Ok(may_be_run(&self.0.join(path)))
    }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn may_be_run(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.symlink_metadata()
        .is_ok_and(|there| there.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn may_be_run(_: &Path) -> bool {
    false
}

/// The file at `path` as text.
pub(crate) fn text(base: &dyn BaseFiles, path: &str) -> Result<Option<String>, PublishError> {
    base.read(path)?
        .map(|bytes| {
            String::from_utf8(bytes).map_err(|_| PublishError::BaseUnreadable {
                path: path.to_owned(),
                why: "it is not UTF-8".into(),
            })
        })
        .transpose()
}
