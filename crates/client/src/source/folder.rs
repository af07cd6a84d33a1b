//! A built site in a folder.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use registry_index::Digest;

use super::site::{Files, Wanted};
use crate::{ClientError, error::io_error};

/// Most bytes of `config.json`.
const CONFIG_LIMIT: u64 = 4 << 20;

/// Reads the files of a site from a folder.
pub(super) struct FolderFiles {
    root: PathBuf,
}

impl FolderFiles {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }
}

impl FolderFiles {
    /// The file at `path`; `None` where it has more than `limit` bytes.
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, ClientError> {
        let full = self.root.join(path);
        let mut bytes = Vec::new();
        match fs::File::open(&full).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)) {
            Ok(length) => Ok((length as u64 <= limit).then_some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ClientError::Damaged {
                what: self.root.display().to_string(),
                why: format!("the site lacks {path}; build it again"),
            }),
            Err(error) => Err(io_error(&full)(error)),
        }
    }
}

impl Files for FolderFiles {
    fn config(&self) -> Result<Vec<u8>, ClientError> {
        let path = "index/config.json";
        self.read(path, CONFIG_LIMIT)?
            .ok_or_else(|| ClientError::Damaged {
                what: self.label(path),
                why: format!("it is larger than {CONFIG_LIMIT} bytes"),
            })
    }

    fn get(&self, path: &str, wanted: &Wanted<'_>) -> Result<Vec<u8>, ClientError> {
        let bytes = self
            .read(path, wanted.limit)?
            .ok_or_else(|| wanted.too_long(self.label(path)))?;
        match Digest::of(&bytes) {
            got if got == *wanted.digest => Ok(bytes),
            got => Err(wanted.differs(self.label(path), &got)),
        }
    }

    fn label(&self, path: &str) -> String {
        self.root.join(path).display().to_string()
    }
}
