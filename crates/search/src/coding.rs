//! How the index's own small files are written: magic, format, numbers of 32 bits (little endian),
//! texts with their length, a CRC-32 at the end.

use crate::error::SearchError;

/// Version of everything that a reader must agree on with a writer: the terms, how text becomes words
/// and stems, these files. Raise it with any such change.
pub const FORMAT: u32 = 2;

pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn new(magic: &[u8]) -> Self {
        let mut out = Self(magic.to_vec());
        out.number(FORMAT as usize);
        out
    }

    pub(crate) fn number(&mut self, n: usize) {
        self.0.extend_from_slice(&(n as u32).to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len());
        self.bytes(text.as_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        let crc = crc32fast::hash(&self.0);
        self.number(crc as usize);
        self.0
    }
}

pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// `Err(None)` if these are other bytes than were written.
    pub(crate) fn new(bytes: &'a [u8], magic: &[u8]) -> Result<Self, Option<SearchError>> {
        let (body, crc) = bytes.split_last_chunk::<4>().ok_or(None)?;
        let mut reader = Self(body.strip_prefix(magic).ok_or(None)?);
        let found = reader.number().ok_or(None)? as u32;
        if found != FORMAT {
            return Err(Some(SearchError::Format { found }));
        }
        if crc32fast::hash(body).to_le_bytes() != *crc {
            return Err(None);
        }
        Ok(reader)
    }

    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn number(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }

    /// The name of a file. It is joined to a folder's path: only plain names are taken.
    pub(crate) fn file_name(&mut self) -> Option<&'a str> {
        let len = self.number()?;
        let name = std::str::from_utf8(self.take(len)?).ok()?;
        let plain = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        plain.then_some(name)
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }
}
