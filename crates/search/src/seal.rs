//! From tantivy's files to an index that is the same everywhere: names made from content instead of
//! at random, checksums, one digest over it all.

use std::collections::BTreeMap;
use std::io;

use sha2::{Digest, Sha256};

use crate::error::SearchError;
use crate::sums::{SUMS, Sums, encode_sums};

/// tantivy's description of an index.
pub(crate) const META: &str = "meta.json";

/// A finished index.
#[derive(Clone, Debug)]
pub struct Built {
    /// 64 hex digits: SHA-256 over the names of the files and the SHA-256 of each, in the order of their
    /// names, every name and digest preceded by its length (64 bits, little endian). (A published index is named
    /// by [`crate::Packed::digest`].)
    pub digest: String,
    /// The index folder's files, by name.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What is known of a file after it was read once.
struct Known {
    sums: Sums,
    sha: Vec<u8>,
}

impl Known {
    fn of(bytes: impl io::Read) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let sums = Sums::read(bytes, |block| hash.update(block))?;
        let sha = hash.finalize().to_vec();
        Ok(Self { sums, sha })
    }
}

/// Names the segment after its content, adds the checksums.
pub(crate) fn seal(files: Vec<(String, Vec<u8>)>) -> Result<Built, SearchError> {
    let mut known = BTreeMap::new();
    for (name, bytes) in &files {
        if name.ends_with(".term") {
            check_uncompressed(bytes)?;
        }
        let one = Known::of(&bytes[..]).map_err(SearchError::engine)?;
        known.insert(name.clone(), one);
    }
    let naming = Naming::new(&known)?;
    let mut sealed = BTreeMap::new();
    for (name, bytes) in files {
        match &*name {
            META => sealed.insert(name, naming.meta(&bytes)),
            _ => sealed.insert(naming.file(&name), bytes),
        };
    }
    let (digest, sums) = finish(known, &naming, &sealed[META])?;
    sealed.insert(SUMS.to_owned(), sums);
    Ok(Built {
        digest,
        files: sealed.into_iter().collect(),
    })
}

/// The same for files in a folder; they are renamed in place, and read one block after the other.
#[cfg(feature = "native")]
pub(crate) fn seal_folder(
    dir: &std::path::Path,
    folder: &tantivy::directory::MmapDirectory,
    files: &[std::path::PathBuf],
) -> Result<String, SearchError> {
    use std::fs;

    use tantivy::Directory;

    let mut known = BTreeMap::new();
    for path in files {
        let name = path.to_string_lossy().into_owned();
        let place = dir.join(path);
        if name.ends_with(".term") {
            let bytes = fs::read(&place).map_err(refused("read", &place))?;
            check_uncompressed(&bytes)?;
        }
        let one = fs::File::open(&place).and_then(Known::of);
        known.insert(name, one.map_err(refused("read", &place))?);
    }
    let naming = Naming::new(&known)?;
    let meta = dir.join(META);
    let meta = naming.meta(&fs::read(&meta).map_err(refused("read", &meta))?);
    for name in known.keys().filter(|name| *name != META) {
        let renamed = fs::rename(dir.join(name), dir.join(naming.file(name)));
        renamed.map_err(refused("rename", &dir.join(name)))?;
    }
    let (digest, sums) = finish(known, &naming, &meta)?;
    // The writer's own list of its files, of which readers know nothing.
    let managed = dir.join(".managed.json");
    fs::remove_file(&managed).map_err(refused("remove", &managed))?;
    for (name, bytes) in [(META, &*meta), (SUMS, &*sums)] {
        let written = folder.atomic_write(name.as_ref(), bytes);
        written.map_err(refused("write", &dir.join(name)))?;
    }
    Ok(digest)
}

/// The digest of the whole, and the file of checksums.
fn finish(
    known: BTreeMap<String, Known>,
    naming: &Naming,
    meta: &[u8],
) -> Result<(String, Vec<u8>), SearchError> {
    let mut sealed: BTreeMap<String, Known> = known
        .into_iter()
        .map(|(name, known)| (naming.file(&name), known))
        .collect();
    let meta = Known::of(meta).map_err(SearchError::engine)?;
    sealed.insert(META.to_owned(), meta);
    let digest = digest(sealed.iter().map(|(name, known)| (&**name, &*known.sha)));
    let sums = sealed.into_iter().map(|(name, known)| (name, known.sums));
    Ok((digest, encode_sums(&sums.collect())))
}

#[cfg(feature = "native")]
fn refused(
    action: &'static str,
    path: &std::path::Path,
) -> impl FnOnce(std::io::Error) -> SearchError + use<> {
    let path = path.to_path_buf();
    move |source| SearchError::Io {
        action,
        path,
        source,
    }
}

/// SHA-256 over names and what belongs to them, as [`Built::digest`] describes it.
fn digest<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        for part in [name.as_bytes(), bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hex(&hash.finalize())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The random segment id and the one to replace it, 32 hex digits each.
struct Naming {
    old: String,
    new: String,
}

impl Naming {
    /// The new id is made of the contents of all files but `meta.json`, which only names them.
    fn new(known: &BTreeMap<String, Known>) -> Result<Self, SearchError> {
        let mut old = None;
        let mut by_kind = BTreeMap::new();
        for (name, known) in known.iter().filter(|(name, _)| *name != META) {
            // Our own files are not named after the segment.
            match name.split_once('.') {
                Some((stem, kind)) => {
                    old = Some(stem.to_owned());
                    by_kind.insert(kind, &*known.sha);
                }
                None => drop(by_kind.insert(name, &*known.sha)),
            }
        }
        let old = old.ok_or_else(|| SearchError::engine("it wrote no segment"))?;
        let mut new = digest(by_kind.into_iter());
        new.truncate(32);
        Ok(Self { old, new })
    }

    fn file(&self, name: &str) -> String {
        name.replace(&self.old, &self.new)
    }

    /// `meta.json` writes the id with hyphens.
    fn meta(&self, bytes: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(bytes);
        text.replace(&hyphens(&self.old), &hyphens(&self.new))
            .into_bytes()
    }
}

fn hyphens(id: &str) -> String {
    let mut out = String::new();
    for (at, c) in id.chars().enumerate() {
        if [8, 12, 16, 20].contains(&at) {
            out.push('-');
        }
        out.push(c);
    }
    out
}

/// A dictionary this small is never compressed, and may be empty.
const MIN_DICTIONARY: usize = 2048;

/// A dictionary file starts with a chain of blocks, each a length (32 bits), a flag for compression,
/// and so many bytes less one; a zero length ends it.
fn check_uncompressed(mut blocks: &[u8]) -> Result<(), SearchError> {
    if blocks.len() < MIN_DICTIONARY {
        return Ok(());
    }
    while let Some((length, rest)) = blocks.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        if length == 0 {
            return Ok(());
        }
        let flag = rest.first().copied();
        let Some(next) = rest.get(length..).filter(|_| flag == Some(0)) else {
            return Err(SearchError::Compressed);
        };
        blocks = next;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_dictionary_is_refused() {
        let block = |flag: u8| [&2001u32.to_le_bytes()[..], &[flag], &[7; 2000]].concat();
        let end = 0u32.to_le_bytes().to_vec();
        let plain = [block(0), block(0), end.clone(), vec![1; 9]].concat();
        assert!(check_uncompressed(&plain).is_ok());
        for compressed in [
            [block(0), block(1), end.clone()].concat(),
            [block(1), block(0)].concat(),
        ] {
            assert!(matches!(
                check_uncompressed(&compressed),
                Err(SearchError::Compressed)
            ));
        }
    }
}
