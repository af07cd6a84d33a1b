//! Where files are written before they are put into place.

use std::{
    cell::Cell,
    io::{self, Write as _},
};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, OpenOptions};

use super::{Guard, undo::Undo};
use crate::{
    InstallError,
    compare::Write,
    tree::{self, Tree, io_error},
};

/// A folder of our own beside the account, on the same file system as the project's `.parac`.
pub(super) struct Stage {
    beside: Dir,
    name: String,
    pub(super) dir: Dir,
    next: Cell<usize>,
}

/// A file on the stage.
pub(super) struct Staged<'a> {
    name: String,
    replaces: Option<&'a [u8]>,
}

impl Stage {
    /// Makes it, and removes what a killed process left behind.
    pub(super) fn begin(guard: &Guard) -> Result<Self, InstallError> {
        let prefix = match guard.account {
            "" => ".paracle-stage-",
            _ => ".stage-",
        };
        let name = format!("{prefix}{:04x}", std::process::id());
        let begin = || -> io::Result<Self> {
            let beside = guard.folder.try_clone()?;
            for entry in beside.entries()? {
                let entry = entry?;
                let old = entry.file_name();
                let is_stage = old.to_str().is_some_and(|old| old.starts_with(prefix));
                if is_stage && entry.file_type()?.is_dir() {
                    beside.remove_dir_all(&old)?;
                }
            }
            beside.create_dir(&name)?;
            let dir = beside.open_dir_nofollow(&name)?;
            Ok(Self {
                beside,
                name: name.clone(),
                dir,
                next: Cell::new(0),
            })
        };
        begin().map_err(io_error("make", &name))
    }

    /// Writes what is to stand at `path`. When this returns, the bytes are on the disk.
    pub(super) fn write<'a>(
        &self,
        path: &str,
        write: &'a Write,
    ) -> Result<Staged<'a>, InstallError> {
        let number = self.next.get();
        self.next.set(number + 1);
        let staged = Staged {
            name: number.to_string(),
            replaces: write.replaces.as_deref(),
        };
        let mut options = OpenOptions::new();
        options
            .write(true)
            .create_new(true)
            .follow(FollowSymlinks::No);
        set_mode(&mut options, write.executable);
        let written = || -> io::Result<()> {
            let mut file = self.dir.open_with(&staged.name, &options)?;
            file.write_all(&write.bytes)?;
            file.sync_all()
        };
        written().map_err(io_error("write", path))?;
        Ok(staged)
    }

    /// Puts a staged file at `path`.
    pub(super) fn place(
        &self,
        tree: &Tree,
        path: &str,
        staged: &Staged<'_>,
        undo: &mut Undo,
    ) -> Result<(), InstallError> {
        match staged.replaces {
            None => self.add(tree, path, staged, undo),
            Some(old) => self.exchange(tree, path, staged, old, undo),
        }
    }

    /// A link is made only where nothing has the name, whatever that may be; a rename would replace.
    fn add(
        &self,
        tree: &Tree,
        path: &str,
        staged: &Staged<'_>,
        undo: &mut Undo,
    ) -> Result<(), InstallError> {
        let folder = undo.make(tree, tree::parent(path))?;
        let name = tree::name(path);
        match self.dir.hard_link(&staged.name, &folder, name) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(InstallError::Changed {
                    path: path.to_owned(),
                });
            }
            // File systems without hard links.
            Err(_) if folder.symlink_metadata(name).is_err() => {
                let renamed = self.dir.rename(&staged.name, &folder, name);
                renamed.map_err(io_error("write", path))?;
            }
            Err(error) => return Err(io_error("write", path)(error)),
        }
        undo.placed(path);
        Ok(())
    }

    /// Puts a staged file in the place of one that is as it was when it was read.
    fn exchange(
        &self,
        tree: &Tree,
        path: &str,
        staged: &Staged<'_>,
        old: &[u8],
        undo: &mut Undo,
    ) -> Result<(), InstallError> {
        let changed = || InstallError::Changed {
            path: path.to_owned(),
        };
        let folder = tree.enter(tree::parent(path))?.ok_or_else(changed)?;
        let name = tree::name(path);
        let backup = format!("{}.old", staged.name);
        let kept = || -> io::Result<bool> {
            let metadata = folder.symlink_metadata(name)?;
            if !metadata.is_file() || tree::read(&folder, name, &metadata)?.as_deref() != Some(old)
            {
                return Ok(false);
            }
            self.dir
                .set_permissions(&staged.name, metadata.permissions())?;
            // The very file where there are hard links, else a copy.
            if folder.hard_link(name, &self.dir, &backup).is_err() {
                folder.copy(name, &self.dir, &backup)?;
            }
            Ok(true)
        };
        if !kept().map_err(io_error("read", path))? {
            return Err(changed());
        }
        let renamed = self.dir.rename(&staged.name, &folder, name);
        renamed.map_err(io_error("write", path))?;
        undo.exchanged(path, backup);
        Ok(())
    }

    /// Removes it. What cannot be removed is removed by the next install.
    pub(super) fn end(self) {
        drop(self.beside.remove_dir_all(&self.name));
    }
}

/// As a checkout has them: the umask has the last word.
#[cfg(unix)]
fn set_mode(options: &mut OpenOptions, executable: bool) {
    use cap_std::fs::OpenOptionsExt as _;
    options.mode(if executable { 0o777 } else { 0o666 });
}

#[cfg(not(unix))]
fn set_mode(_: &mut OpenOptions, _: bool) {}
