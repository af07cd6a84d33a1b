//! A search index, wherever its files are.

use std::{sync::OnceLock, thread};

use search::{Index, SearchError};

use crate::ClientError;

/// Rounds of fetching that one question takes at most; three as a rule.
const MOST_ROUNDS: usize = 16;
/// Pieces fetched at once.
const AT_ONCE: usize = 8;

/// How a piece of an index is had, proven and unzipped.
pub(super) type FetchPiece<'a> = dyn Fn(u32) -> Result<Vec<u8>, ClientError> + Send + Sync + 'a;

/// Opens another index, should this one fail.
pub(super) type OpenOther<'a> = dyn Fn() -> Result<SearchIndex<'a>, ClientError> + Send + Sync + 'a;

/// A search index that can be asked, whether its files are at hand or come in pieces.
pub struct SearchIndex<'a> {
    index: Index,
    pieces: Option<Box<FetchPiece<'a>>>,
    otherwise: Option<Otherwise<'a>>,
}

/// What answers from the first piece on that cannot be had.
struct Otherwise<'a> {
    open: Box<OpenOther<'a>>,
    opened: OnceLock<Option<Box<SearchIndex<'a>>>>,
}

impl From<Index> for SearchIndex<'_> {
    fn from(index: Index) -> Self {
        Self {
            index,
            pieces: None,
            otherwise: None,
        }
    }
}

impl<'a> SearchIndex<'a> {
    pub(super) fn in_pieces(index: Index, pieces: Box<FetchPiece<'a>>) -> Self {
        Self {
            pieces: Some(pieces),
            ..index.into()
        }
    }

    pub(super) fn or(self, open: Box<OpenOther<'a>>) -> Self {
        let opened = OnceLock::new();
        Self {
            otherwise: Some(Otherwise { open, opened }),
            ..self
        }
    }

    /// Asks the index, fetching the pieces that the answer lacks.
    ///
    /// # Errors
    /// Those of `ask`, and of fetching.
    pub fn ask<T>(&self, ask: impl Fn(&Index) -> Result<T, SearchError>) -> Result<T, ClientError> {
        let Some(otherwise) = &self.otherwise else {
            return self.asked(&ask);
        };
        if otherwise.opened.get().is_none() {
            let answer = self.asked(&ask);
            if answer.is_ok() {
                return answer;
            }
        }
        let open = || (otherwise.open)().ok().map(Box::new);
        match otherwise.opened.get_or_init(open) {
            Some(other) => other.asked(&ask),
            None => self.asked(&ask),
        }
    }

    /// Asks about documents of an earlier answer: only the index that gave it knows their numbers.
    ///
    /// # Errors
    /// As [`SearchIndex::ask`].
    pub fn ask_again<T>(
        &self,
        ask: impl Fn(&Index) -> Result<T, SearchError>,
    ) -> Result<T, ClientError> {
        let other = self.otherwise.as_ref().and_then(|other| other.opened.get());
        match other {
            Some(Some(other)) => other.asked(&ask),
            _ => self.asked(&ask),
        }
    }

    fn asked<T>(&self, ask: &impl Fn(&Index) -> Result<T, SearchError>) -> Result<T, ClientError> {
        for _ in 0..MOST_ROUNDS {
            match (ask(&self.index), &self.pieces) {
                (Err(SearchError::Lacking { pieces }), Some(fetch)) => {
                    self.supply(&pieces, fetch)?;
                }
                (answer, _) => return Ok(answer?),
            }
        }
        let why = "its pieces do not fit together".into();
        let what = "the search index".into();
        Err(ClientError::Damaged { what, why })
    }

    /// Has everything that searching needs fetched into the cache, so that it works offline; tells how
    /// many packages can be searched.
    ///
    /// # Errors
    /// Those of fetching.
    pub fn keep(&self) -> Result<usize, ClientError> {
        if let Some(fetch) = &self.pieces {
            for some in self.index.pieces().chunks(AT_ONCE) {
                for fetched in at_once(some, fetch) {
                    fetched?;
                }
            }
        }
        Ok(self.index.len())
    }

    fn supply(&self, pieces: &[u32], fetch: &FetchPiece<'_>) -> Result<(), ClientError> {
        for some in pieces.chunks(AT_ONCE) {
            for (piece, bytes) in some.iter().zip(at_once(some, fetch)) {
                self.index.supply(*piece, bytes?)?;
            }
        }
        Ok(())
    }
}

/// Fetches `pieces`, each in a thread of its own.
fn at_once(pieces: &[u32], fetch: &FetchPiece<'_>) -> Vec<Result<Vec<u8>, ClientError>> {
    thread::scope(|scope| {
        let start = |piece: &u32| {
            let piece = *piece;
            scope.spawn(move || fetch(piece))
        };
        let threads: Vec<_> = pieces.iter().map(start).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            let result = thread.join();
            result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
mod tests {
    use std::{
        collections::BTreeMap,
        sync::atomic::{AtomicBool, Ordering},
    };

    use search::{Built, Document, Packing, Query};

    use super::*;

    fn built(names: &[&str]) -> Built {
        let document = |name: &&str| Document {
            name: (*name).to_owned(),
            summary: "Reviews a diff".to_owned(),
            readme: format!("# Title\nThe readme of {name} speaks of walruses."),
            ..Document::default()
        };
        search::build(names.iter().map(document).collect()).unwrap()
    }

    fn first(index: &SearchIndex<'_>) -> String {
        let query = Query::parse("diff ");
        let hits = index.ask(|index| index.search(&query, 1)).unwrap().hits;
        hits[0].name.clone()
    }

    #[test]
    fn what_fails_gives_way_for_good_but_never_between_an_answer_and_its_documents() {
        let tiny = Packing {
            piece: 256,
            small_piece: 64,
            whole_piece: 256,
            hot: 0,
        };
        let (_, files) = built(&["a/one", "b/two"]).pack(&tiny).unwrap();
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        let offline = AtomicBool::new(false);
        let open = || {
            let hot = search::unzipped(&files[search::HOT], 1 << 20).unwrap();
            let fetch = |piece: u32| match offline.load(Ordering::Relaxed) {
                true => Err(ClientError::Stopped),
                false => Ok(search::unzipped(&files[&format!("{piece}.bin")], 1 << 20)?),
            };
            let other = built(&["z/other"]).files;
            let other = move || Ok(Index::from_files(other.clone())?.into());
            SearchIndex::in_pieces(Index::in_pieces(hot).unwrap(), Box::new(fetch))
                .or(Box::new(other))
        };
        let query = Query::parse("walruses ");
        let snippets =
            |index: &SearchIndex<'_>| index.ask_again(|index| index.snippets(&query, &[0]));

        let index = open();
        assert_eq!(first(&index), "a/one");
        offline.store(true, Ordering::Relaxed);
        // Document 0 is another package there: better nothing than its words.
        assert!(snippets(&index).is_err());

        let index = open();
        assert_eq!(first(&index), "z/other");
        offline.store(false, Ordering::Relaxed);
        assert_eq!(first(&index), "z/other");
        let found = snippets(&index).unwrap();
        assert!(found[0].as_ref().unwrap().text.contains("z/other"));
    }
}
