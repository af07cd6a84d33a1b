//! What is shown of each package, a line each, in groups.
//!
//! The file `rows` holds the lines; the file `groups` how many bytes each sixteen of them have (32 bits,
//! little endian). A published index is cut between groups, so that showing a hit costs one small piece
//! whose place is known.

use std::io::Write;
use std::sync::Arc;

use tantivy::directory::{Directory, FileHandle, TerminatingWrite, WritePtr};

use crate::document::{Document, Hit, Stored};
use crate::error::SearchError;
use crate::storage::Storage;

/// The names of the files in the index.
pub(crate) const ROWS: &str = "rows";
pub(crate) const GROUPS: &str = "groups";
/// Rows of a group.
const GROUP: usize = 16;

/// Writes the rows while packages come in.
pub(crate) struct RowWriter {
    rows: WritePtr,
    groups: Vec<u32>,
    count: usize,
}

impl RowWriter {
    pub(crate) fn new(dir: &dyn Directory) -> Result<Self, SearchError> {
        let rows = dir.open_write(ROWS.as_ref()).map_err(SearchError::engine)?;
        Ok(Self {
            rows,
            groups: Vec::new(),
            count: 0,
        })
    }

    pub(crate) fn add(&mut self, doc: &Document) -> Result<(), SearchError> {
        if self.count.is_multiple_of(GROUP) {
            self.groups.push(0);
        }
        self.count += 1;
        // A row holds no control character but its own separators.
        let row = Stored::encode(doc) + "\n";
        if let Some(group) = self.groups.last_mut() {
            *group += row.len() as u32;
        }
        let written = self.rows.write_all(row.as_bytes());
        written.map_err(SearchError::engine)
    }

    /// Ends the file of rows; returns that of groups.
    pub(crate) fn finish(self) -> Result<Vec<u8>, SearchError> {
        self.rows.terminate().map_err(SearchError::engine)?;
        Ok(self.groups.into_iter().flat_map(u32::to_le_bytes).collect())
    }
}

/// Where each group ends.
pub(crate) fn ends(groups: &[u8]) -> Vec<usize> {
    let lengths = groups.as_chunks::<4>().0.iter();
    let mut end = 0_usize;
    lengths
        .map(|length| {
            end = end.saturating_add(u32::from_le_bytes(*length) as usize);
            end
        })
        .collect()
}

/// The rows of an opened index.
pub(crate) struct Rows {
    file: Arc<dyn FileHandle>,
    ends: Vec<usize>,
}

impl Rows {
    pub(crate) fn open(storage: &Storage) -> Result<Self, SearchError> {
        let groups = storage.own(GROUPS)?;
        let bytes = groups.read_bytes(0..groups.len());
        let ends = ends(&bytes.map_err(SearchError::read)?);
        let file = storage.own(ROWS)?;
        match ends.last().copied().unwrap_or(0) == file.len() {
            true => Ok(Self { file, ends }),
            false => Err(SearchError::damaged("its groups are not its rows")),
        }
    }

    /// The row of `doc`.
    pub(crate) fn get(&self, doc: u32) -> Result<Hit, SearchError> {
        let damaged = || SearchError::damaged(format!("package {doc} cannot be read"));
        let (group, nth) = (doc as usize / GROUP, doc as usize % GROUP);
        let end = *self.ends.get(group).ok_or_else(damaged)?;
        let start = group.checked_sub(1).map_or(0, |before| self.ends[before]);
        let rows = self
            .file
            .read_bytes(start..end)
            .map_err(SearchError::read)?;
        let row = rows[..].split(|byte| *byte == b'\n').nth(nth);
        let hit = row.and_then(Stored::decode).ok_or_else(damaged)?;
        Ok(Hit { doc, ..hit })
    }
}
