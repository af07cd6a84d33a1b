//! An index that comes in pieces: what opening it reads is at hand (the hot file), the rest is asked
//! for when a query needs it.
//!
//! All files of the index, one behind the other, are one address space. Each file is cut into pieces
//! of a size of its own, the rows between their groups, numbered through; parts of the space are in
//! the hot file. A read of what is
//! not there fails with [`io::ErrorKind::WouldBlock`] and notes which pieces it lacks: whoever asks
//! collects these, has them fetched, and asks again.
//!
//! ```text
//! hot file:  magic, format
//!            how many files; of each its name, length and size of a piece (0: between groups)
//!            how many slices; of each its offset and length
//!            the bytes of the slices, CRC-32 of all
//! ```

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

use crate::coding::Reader;
#[cfg(feature = "native")]
use crate::coding::Writer;
use crate::error::SearchError;
use crate::rows::{self, GROUPS};
use crate::storage::Storage;

const MAGIC: &[u8; 12] = b"paracle-hot\n";
/// Pieces beyond so many bytes are forgotten, oldest first.
const MOST_KEPT: usize = 48 << 20;
/// An index in more pieces is not believed.
const MOST_PIECES: usize = 1 << 20;

/// One file in the address space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) len: usize,
    pub(crate) cut: Cut,
}

/// How a file is cut into pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Into so many bytes each.
    Every(usize),
    /// After so many bytes from the start: between the groups of rows.
    After(Arc<[usize]>),
}

impl Part {
    fn count(&self) -> usize {
        match &self.cut {
            Cut::Every(size) => self.len.div_ceil(*size),
            Cut::After(ends) => ends.len(),
        }
    }

    /// Its `nth` piece.
    fn piece(&self, nth: usize) -> Range<usize> {
        match &self.cut {
            Cut::Every(size) => nth * size..self.len.min((nth + 1) * size),
            Cut::After(ends) => nth.checked_sub(1).map_or(0, |before| ends[before])..ends[nth],
        }
    }

    /// The piece that the byte at `at` lies in.
    fn piece_at(&self, at: usize) -> usize {
        match &self.cut {
            Cut::Every(size) => at / size,
            Cut::After(ends) => ends.partition_point(|end| *end <= at),
        }
    }
}

/// Where the files and their pieces are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) parts: Vec<Part>,
}

impl Layout {
    /// Each file with its place and the number of its first piece.
    pub(crate) fn placed(&self) -> impl Iterator<Item = (&Part, usize, usize)> {
        let (mut offset, mut first) = (0, 0);
        self.parts.iter().map(move |part| {
            let placed = (part, offset, first);
            offset += part.len;
            first += part.count();
            placed
        })
    }

    /// The place of each piece.
    pub(crate) fn pieces(&self) -> Vec<Range<usize>> {
        let pieces = self.placed().flat_map(|(part, offset, _)| {
            let pieces = (0..part.count()).map(|nth| part.piece(nth));
            pieces.map(move |piece| offset + piece.start..offset + piece.end)
        });
        pieces.collect()
    }
}

/// The hot file.
#[cfg(feature = "native")]
pub(crate) fn encode_hot(layout: &Layout, hot: &[(usize, &[u8])]) -> Vec<u8> {
    let mut out = Writer::new(MAGIC);
    out.number(layout.parts.len());
    for part in &layout.parts {
        out.text(&part.name);
        out.number(part.len);
        out.number(match &part.cut {
            Cut::Every(size) => *size,
            Cut::After(_) => 0,
        });
    }
    out.number(hot.len());
    for (offset, bytes) in hot {
        out.number(*offset);
        out.number(bytes.len());
    }
    for (_, bytes) in hot {
        out.bytes(bytes);
    }
    out.finish()
}

/// The address space and what of it is at hand.
pub(crate) struct Pieces {
    layout: Layout,
    pieces: Vec<Range<usize>>,
    hot: BTreeMap<usize, OwnedBytes>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: BTreeMap<u32, OwnedBytes>,
    /// In the order in which they came.
    order: VecDeque<u32>,
    bytes: usize,
    lacking: BTreeSet<u32>,
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pieces")
    }
}

impl Pieces {
    /// Reads a hot file, unzipped.
    pub(crate) fn open(hot: Vec<u8>) -> Result<(Storage, Arc<Pieces>), SearchError> {
        let damaged = || SearchError::damaged("the first file is not what was written");
        let hot = OwnedBytes::new(hot);
        let mut reader = Reader::new(&hot, MAGIC).map_err(|wrong| wrong.unwrap_or_else(damaged))?;
        let (mut layout, slices) = read_hot(&mut reader).ok_or_else(damaged)?;
        // The bytes of the slices lie between what was read and the checksum.
        let mut at = hot.len() - reader.rest().len() - 4;
        let mut held = BTreeMap::new();
        for (offset, len) in slices {
            reader.take(len).ok_or_else(damaged)?;
            held.insert(offset, hot.slice(at..at + len));
            at += len;
        }
        cut_rows(&mut layout, &held).ok_or_else(damaged)?;
        let pieces = Arc::new(Self {
            layout: layout.clone(),
            pieces: layout.pieces(),
            hot: held,
            state: Mutex::default(),
        });
        let files = layout.placed().map(|(part, offset, first)| {
            let file = PiecedFile {
                pieces: pieces.clone(),
                part: part.clone(),
                offset,
                first,
            };
            (part.name.clone(), Arc::new(file) as Arc<dyn FileHandle>)
        });
        Ok((files.collect(), pieces))
    }

    /// Takes a piece, unzipped.
    pub(crate) fn supply(&self, piece: u32, bytes: Vec<u8>) -> Result<(), SearchError> {
        let wanted = self.pieces.get(piece as usize).map(Range::len);
        if wanted != Some(bytes.len()) {
            let (is, was) = (bytes.len(), wanted.unwrap_or_default());
            return Err(SearchError::damaged(format!(
                "piece {piece} has {is} bytes, it was written with {was}"
            )));
        }
        let mut state = self.state();
        state.lacking.remove(&piece);
        if state.held.contains_key(&piece) {
            return Ok(());
        }
        state.bytes += bytes.len();
        state.held.insert(piece, OwnedBytes::new(bytes));
        state.order.push_back(piece);
        while state.bytes > MOST_KEPT {
            let Some(oldest) = state.order.pop_front() else {
                break;
            };
            state.bytes -= state.held.remove(&oldest).map_or(0, |bytes| bytes.len());
        }
        Ok(())
    }

    /// The pieces of the files that `wanted` says, but those that are at hand.
    pub(crate) fn of(&self, wanted: impl Fn(&str) -> bool) -> Vec<u32> {
        let parts = self.layout.placed();
        let parts = parts.filter(|(part, ..)| wanted(&part.name));
        let numbers = parts.flat_map(|(part, _, first)| {
            let last = first + part.count();
            (first..last).map(|number| number as u32)
        });
        let is_hot = |piece: &u32| self.hot(&self.pieces[*piece as usize]).is_some();
        numbers.filter(|piece| !is_hot(piece)).collect()
    }

    /// The pieces that were lacking since this was last asked.
    pub(crate) fn take_lacking(&self) -> Vec<u32> {
        std::mem::take(&mut self.state().lacking)
            .into_iter()
            .collect()
    }

    pub(crate) fn is_lacking(&self) -> bool {
        !self.state().lacking.is_empty()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hot(&self, range: &Range<usize>) -> Option<OwnedBytes> {
        let (offset, bytes) = self.hot.range(..=range.start).next_back()?;
        let slice = range.start - offset..range.end - offset;
        (slice.end <= bytes.len()).then(|| bytes.slice(slice))
    }

    /// Reads `range` of `file`.
    fn read(&self, file: &PiecedFile, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        let whole = file.offset + range.start..file.offset + range.end;
        if let Some(bytes) = self.hot(&whole) {
            return Ok(bytes);
        }
        let first = file.part.piece_at(range.start);
        let last = file.part.piece_at(range.end - 1);
        let numbers = (file.first + first..=file.first + last).map(|number| number as u32);
        let mut state = self.state();
        let lacking: Vec<u32> = numbers
            .clone()
            .filter(|piece| !state.held.contains_key(piece))
            .filter(|piece| self.hot(&self.pieces[*piece as usize]).is_none())
            .collect();
        if !lacking.is_empty() {
            state.lacking.extend(lacking);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let piece = |piece: u32| match state.held.get(&piece) {
            Some(bytes) => bytes.clone(),
            None => self
                .hot(&self.pieces[piece as usize])
                .unwrap_or_else(OwnedBytes::empty),
        };
        let start = file.part.piece(first).start;
        let inside = range.start - start..range.end - start;
        if first == last {
            return Ok(piece((file.first + first) as u32).slice(inside));
        }
        let mut joined = Vec::new();
        numbers.for_each(|number| joined.extend_from_slice(&piece(number)));
        Ok(OwnedBytes::new(joined).slice(inside))
    }
}

/// Files, and the slices (offset, length) whose bytes follow.
type Head = (Layout, Vec<(usize, usize)>);

fn read_hot(reader: &mut Reader<'_>) -> Option<Head> {
    let mut layout = Layout::default();
    let (mut total, mut pieces) = (0_usize, 0_usize);
    for _ in 0..reader.number()? {
        let name = reader.file_name()?.to_owned();
        let (len, size) = (reader.number()?, reader.number()?);
        total = total.checked_add(len)?;
        let cut = match size {
            // Filled in when the groups are known.
            0 => Cut::After([].into()),
            size => Cut::Every(size),
        };
        let part = Part { name, len, cut };
        pieces = pieces.checked_add(part.count())?;
        (pieces <= MOST_PIECES).then_some(())?;
        layout.parts.push(part);
    }
    let mut slices = Vec::new();
    for _ in 0..reader.number()? {
        let slice = (reader.number()?, reader.number()?);
        slice.0.checked_add(slice.1).filter(|end| *end <= total)?;
        slices.push(slice);
    }
    Some((layout, slices))
}

/// Cuts the rows where their groups end, as the file that says so tells; it is always at hand.
fn cut_rows(layout: &mut Layout, hot: &BTreeMap<usize, OwnedBytes>) -> Option<()> {
    let groups = layout.placed().find(|(part, ..)| part.name == GROUPS);
    let groups = groups.map(|(part, offset, _)| (part.len, offset));
    for part in &mut layout.parts {
        if matches!(part.cut, Cut::Every(_)) {
            continue;
        }
        let (len, offset) = groups?;
        let groups = match len {
            0 => &[],
            len => {
                let (start, bytes) = hot.range(..=offset).next_back()?;
                bytes.get(offset - start..offset - start + len)?
            }
        };
        let ends = rows::ends(groups);
        let fits = ends.last().copied().unwrap_or(0) == part.len;
        (fits && ends.len() <= MOST_PIECES).then_some(())?;
        part.cut = Cut::After(ends.into());
    }
    Some(())
}

struct PiecedFile {
    pieces: Arc<Pieces>,
    part: Part,
    offset: usize,
    first: usize,
}

impl fmt::Debug for PiecedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.part.name)
    }
}

impl HasLen for PiecedFile {
    fn len(&self) -> usize {
        self.part.len
    }
}

impl FileHandle for PiecedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.part.len {
            let what = format!("`{}` points beyond its end", self.part.name);
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        self.pieces.read(self, range)
    }
}
