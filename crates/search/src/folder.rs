//! The files of an index in a folder, checked when they are read.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::error::OpenReadError;
use tantivy::directory::{FileHandle, MmapDirectory, OwnedBytes};
use tantivy::{Directory, HasLen};

use crate::error::SearchError;
use crate::storage::Storage;

/// Mapped: what is asked often is in memory once, whoever asks.
pub(crate) fn mapped(dir: &Path) -> Result<Storage, SearchError> {
    let folder = MmapDirectory::open(dir).map_err(|error| SearchError::Io {
        action: "open the folder",
        path: dir.to_path_buf(),
        source: io::Error::other(error),
    })?;
    Storage::checked(|name| {
        let file = folder.get_file_handle(name.as_ref());
        file.map_err(|error| match error {
            OpenReadError::FileDoesNotExist(_) => missing(name),
            other => refused(dir, name, io::Error::other(other)),
        })
    })
}

/// Read: what is gone through once does not stay in memory.
pub(crate) fn read(dir: &Path) -> Result<Storage, SearchError> {
    Storage::checked(|name| {
        let file = ReadFile::open(&dir.join(name)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => missing(name),
            _ => refused(dir, name, error),
        })?;
        Ok(Arc::new(file))
    })
}

fn missing(name: &str) -> SearchError {
    SearchError::Missing {
        file: name.to_owned(),
    }
}

fn refused(dir: &Path, name: &str, source: io::Error) -> SearchError {
    SearchError::Io {
        action: "read",
        path: dir.join(name),
        source,
    }
}

struct ReadFile {
    file: Mutex<File>,
    len: usize,
}

impl ReadFile {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let len = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self {
            file: Mutex::new(file),
            len,
        })
    }
}

impl fmt::Debug for ReadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadFile")
    }
}

impl HasLen for ReadFile {
    fn len(&self) -> usize {
        self.len
    }
}

impl FileHandle for ReadFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = vec![0; range.len()];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(&mut bytes)?;
        Ok(OwnedBytes::new(bytes))
    }
}
