//! Work that filters may do for one template, counted in bytes and items of what they are given
//! and make.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};

/// Bytes and items for one template. A machine does this much in well under a second.
const WORK: u64 = 32 * 1024 * 1024;

/// Bytes of text that one filter may make.
pub const LARGEST: usize = 1024 * 1024;

/// Items of a list that one filter or function may make.
pub const LONGEST: usize = 10_000;

/// What is left for one template.
#[derive(Debug, Clone)]
pub struct Budget(Arc<AtomicU64>);

impl Default for Budget {
    fn default() -> Self {
        Budget(Arc::new(AtomicU64::new(WORK)))
    }
}

impl Budget {
    /// Takes `work` bytes or items from what is left.
    ///
    /// # Errors
    ///
    /// When there is not as much.
    pub fn charge(&self, work: u64) -> Result<(), Error> {
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(work)
            });
        match taken {
            Ok(_) => Ok(()),
            Err(_) => Err(refuse("filters are given too much to work on")),
        }
    }
}

/// Bytes of a text, items of a list or map, one for all else. Looks at the value itself only, not
/// at what is in it.
#[must_use]
pub fn size(value: &Value) -> u64 {
    let size = match value.kind() {
        ValueKind::String | ValueKind::Bytes => value.as_bytes().map(<[u8]>::len),
        ValueKind::Seq | ValueKind::Map | ValueKind::Iterable => value.len(),
        _ => None,
    };
    1 + size.unwrap_or(0) as u64
}

/// The error for asking too much.
#[must_use]
pub fn refuse(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, why.into())
}
