//! The files of an index as tantivy reads them, every byte checked before it is used.
//!
//! The file `sums` lists the other files with a CRC-32 of each 16 KiB. A read checks the blocks it
//! touches, so opening an index costs nothing for the parts that a query does not need, and damage is
//! an error instead of a panic somewhere inside the decoder. This guards against broken files;
//! whether they are the *right* files is what the digest of the whole index is for.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};

use crate::error::SearchError;

/// Version of everything that a reader must agree on with a writer: the terms, how text becomes words
/// and stems, this file. Raise it with any such change.
pub(crate) const FORMAT: u32 = 1;
/// The file of checksums.
pub(crate) const SUMS: &str = "sums";

const MAGIC: &[u8; 12] = b"paraclesrch\n";
const BLOCK: usize = 16 * 1024;

/// Length and block checksums of one file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sums {
    len: usize,
    blocks: Vec<u32>,
}

impl Sums {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self {
            len: bytes.len(),
            blocks: bytes.chunks(BLOCK).map(crc32fast::hash).collect(),
        }
    }
}

/// The content of the file [`SUMS`].
pub(crate) fn encode_sums(files: &BTreeMap<String, Sums>) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let number = |out: &mut Vec<u8>, n: usize| out.extend_from_slice(&(n as u32).to_le_bytes());
    out.extend_from_slice(&FORMAT.to_le_bytes());
    number(&mut out, files.len());
    for (name, sums) in files {
        number(&mut out, name.len());
        out.extend_from_slice(name.as_bytes());
        number(&mut out, sums.len);
        for block in &sums.blocks {
            out.extend_from_slice(&block.to_le_bytes());
        }
    }
    out.extend_from_slice(&crc32fast::hash(&out).to_le_bytes());
    out
}

/// Reads what [`encode_sums`] wrote.
pub(crate) fn decode_sums(bytes: &[u8]) -> Result<BTreeMap<String, Sums>, SearchError> {
    let damaged = || SearchError::damaged("`sums` is not the list it was written as");
    let (body, crc) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
    let mut list = List(body.strip_prefix(MAGIC).ok_or_else(damaged)?);
    let found = list.number().ok_or_else(damaged)?;
    if found != FORMAT {
        return Err(SearchError::Format { found });
    }
    if crc32fast::hash(body).to_le_bytes() != *crc {
        return Err(damaged());
    }
    list.files().ok_or_else(damaged)
}

struct List<'a>(&'a [u8]);

impl<'a> List<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.take(4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    }

    fn files(&mut self) -> Option<BTreeMap<String, Sums>> {
        let mut files = BTreeMap::new();
        for _ in 0..self.number()? {
            let name_len = self.number()? as usize;
            let name = std::str::from_utf8(self.take(name_len)?).ok()?;
            let len = self.number()? as usize;
            let blocks = (0..len.div_ceil(BLOCK))
                .map(|_| self.number())
                .collect::<Option<_>>()?;
            is_file_name(name).then(|| files.insert(name.to_owned(), Sums { len, blocks }))?;
        }
        Some(files)
    }
}

/// The list is joined to a folder's path: only plain names of one segment are taken.
fn is_file_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
}

/// A read-only tantivy directory over checked files.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    files: Arc<BTreeMap<PathBuf, Arc<CheckedFile>>>,
}

impl Storage {
    /// `open` gives a file of the index by name.
    pub(crate) fn open(
        mut open: impl FnMut(&str) -> Result<Arc<dyn FileHandle>, SearchError>,
    ) -> Result<Self, SearchError> {
        let sums = open(SUMS)?;
        let sums = sums
            .read_bytes(0..sums.len())
            .map_err(SearchError::damaged)?;
        let mut files = BTreeMap::new();
        for (name, sums) in decode_sums(&sums)? {
            let bytes = open(&name)?;
            if bytes.len() != sums.len {
                let (is, was) = (bytes.len(), sums.len);
                let what = format!("`{name}` has {is} bytes, it was written with {was}");
                return Err(SearchError::Damaged { what });
            }
            let path = PathBuf::from(&name);
            files.insert(path, Arc::new(CheckedFile { name, bytes, sums }));
        }
        let files = Arc::new(files);
        Ok(Self { files })
    }

    fn file(&self, path: &Path) -> Result<&Arc<CheckedFile>, OpenReadError> {
        let missing = || OpenReadError::FileDoesNotExist(path.to_path_buf());
        self.files.get(path).ok_or_else(missing)
    }
}

struct CheckedFile {
    name: String,
    bytes: Arc<dyn FileHandle>,
    sums: Sums,
}

impl fmt::Debug for CheckedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl HasLen for CheckedFile {
    fn len(&self) -> usize {
        self.sums.len
    }
}

impl FileHandle for CheckedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let damaged = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
        if range.start > range.end || range.end > self.sums.len {
            return Err(damaged(format!("`{}` points beyond its end", self.name)));
        }
        let first = range.start / BLOCK;
        let start = first * BLOCK;
        let end = range
            .end
            .next_multiple_of(BLOCK)
            .min(self.sums.len)
            .max(start);
        let bytes = self.bytes.read_bytes(start..end)?;
        for (block, sum) in bytes.chunks(BLOCK).zip(&self.sums.blocks[first..]) {
            if crc32fast::hash(block) != *sum {
                return Err(damaged(format!("`{}` is not what was written", self.name)));
            }
        }
        Ok(bytes.slice(range.start - start..range.end - start))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn storage(bytes: &[u8], sums: &[u8]) -> Result<Storage, SearchError> {
        let (bytes, sums) = (bytes.to_vec(), sums.to_vec());
        Storage::open(move |name| {
            let content = if name == SUMS { &sums } else { &bytes };
            Ok(Arc::new(OwnedBytes::new(content.clone())))
        })
    }

    #[test]
    fn a_read_checks_the_blocks_it_touches() {
        let mut bytes: Vec<u8> = (0..3 * BLOCK + 5).map(|n| (n % 251) as u8).collect();
        let sums = encode_sums(&BTreeMap::from([("a.idx".to_owned(), Sums::of(&bytes))]));
        let path = Path::new("a.idx");
        let read = |storage: &Storage, range| storage.file(path).unwrap().read_bytes(range);

        let whole = storage(&bytes, &sums).unwrap();
        for range in [
            0..0,
            0..1,
            BLOCK - 1..BLOCK + 1,
            3 * BLOCK..3 * BLOCK + 5,
            7..bytes.len(),
        ] {
            assert_eq!(&*read(&whole, range.clone()).unwrap(), &bytes[range]);
        }
        let end = bytes.len();
        assert!(read(&whole, end..end + 1).is_err());

        bytes[BLOCK + 7] ^= 1;
        let broken = storage(&bytes, &sums).unwrap();
        assert!(read(&broken, 0..BLOCK).is_ok());
        assert!(read(&broken, BLOCK..BLOCK + 1).is_err());
        assert!(read(&broken, 0..2 * BLOCK).is_err());
        assert!(read(&broken, 2 * BLOCK..end).is_ok());
        assert!(matches!(
            storage(&bytes[1..], &sums),
            Err(SearchError::Damaged { .. })
        ));
    }

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        for name in ["../a", "a/b", ".hidden", "", "a\\b", "a\0"] {
            let list = BTreeMap::from([(name.to_owned(), Sums::of(b"x"))]);
            assert!(decode_sums(&encode_sums(&list)).is_err(), "{name:?}");
        }
    }

    #[test]
    fn another_format_says_so() {
        let mut sums = encode_sums(&BTreeMap::new());
        sums[MAGIC.len()] = 9;
        assert!(matches!(
            decode_sums(&sums),
            Err(SearchError::Format { found: 9 })
        ));
    }
}
