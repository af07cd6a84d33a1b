//! An opened index: asks the plan, the postings and the doc store in turn.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tantivy::directory::{FileHandle, OwnedBytes};
use tantivy::index::{InvertedIndexReader, SegmentReader};
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::store::StoreReader;
use tantivy::{DocId, TantivyDocument};

use crate::builder::{STORED, TERMS};
use crate::document::{Hit, Results, Stored};
use crate::error::SearchError;
use crate::evaluate::{Ranked, evaluate};
use crate::plan::{Forgiven, Plan};
use crate::query::Query;
use crate::rank;
use crate::storage::Storage;
use crate::term::{self, Tag};
use crate::typo;

/// A search index, ready to be asked. Cheap to open; can be shared between threads.
pub struct Index {
    dictionary: Dictionary,
    postings: Postings,
    store: StoreReader,
    stored: Field,
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
        use tantivy::Directory;
        use tantivy::directory::error::OpenReadError;

        let folder = tantivy::directory::MmapDirectory::open(dir).map_err(|e| SearchError::Io {
            action: "open the folder",
            path: dir.to_path_buf(),
            source: std::io::Error::other(e),
        })?;
        Self::from_storage(|name| {
            folder
                .get_file_handle(name.as_ref())
                .map_err(|error| match error {
                    OpenReadError::FileDoesNotExist(_) => SearchError::Missing {
                        file: name.to_owned(),
                    },
                    other => SearchError::Io {
                        action: "read",
                        path: dir.join(name),
                        source: std::io::Error::other(other),
                    },
                })
        })
    }

    /// Opens an index from its files, as [`crate::Built::files`] lists them.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn from_files(files: Vec<(String, Vec<u8>)>) -> Result<Self, SearchError> {
        let mut files: std::collections::BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        Self::from_storage(|name| match files.remove(name) {
            Some(bytes) => Ok(Arc::new(OwnedBytes::new(bytes))),
            None => Err(SearchError::Missing {
                file: name.to_owned(),
            }),
        })
    }

    fn from_storage(
        open: impl FnMut(&str) -> Result<Arc<dyn FileHandle>, SearchError>,
    ) -> Result<Self, SearchError> {
        guarded(|| {
            let index = tantivy::Index::open(Storage::open(open)?).map_err(SearchError::damaged)?;
            let segments = index.searchable_segments().map_err(SearchError::damaged)?;
            let [segment] = &segments[..] else {
                return Err(SearchError::damaged("it is not of one piece"));
            };
            let schema = index.schema();
            let field = |name| schema.get_field(name).map_err(SearchError::damaged);
            let segment = SegmentReader::open(segment).map_err(SearchError::damaged)?;
            let inverted = segment.inverted_index(field(TERMS)?);
            let inverted = inverted.map_err(SearchError::damaged)?;
            Ok(Self {
                dictionary: Dictionary(inverted.clone()),
                postings: Postings {
                    inverted,
                    documents: segment.max_doc(),
                },
                store: segment.get_store_reader(0).map_err(SearchError::damaged)?,
                stored: field(STORED)?,
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
    /// [`SearchError::Damaged`] if the files are not what was written.
    pub fn search(&self, query: &Query, limit: usize) -> Result<Results, SearchError> {
        if query.unreadable {
            return Ok(Results::default());
        }
        guarded(|| {
            let (ranked, forgiven) = self.rank(query, limit)?;
            let hits = ranked.top.iter().map(|(score, doc)| self.hit(*doc, *score));
            Ok(Results {
                hits: hits.collect::<Result<_, _>>()?,
                total: ranked.total,
                corrected: (!forgiven.is_empty()).then(|| corrected(query, &forgiven)),
                partial: ranked.partial,
            })
        })
    }

    /// First as typed; then, if that finds next to nothing, forgiving a typo in each unknown word.
    fn rank(&self, query: &Query, limit: usize) -> Result<(Ranked, Vec<Forgiven>), SearchError> {
        let plan = Plan::new(query, &[], &self.dictionary)?;
        let ranked = evaluate(&plan, &self.postings, limit)?;
        let enough = ranked.total >= rank::FEW && !ranked.partial;
        if enough || plan.unknown.is_empty() {
            return Ok((ranked, Vec::new()));
        }
        let forgiven = typo::forgive(query, &plan.unknown, &self.dictionary)?;
        if forgiven.is_empty() {
            return Ok((ranked, forgiven));
        }
        let plan = Plan::new(query, &forgiven, &self.dictionary)?;
        let better = evaluate(&plan, &self.postings, limit)?;
        let is_better = better.total > ranked.total || (ranked.partial && !better.partial);
        if is_better {
            Ok((better, forgiven))
        } else {
            Ok((ranked, Vec::new()))
        }
    }

    fn hit(&self, doc: DocId, score: f32) -> Result<Hit, SearchError> {
        let document: TantivyDocument = self.store.get(doc).map_err(SearchError::damaged)?;
        let stored = document.get_first(self.stored);
        let bytes = stored.as_ref().and_then(|value| value.as_bytes());
        let hit = bytes.and_then(|bytes| Stored::decode(bytes, score));
        hit.ok_or_else(|| SearchError::damaged(format!("package {doc} cannot be read")))
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

/// The sorted terms.
pub(crate) struct Dictionary(Arc<InvertedIndexReader>);

impl Dictionary {
    pub(crate) fn get(&self, term: &[u8]) -> Result<Option<TermInfo>, SearchError> {
        self.0.terms().get(term).map_err(SearchError::damaged)
    }

    /// Everywhere a word (or the beginning of a word) is.
    pub(crate) fn tags(&self, word: &str) -> Result<Vec<(Tag, TermInfo)>, SearchError> {
        let range = term::all_tags(word);
        let mut found = Vec::new();
        self.each_in(&range.start[..]..&range.end[..], |key, postings| {
            found.extend(Tag::of(key).map(|tag| (tag, postings.clone())));
        })?;
        Ok(found)
    }

    /// Calls `each` for the terms of a range, which is read as one stretch of the file.
    pub(crate) fn each_in(
        &self,
        range: Range<&[u8]>,
        mut each: impl FnMut(&[u8], &TermInfo),
    ) -> Result<(), SearchError> {
        let stream = self.0.terms().range().ge(range.start).lt(range.end);
        let mut stream = stream.into_stream().map_err(SearchError::damaged)?;
        while stream.advance() {
            each(stream.key(), stream.value());
        }
        Ok(())
    }
}

/// The lists of documents.
pub(crate) struct Postings {
    inverted: Arc<InvertedIndexReader>,
    documents: u32,
}

impl Postings {
    /// How many documents there are: all numbers are below this.
    pub(crate) fn documents(&self) -> usize {
        self.documents as usize
    }

    /// Calls `each` for every document of a term.
    pub(crate) fn each(
        &self,
        term: &TermInfo,
        mut each: impl FnMut(DocId),
    ) -> Result<(), SearchError> {
        let blocks = self
            .inverted
            .read_block_postings_from_terminfo(term, IndexRecordOption::Basic);
        let mut blocks = blocks.map_err(SearchError::damaged)?;
        loop {
            let docs = blocks.docs();
            if docs.is_empty() {
                return Ok(());
            }
            if docs.iter().any(|doc| *doc >= self.documents) {
                return Err(SearchError::damaged(
                    "a list names a package that is not there",
                ));
            }
            docs.iter().copied().for_each(&mut each);
            blocks.advance();
        }
    }
}
