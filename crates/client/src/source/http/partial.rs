//! The part of a file that has arrived so far, in memory and, where it is worth it, in the cache: a
//! download that was cut off goes on where it ended, also after this program was killed.
//!
//! `<cache>/partial/<digest>` holds the bytes, `<digest>.from` beside it the address and the validator
//! they came with. Nothing is proven by being there: the digest at the end proves all of it.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use registry_index::{
    Digest,
    artifact::{Existing, write_file},
};
use sha2::{Digest as _, Sha256};

/// Smaller files are asked for anew by the next run.
const WORTH_KEEPING: u64 = 256 << 10;

/// What has arrived of one file.
pub(super) struct Partial {
    bytes: Vec<u8>,
    hash: Sha256,
    /// Whose bytes these are: the address that was asked, and its strong validator.
    from: Option<(String, String)>,
    kept: Option<Kept>,
}

/// The bytes on the disk; locked, so that of two processes only one writes.
struct Kept {
    file: File,
    path: PathBuf,
}

impl Partial {
    /// What an earlier run left of the file named `digest` below `folder`, or nothing. Where the disk
    /// does not let us, or another process is at it, the part is kept in memory alone.
    pub(super) fn open(folder: &Path, digest: &Digest, limit: u64) -> Self {
        let mut partial = Self {
            bytes: Vec::new(),
            hash: Sha256::new(),
            from: None,
            kept: None,
        };
        if limit < WORTH_KEEPING {
            return partial;
        }
        let path = folder.join(digest.to_string());
        let opened = fs::create_dir_all(folder).and_then(|()| {
            File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
        });
        let Ok(mut file) = opened else {
            return partial;
        };
        if file.try_lock().is_err() {
            return partial;
        }
        let read = Read::by_ref(&mut file)
            .take(limit + 1)
            .read_to_end(&mut partial.bytes);
        partial.hash.update(&partial.bytes);
        partial.kept = Some(Kept { file, path });
        match read {
            Ok(length) if length as u64 <= limit => partial.from = partial.read_from(),
            _ => partial.restart(),
        }
        partial
    }

    /// How many bytes are there.
    pub(super) fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The validator that the bytes from `url` came with.
    pub(super) fn validator(&self, url: &str) -> Option<&str> {
        let (from, tag) = self.from.as_ref()?;
        (from == url).then_some(tag)
    }

    /// Remembers whose bytes follow.
    pub(super) fn comes_from(&mut self, from: Option<(String, String)>) {
        if self.from == from {
            return;
        }
        if let Some(kept) = &self.kept {
            let note = from_file(&kept.path);
            // The old note goes first: it must not stand beside the new bytes.
            let _ = fs::remove_file(&note);
            if let Some((url, tag)) = &from {
                let text = format!("{url}\n{tag}");
                let _ = write_file(&note, text.as_bytes(), Existing::Replace);
            }
        }
        self.from = from;
    }

    fn read_from(&self) -> Option<(String, String)> {
        let note = from_file(&self.kept.as_ref()?.path);
        let text = fs::read_to_string(note).ok()?;
        let (url, tag) = text.split_once('\n')?;
        Some((url.to_owned(), tag.to_owned()))
    }

    /// Forgets all bytes.
    pub(super) fn restart(&mut self) {
        self.bytes.clear();
        self.hash = Sha256::new();
        self.comes_from(None);
        if let Some(Kept { file, .. }) = &mut self.kept
            && (file.set_len(0).is_err() || file.seek(SeekFrom::Start(0)).is_err())
        {
            self.kept = None;
        }
    }

    /// Adds what arrived.
    pub(super) fn add(&mut self, arrived: &[u8]) {
        self.bytes.extend_from_slice(arrived);
        self.hash.update(arrived);
        // A disk that is full costs the next run a download, not this one.
        if let Some(Kept { file, .. }) = &mut self.kept
            && file.write_all(arrived).is_err()
        {
            self.kept = None;
        }
    }

    /// The digest of what is there.
    pub(super) fn digest(&self) -> Digest {
        let hash: [u8; 32] = self.hash.clone().finalize().into();
        hash.into()
    }

    /// The bytes, proven or given up: nothing of them stays on the disk.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if let Some(Kept { file, path }) = self.kept.take() {
            let _ = fs::remove_file(from_file(&path));
            let _ = fs::remove_file(&path);
            drop(file);
        }
        self.bytes
    }
}

fn from_file(path: &Path) -> PathBuf {
    path.with_extension("from")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_again_and_belongs_to_one() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("partial");
        let digest = Digest::of(b"a whole file");
        let from = Some(("https://hub.example/x".to_owned(), "\"1\"".to_owned()));
        let open = |limit| Partial::open(&folder, &digest, limit);
        let mut part = open(WORTH_KEEPING);
        part.comes_from(from.clone());
        part.add(b"a whole");
        // Somebody else is at it.
        assert_eq!(open(WORTH_KEEPING).len(), 0);
        drop(part);
        let mut part = open(WORTH_KEEPING);
        assert_eq!(part.len(), 7);
        assert_eq!(part.validator("https://hub.example/x"), Some("\"1\""));
        assert_eq!(part.validator("https://mirror.example/x"), None);
        part.add(b" file");
        assert_eq!(part.digest(), digest);
        assert_eq!(part.finish(), b"a whole file");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        // Neither a small file, nor one that is longer than it may be.
        open(WORTH_KEEPING - 1).add(b"x");
        assert_eq!(open(WORTH_KEEPING).len(), 0);
        open(WORTH_KEEPING).add(&vec![0; 300 << 10]);
        assert_eq!(open(WORTH_KEEPING).len(), 0);
    }
}
