//! Bytes by digest: the trait, and the folder that keeps them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    artifact::{self, Existing},
    digest::Digest,
};

/// Something that may have bytes for a digest.
pub trait Blobs: Sync {
    /// The bytes named `digest`, proven to be them; `None` where it has none.
    fn read(&self, digest: &Digest) -> io::Result<Option<Vec<u8>>>;
}

/// A blob store in a folder: `<first two hex digits>/<64 hex digits>`.
#[derive(Clone, Debug)]
pub struct FolderBlobs {
    folder: PathBuf,
}

impl FolderBlobs {
    /// The store at `folder`, which need not exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// Where the blob named `digest` lies, whether it is there or not.
    pub fn path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps `bytes`: written beside, synced, renamed, so that a name never stands for half a blob.
    pub fn write(&self, bytes: &[u8]) -> io::Result<Digest> {
        let digest = Digest::of(bytes);
        let path = self.path(&digest);
        if self.read(&digest)?.is_some() {
            return Ok(digest);
        }
        artifact::write_file(&path, bytes, Existing::Replace)?;
        Ok(digest)
    }
}

impl Blobs for FolderBlobs {
    /// Re-hashed on every read: damaged bytes count as absent, so that they are fetched again.
    fn read(&self, digest: &Digest) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(digest)) {
            Ok(bytes) => Ok((Digest::of(&bytes) == *digest).then_some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_counts_as_absence_and_heals() {
        let scratch = tempfile::tempdir().unwrap();
        let store = FolderBlobs::new(scratch.path().join("blobs"));
        let digest = store.write(b"bytes").unwrap();
        assert_eq!(store.read(&digest).unwrap().as_deref(), Some(&b"bytes"[..]));
        fs::OpenOptions::new()
            .write(true)
            .open(store.path(&digest))
            .unwrap()
            .set_len(2)
            .unwrap();
        assert_eq!(store.read(&digest).unwrap(), None);
        store.write(b"bytes").unwrap();
        assert!(store.read(&digest).unwrap().is_some());
    }
}
