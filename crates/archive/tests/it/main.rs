//! The archive format from outside: what goes round, what is refused, what reaches a disk.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "what fails or is cut short in a test fails the test"
)]

mod builder;
mod golden;
mod gzip;
mod hostile;
mod paths;
mod properties;
mod unpack;

use archive::Entry;

/// A plain file.
fn file(path: &str, bytes: &[u8]) -> Entry {
    Entry {
        path: path.to_owned(),
        executable: false,
        bytes: bytes.to_vec(),
    }
}
