//! An index in a folder -> files that any static host can serve: one hot file, and pieces.
//!
//! What opening an index reads is found by opening it and writing down what was read. Depending on how
//! big the index is, more of it goes into the hot file, which saves rounds of fetching.

use std::io::{Read as _, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest, Sha256};
use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

use crate::columns::COLUMNS;
use crate::error::SearchError;
use crate::excerpts::EXCERPTS;
use crate::index::Index;
use crate::pieces::{Cut, Layout, Part, encode_hot};
use crate::query::Query;
use crate::reader::Lack;
use crate::rows::{self, GROUPS, ROWS};
use crate::seal::{Built, hex};
use crate::storage::Storage;
use crate::vocabulary::VOCABULARY;

/// The file that is read first.
pub const HOT: &str = "hot.bin";
/// The digests (SHA-256, 32 bytes each) of the hot file and of each piece, in order; zeros for a
/// piece that the hot file holds.
pub const DIGESTS: &str = "pieces.bin";

/// How an index is cut. The defaults are what is published; `cargo xtask bench search-web` tries others.
#[derive(Clone, Copy, Debug)]
pub struct Packing {
    /// Bytes of a piece of terms and postings, before zipping.
    pub piece: usize,
    /// Bytes of a piece of what is read for one hit: its excerpt. (Rows are cut between their groups.)
    pub small_piece: usize,
    /// Bytes of a piece of what is read as a whole: the vocabulary, other orders.
    pub whole_piece: usize,
    /// As much of the index as fits into so many zipped bytes goes into the hot file.
    pub hot: usize,
}

impl Default for Packing {
    fn default() -> Self {
        Self {
            piece: 16 * 1024,
            small_piece: 8 * 1024,
            whole_piece: 64 * 1024,
            hot: 96 * 1024,
        }
    }
}

/// An index above this is not tried to fit into the hot file as a whole, in bytes.
const SMALL_INDEX: usize = 2 << 20;

/// What was packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Names the folder: 64 hex digits, of the index and how it was packed.
    pub digest: String,
    /// SHA-256 of [`DIGESTS`].
    pub list: [u8; 32],
    /// How many files.
    pub files: usize,
    /// Their bytes.
    pub bytes: usize,
}

/// Packs the index in `dir`, as [`crate::build_into`] left it with its digest `built`. `put` is given
/// the digest of [`Packed`], the name and the bytes of each file; [`DIGESTS`] comes last.
///
/// # Errors
/// Those of opening the index, and of `put`.
pub fn pack<E: From<SearchError>>(
    dir: &Path,
    built: &str,
    packing: &Packing,
    put: impl FnMut(&str, &str, &[u8]) -> Result<(), E>,
) -> Result<Packed, E> {
    pack_storage(&crate::folder::read(dir)?, built, packing, put)
}

/// Files, with their names in the folder.
type Files = Vec<(String, Vec<u8>)>;

impl Built {
    /// Packs an index that was built in memory: the files, with their names in the folder.
    ///
    /// # Errors
    /// Those of opening the index.
    pub fn pack(&self, packing: &Packing) -> Result<(Packed, Files), SearchError> {
        let storage = crate::index::in_memory(self.files.clone())?;
        let mut files = Vec::new();
        let packed = pack_storage(&storage, &self.digest, packing, |_, name, bytes| {
            files.push((name.to_owned(), bytes.to_vec()));
            Ok::<_, SearchError>(())
        })?;
        Ok((packed, files))
    }
}

fn pack_storage<E: From<SearchError>>(
    storage: &Storage,
    built: &str,
    packing: &Packing,
    mut put: impl FnMut(&str, &str, &[u8]) -> Result<(), E>,
) -> Result<Packed, E> {
    let space = Space::new(storage, packing)?;
    let opened = opened(storage)?;
    let (slices, hot) = space.hot(&opened, packing.hot)?;
    let hot_digest = Sha256::digest(&hot);
    let digest = hex(&Sha256::digest(
        [built.as_bytes(), &hot_digest[..]].concat(),
    ));
    put(&digest, HOT, &hot)?;
    let mut packed = Packed {
        digest,
        list: [0; 32],
        files: 2,
        bytes: hot.len(),
    };
    let mut list = hot_digest.to_vec();
    for (number, piece) in space.layout.pieces().into_iter().enumerate() {
        let is_hot = |slice: &Range<usize>| slice.start <= piece.start && slice.end >= piece.end;
        if slices.iter().any(is_hot) {
            list.extend([0; 32]);
            continue;
        }
        let bytes = zipped(&space.read(piece)?)?;
        list.extend(Sha256::digest(&bytes));
        put(&packed.digest, &format!("{number}.bin"), &bytes)?;
        packed.files += 1;
        packed.bytes += bytes.len();
    }
    packed.list = Sha256::digest(&list).into();
    packed.bytes += list.len();
    put(&packed.digest, DIGESTS, &list)?;
    Ok(packed)
}

/// Unzips a published file. None of them has more than `limit` bytes inside.
///
/// # Errors
/// [`SearchError::Damaged`] if it is no gzip file, is cut off, or has more in it.
pub fn unzipped(bytes: &[u8], limit: usize) -> Result<Vec<u8>, SearchError> {
    let mut out = Vec::new();
    let mut reader = GzDecoder::new(bytes).take(limit as u64 + 1);
    reader.read_to_end(&mut out).map_err(SearchError::damaged)?;
    match out.len() > limit {
        true => Err(SearchError::damaged("a piece of it is far too long")),
        false => Ok(out),
    }
}

fn zipped(bytes: &[u8]) -> Result<Vec<u8>, SearchError> {
    let mut out = GzEncoder::new(Vec::new(), Compression::new(7));
    out.write_all(bytes).map_err(SearchError::engine)?;
    out.finish().map_err(SearchError::engine)
}

/// The files of an index, one behind the other.
struct Space {
    layout: Layout,
    files: Vec<Arc<dyn FileHandle>>,
}

impl Space {
    fn new(storage: &Storage, packing: &Packing) -> Result<Self, SearchError> {
        let groups = storage.own(GROUPS)?;
        let groups = groups.read_bytes(0..groups.len());
        let groups: Arc<[usize]> = rows::ends(&groups.map_err(SearchError::read)?).into();
        let (mut layout, mut files) = (Layout::default(), Vec::new());
        for (name, file) in storage.files() {
            let cut = match &*name {
                EXCERPTS => Cut::Every(packing.small_piece),
                ROWS => Cut::After(groups.clone()),
                // Read as a whole or not at all.
                VOCABULARY | COLUMNS => Cut::Every(packing.whole_piece),
                _ => Cut::Every(packing.piece),
            };
            let len = file.len();
            layout.parts.push(Part { name, len, cut });
            files.push(file);
        }
        Ok(Self { layout, files })
    }

    /// A range that lies in one file.
    fn read(&self, range: Range<usize>) -> Result<OwnedBytes, SearchError> {
        for ((part, offset, _), file) in self.layout.placed().zip(&self.files) {
            if range.start >= offset && range.end <= offset + part.len {
                let inside = range.start - offset..range.end - offset;
                return file.read_bytes(inside).map_err(SearchError::read);
            }
        }
        Err(SearchError::engine("a piece lies in no file"))
    }

    /// Where the files that `wanted` says are.
    fn whole(&self, wanted: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
        let placed = self.layout.placed();
        let placed = placed.filter(|(part, ..)| part.len > 0 && wanted(&part.name));
        placed
            .map(|(part, offset, _)| offset..offset + part.len)
            .collect()
    }

    /// The slices at hand and the zipped hot file. The most generous one that fits.
    fn hot(
        &self,
        opened: &[Read],
        budget: usize,
    ) -> Result<(Vec<Range<usize>>, Vec<u8>), SearchError> {
        let mut read: Vec<Range<usize>> = Vec::new();
        for (part, offset, _) in self.layout.placed() {
            let of = opened.iter().filter(|(name, _)| *name == part.name);
            read.extend(of.map(|(_, range)| offset + range.start..offset + range.end));
        }
        let dictionary = self.whole(|name| name.ends_with(".term"));
        let total: usize = self.layout.parts.iter().map(|part| part.len).sum();
        let mut choices = Vec::new();
        if total <= SMALL_INDEX {
            choices.push(self.whole(|_| true));
            choices.push(self.whole(|name| name != EXCERPTS));
        }
        choices.push([&dictionary[..], &read].concat());
        for choice in choices {
            let slices = merged(choice);
            let hot = self.encoded(&slices)?;
            if hot.len() <= budget {
                return Ok((slices, hot));
            }
        }
        let slices = merged(read);
        let hot = self.encoded(&slices)?;
        Ok((slices, hot))
    }

    fn encoded(&self, slices: &[Range<usize>]) -> Result<Vec<u8>, SearchError> {
        let bytes = slices.iter().map(|slice| self.read(slice.clone()));
        let bytes: Vec<OwnedBytes> = bytes.collect::<Result<_, _>>()?;
        let starts = slices.iter().map(|slice| slice.start);
        let hot: Vec<(usize, &[u8])> = starts.zip(bytes.iter().map(|bytes| &bytes[..])).collect();
        zipped(&encode_hot(&self.layout, &hot))
    }
}

/// Joins what overlaps or nearly touches within a file; files are never joined, for no read crosses
/// from one into another.
fn merged(mut slices: Vec<Range<usize>>) -> Vec<Range<usize>> {
    slices.sort_by_key(|slice| (slice.start, slice.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for slice in slices.into_iter().filter(|slice| !slice.is_empty()) {
        match out.last_mut() {
            Some(last) if slice.start < last.end => last.end = last.end.max(slice.end),
            _ => out.push(slice),
        }
    }
    out
}

/// A file and what was read of it.
type Read = (String, Range<usize>);

/// What is read to open an index and to answer any query at all.
fn opened(storage: &Storage) -> Result<Vec<Read>, SearchError> {
    let log = Arc::new(Mutex::new(Vec::new()));
    let recorded = storage.files().map(|(name, file)| {
        let recorder = Recorder {
            name: name.clone(),
            file,
            log: log.clone(),
        };
        (name, Arc::new(recorder) as Arc<dyn FileHandle>)
    });
    let index = Index::from_storage(recorded.collect(), Lack::default())?;
    index.search(&Query::parse(""), 0)?;
    index.complete("kind:")?;
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(std::mem::take(&mut *log))
}

/// Writes down what is read of a file.
#[derive(Debug)]
struct Recorder {
    name: String,
    file: Arc<dyn FileHandle>,
    log: Arc<Mutex<Vec<Read>>>,
}

impl HasLen for Recorder {
    fn len(&self) -> usize {
        self.file.len()
    }
}

impl FileHandle for Recorder {
    fn read_bytes(&self, range: Range<usize>) -> std::io::Result<OwnedBytes> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push((self.name.clone(), range.clone()));
        self.file.read_bytes(range)
    }
}
