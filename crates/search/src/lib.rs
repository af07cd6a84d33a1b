//! What is indexed, how a query is read, how hits are ranked.
//!
//! One engine for the terminal and the browser: the same code on the same files. It reads no clock,
//! no environment and starts no thread; without the feature `native` it needs no file system.
//!
//! In reading order:
//!
//! - [`Document`] goes in, [`Results`] come out (`document`).
//! - `words` is the one tokenizer: `fold` evens out case and accents, Snowball's English stems.
//! - `term` says what stands in the dictionary; `rank` holds every number of the ranking.
//! - Building: `builder` makes the terms of a document, with `readme` and `lexicon` for its README;
//!   `seal` makes tantivy's files the same everywhere and adds checksums.
//! - Searching: `query` reads what was typed, `plan` looks its words up in the dictionary, `typo`
//!   finds what may have been meant, `evaluate` adds up the postings, `index` ties them together;
//!   `storage` hands tantivy checked bytes.
//!
//! tantivy is used for its file formats (dictionary, postings, doc store) and not for its queries: a
//! query here is a handful of lists added up, and what is added is this crate's business.
//!
//! ```text
//! build:   documents, best rank first -> terms -> tantivy's segment -> sealed files + digest
//! search:  text -> Query -> Plan (dictionary) -> Ranked (postings) -> Results (doc store)
//!          nearly nothing found? -> typo (vocabulary) -> Plan -> Ranked
//! ```

mod builder;
mod document;
mod error;
mod evaluate;
mod fold;
mod index;
mod lexicon;
#[cfg(feature = "native")]
mod package;
mod plan;
mod query;
mod rank;
mod readme;
mod seal;
mod storage;
mod term;
mod typo;
mod words;

pub use builder::build;
#[cfg(feature = "native")]
pub use builder::build_into;
pub use document::{Document, Hit, Results};
pub use error::SearchError;
pub use index::Index;
#[cfg(feature = "native")]
pub use package::{Listed, documents};
pub use query::{Filter, Query};
pub use seal::Built;
