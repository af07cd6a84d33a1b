//! An opened index: asks the plan, the postings and the doc store in turn.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tantivy::directory::OwnedBytes;
use tantivy::index::SegmentReader;

use crate::builder::TERMS;
use crate::columns;
use crate::document::{Hit, Results};
use crate::error::SearchError;
use crate::evaluate::{Matched, evaluate};
use crate::excerpts::{self, EXCERPTS, Snippet, snippet};
#[cfg(feature = "native")]
use crate::folder;
use crate::marks::Marker;
use crate::pieces::Pieces;
use crate::plan::{Forgiven, Plan};
use crate::query::Query;
use crate::rank;
use crate::reader::{Dictionary, Lack, Postings};
use crate::rows::Rows;
use crate::storage::Storage;
use crate::typo;
use crate::vocabulary;

/// A search index, ready to be asked. Cheap to open; can be shared between threads.
pub struct Index {
    pub(crate) dictionary: Dictionary,
    pub(crate) postings: Postings,
    pub(crate) storage: Storage,
    rows: Rows,
    pub(crate) lack: Lack,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the index in a folder. Its files are mapped, not read: they must not be changed in
    /// place as long as the index is open (replacing the folder is fine).
    ///
    /// # Errors
    /// [`SearchError::Missing`], [`SearchError::Format`], [`SearchError::Damaged`].
    #[cfg(feature = "native")]
    pub fn open(dir: &std::path::Path) -> Result<Self, SearchError> {
        Self::from_storage(folder::mapped(dir)?, Lack::default())
    }

    /// Opens an index from its files, as [`crate::Built::files`] lists them.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn from_files(files: Vec<(String, Vec<u8>)>) -> Result<Self, SearchError> {
        Self::from_storage(in_memory(files)?, Lack::default())
    }

    /// Opens an index that comes in pieces, from its first file, unzipped (`hot.bin` of
    /// [`crate::pack`]). Whatever is asked of it may answer [`SearchError::Lacking`]: then the pieces
    /// it names are to be fetched and handed to [`Index::supply`], and the same be asked again.
    ///
    /// # Errors
    /// [`SearchError::Format`], [`SearchError::Damaged`].
    pub fn in_pieces(hot: Vec<u8>) -> Result<Self, SearchError> {
        let (storage, pieces) = Pieces::open(hot)?;
        Self::from_storage(storage, Lack(Some(pieces)))
    }

    /// The pieces that searching needs, whatever is asked: all but those that only snippets are cut
    /// from. None of an index that is whole.
    pub fn pieces(&self) -> Vec<u32> {
        let pieces = self.lack.0.as_ref();
        pieces.map_or(Vec::new(), |pieces| pieces.of(|name| name != EXCERPTS))
    }

    /// Takes a piece, unzipped.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] if it is not as long as it was written; it then counts as lacking.
    pub fn supply(&self, piece: u32, bytes: Vec<u8>) -> Result<(), SearchError> {
        match &self.lack.0 {
            Some(pieces) => pieces.supply(piece, bytes),
            None => Ok(()),
        }
    }

    pub(crate) fn from_storage(storage: Storage, lack: Lack) -> Result<Self, SearchError> {
        let own = storage.clone();
        guarded(|| {
            let index = tantivy::Index::open(storage).map_err(SearchError::damaged)?;
            let segments = index.searchable_segments().map_err(SearchError::damaged)?;
            let [segment] = &segments[..] else {
                return Err(SearchError::damaged("it is not of one piece"));
            };
            let schema = index.schema();
            let terms = schema.get_field(TERMS).map_err(SearchError::damaged)?;
            let segment = SegmentReader::open(segment).map_err(SearchError::damaged)?;
            let inverted = segment.inverted_index(terms);
            let inverted = inverted.map_err(SearchError::damaged)?;
            Ok(Self {
                dictionary: Dictionary {
                    inverted: inverted.clone(),
                    lack: lack.clone(),
                },
                postings: Postings {
                    inverted,
                    documents: segment.max_doc(),
                    lack: lack.clone(),
                },
                rows: Rows::open(&own)?,
                storage: own,
                lack,
            })
        })
    }

    /// How many packages are in it.
    pub fn len(&self) -> usize {
        self.postings.documents()
    }

    /// Is there no package in it?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The best `limit` packages for a query. One without words gives all that meet its filters, by
    /// static rank.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] if the files are not what was written, [`SearchError::Lacking`].
    pub fn search(&self, query: &Query, limit: usize) -> Result<Results, SearchError> {
        self.search_from(query, 0, limit)
    }

    /// The same without the first `from` packages.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn search_from(
        &self,
        query: &Query,
        from: usize,
        limit: usize,
    ) -> Result<Results, SearchError> {
        if query.unreadable {
            return Ok(Results::default());
        }
        self.asked(|| {
            let places = columns::read(&self.storage, query.sort, self.len());
            let answer = self.answer(query);
            let (answer, places) = (answer?, places?);
            let top = answer.matched.top(from, limit, places.as_deref());
            // All of them, so that all the pieces they lie in are known at once.
            let hits: Vec<_> = top
                .iter()
                .map(|(score, doc)| self.hit(*doc, *score))
                .collect();
            self.lack.check()?;
            let marker = Marker::new(query, &answer.forgiven);
            let mut hits: Vec<Hit> = hits.into_iter().collect::<Result<_, _>>()?;
            for hit in &mut hits {
                hit.marks.name = marker.marks(&hit.name);
                hit.marks.summary = marker.marks(&hit.summary);
            }
            Ok(Results {
                hits,
                total: answer.matched.docs.len(),
                corrected: answer
                    .is_corrected()
                    .then(|| corrected(query, &answer.forgiven)),
                partial: answer.matched.partial,
            })
        })
    }

    /// For each of `docs` (see [`Hit::doc`]) the part of its README that shows why it was found, if the
    /// beginning of its README does.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn snippets(
        &self,
        query: &Query,
        docs: &[u32],
    ) -> Result<Vec<Option<Snippet>>, SearchError> {
        self.asked(|| {
            let answer = self.answer(query)?;
            let known = docs.iter().filter(|doc| **doc < self.postings.documents);
            let texts: Vec<_> = known
                .map(|doc| excerpts::read(&self.storage, *doc, self.len()))
                .collect();
            // The table and the texts lie apart: the first pass may find the one, the next the other.
            self.lack.check()?;
            let marker = Marker::new(query, &answer.forgiven);
            let snippets = texts.into_iter().map(|text| Ok(snippet(&text?, &marker)));
            snippets.collect()
        })
    }

    /// Runs `ask`, and says which pieces it lacked.
    pub(crate) fn asked<T>(
        &self,
        ask: impl FnOnce() -> Result<T, SearchError>,
    ) -> Result<T, SearchError> {
        self.lack.settle(guarded(ask))
    }

    /// First as typed; then, if that finds next to nothing, forgiving a typo in each unknown word.
    pub(crate) fn answer(&self, query: &Query) -> Result<Answer, SearchError> {
        let mut plan = Plan::new(query, &[], &self.dictionary)?;
        self.lack.check()?;
        let mut matched = evaluate(&plan, &self.postings, None)?;
        if matched.docs.is_empty() && !plan.adjacent.is_empty() {
            // A phrase may stand in a README, whose neighbours nobody wrote down.
            self.lack.check()?;
            plan.adjacent.clear();
            matched = evaluate(&plan, &self.postings, None)?;
            matched.partial = !matched.docs.is_empty();
        }
        let forgivable = typo::is_forgivable(query, &plan.unknown);
        if forgivable && self.lack.is_pieced() {
            // Likely to be wanted next: asked for together with the lists. What it lacks is noted.
            let _ = vocabulary::read(&self.storage);
        }
        self.lack.check()?;
        let enough = matched.docs.len() >= rank::FEW && !matched.partial;
        let typed = Answer {
            plan,
            matched,
            forgiven: Vec::new(),
        };
        if enough || !forgivable {
            return Ok(typed);
        }
        let vocabulary = vocabulary::read(&self.storage)?;
        let forgiven = typo::forgive(query, &typed.plan.unknown, &vocabulary);
        if forgiven.is_empty() {
            return Ok(typed);
        }
        let plan = Plan::new(query, &forgiven, &self.dictionary)?;
        self.lack.check()?;
        let matched = evaluate(&plan, &self.postings, None)?;
        self.lack.check()?;
        let more = matched.docs.len() > typed.matched.docs.len();
        match more || (typed.matched.partial && !matched.partial) {
            true => Ok(Answer {
                plan,
                matched,
                forgiven,
            }),
            false => Ok(typed),
        }
    }

    pub(crate) fn hit(&self, doc: u32, score: f32) -> Result<Hit, SearchError> {
        Ok(Hit {
            score,
            ..self.rows.get(doc)?
        })
    }
}

/// The files of an index in memory, checked when they are read.
pub(crate) fn in_memory(files: Vec<(String, Vec<u8>)>) -> Result<Storage, SearchError> {
    let mut files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
    Storage::checked(|name| match files.remove(name) {
        Some(bytes) => Ok(Arc::new(OwnedBytes::new(bytes))),
        None => Err(SearchError::Missing {
            file: name.to_owned(),
        }),
    })
}

/// What a query finds, and how.
pub(crate) struct Answer {
    pub(crate) plan: Plan,
    pub(crate) matched: Matched,
    pub(crate) forgiven: Vec<Forgiven>,
}

impl Answer {
    fn is_corrected(&self) -> bool {
        !self.forgiven.is_empty()
    }
}

/// The words of the query with the likeliest word in place of each typo.
fn corrected(query: &Query, forgiven: &[Forgiven]) -> String {
    let words = query.words.iter().enumerate().map(|(at, typed)| {
        let meant = forgiven.iter().find(|forgiven| forgiven.at == at);
        meant.map_or(&*typed.word, |forgiven| &*forgiven.meant[0])
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The checksums keep broken files away from tantivy's decoders, which trust their input. Files
/// *made* to break them have right checksums; what panics then is an error as well. (In the browser
/// a panic ends the module, and its worker is started anew.)
fn guarded<T>(run: impl FnOnce() -> Result<T, SearchError>) -> Result<T, SearchError> {
    let panicked = |_| SearchError::damaged("its bytes cannot be decoded");
    catch_unwind(AssertUnwindSafe(run)).map_err(panicked)?
}
