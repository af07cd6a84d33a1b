//! What is read of an index: the sorted terms, and the lists of documents.
//!
//! Where an index comes in pieces, what is not here yet reads as nothing, and is noted: so that one
//! pass over a query names all the pieces that it lacks, not only the first.

use std::ops::Range;
use std::sync::Arc;

use tantivy::DocId;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use crate::error::SearchError;
use crate::pieces::Pieces;
use crate::term::{self, Tag};

/// Which pieces are lacking, of an index that comes in pieces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lack(pub(crate) Option<Arc<Pieces>>);

impl Lack {
    /// Does the index come in pieces?
    pub(crate) fn is_pieced(&self) -> bool {
        self.0.is_some()
    }

    fn is_any(&self) -> bool {
        self.0.as_ref().is_some_and(|pieces| pieces.is_lacking())
    }

    /// `result`, or nothing if pieces were lacking.
    fn or_nothing<T: Default>(&self, result: Result<T, SearchError>) -> Result<T, SearchError> {
        match result {
            Err(_) if self.is_any() => Ok(T::default()),
            other => other,
        }
    }

    /// Goes on only if nothing was lacking so far.
    pub(crate) fn check(&self) -> Result<(), SearchError> {
        match &self.0 {
            Some(pieces) if pieces.is_lacking() => Err(SearchError::Lacking {
                pieces: pieces.take_lacking(),
            }),
            _ => Ok(()),
        }
    }

    /// What `run` says, or else what it lacked.
    pub(crate) fn settle<T>(&self, result: Result<T, SearchError>) -> Result<T, SearchError> {
        if matches!(&result, Err(SearchError::Lacking { pieces }) if !pieces.is_empty()) {
            return result;
        }
        self.check()?;
        result
    }
}

/// The sorted terms.
pub(crate) struct Dictionary {
    pub(crate) inverted: Arc<InvertedIndexReader>,
    pub(crate) lack: Lack,
}

impl Dictionary {
    pub(crate) fn get(&self, term: &[u8]) -> Result<Option<TermInfo>, SearchError> {
        let found = self.inverted.terms().get(term);
        self.lack.or_nothing(found.map_err(SearchError::read))
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
        let stream = self.inverted.terms().range().ge(range.start).lt(range.end);
        let stream = match stream.into_stream() {
            Ok(stream) => Ok(Some(stream)),
            Err(error) => Err(SearchError::read(error)),
        };
        if let Some(mut stream) = self.lack.or_nothing(stream)? {
            while stream.advance() {
                each(stream.key(), stream.value());
            }
        }
        Ok(())
    }
}

/// The lists of documents.
pub(crate) struct Postings {
    pub(crate) inverted: Arc<InvertedIndexReader>,
    pub(crate) documents: u32,
    pub(crate) lack: Lack,
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
        let blocks = blocks.map(Some).map_err(SearchError::read);
        let Some(mut blocks) = self.lack.or_nothing(blocks)? else {
            return Ok(());
        };
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
