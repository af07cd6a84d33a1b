//! The words and the rules of a registry: names, manifests, records, findings, and what is published.
//!
//! Pure: no network, no terminal, no clock. What a rule needs from the world it takes as a trait.
//!
//! ```text
//! load      folder            -> Loaded        (what is written, and findings about what cannot be read)
//! rules     Loaded            -> Vec<Finding>  (one visible table, one file a rule)
//! resolve   Loaded            -> Packages      (do dependencies exist, are there cycles)
//! registry  Loaded            -> Registry      (frozen and sorted)
//! wire      Registry          -> published JSON
//! artifact  path + bytes      -> a site on disk, all at once
//! ```
//!
//! `registry.toml`, `namespaces/`, `packages/` and `renames.toml` beside this crate's `src/` are the
//! data of this project's own registry.

pub mod address;
pub mod answer;
pub mod artifact;
pub mod blobs;
pub mod component;
pub mod cost;
pub mod digest;
pub mod finding;
pub mod hidden;
pub mod kind;
pub mod license;
pub mod load;
pub mod lookalike;
pub mod manifest;
pub mod name;
pub mod prose;
pub mod rating;
pub mod raw;
pub mod record;
pub mod registry;
pub mod resolve;
pub mod rules;
pub mod schema;
pub mod stats;
pub mod testing;
mod text;
pub mod uses;
pub mod wire;

pub use digest::Digest;
pub use finding::{Finding, Place, Severity};
pub use kind::Kind;
pub use load::{Layout, Loaded, Selection, Source};
pub use manifest::Manifest;
pub use name::PackageName;
pub use record::Record;
pub use registry::Registry;
