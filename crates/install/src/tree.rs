//! The project's folder, through handles. No link that stands in it is followed: every component of
//! a path is opened from the handle of the folder above it, and refused where it is a link.

use std::{
    cell::RefCell,
    io::{self, Read as _},
    path::Path,
};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::{
    ambient_authority,
    fs::{Dir, Metadata, OpenOptions},
};

use crate::InstallError;

/// No file that is compared or merged into is larger; what is larger is not ours.
const LARGEST: u64 = 16 << 20;

pub(crate) struct Tree {
    root: Dir,
    /// The folder that was entered last, and the last that was not there: files are looked at in the
    /// order of their paths, so the next one mostly lies there as well. A handle stays on its folder,
    /// whatever becomes of the name.
    last: RefCell<Option<(String, Dir)>>,
    missing: RefCell<Option<String>>,
}

/// A file's bytes, and whether its owner may run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct There {
    pub(crate) bytes: Vec<u8>,
    pub(crate) executable: bool,
}

/// What stands at a path.
pub(crate) enum Found {
    Nothing,
    File(There),
    /// A file that is too large to be one of ours.
    TooLarge,
    /// Something else, there or on the way there: its path and what it is.
    Other {
        at: String,
        what: &'static str,
    },
}

impl Tree {
    pub(crate) fn open(root: &Path) -> Result<Self, InstallError> {
        let root_error = |source| InstallError::Folder {
            path: root.to_owned(),
            source,
        };
        Dir::open_ambient_dir(root, ambient_authority())
            .map(|root| Self {
                root,
                last: RefCell::default(),
                missing: RefCell::default(),
            })
            .map_err(root_error)
    }

    /// What stands at `path`.
    pub(crate) fn find(&self, path: &str) -> Result<Found, InstallError> {
        match self.look(path) {
            Ok(Some((folder, metadata))) => {
                let read = read(&folder, name(path), &metadata);
                Ok(match read.map_err(io_error("read", path))? {
                    Some(bytes) => Found::File(There {
                        bytes,
                        executable: is_executable(&metadata),
                    }),
                    None => Found::TooLarge,
                })
            }
            Ok(None) => Ok(Found::Nothing),
            Err(InstallError::InTheWay { path: at, what }) => Ok(Found::Other { at, what }),
            Err(error) => Err(error),
        }
    }

    /// The text of the file at `path`, where there is one.
    pub(crate) fn text(&self, path: &str) -> Result<Option<String>, InstallError> {
        let unreadable = |message: &str| InstallError::Account {
            path: path.to_owned(),
            message: message.to_owned(),
        };
        match self.find(path)? {
            Found::Nothing => Ok(None),
            Found::File(there) => String::from_utf8(there.bytes)
                .map(Some)
                .map_err(|_| unreadable("it is not UTF-8")),
            Found::TooLarge => Err(unreadable("it is too large")),
            Found::Other { at, what } => Err(InstallError::InTheWay { path: at, what }),
        }
    }

    pub(crate) fn has_file(&self, path: &str) -> Result<bool, InstallError> {
        Ok(self.look(path)?.is_some())
    }

    pub(crate) fn has_folder(&self, path: &str) -> Result<bool, InstallError> {
        Ok(self.enter(path)?.is_some())
    }

    /// The folder that the file at `path` stands in, and what the file is.
    fn look(&self, path: &str) -> Result<Option<(Dir, Metadata)>, InstallError> {
        let Some(folder) = self.enter(parent(path))? else {
            return Ok(None);
        };
        match folder.symlink_metadata(name(path)) {
            Ok(metadata) if metadata.is_file() => Ok(Some((folder, metadata))),
            Ok(metadata) => Err(in_the_way(path, &metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error("read", path)(error)),
        }
    }

    /// The folder at `path`, where there is one; the empty path is the root.
    pub(crate) fn enter(&self, path: &str) -> Result<Option<Dir>, InstallError> {
        if let Some((last, folder)) = &*self.last.borrow()
            && last == path
        {
            return folder.try_clone().map(Some).map_err(io_error("open", path));
        }
        if let Some(missing) = &*self.missing.borrow()
            && let Some(rest) = path.strip_prefix(missing.as_str())
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return Ok(None);
        }
        let entered = self.walk(path)?;
        if let Some(folder) = &entered {
            let kept = folder.try_clone().map_err(io_error("open", path))?;
            *self.last.borrow_mut() = Some((path.to_owned(), kept));
        }
        Ok(entered)
    }

    /// Forgets what was there and what was not: folders are about to come or go.
    pub(crate) fn forget(&self) {
        *self.last.borrow_mut() = None;
        *self.missing.borrow_mut() = None;
    }

    fn walk(&self, path: &str) -> Result<Option<Dir>, InstallError> {
        let mut folder = self.root.try_clone().map_err(io_error("open", path))?;
        for (end, component) in components(path) {
            match step(&folder, component, &path[..end])? {
                Some(next) => folder = next,
                None => {
                    *self.missing.borrow_mut() = Some(path[..end].to_owned());
                    return Ok(None);
                }
            }
        }
        Ok(Some(folder))
    }

    /// The names in the folder at `path`, sorted; `None` where there is no such folder. A name that is
    /// not UTF-8 is given with its odd bytes replaced: it is none of ours either way.
    pub(crate) fn names(&self, path: &str) -> Result<Option<Vec<String>>, InstallError> {
        let Some(folder) = self.enter(path)? else {
            return Ok(None);
        };
        let read = || -> io::Result<Vec<String>> {
            let mut names = Vec::new();
            for entry in folder.entries()? {
                names.push(entry?.file_name().to_string_lossy().into_owned());
            }
            names.sort();
            Ok(names)
        };
        read().map(Some).map_err(io_error("read", path))
    }

    /// The folder at `path`, made where it is not there. The paths of what was made are added to
    /// `made`, outermost first.
    pub(crate) fn make(&self, path: &str, made: &mut Vec<String>) -> Result<Dir, InstallError> {
        self.forget();
        let mut folder = self.root.try_clone().map_err(io_error("open", path))?;
        for (end, component) in components(path) {
            let here = &path[..end];
            match folder.create_dir(component) {
                Ok(()) => made.push(here.to_owned()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(io_error("make", here)(error)),
            }
            folder = step(&folder, component, here)?.ok_or_else(|| InstallError::Changed {
                path: here.to_owned(),
            })?;
        }
        Ok(folder)
    }
}

#[cfg(unix)]
pub(crate) fn is_executable(metadata: &Metadata) -> bool {
    use cap_std::fs::MetadataExt as _;
    metadata.mode() & 0o100 != 0
}

/// Elsewhere a file says by its name whether it can be run.
#[cfg(not(unix))]
pub(crate) fn is_executable(_: &Metadata) -> bool {
    false
}

/// The folder `component` of `folder`; `path` is its path from the root.
fn step(folder: &Dir, component: &str, path: &str) -> Result<Option<Dir>, InstallError> {
    let metadata = match folder.symlink_metadata(component) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error("open", path)(error)),
    };
    if !metadata.is_dir() {
        return Err(in_the_way(path, &metadata));
    }
    match folder.open_dir_nofollow(component) {
        Ok(folder) => Ok(Some(folder)),
        // Renamed or removed since it was looked at, as the stage of another process is.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error("open", path)(error)),
    }
}

fn components(path: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    path.split('/')
        .filter(|component| !component.is_empty())
        .map(move |component| {
            end += component.len() + usize::from(end > 0);
            (end, component)
        })
}

/// The folder part of a path; empty for the root.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last component of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The bytes of the regular file `name`; `None` where it is too large to be one of ours.
pub(crate) fn read(folder: &Dir, name: &str, metadata: &Metadata) -> io::Result<Option<Vec<u8>>> {
    if metadata.len() > LARGEST {
        return Ok(None);
    }
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    let mut bytes = Vec::new();
    folder
        .open_with(name, &options)?
        .take(LARGEST)
        .read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn in_the_way(path: &str, metadata: &Metadata) -> InstallError {
    let what = if metadata.is_symlink() {
        "a link"
    } else if metadata.is_dir() {
        "a folder"
    } else if metadata.is_file() {
        "a file"
    } else {
        "neither a file nor a folder"
    };
    InstallError::InTheWay {
        path: path.to_owned(),
        what,
    }
}

pub(crate) fn io_error(doing: &'static str, path: &str) -> impl FnOnce(io::Error) -> InstallError {
    let path = path.to_owned();
    move |source| InstallError::Io {
        doing,
        path,
        source,
    }
}
