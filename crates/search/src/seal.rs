//! From tantivy's files to an index that is the same everywhere: names made from content instead of
//! at random, checksums, one digest over it all.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::error::SearchError;
use crate::sums::{SUMS, Sums, encode_sums};

/// tantivy's description of an index.
pub(crate) const META: &str = "meta.json";

/// A finished index.
#[derive(Clone, Debug)]
pub struct Built {
    /// 64 hex digits: SHA-256 over the names and bytes of the files, in the order of their names,
    /// each preceded by its length (64 bits, little endian).
    pub digest: String,
    /// The index folder's files, by name.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Names the segment after its content, adds the checksums.
pub(crate) fn seal(files: Vec<(String, Vec<u8>)>) -> Result<Built, SearchError> {
    let naming = Naming::new(files.iter().map(|(name, bytes)| (&**name, &**bytes)))?;
    let mut files: Vec<_> = files
        .into_iter()
        .map(|(name, bytes)| match &*name {
            META => (name, naming.meta(&bytes)),
            _ => (naming.file(&name), bytes),
        })
        .collect();
    let sums = files
        .iter()
        .map(|(name, bytes)| (name.clone(), Sums::of(bytes)));
    let sums = encode_sums(&sums.collect());
    files.push((SUMS.to_owned(), sums));
    files.sort();
    let digest = digest(files.iter().map(|(name, bytes)| (&**name, &**bytes)));
    Ok(Built { digest, files })
}

/// The same for files in a folder; they are renamed in place.
#[cfg(feature = "native")]
pub(crate) fn seal_folder(
    dir: &std::path::Path,
    folder: &tantivy::directory::MmapDirectory,
    files: &[std::path::PathBuf],
) -> Result<String, SearchError> {
    use tantivy::Directory;

    let mut mapped = BTreeMap::new();
    for path in files {
        let bytes = folder.open_read(path).map_err(SearchError::engine)?;
        let bytes = bytes.read_bytes().map_err(SearchError::engine)?;
        mapped.insert(path.to_string_lossy().into_owned(), bytes);
    }
    let naming = Naming::new(mapped.iter().map(|(name, bytes)| (&**name, &**bytes)))?;
    let mut sealed = BTreeMap::new();
    for (name, bytes) in mapped {
        if name == META {
            let meta = tantivy::directory::OwnedBytes::new(naming.meta(&bytes));
            sealed.insert(name, meta);
            continue;
        }
        let new = naming.file(&name);
        let renamed = std::fs::rename(dir.join(&name), dir.join(&new));
        renamed.map_err(io("rename", &dir.join(&name)))?;
        sealed.insert(new, bytes);
    }
    let sums = sealed
        .iter()
        .map(|(name, bytes)| (name.clone(), Sums::of(bytes)));
    let sums = encode_sums(&sums.collect());
    // The writer's own list of its files, of which readers know nothing.
    let managed = dir.join(".managed.json");
    std::fs::remove_file(&managed).map_err(io("remove", &managed))?;
    for (name, bytes) in [(META, &*sealed[META]), (SUMS, &*sums)] {
        let written = folder.atomic_write(name.as_ref(), bytes);
        written.map_err(io("write", &dir.join(name)))?;
    }
    sealed.insert(SUMS.to_owned(), tantivy::directory::OwnedBytes::new(sums));
    Ok(digest(
        sealed.iter().map(|(name, bytes)| (&**name, &**bytes)),
    ))
}

#[cfg(feature = "native")]
fn io(
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

/// SHA-256 as [`Built::digest`] describes it. `files` come in the order of their names.
pub(crate) fn digest<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
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
    fn new<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Self, SearchError> {
        let mut old = None;
        let mut by_kind = BTreeMap::new();
        for (name, bytes) in files.filter(|(name, _)| *name != META) {
            let (stem, kind) = name.split_once('.').unwrap_or((name, ""));
            if kind == "term" {
                check_uncompressed(bytes)?;
            }
            // Our own files are not named after the segment.
            match kind {
                "" => by_kind.insert(stem, bytes),
                _ => by_kind.insert(kind, bytes),
            };
            old = Some(stem.to_owned()).filter(|_| !kind.is_empty()).or(old);
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
