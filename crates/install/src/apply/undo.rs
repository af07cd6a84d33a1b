//! What was done so far, so that it can be taken back.

use std::{collections::BTreeSet, io};

use cap_std::fs::Dir;

use super::Stage;
use crate::{
    InstallError,
    tree::{self, Tree, io_error},
};

enum Done {
    Folder(String),
    File(String),
    /// The old file is on the stage under this name.
    Exchange(String, String),
}

impl Done {
    fn path(&self) -> &str {
        match self {
            Self::Folder(path) | Self::File(path) | Self::Exchange(path, _) => path,
        }
    }
}

/// The steps that were taken, oldest first.
#[derive(Default)]
pub(super) struct Undo {
    done: Vec<Done>,
}

impl Undo {
    /// The folder at `path`, made where it is not there.
    pub(super) fn make(&mut self, tree: &Tree, path: &str) -> Result<Dir, InstallError> {
        let mut made = Vec::new();
        let folder = tree.make(path, &mut made);
        self.done.extend(made.into_iter().map(Done::Folder));
        folder
    }

    pub(super) fn placed(&mut self, path: &str) {
        self.done.push(Done::File(path.to_owned()));
    }

    pub(super) fn exchanged(&mut self, path: &str, backup: String) {
        self.done.push(Done::Exchange(path.to_owned(), backup));
    }

    /// Syncs every folder in which something was done: only then do the names in it last.
    pub(super) fn sync(&self, tree: &Tree) -> Result<(), InstallError> {
        let folders: BTreeSet<&str> = self
            .done
            .iter()
            .map(|done| tree::parent(done.path()))
            .collect();
        for path in folders {
            if let Some(folder) = tree.enter(path)? {
                sync(&folder).map_err(io_error("write", path))?;
            }
        }
        Ok(())
    }

    /// Takes everything back, newest first, and returns why it had to be.
    pub(super) fn take_back(self, tree: &Tree, stage: &Stage, cause: InstallError) -> InstallError {
        let mut left = Vec::new();
        for done in self.done.into_iter().rev() {
            let path = done.path();
            let back = tree.enter(tree::parent(path)).is_ok_and(|folder| {
                folder.is_none_or(|folder| take_back(&folder, &done, stage).is_ok())
            });
            if !back {
                left.push(path.to_owned());
            }
        }
        match left.is_empty() {
            true => cause,
            false => InstallError::NotUndone {
                cause: Box::new(cause),
                left,
            },
        }
    }
}

fn take_back(folder: &Dir, done: &Done, stage: &Stage) -> io::Result<()> {
    let taken = match done {
        Done::File(path) => folder.remove_file(tree::name(path)),
        Done::Exchange(path, backup) => stage.dir.rename(backup, folder, tree::name(path)),
        Done::Folder(path) => match folder.remove_dir(tree::name(path)) {
            // Somebody else has put something there meanwhile.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
            other => other,
        },
    };
    match taken {
        Err(error)
            if error.kind() == io::ErrorKind::NotFound && !matches!(done, Done::Exchange(..)) =>
        {
            Ok(())
        }
        other => other,
    }
}

#[cfg(unix)]
fn sync(folder: &Dir) -> io::Result<()> {
    folder.open(".")?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Dir) -> io::Result<()> {
    Ok(())
}
