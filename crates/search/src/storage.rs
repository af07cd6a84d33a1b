//! The files of an index as tantivy reads them: a read-only directory over files that are checked
//! (`sums`) or come in pieces (`pieces`).

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, WatchCallback, WatchHandle, WritePtr,
};

use crate::error::SearchError;
use crate::sums::{CheckedFile, SUMS, decode_sums};

/// A read-only tantivy directory.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    files: Arc<BTreeMap<PathBuf, Arc<dyn FileHandle>>>,
}

impl FromIterator<(String, Arc<dyn FileHandle>)> for Storage {
    fn from_iter<I: IntoIterator<Item = (String, Arc<dyn FileHandle>)>>(files: I) -> Self {
        let files = files.into_iter().map(|(name, file)| (name.into(), file));
        Self {
            files: Arc::new(files.collect()),
        }
    }
}

impl Storage {
    /// Files that are compared with their checksums. `open` gives a file of the index by name.
    pub(crate) fn checked(
        mut open: impl FnMut(&str) -> Result<Arc<dyn FileHandle>, SearchError>,
    ) -> Result<Self, SearchError> {
        let sums = open(SUMS)?;
        let sums = sums
            .read_bytes(0..sums.len())
            .map_err(SearchError::damaged)?;
        let files = decode_sums(&sums)?.into_iter().map(|(name, sums)| {
            let file = CheckedFile::new(name.clone(), open(&name)?, sums)?;
            Ok((name, Arc::new(file) as Arc<dyn FileHandle>))
        });
        files.collect()
    }

    /// The files with their names.
    #[cfg(feature = "native")]
    pub(crate) fn files(&self) -> impl Iterator<Item = (String, Arc<dyn FileHandle>)> + '_ {
        let files = self.files.iter();
        files.map(|(path, file)| (path.to_string_lossy().into_owned(), file.clone()))
    }

    /// A file that is not tantivy's.
    pub(crate) fn own(&self, name: &str) -> Result<Arc<dyn FileHandle>, SearchError> {
        let file = self.files.get(Path::new(name)).cloned();
        file.ok_or_else(|| SearchError::Missing {
            file: name.to_owned(),
        })
    }

    fn file(&self, path: &Path) -> Result<&Arc<dyn FileHandle>, OpenReadError> {
        let missing = || OpenReadError::FileDoesNotExist(path.to_path_buf());
        self.files.get(path).ok_or_else(missing)
    }
}

impl Directory for Storage {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(self.file(path)?.clone())
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.files.contains_key(path))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let file = self.file(path)?;
        let bytes = file.read_bytes(0..file.len());
        let bytes = bytes.map_err(|e| OpenReadError::wrap_io_error(e, path.to_path_buf()))?;
        Ok(bytes.to_vec())
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.to_path_buf(),
        })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(
            read_only(),
            path.to_path_buf(),
        ))
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

fn read_only() -> io::Error {
    io::Error::new(
        io::ErrorKind::ReadOnlyFilesystem,
        "a published index is not written to",
    )
}
