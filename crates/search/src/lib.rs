//! What is indexed, how a query is read, how hits are ranked.
//!
//! One engine for the terminal and the browser: the same code on the same files. It reads no clock,
//! no environment and starts no thread; without the feature `native` it needs no file system.
//!
//! In reading order:
//!
//! - [`Document`] goes in, [`Results`] come out (`document`).
//! - `words` is the one tokenizer: `fold` evens out case and accents, Snowball's English stems.
//! - `term` says what stands in the dictionary; `rank` holds the numbers of the ranking, `package` those
//!   of the static rank; `coding` is how our own small files are written.
//! - Building: `package` makes documents of packages; `builder` makes the terms of a document, with
//!   `readme` and `lexicon` for its README; beside tantivy's files it writes `rows` (what is shown of a
//!   hit), `excerpts` (what snippets are cut from), `columns` (other orders), `values` (of filters) and
//!   the `vocabulary`. `seal` makes it all the same everywhere and adds checksums; `pack` cuts it into
//!   pieces that any static host can serve.
//! - Searching: `query` reads what was typed, `plan` looks its words up in the dictionary, `typo`
//!   finds what may have been meant, `evaluate` adds up the postings, `index` ties them together and
//!   `marks` says what matched; `facets`, `complete` and `similar` ask the same index other questions.
//! - `storage` hands tantivy checked bytes (`sums`, of a `folder`) or pieces (`pieces`), `reader` is what is asked of
//!   tantivy; `step` is the engine for JavaScript.
//!
//! tantivy is used for its file formats (dictionary, postings) and not for its queries: a
//! query here is a handful of lists added up, and what is added is this crate's business.
//!
//! ```text
//! build:   documents, best rank first -> terms -> tantivy's segment -> sealed files -> pieces
//! search:  text -> Query -> Plan (dictionary) -> Matched (postings) -> Results (rows)
//!          nearly nothing found? -> typo (vocabulary) -> Plan -> Matched
//!          a piece is not here?  -> Lacking: fetch, supply, ask again
//! ```

mod builder;
mod coding;
mod columns;
mod complete;
mod document;
mod error;
mod evaluate;
mod excerpts;
mod facets;
mod fold;
#[cfg(feature = "native")]
mod folder;
mod index;
mod lexicon;
mod marks;
#[cfg(feature = "native")]
mod pack;
#[cfg(feature = "native")]
mod package;
mod pieces;
mod plan;
mod query;
mod rank;
mod reader;
mod readme;
mod rows;
mod seal;
mod similar;
mod step;
mod storage;
mod sums;
mod term;
mod typo;
mod values;
mod vocabulary;
mod words;

pub use builder::build;
#[cfg(feature = "native")]
pub use builder::build_into;
pub use coding::FORMAT;
pub use complete::Completion;
pub use document::{Document, Hit, Marks, Results};
pub use error::SearchError;
pub use excerpts::Snippet;
pub use facets::{Count, Facets};
pub use index::Index;
pub use marks::parts;
#[cfg(feature = "native")]
pub use pack::{DIGESTS, HOT, Packed, Packing, pack, unzipped};
#[cfg(feature = "native")]
pub use package::{Listed, documents};
pub use query::{Filter, Query, Sort, USES};
pub use seal::Built;
pub use step::step_error;
