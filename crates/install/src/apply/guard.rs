//! One writer at a time: an advisory lock on a file in a folder of our own beside the account.

use std::{io, ops::ControlFlow};

use cap_fs_ext::{DirExt as _, FollowSymlinks, MetadataExt as _, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, File, OpenOptions};

use super::{Progress, Watch, disk, history};
use crate::{
    InstallError, Project,
    tree::{self, Tree, io_error},
};

const FILE: &str = "guard";
/// What is in our folder is for this copy of the project only.
const IGNORE: &str = ".gitignore";

/// Held while a project is written to. Its file is there only as long as somebody holds or awaits it.
pub(crate) struct Guard {
    /// `.paracle`.
    pub(super) own: Dir,
    /// Path of `.paracle` from the root.
    path: String,
    /// The folder it is in.
    account: Dir,
    file: std::fs::File,
    /// The folders that were made for it, outermost first, `.paracle` last.
    made: Vec<String>,
}

impl Guard {
    /// Waits until nobody else holds it.
    pub(super) fn acquire(
        tree: &Tree,
        project: &Project,
        watch: Watch<'_>,
    ) -> Result<Self, InstallError> {
        let path = project.own();
        let mut made = Vec::new();
        loop {
            let own = tree.make(&path, &mut made)?;
            match lock(&own, watch) {
                Ok(Some(file)) => {
                    let account = tree.enter(project.account())?;
                    let account = account.ok_or_else(|| InstallError::Changed {
                        path: project.account().to_owned(),
                    })?;
                    ignore(&own).map_err(io_error("write", &path))?;
                    return Ok(Self {
                        own,
                        path,
                        account,
                        file,
                        made,
                    });
                }
                // Whoever held it took the file away, or the folder with it.
                Ok(None) => {}
                Err(error) => {
                    remove(tree, &made);
                    return Err(match error.kind() {
                        io::ErrorKind::Interrupted => InstallError::Interrupted,
                        _ => io_error("lock", &format!("{path}/{FILE}"))(error),
                    });
                }
            }
        }
    }

    /// The folders of the project that are there only because the guard was made in them.
    pub(super) fn fresh(&self) -> &[String] {
        match self.made.split_last() {
            Some((last, fresh)) if *last == self.path => fresh,
            _ => &self.made,
        }
    }

    /// Path of something in `.paracle`, for messages.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }

    /// Syncs the folders that `.paracle` is in.
    pub(super) fn sync_above(&self) -> io::Result<()> {
        disk::sync(&self.account)
    }

    /// Lets the next one in.
    pub(super) fn release(self) {
        // Unlocked by being closed; a file that cannot be removed is empty and does no harm.
        drop(self.own.remove_file(FILE));
        drop(self.file);
    }

    /// Lets the next one in, and takes back the folders that were made.
    pub(super) fn abandon(self, tree: &Tree) {
        let made = self.made.clone();
        if made.last() == Some(&self.path) {
            drop(self.own.remove_file(IGNORE));
            drop(self.own.remove_dir(history::FILED));
        }
        self.release();
        remove(tree, &made);
    }

    /// Lets the next one in, and takes away what is ours where nothing was ever done here.
    pub(super) fn clean(mut self, tree: &Tree) {
        let is_empty = |dir: &Dir| {
            dir.entries()
                .is_ok_and(|mut entries| entries.next().is_none())
        };
        let has_history = self
            .own
            .open_dir_nofollow(history::FILED)
            .is_ok_and(|history| !is_empty(&history));
        if !has_history {
            let above = tree::parent(&self.path);
            self.made = [above, &self.path]
                .into_iter()
                .filter(|path| !path.is_empty())
                .map(str::to_owned)
                .collect();
        }
        self.abandon(tree);
    }
}

/// Folders that were made and that nobody has put anything into.
fn remove(tree: &Tree, made: &[String]) {
    tree.forget();
    for path in made.iter().rev() {
        if let Ok(Some(folder)) = tree.enter(tree::parent(path)) {
            drop(folder.remove_dir(tree::name(path)));
        }
    }
}

fn ignore(own: &Dir) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .follow(FollowSymlinks::No);
    match own.open_with(IGNORE, &options) {
        Ok(mut file) => io::Write::write_all(&mut file, b"*\n"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// The locked file, or nothing where it was removed while it was waited for.
fn lock(own: &Dir, watch: Watch<'_>) -> io::Result<Option<std::fs::File>> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).follow(FollowSymlinks::No);
    let file = match own.open_with(FILE, &options) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let locked = file.try_clone()?.into_std();
    match locked.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            if watch(Progress::Waiting) == ControlFlow::Break(()) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            locked.lock()?;
        }
        // Some network file systems have no locks; writing there one at a time is up to people.
        Err(std::fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
        Err(std::fs::TryLockError::Error(error)) => return Err(error),
    }
    Ok(is_there(own, &file)?.then_some(locked))
}

/// Whether `file` still is the one of that name.
fn is_there(own: &Dir, file: &File) -> io::Result<bool> {
    let held = file.metadata()?;
    match own.symlink_metadata(FILE) {
        Ok(there) => Ok((there.dev(), there.ino()) == (held.dev(), held.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
