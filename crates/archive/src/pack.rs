//! Files -> archive.

use crate::collisions::check_collisions;
use crate::header::{self, BLOCK, Header};
use crate::path::{PathRefusal, check_path};
use crate::{Entry, Limits, Refusal, Sha256, gzip, sha256};

/// A packed archive, and what its record says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The sha256 of the tar.
    pub content_id: Sha256,
    /// Bytes of the tar.
    pub tar_len: u64,
    /// The archive as served.
    pub gzip: Vec<u8>,
    /// The sha256 of `gzip`.
    pub gzip_digest: Sha256,
}

/// Packs files, in whatever order they come, into the one archive that holds them.
///
/// # Errors
/// Refuses what [`read`](crate::read()) under the format's ceilings would refuse.
pub fn pack(mut entries: Vec<Entry>) -> Result<Packed, Refusal> {
    for entry in &entries {
        check_path(&entry.path)?;
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    check_collisions(entries.iter().map(|entry| entry.path.as_str()))?;
    check_sizes(&entries)?;
    let mut tar = Vec::new();
    encode(&entries, |bytes| {
        tar.extend_from_slice(bytes);
        Ok(())
    })?;
    let gzip = gzip::compress(&tar);
    Ok(Packed {
        content_id: sha256(&tar),
        tar_len: tar.len() as u64,
        gzip_digest: sha256(&gzip),
        gzip,
    })
}

fn check_sizes(entries: &[Entry]) -> Result<(), Refusal> {
    let limits = Limits::default();
    if entries.len() > limits.entries {
        return Err(Refusal::TooManyEntries {
            limit: limits.entries,
        });
    }
    let mut total = 0;
    for entry in entries {
        let size = entry.bytes.len() as u64;
        check_size(&entry.path, size, total, &limits)?;
        total += size;
    }
    Ok(())
}

/// Checks one more file of `size` bytes behind others that have `total` together.
pub(crate) fn check_size(
    path: &str,
    size: u64,
    total: u64,
    limits: &Limits,
) -> Result<(), Refusal> {
    if size > limits.file {
        return Err(Refusal::FileTooBig {
            path: path.to_owned(),
            size,
            limit: limits.file,
        });
    }
    if total + size > limits.total {
        return Err(Refusal::TotalTooBig {
            limit: limits.total,
        });
    }
    Ok(())
}

/// Feeds the canonical tar of sorted, checked entries to `sink`, piece by piece.
pub(crate) fn encode(
    entries: &[Entry],
    mut sink: impl FnMut(&[u8]) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    const ZEROS: [u8; 2 * BLOCK] = [0; 2 * BLOCK];
    for entry in entries {
        let header = Header {
            path: &entry.path,
            executable: entry.executable,
            size: entry.bytes.len() as u64,
        };
        let block = header::encode(&header).ok_or_else(|| PathRefusal::DoesNotFit {
            path: entry.path.clone(),
        })?;
        sink(&block)?;
        sink(&entry.bytes)?;
        sink(&ZEROS[..padding(entry.bytes.len())])?;
    }
    sink(&ZEROS)
}

/// Bytes up to the next whole block.
pub(crate) fn padding(len: usize) -> usize {
    len.next_multiple_of(BLOCK) - len
}
