//! The 512 bytes in front of a file.
//!
//! There is one header for a path, a mode and a length: [`encode`] makes it, and [`decode`]
//! accepts nothing that [`encode`] would not have made.

use crate::Refusal;
use crate::path::check_path;

/// Tar is made of blocks.
pub(crate) const BLOCK: usize = 512;

pub(crate) type Block = [u8; BLOCK];

/// What a canonical header can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    pub(crate) path: &'a str,
    pub(crate) executable: bool,
    pub(crate) size: u64,
}

/// The fields of a ustar header in their order: name for messages, start, end.
const FIELDS: [(&str, usize, usize); 17] = [
    ("name", 0, 100),
    ("mode", 100, 108),
    ("uid", 108, 116),
    ("gid", 116, 124),
    ("size", 124, 136),
    ("mtime", 136, 148),
    ("checksum", 148, 156),
    ("type", 156, 157),
    ("link name", 157, 257),
    ("magic", 257, 263),
    ("version", 263, 265),
    ("user name", 265, 297),
    ("group name", 297, 329),
    ("device number", 329, 337),
    ("device number", 337, 345),
    ("prefix", 345, 500),
    ("reserved", 500, 512),
];

/// Splits a path into ustar's prefix (at most 155 bytes, may be empty) and name (at most 100).
/// A path that fits the name has no prefix; otherwise the prefix is as long as it can be, as GNU
/// tar has it. `None` when no `/` lies where it could be cut.
pub(crate) fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= 100 {
        return Some(("", path));
    }
    let cut = path.as_bytes().iter().take(156).rposition(|b| *b == b'/')?;
    let (prefix, name) = (&path[..cut], &path[cut + 1..]);
    (!prefix.is_empty() && (1..=100).contains(&name.len())).then_some((prefix, name))
}

/// The one header of a file, `None` when the path does not fit.
pub(crate) fn encode(header: &Header<'_>) -> Option<Block> {
    let (prefix, name) = split(header.path)?;
    let mut block = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(
        100,
        if header.executable {
            b"0000755"
        } else {
            b"0000644"
        },
    );
    put(108, b"0000000");
    put(116, b"0000000");
    put(124, format!("{:011o}", header.size).as_bytes());
    put(136, b"00000000000");
    put(156, b"0");
    put(257, b"ustar\x0000");
    put(329, b"0000000");
    put(337, b"0000000");
    put(345, prefix.as_bytes());
    put(148, b"        ");
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    Some(block)
}

/// A header as it was read; owns its path because ustar keeps it in two parts.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) path: String,
    pub(crate) executable: bool,
    pub(crate) size: u64,
}

/// Reads one header, and refuses it unless it is the one that [`encode`] makes.
pub(crate) fn decode(block: &Block) -> Result<Decoded, Refusal> {
    if block[257..262] != *b"ustar" {
        return Err(Refusal::NotTar);
    }
    if block[257..265] == *b"ustar  \0" {
        return Err(Refusal::GnuHeader);
    }
    let path = raw_path(block)?;
    let wrong = |field| Refusal::Header {
        path: path.clone(),
        field,
    };
    check_kind(block[156], &path)?;
    check_path(&path)?;
    let size = octal(&block[124..135]).ok_or_else(|| wrong("size"))?;
    let executable = match &block[100..108] {
        b"0000644\0" => false,
        b"0000755\0" => true,
        _ => return Err(wrong("mode")),
    };
    let header = Header {
        path: &path,
        executable,
        size,
    };
    let canonical = encode(&header).ok_or_else(|| wrong("name"))?;
    // The checksum is wrong whenever anything is: name the field that is the cause.
    let differs =
        |(_, start, end): &&(&str, usize, usize)| block[*start..*end] != canonical[*start..*end];
    let cause = FIELDS.iter().filter(differs).map(|(name, ..)| *name);
    match cause.min_by_key(|name| *name == "checksum") {
        Some(field) => Err(wrong(field)),
        None => Ok(Decoded {
            path,
            executable,
            size,
        }),
    }
}

/// What is packed is a regular file; the attack of every other kind is told by its name.
fn check_kind(kind: u8, path: &str) -> Result<(), Refusal> {
    let path = path.to_owned();
    match kind {
        b'0' => Ok(()),
        b'1' => Err(Refusal::HardLink { path }),
        b'2' => Err(Refusal::SymbolicLink { path }),
        b'3' | b'4' => Err(Refusal::Device { path }),
        b'5' => Err(Refusal::Folder { path }),
        b'6' => Err(Refusal::Fifo { path }),
        b'x' | b'g' | b'X' => Err(Refusal::PaxHeader),
        b'S' => Err(Refusal::Sparse { path }),
        b'L' | b'K' | b'N' | b'D' | b'M' | b'V' => Err(Refusal::GnuHeader),
        _ => Err(Refusal::UnknownKind { path, kind }),
    }
}

fn raw_path(block: &Block) -> Result<String, Refusal> {
    let (name, prefix) = (until_nul(&block[..100]), until_nul(&block[345..500]));
    let bytes = if prefix.is_empty() {
        name.to_vec()
    } else {
        [prefix, name].join(&b'/')
    };
    String::from_utf8(bytes).map_err(|e| Refusal::NotUtf8 {
        path: String::from_utf8_lossy(e.as_bytes()).into_owned(),
    })
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|b| *b == 0).next().unwrap_or_default()
}

/// Eleven octal digits; neither spaces nor the binary form of GNU tar.
fn octal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |n, b| match b {
        b'0'..=b'7' => Some(n * 8 + u64::from(b - b'0')),
        _ => None,
    })
}
