//! Makes tars that `pack` would never make. Written against the POSIX layout, not against the
//! crate, so that a mistake in the crate's header is seen.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};

/// One entry: a header whose fields can be set to anything, then data.
#[derive(Clone)]
pub(crate) struct Raw {
    block: [u8; 512],
    data: Vec<u8>,
    padding: u8,
    keep_checksum: bool,
}

impl Raw {
    /// A canonical header of a file with mode 0644.
    pub(crate) fn file(name: &str, data: &[u8]) -> Self {
        let raw = Self {
            block: [0; 512],
            data: data.to_vec(),
            padding: 0,
            keep_checksum: false,
        };
        raw.name(name.as_bytes())
            .put(100, b"0000644\x000000000\x000000000\0")
            .size(data.len() as u64)
            .put(136, b"00000000000\0")
            .kind(b'0')
            .put(257, b"ustar\x0000")
            .put(329, b"0000000\x000000000\0")
    }

    pub(crate) fn name(self, name: &[u8]) -> Self {
        self.put(0, &[0; 100]).put(0, &name[..name.len().min(100)])
    }

    pub(crate) fn prefix(self, prefix: &str) -> Self {
        self.put(345, prefix.as_bytes())
    }

    pub(crate) fn kind(self, kind: u8) -> Self {
        self.put(156, &[kind])
    }

    pub(crate) fn link(self, target: &str) -> Self {
        self.put(157, target.as_bytes())
    }

    /// The length that the header tells, whatever the data is.
    pub(crate) fn size(self, size: u64) -> Self {
        self.put(124, format!("{size:011o}\0").as_bytes())
    }

    pub(crate) fn put(mut self, at: usize, bytes: &[u8]) -> Self {
        self.block[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// Fills the space behind the data with this byte.
    pub(crate) fn padding(mut self, byte: u8) -> Self {
        self.padding = byte;
        self
    }

    /// Writes the checksum in another form, right or wrong.
    pub(crate) fn checksum(mut self, write: impl Fn(u32) -> String) -> Self {
        let text = write(self.sum());
        self.keep_checksum = true;
        self.put(148, text.as_bytes())
    }

    fn sum(&self) -> u32 {
        let blank = self.clone().put(148, &[b' '; 8]);
        blank.block.iter().map(|b| u32::from(*b)).sum()
    }

    fn bytes(self) -> Vec<u8> {
        let raw = if self.keep_checksum {
            self
        } else {
            let sum = self.sum();
            self.put(148, format!("{sum:06o}\0 ").as_bytes())
        };
        let mut bytes = [&raw.block[..], &raw.data].concat();
        bytes.resize(bytes.len().next_multiple_of(512), raw.padding);
        bytes
    }
}

/// Entries and the end of a tar.
pub(crate) fn tar(entries: impl IntoIterator<Item = Raw>) -> Vec<u8> {
    let mut tar: Vec<u8> = entries.into_iter().flat_map(Raw::bytes).collect();
    tar.extend([0; 1024]);
    tar
}

/// A gzip member such as `pack` writes it, around anything.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    gzip_with(GzBuilder::new().operating_system(255), bytes)
}

pub(crate) fn gzip_with(header: GzBuilder, bytes: &[u8]) -> Vec<u8> {
    let mut writer = header.write(Vec::new(), Compression::best());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}
