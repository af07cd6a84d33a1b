//! Archive -> files, in memory, or a refusal.

use crate::collisions::check_collisions;
use crate::header::{self, BLOCK, Block};
use crate::pack::{check_size, encode, padding};
use crate::{Entry, Limits, Refusal, Sha256, gzip};

/// What a checked archive holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The sha256 of the tar. That it is the one in the record is for the caller to see.
    pub content_id: Sha256,
    /// Bytes of the tar.
    pub tar_len: u64,
    /// The files, sorted by path bytes.
    pub entries: Vec<Entry>,
}

/// Reads an archive, trusting nothing in it.
///
/// # Errors
/// The first class of [`Refusal`] that the archive is of.
pub fn read(gzip: &[u8], limits: &Limits) -> Result<Contents, Refusal> {
    let size = gzip.len() as u64;
    if size > limits.compressed {
        return Err(Refusal::CompressedTooBig {
            size,
            limit: limits.compressed,
        });
    }
    let (tar, content_id) = gzip::inflate(gzip, limits)?;
    let entries = parse(&tar, limits)?;
    check_collisions(entries.iter().map(|entry| entry.path.as_str()))?;
    check_order(&entries)?;
    check_encoding(&entries, &tar)?;
    Ok(Contents {
        content_id,
        tar_len: tar.len() as u64,
        entries,
    })
}

fn parse(tar: &[u8], limits: &Limits) -> Result<Vec<Entry>, Refusal> {
    let mut entries = Vec::new();
    let mut total = 0;
    let mut rest = tar;
    loop {
        let block: &Block;
        (block, rest) = rest
            .split_first_chunk::<BLOCK>()
            .ok_or(Refusal::Truncated)?;
        if *block == [0; BLOCK] {
            check_end(rest)?;
            return Ok(entries);
        }
        let header = header::decode(block)?;
        if entries.len() == limits.entries {
            return Err(Refusal::TooManyEntries {
                limit: limits.entries,
            });
        }
        check_size(&header.path, header.size, total, limits)?;
        total += header.size;
        let bytes = take(&mut rest, header.size)?;
        let zeros = take(&mut rest, padding(bytes.len()) as u64)?;
        if zeros.iter().any(|b| *b != 0) {
            return Err(Refusal::Padding { path: header.path });
        }
        entries.push(Entry {
            path: header.path,
            executable: header.executable,
            bytes: bytes.to_vec(),
        });
    }
}

/// What follows the first empty block: exactly one more.
fn check_end(rest: &[u8]) -> Result<(), Refusal> {
    match rest.split_at_checked(BLOCK) {
        None => Err(Refusal::Truncated),
        Some((block, behind)) if behind.is_empty() && block.iter().all(|b| *b == 0) => Ok(()),
        Some(_) => Err(Refusal::TrailingTar),
    }
}

fn take<'a>(rest: &mut &'a [u8], len: u64) -> Result<&'a [u8], Refusal> {
    let len = usize::try_from(len).map_err(|_| Refusal::Truncated)?;
    let (taken, behind) = rest.split_at_checked(len).ok_or(Refusal::Truncated)?;
    *rest = behind;
    Ok(taken)
}

fn check_order(entries: &[Entry]) -> Result<(), Refusal> {
    match entries.windows(2).find(|pair| pair[0].path >= pair[1].path) {
        None => Ok(()),
        Some(pair) => Err(Refusal::Order {
            path: pair[1].path.clone(),
            earlier: pair[0].path.clone(),
        }),
    }
}

/// Whatever the checks above may have let through: the same files have to give the same bytes.
fn check_encoding(entries: &[Entry], tar: &[u8]) -> Result<(), Refusal> {
    let mut at = 0;
    let differs = |at: usize| Refusal::NotCanonical { at: at as u64 };
    encode(entries, |piece| {
        let same = tar.get(at..at + piece.len()) == Some(piece);
        at += piece.len();
        if same {
            Ok(())
        } else {
            Err(differs(at - piece.len()))
        }
    })?;
    if at == tar.len() {
        Ok(())
    } else {
        Err(differs(at))
    }
}

#[cfg(test)]
mod tests {
    use super::{check_encoding, encode};
    use crate::Entry;

    /// No archive is known that passes the other checks and fails this one; so it is tested alone.
    #[test]
    fn every_byte_of_the_tar_has_to_come_back() {
        let entries = [Entry {
            path: "a/b".to_owned(),
            executable: true,
            bytes: b"some bytes".to_vec(),
        }];
        let mut tar = Vec::new();
        encode(&entries, |piece| {
            tar.extend_from_slice(piece);
            Ok(())
        })
        .unwrap();
        assert_eq!(check_encoding(&entries, &tar), Ok(()));
        for at in 0..tar.len() {
            let mut tar = tar.clone();
            tar[at] ^= 1;
            let refusal = check_encoding(&entries, &tar).unwrap_err();
            assert_eq!(refusal.code(), "not-canonical", "byte {at}");
        }
        let longer = [&tar[..], &[0; 512]].concat();
        for other in [&tar[..tar.len() - 1], &longer, &[]] {
            let refusal = check_encoding(&entries, other).unwrap_err();
            assert_eq!(refusal.code(), "not-canonical");
        }
    }
}
