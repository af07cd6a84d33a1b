//! The new folder for the old, in one step.
//!
//! Beside `name` lie, while something happens: `.name.lock`, held by who works on it; `.name.new`,
//! where the new one is made; and, where two folders cannot be exchanged in one step, `.name.old`
//! for the moment between two renames. Whoever takes the lock next puts right what a kill left.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::GitError;

/// A folder to be replaced, locked for others until this is dropped.
pub(crate) struct Place<'a> {
    into: &'a Path,
    new: PathBuf,
    old: PathBuf,
    _lock: File,
}

impl<'a> Place<'a> {
    /// Waits for the turn, and finishes or undoes what was left half done.
    pub(crate) fn take(into: &'a Path) -> Result<Self, GitError> {
        let beside = |suffix: &str| {
            let mut name = OsString::from(".");
            name.push(into.file_name().unwrap_or_default());
            name.push(suffix);
            into.with_file_name(name)
        };
        if let Some(parent) = into.parent() {
            fs::create_dir_all(parent).map_err(GitError::files("make", parent))?;
        }
        let path = beside(".lock");
        let locked = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .and_then(|file| file.lock().map(|()| file));
        let place = Self {
            into,
            new: beside(".new"),
            old: beside(".old"),
            _lock: locked.map_err(GitError::files("lock", &path))?,
        };
        if !into.exists() && place.old.exists() {
            fs::rename(&place.old, into).map_err(GitError::files("restore", into))?;
        }
        place.clear()?;
        Ok(place)
    }

    /// An empty staging folder.
    pub(crate) fn fresh(&self) -> Result<PathBuf, GitError> {
        self.clear()?;
        fs::create_dir(&self.new).map_err(GitError::files("make", &self.new))?;
        Ok(self.new.clone())
    }

    /// The staging folder.
    pub(crate) fn stage(&self) -> &Path {
        &self.new
    }

    /// Puts the staging folder in its place.
    pub(crate) fn swap(&self) -> Result<(), GitError> {
        let failed = GitError::files("replace", self.into);
        if !self.into.exists() {
            return fs::rename(&self.new, self.into).map_err(failed);
        }
        if exchange(&self.new, self.into).is_ok() {
            return Ok(());
        }
        fs::rename(self.into, &self.old).map_err(&failed)?;
        fs::rename(&self.new, self.into).map_err(|error| {
            let _ = fs::rename(&self.old, self.into);
            failed(error)
        })
    }

    fn clear(&self) -> Result<(), GitError> {
        for path in [&self.new, &self.old] {
            match fs::remove_dir_all(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(GitError::files("remove", path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // What is not removed now is removed by the next one.
        let _ = self.clear();
    }
}

#[cfg(target_os = "linux")]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
