//! The one archive format of a registry: a canonical ustar inside one plain gzip member.
//!
//! Canonical means that a set of files has exactly one tar. Only regular files (folders are
//! implied), sorted by path bytes, mode 0644 or 0755, everything else zero or empty, two zero
//! blocks at the end and nothing behind them. The *content id* of a package is the sha256 of that
//! tar, so it does not depend on a compressor, and GNU tar can be told to make the same bytes.
//!
//! Bytes that were downloaded are hostile until [`read()`] returned. It inflates into memory under
//! caps, parses, checks every path, and then encodes what it parsed once more: the result has to
//! be the very bytes that came in, which leaves nothing for two parsers to disagree about.
//!
//! ```text
//! entries --pack--> Packed { gzip, content id }          the release job, once
//! gzip    --read--> Contents { entries, content id }     every client
//! Contents --unpack--> an empty staging folder           through a directory handle, no links
//! ```
//!
//! Modules in reading order: `limits`, `path` (one path), `collisions` (paths together), `header`
//! (512 bytes), `gzip` (the envelope), `pack`, `read`, `unpack`; `refusal` says no.

mod collisions;
mod digest;
mod gzip;
mod header;
mod limits;
mod pack;
mod path;
mod quote;
mod read;
mod refusal;
mod unpack;

pub use collisions::check_collisions;
pub use digest::{NotADigest, Sha256, sha256};
pub use gzip::compress as gzip;
pub use limits::{Limits, MAX_DEPTH, MAX_PATH};
pub use pack::{Packed, pack};
pub use path::{PathRefusal, check_path};
pub use read::{Contents, read};
pub use refusal::Refusal;
pub use unpack::{UnpackError, unpack};

/// One regular file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative path with `/` between the components; see [`check_path`] for what it may be.
    pub path: String,
    /// Mode 0755 when set, 0644 otherwise.
    pub executable: bool,
    /// The content, byte for byte.
    pub bytes: Vec<u8>,
}
