//! Reading folders without following links and without trusting sizes.

use std::{fs, io, path::Path};

use walkdir::WalkDir;

use super::LoadError;

/// No file of a registry is larger; what is larger is cut, and the size rule says so.
const LARGEST: u64 = 16 << 20;

/// Bytes after which no more of a folder is read that need not be a package: more than one may have.
const MOST_BYTES: u64 = 128 << 20;

/// What a package's folder holds at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A link, and where it points; never followed.
    Link(String),
    /// A device, a socket, a submodule.
    Other,
}

/// One file of a package's folder.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path in the package, with `/` on every system.
    pub path: String,
    /// Its bytes; empty for what is not a regular file, and cut after 16 MiB.
    pub bytes: Vec<u8>,
    /// Its whole length in bytes.
    pub length: u64,
    /// Whether its owner may run it.
    pub executable: bool,
    /// What it is.
    pub kind: FileKind,
}

impl SourceFile {
    /// A regular file with these bytes.
    pub fn regular(path: String, bytes: Vec<u8>, executable: bool) -> Self {
        Self {
            path,
            length: bytes.len() as u64,
            bytes,
            executable,
            kind: FileKind::Regular,
        }
    }
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> LoadError {
    let path = path.to_owned();
    move |source| LoadError::Io { path, source }
}

/// A whole file, at most 16 MiB of it.
fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    use io::Read;
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LARGEST).read_to_end(&mut bytes))
        .map_err(io_error(path))?;
    Ok(bytes)
}

/// A whole file, at most 16 MiB of it; `None` for a link, a folder or a device, which are not followed.
pub(super) fn read_regular(path: &Path) -> Result<Option<Vec<u8>>, LoadError> {
    let kind = fs::symlink_metadata(path).map_err(io_error(path))?;
    kind.is_file().then(|| read(path)).transpose()
}

/// The names in a folder, sorted; none where there is no such folder. Names that are not UTF-8
/// cannot stand for anything of ours and are left out, and so are hidden ones.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, LoadError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(io_error(folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(io_error(folder))?.file_name();
        names.extend(
            name.to_str()
                .filter(|name| !name.starts_with('.'))
                .map(str::to_owned),
        );
    }
    names.sort();
    Ok(names)
}

/// The folders below `root/below` that hold a `paracle.toml`, by path from `root`, sorted. A package
/// does not hold another: its own folders are not searched.
pub(super) fn packages(root: &Path, below: &str) -> Result<Vec<String>, LoadError> {
    let mut found = Vec::new();
    let mut waiting = vec![below.to_owned()];
    while let Some(folder) = waiting.pop() {
        let path = root.join(&folder);
        if path.join("paracle.toml").is_file() {
            found.push(folder);
            continue;
        }
        for name in names(&path)? {
            let kind = fs::symlink_metadata(path.join(&name)).map_err(io_error(&path))?;
            if kind.is_dir() {
                waiting.push(format!("{folder}/{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Every file below `folder`, links and devices included, sorted by path.
pub(super) fn files(folder: &Path) -> Result<Vec<SourceFile>, LoadError> {
    walked(folder, WalkDir::new(folder).min_depth(1), usize::MAX)
}

/// Every file below `path`, or the one that it is; what version control keeps is left out.
pub(super) fn loose(path: &Path, most: usize) -> Result<Vec<SourceFile>, LoadError> {
    let (folder, depth) = match path.is_file() {
        true => (path.parent().unwrap_or(path), 0),
        false => (path, 1),
    };
    walked(folder, WalkDir::new(path).min_depth(depth), most)
}

fn walked(folder: &Path, walk: WalkDir, most: usize) -> Result<Vec<SourceFile>, LoadError> {
    let (mut files, mut total) = (Vec::new(), 0);
    let is_loose = most < usize::MAX;
    let is_kept = |entry: &walkdir::DirEntry| !is_loose || entry.file_name() != ".git";
    for entry in walk.follow_links(false).into_iter().filter_entry(is_kept) {
        let entry = entry.map_err(|error| io_error(folder)(error.into()))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let file = file(folder, &entry)?;
        total += file.bytes.len() as u64;
        files.push(file);
        if files.len() > most || is_loose && total > MOST_BYTES {
            break;
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn file(folder: &Path, entry: &walkdir::DirEntry) -> Result<SourceFile, LoadError> {
    let kind = entry.file_type();
    let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    let metadata = entry
        .metadata()
        .map_err(|error| io_error(folder)(error.into()))?;
    let (kind, bytes) = if kind.is_file() {
        (FileKind::Regular, read(entry.path())?)
    } else if kind.is_symlink() {
        let target = fs::read_link(entry.path()).map_err(io_error(entry.path()))?;
        (
            FileKind::Link(target.to_string_lossy().into_owned()),
            Vec::new(),
        )
    } else {
        (FileKind::Other, Vec::new())
    };
    Ok(SourceFile {
        path: parts.join("/"),
        bytes,
        length: metadata.len(),
        executable: is_executable(&metadata),
        kind,
    })
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

/// A checkout on Windows has no mode bits; the release job reads them from the git tree.
#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}
