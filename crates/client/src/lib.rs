//! Where a registry is read from, its blobs and its cache.
//!
//! ```text
//! Location   what the user typed: embedded | a folder | a built site | a git URL | an http(s) URL
//! Source     one registry, opened: its config, its packages, its search index, its archives
//! Hub        several sources: a name is looked up, a query is searched
//! Archives   what releases hold, by content id: from the cache, or else from a source
//! GitPackage a folder of anybody's git repository, at a commit
//! ```
//!
//! There are two ways to have a registry. A [`source::Whole`] has everything at hand (the embedded
//! snapshot, a checkout, a git clone). A [`source::Site`] has a published site of which it reads one
//! file after the other (a folder, http). Whatever comes from outside is checked against a digest
//! before it is used, and kept under it.
//!
//! Modules in reading order: `location`, `source` and its siblings, `hub`, `archives`, `repository`;
//! `agent` is the http client of all that ask; `filling` proves blobs from a checkout or its history, `snapshot` is the embedded registry,
//! `registries` the user's list.

pub mod agent;
pub mod archives;
pub mod error;
pub mod filling;
pub mod hub;
pub mod location;
pub mod pinned;
pub mod registries;
pub mod repository;
pub mod snapshot;
pub mod source;

pub use archives::Archives;
pub use error::ClientError;
pub use hub::{Found, Hub, Lookup};
pub use location::Location;
pub use repository::GitPackage;
pub use source::{Source, World};
