//! The envelope: one gzip member that says nothing about where and when it was made.

use flate2::{Compress, Compression, Crc, Decompress, FlushCompress, FlushDecompress, Status};
use sha2::Digest as _;

use crate::{Limits, Refusal, Sha256};

/// Magic, deflate, no flags, no time, "slowest compression", "unknown system".
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];

/// Archives are compressed once and fetched many times.
const LEVEL: u32 = 9;

/// Bytes of the checksum and the length behind the data.
const TRAILER: usize = 8;

/// Bytes that are inflated before the caps are looked at again.
const STEP: usize = 64 * 1024;

/// One gzip member of `bytes`, as small as it gets: the same wherever and whenever it is made.
pub fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = Vec::with_capacity(bytes.len() / 3 + 1024);
    gzip.extend_from_slice(&HEADER);
    let mut deflate = Compress::new(Compression::new(LEVEL), false);
    loop {
        gzip.reserve(STEP);
        let read = usize::try_from(deflate.total_in()).unwrap_or(bytes.len());
        let status = deflate.compress_vec(&bytes[read..], &mut gzip, FlushCompress::Finish);
        // Without a dictionary there is no error, and room was just made.
        if matches!(status, Ok(Status::StreamEnd) | Err(_)) {
            break;
        }
    }
    let mut crc = Crc::new();
    crc.update(bytes);
    gzip.extend_from_slice(&crc.sum().to_le_bytes());
    gzip.extend_from_slice(&crc.amount().to_le_bytes());
    gzip
}

/// The inflated bytes and their digest, computed while they come out.
///
/// What a bomb inflates to is never held: the caps are looked at after every [`STEP`].
pub(crate) fn inflate(gzip: &[u8], limits: &Limits) -> Result<(Vec<u8>, Sha256), Refusal> {
    check_header(gzip)?;
    let body = &gzip[HEADER.len()..];
    let mut inflate = Decompress::new(false);
    let mut digest = sha2::Sha256::new();
    let mut crc = Crc::new();
    let mut tar = Vec::new();
    let mut read = 0;
    loop {
        let start = tar.len();
        tar.reserve(STEP);
        let status = inflate
            .decompress_vec(&body[read..], &mut tar, FlushDecompress::None)
            .map_err(|_| Refusal::Damaged {
                what: "not deflate",
            })?;
        let consumed = usize::try_from(inflate.total_in()).unwrap_or(body.len()) - read;
        read += consumed;
        digest.update(&tar[start..]);
        crc.update(&tar[start..]);
        if tar.len() as u64 > limits.tar_len() {
            return Err(Refusal::TotalTooBig {
                limit: limits.total,
            });
        }
        if status == Status::StreamEnd {
            break;
        }
        if consumed == 0 && tar.len() == start {
            return Err(Refusal::Truncated);
        }
    }
    check_trailer(&body[read..], &crc)?;
    Ok((tar, Sha256(digest.finalize().into())))
}

fn check_header(gzip: &[u8]) -> Result<(), Refusal> {
    let magic = gzip.len().min(3);
    if magic == 0 || gzip[..magic] != HEADER[..magic] {
        return Err(Refusal::NotGzip);
    }
    if gzip.len() < HEADER.len() + TRAILER {
        return Err(Refusal::Truncated);
    }
    let field = match (gzip[3], &gzip[4..8], gzip[8], gzip[9]) {
        (flags, ..) if flags & 0x08 != 0 => "a file name",
        (flags, ..) if flags & 0x04 != 0 => "extra fields",
        (flags, ..) if flags & 0x10 != 0 => "a comment",
        (flags, ..) if flags != 0 => "flags",
        (_, time, ..) if time != [0; 4] => "a time",
        (_, _, level, _) if level != HEADER[8] => "the compression level",
        (_, _, _, system) if system != HEADER[9] => "the system",
        _ => return Ok(()),
    };
    Err(Refusal::GzipHeader { field })
}

fn check_trailer(rest: &[u8], crc: &Crc) -> Result<(), Refusal> {
    let Some((trailer, behind)) = rest.split_at_checked(TRAILER) else {
        return Err(Refusal::Truncated);
    };
    if trailer[..4] != crc.sum().to_le_bytes() {
        return Err(Refusal::Damaged {
            what: "the checksum differs",
        });
    }
    if trailer[4..] != crc.amount().to_le_bytes() {
        return Err(Refusal::Damaged {
            what: "the length differs",
        });
    }
    match behind {
        [] => Ok(()),
        [0x1f, 0x8b, ..] => Err(Refusal::SeveralMembers),
        _ => Err(Refusal::TrailingBytes),
    }
}
