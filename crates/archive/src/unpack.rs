//! Files -> an empty folder.
//!
//! Every step goes through a handle of the folder that it happens in, so no path is resolved
//! twice, and no link is followed: folders are made and then opened without following, files are
//! made exclusively. Something that already has the name is an error, whatever it is.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};

use crate::collisions::check_collisions;
use crate::path::check_path;
use crate::quote::Quoted;
use crate::{Contents, Entry, Refusal};

/// Why files were not written. What was written before stays; the caller drops the folder.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The contents were not made by [`read`](crate::read()), and are not what it would return.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The folder cannot be opened.
    #[error("cannot open the folder {}", .dir.display())]
    Folder {
        /// The folder.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something of this name is already there: a file, a folder or a link.
    #[error("{} is already there", Quoted(.path))]
    InTheWay {
        /// Path below the folder.
        path: String,
    },
    /// The system did not let us write.
    #[error("cannot write {}", Quoted(.path))]
    Write {
        /// Path below the folder.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

impl UnpackError {
    /// A stable kebab-case id of the class.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Folder { .. } => "unpack-folder",
            Self::InTheWay { .. } => "unpack-in-the-way",
            Self::Write { .. } => "unpack-write",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.hint(),
            Self::Folder { .. } => "the folder must exist and be writable",
            Self::InTheWay { .. } => "unpack into a new, empty folder",
            Self::Write { .. } => "look at the permissions and the free space of the disk",
        }
    }

    fn at(path: &str, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::AlreadyExists => Self::InTheWay { path },
            _ => Self::Write { path, source },
        }
    }
}

/// Writes the files below `dir`, which has to exist and is meant to be empty and ours alone.
///
/// Modes are 0644 or 0755 whatever the umask. When this returns, the files and their folders are
/// on the disk, not only in its cache.
///
/// # Errors
/// Any name that is already taken, any error of the system. Paths are checked once more.
pub fn unpack(contents: &Contents, dir: &Path) -> Result<(), UnpackError> {
    let mut entries: Vec<&Entry> = contents.entries.iter().collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    for entry in &entries {
        check_path(&entry.path).map_err(Refusal::from)?;
    }
    check_collisions(entries.iter().map(|e| e.path.as_str())).map_err(Refusal::from)?;
    let root =
        Dir::open_ambient_dir(dir, ambient_authority()).map_err(|source| UnpackError::Folder {
            dir: dir.to_owned(),
            source,
        })?;
    let mut open = OpenFolders {
        root,
        below: Vec::new(),
    };
    for entry in entries {
        let (folder, name) = entry.path.rsplit_once('/').unwrap_or(("", &entry.path));
        let folder = open.enter(folder)?;
        write(folder, name, entry).map_err(|e| UnpackError::at(&entry.path, e))?;
    }
    open.close()
}

fn write(folder: &Dir, name: &str, entry: &Entry) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .follow(FollowSymlinks::No);
    let mut file = folder.open_with(name, &options)?;
    file.write_all(&entry.bytes)?;
    set_mode(&file, entry.executable)?;
    file.sync_all()
}

#[cfg(unix)]
fn set_mode(file: &File, executable: bool) -> io::Result<()> {
    use cap_std::fs::{Permissions, PermissionsExt as _};
    let mode = if executable { 0o755 } else { 0o644 };
    file.set_permissions(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: bool) -> io::Result<()> {
    Ok(())
}

/// The folders from the root to the one being written to. Paths come sorted, so each folder is
/// entered once.
struct OpenFolders {
    root: Dir,
    below: Vec<(String, Dir)>,
}

impl OpenFolders {
    /// The handle of `folder`, made with what lies above it when it is new.
    fn enter(&mut self, folder: &str) -> Result<&Dir, UnpackError> {
        let inside = |open: &str| {
            folder
                .strip_prefix(open)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        while let Some((path, dir)) = self.below.pop_if(|(path, _)| !inside(path)) {
            sync(&dir).map_err(|e| UnpackError::at(&path, e))?;
        }
        let mut done = self.below.last().map_or(0, |(path, _)| path.len());
        while done < folder.len() {
            let start = if done == 0 { 0 } else { done + 1 };
            let end = folder[start..]
                .find('/')
                .map_or(folder.len(), |at| start + at);
            let path = &folder[..end];
            let made = make(self.current(), &folder[start..end]);
            let dir = made.map_err(|e| UnpackError::at(path, e))?;
            self.below.push((path.to_owned(), dir));
            done = end;
        }
        Ok(self.current())
    }

    fn current(&self) -> &Dir {
        self.below.last().map_or(&self.root, |(_, dir)| dir)
    }

    fn close(mut self) -> Result<(), UnpackError> {
        self.enter("")?;
        sync(&self.root).map_err(|e| UnpackError::at(".", e))
    }
}

fn make(parent: &Dir, name: &str) -> io::Result<Dir> {
    parent.create_dir(name)?;
    parent.open_dir_nofollow(name)
}

/// A folder's entries are durable only when the folder itself is synced.
#[cfg(unix)]
fn sync(dir: &Dir) -> io::Result<()> {
    dir.open(".")?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Dir) -> io::Result<()> {
    Ok(())
}
