//! One install at a time: an advisory lock on a file beside the account.

use std::io;

use cap_fs_ext::{FollowSymlinks, MetadataExt as _, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, File, OpenOptions};

use crate::{
    InstallError, Project,
    tree::{Tree, io_error},
};

const FILE: &str = ".paracle-install";

/// Held while a project is written to. The file is there only as long as somebody holds or awaits it.
pub(super) struct Guard {
    pub(super) folder: Dir,
    pub(super) account: &'static str,
    file: std::fs::File,
    /// The folders that were made for it, outermost first.
    made: Vec<String>,
}

impl Guard {
    /// Waits until nobody else holds it.
    pub(super) fn acquire(tree: &Tree, project: &Project) -> Result<Self, InstallError> {
        let account = project.account();
        let mut made = Vec::new();
        loop {
            let folder = tree.make(account, &mut made)?;
            match lock(&folder) {
                Ok(Some(file)) => {
                    return Ok(Self {
                        folder,
                        account,
                        file,
                        made,
                    });
                }
                // Whoever held it took the file away, or the folder with it.
                Ok(None) => {}
                Err(error) => {
                    remove(tree, &made);
                    let path = project.in_account(FILE);
                    return Err(io_error("lock", &path)(error));
                }
            }
        }
    }

    /// Lets the next one in.
    pub(super) fn release(self) {
        // Unlocked by being closed; a file that cannot be removed is empty and does no harm.
        drop(self.folder.remove_file(FILE));
        drop(self.file);
    }

    /// Lets the next one in, and takes back the folders that were made.
    pub(super) fn abandon(self, tree: &Tree) {
        let made = self.made.clone();
        self.release();
        remove(tree, &made);
    }
}

/// Folders that were made and that nobody has put anything into.
fn remove(tree: &Tree, made: &[String]) {
    for path in made.iter().rev() {
        if let Ok(Some(folder)) = tree.enter(crate::tree::parent(path)) {
            drop(folder.remove_dir(crate::tree::name(path)));
        }
    }
}

/// The locked file, or nothing where it was removed while it was waited for.
fn lock(folder: &Dir) -> io::Result<Option<std::fs::File>> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).follow(FollowSymlinks::No);
    let file = match folder.open_with(FILE, &options) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let locked = file.try_clone()?.into_std();
    match locked.lock() {
        Ok(()) => {}
        // Some network file systems have no locks; installing there one at a time is up to people.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        Err(error) => return Err(error),
    }
    Ok(is_there(folder, &file)?.then_some(locked))
}

/// Whether `file` still is the one of that name.
fn is_there(folder: &Dir, file: &File) -> io::Result<bool> {
    let held = file.metadata()?;
    match folder.symlink_metadata(FILE) {
        Ok(there) => Ok((there.dev(), there.ino()) == (held.dev(), held.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
