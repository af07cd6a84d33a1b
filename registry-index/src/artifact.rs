//! The files of a site, and the one writer: all of them appear at once, or none.
//!
//! Files are staged in a folder beside the target and the folders are exchanged by rename. A folder
//! that this writer did not make is never replaced: naming the wrong folder must not delete it.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// Marks a folder as made by this writer, and so as replaceable.
const MARK: &str = ".paracle-site";

/// Why a site could not be written. The old one is still in place.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The target exists, is not empty and was not made by us.
    #[error("{} is not empty and is not a site made by this command", .0.display())]
    NotOurs(PathBuf),
    /// An artifact's path would leave the site.
    #[error("{0:?} is not a path inside a site")]
    Path(String),
    /// Two artifacts have one path.
    #[error("two files of the site have the path {0:?}")]
    Twice(String),
    /// The disk said no.
    #[error("cannot write {}", .path.display())]
    Io {
        /// What was written.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

/// What to do with a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// The new one takes its place.
    Replace,
    /// It stays, and writing fails.
    Keep,
}

/// Writes one file that anybody may read: beside its place, synced, then renamed, so that its name
/// never stands for half of it. Missing folders are made.
pub fn write_file(path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
    // The error of a disk does not say what it was about.
    stage(path, bytes, existing)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

fn stage(path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    // A temporary file is its maker's alone; this one becomes a file like any other.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut staged = builder.tempfile_in(folder)?;
    staged.write_all(bytes)?;
    staged.as_file().sync_all()?;
    match existing {
        Existing::Replace => staged.persist(path),
        Existing::Keep => staged.persist_noclobber(path),
    }
    .map(drop)
    .map_err(|error| error.error)
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Io { path, source }
}

/// A site being written. Dropped unfinished, it leaves nothing behind.
#[must_use = "nothing appears until the site is finished"]
#[derive(Debug)]
pub struct SiteWriter {
    target: PathBuf,
    staging: TempDir,
}

impl SiteWriter {
    /// Begins to write the site that will stand at `target`. Brings an interrupted exchange to its
    /// end first.
    pub fn begin(target: &Path) -> Result<Self, WriteError> {
        // A link stays a link: what it points to is replaced.
        let followed = fs::canonicalize(target);
        let target = match &followed {
            Ok(followed) if target.is_symlink() => followed,
            _ => target,
        };
        if !is_replaceable(target)? {
            return Err(WriteError::NotOurs(target.to_owned()));
        }
        let retired = retired(target);
        // Only what this writer retired is brought back or taken away.
        if retired.join(MARK).is_file() {
            match target.exists() {
                true => fs::remove_dir_all(&retired),
                false => fs::rename(&retired, target),
            }
            .map_err(io_error(&retired))?;
        }
        let parent = target
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(io_error(parent))?;
        let staging = tempfile::Builder::new()
            .prefix(".paracle-site-")
            .tempdir_in(parent)
            .map_err(io_error(parent))?;
        let writer = Self {
            target: target.to_owned(),
            staging,
        };
        writer.put(
            MARK,
            b"Made by `paracle registry build`; replaced as a whole by the next build.\n",
        )?;
        Ok(writer)
    }

    /// An empty folder beside the target for what is made on the way; it goes when it is dropped.
    pub fn scratch(&self) -> Result<TempDir, WriteError> {
        let beside = self.staging.path().parent().unwrap_or(Path::new("."));
        tempfile::Builder::new()
            .prefix(".paracle-site-")
            .tempdir_in(beside)
            .map_err(io_error(beside))
    }

    /// Writes one file; `path` is relative with `/`. May be called from many threads.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let full = self.place(path)?;
        let mut file = File::create_new(&full).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => WriteError::Twice(path.to_owned()),
            _ => io_error(&full)(error),
        })?;
        file.write_all(bytes).map_err(io_error(&full))
    }

    fn place(&self, path: &str) -> Result<PathBuf, WriteError> {
        let safe = !path.is_empty()
            && path
                .split('/')
                .all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']));
        if !safe {
            return Err(WriteError::Path(path.to_owned()));
        }
        let full = self.staging.path().join(path);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder).map_err(io_error(folder))?;
        }
        Ok(full)
    }

    /// Puts the site in place of the old one. Where that fails, the old one is back in its place.
    pub fn finish(self) -> Result<(), WriteError> {
        let (target, staged) = (&self.target, self.staging.path());
        let retired = retired(target);
        open_to_readers(staged).map_err(io_error(staged))?;
        let has_old = target.exists();
        if has_old {
            fs::rename(target, &retired).map_err(io_error(target))?;
        }
        if let Err(error) = fs::rename(staged, target) {
            if has_old {
                fs::rename(&retired, target).map_err(io_error(&retired))?;
            }
            return Err(io_error(target)(error));
        }
        if has_old {
            fs::remove_dir_all(&retired).map_err(io_error(&retired))?;
        }
        Ok(())
    }
}

/// Where the old site stands for the moment between two renames.
fn retired(target: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".old");
    target.with_file_name(name)
}

fn is_replaceable(target: &Path) -> Result<bool, WriteError> {
    match fs::read_dir(target) {
        Ok(mut entries) => Ok(entries.next().is_none() || target.join(MARK).is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(io_error(target)(error)),
    }
}

/// A temporary folder is its maker's alone; a site is for everybody.
#[cfg(unix)]
fn open_to_readers(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn open_to_readers(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_replaces_only_a_site() {
        let scratch = tempfile::tempdir().unwrap();
        let target = scratch.path().join("site");
        for body in ["one", "two"] {
            let writer = SiteWriter::begin(&target).unwrap();
            writer.put("a/b.html", body.as_bytes()).unwrap();
            assert!(matches!(
                writer.put("a/b.html", b""),
                Err(WriteError::Twice(_))
            ));
            for bad in ["../x", "/x", "a//b", "", "a/./b"] {
                assert!(
                    matches!(writer.put(bad, b""), Err(WriteError::Path(_))),
                    "{bad}"
                );
            }
            writer.finish().unwrap();
            assert_eq!(fs::read_to_string(target.join("a/b.html")).unwrap(), body);
        }
        let mine = scratch.path().join("mine");
        fs::create_dir(&mine).unwrap();
        File::create(mine.join("thesis.txt")).unwrap();
        assert!(matches!(
            SiteWriter::begin(&mine),
            Err(WriteError::NotOurs(_))
        ));
        assert!(mine.join("thesis.txt").exists());
        // Nor is a folder that only has the name of a retired site.
        let old = retired(&scratch.path().join("new"));
        fs::create_dir(&old).unwrap();
        File::create(old.join("thesis.txt")).unwrap();
        drop(SiteWriter::begin(&scratch.path().join("new")).unwrap());
        assert!(old.join("thesis.txt").exists());
    }

    #[test]
    fn an_abandoned_site_leaves_the_old_one() {
        let scratch = tempfile::tempdir().unwrap();
        let target = scratch.path().join("site");
        SiteWriter::begin(&target).unwrap().finish().unwrap();
        drop(SiteWriter::begin(&target).unwrap());
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1);
        // Killed between the two renames: the old site comes back before a new one is begun.
        fs::rename(&target, retired(&target)).unwrap();
        drop(SiteWriter::begin(&target).unwrap());
        assert!(target.join(MARK).exists());
    }
}
