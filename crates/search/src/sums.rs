//! The files of an index in a folder, every byte checked before it is used.
//!
//! The file `sums` lists the other files with a CRC-32 of each 16 KiB. A read checks the blocks it
//! touches, so opening an index costs nothing for the parts that a query does not need, and damage is
//! an error instead of a panic somewhere inside the decoder. This guards against broken files;
//! whether they are the *right* files is what the digest of the whole index is for.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read as _};
use std::ops::Range;
use std::sync::Arc;

use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

use crate::coding::{Reader, Writer};
use crate::error::SearchError;

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
    /// Reads to the end, and hands on what was read.
    pub(crate) fn read(mut bytes: impl io::Read, mut each: impl FnMut(&[u8])) -> io::Result<Self> {
        let mut sums = Self {
            len: 0,
            blocks: Vec::new(),
        };
        let mut block = Vec::with_capacity(BLOCK);
        loop {
            block.clear();
            bytes.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
            if block.is_empty() {
                return Ok(sums);
            }
            each(&block);
            sums.len += block.len();
            sums.blocks.push(crc32fast::hash(&block));
        }
    }
}

/// The content of the file [`SUMS`].
pub(crate) fn encode_sums(files: &BTreeMap<String, Sums>) -> Vec<u8> {
    let mut out = Writer::new(MAGIC);
    out.number(files.len());
    for (name, sums) in files {
        out.text(name);
        out.number(sums.len);
        for block in &sums.blocks {
            out.number(*block as usize);
        }
    }
    out.finish()
}

/// Reads what [`encode_sums`] wrote.
pub(crate) fn decode_sums(bytes: &[u8]) -> Result<BTreeMap<String, Sums>, SearchError> {
    let damaged = || SearchError::damaged("`sums` is not the list it was written as");
    let mut list = Reader::new(bytes, MAGIC).map_err(|wrong| wrong.unwrap_or_else(damaged))?;
    read_sums(&mut list).ok_or_else(damaged)
}

fn read_sums(list: &mut Reader<'_>) -> Option<BTreeMap<String, Sums>> {
    let mut files = BTreeMap::new();
    for _ in 0..list.number()? {
        let name = list.file_name()?;
        let len = list.number()?;
        let blocks = (0..len.div_ceil(BLOCK)).map(|_| Some(list.number()? as u32));
        let blocks = blocks.collect::<Option<_>>()?;
        files.insert(name.to_owned(), Sums { len, blocks });
    }
    Some(files)
}

/// A file whose blocks are compared with their checksums when they are read.
pub(crate) struct CheckedFile {
    name: String,
    bytes: Arc<dyn FileHandle>,
    sums: Sums,
}

impl CheckedFile {
    /// Refuses bytes whose length is not what was written down.
    pub(crate) fn new(
        name: String,
        bytes: Arc<dyn FileHandle>,
        sums: Sums,
    ) -> Result<Self, SearchError> {
        let (is, was) = (bytes.len(), sums.len);
        if is != was {
            let what = format!("`{name}` has {is} bytes, it was written with {was}");
            return Err(SearchError::Damaged { what });
        }
        Ok(Self { name, bytes, sums })
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Storage;

    fn storage(bytes: &[u8], sums: &[u8]) -> Result<Storage, SearchError> {
        let (bytes, sums) = (bytes.to_vec(), sums.to_vec());
        Storage::checked(move |name| {
            let content = if name == SUMS { &sums } else { &bytes };
            Ok(Arc::new(OwnedBytes::new(content.clone())))
        })
    }

    #[test]
    fn a_read_checks_the_blocks_it_touches() {
        let mut bytes: Vec<u8> = (0..3 * BLOCK + 5).map(|n| (n % 251) as u8).collect();
        let sums = encode_sums(&BTreeMap::from([(
            "a.idx".to_owned(),
            Sums::read(&bytes[..], |_| ()).unwrap(),
        )]));

        let read = |storage: &Storage, range| storage.own("a.idx").unwrap().read_bytes(range);

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
            let list = BTreeMap::from([(name.to_owned(), Sums::read(&b"x"[..], |_| ()).unwrap())]);
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
