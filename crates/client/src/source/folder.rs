//! A built site in a folder.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::site::Files;
use crate::{ClientError, error::io_error};

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

impl Files for FolderFiles {
    fn config(&self) -> Result<Vec<u8>, ClientError> {
        self.get("index/config.json", 4 << 20)
    }

    fn get(&self, path: &str, limit: u64) -> Result<Vec<u8>, ClientError> {
        let full = self.root.join(path);
        let mut bytes = Vec::new();
        match fs::File::open(&full).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)) {
            Ok(length) if length as u64 <= limit => Ok(bytes),
            Ok(_) => Err(ClientError::Damaged {
                what: full.display().to_string(),
                why: format!("it is larger than {limit} bytes"),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ClientError::Damaged {
                what: self.root.display().to_string(),
                why: format!("the site lacks {path}; build it again"),
            }),
            Err(error) => Err(io_error(&full)(error)),
        }
    }

    fn label(&self, path: &str) -> String {
        self.root.join(path).display().to_string()
    }
}
