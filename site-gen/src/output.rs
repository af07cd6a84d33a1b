//! Where files go: the writer, counted, and the warnings, collected.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use registry_index::{Digest, artifact::SiteWriter, blobs::Blobs};

use crate::{BuildError, Summary};

/// The site being written, from many threads.
pub(crate) struct Output<'a> {
    writer: &'a SiteWriter,
    blobs: &'a dyn Blobs,
    pages: AtomicUsize,
    files: AtomicUsize,
    bytes: AtomicU64,
    warnings: Mutex<Vec<String>>,
    addresses: Mutex<Vec<String>>,
}

impl<'a> Output<'a> {
    pub(crate) fn new(writer: &'a SiteWriter, blobs: &'a dyn Blobs) -> Self {
        Self {
            writer,
            blobs,
            pages: AtomicUsize::new(0),
            files: AtomicUsize::new(0),
            bytes: AtomicU64::new(0),
            warnings: Mutex::default(),
            addresses: Mutex::default(),
        }
    }

    /// A folder beside the site for what is made on the way.
    pub(crate) fn scratch(&self) -> Result<tempfile::TempDir, BuildError> {
        Ok(self.writer.scratch()?)
    }

    /// Writes a file.
    pub(crate) fn put(&self, path: &str, bytes: &[u8]) -> Result<(), BuildError> {
        self.writer.put(path, bytes)?;
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Writes the page at `address`, a path that ends with `/` or is empty, or the name of a file.
    pub(crate) fn page(&self, address: &str, html: &str) -> Result<(), BuildError> {
        self.pages.fetch_add(1, Ordering::Relaxed);
        if address.ends_with(".html") {
            return self.put(address, html.as_bytes());
        }
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        addresses.push(address.to_owned());
        drop(addresses);
        self.put(&format!("{address}index.html"), html.as_bytes())
    }

    /// A blob's bytes, or `None` and a warning that `what` (of whom) lacks it.
    pub(crate) fn blob(&self, digest: &Digest, what: &str) -> Result<Option<Vec<u8>>, BuildError> {
        let bytes = self.blobs.read(digest).map_err(|source| BuildError::Blob {
            what: what.to_owned(),
            source,
        })?;
        if bytes.is_none() {
            self.warn(format!(
                "{what}: the blob {} is not in the store",
                digest.short()
            ));
        }
        Ok(bytes)
    }

    /// Tells that something is missing from a page.
    pub(crate) fn warn(&self, warning: String) {
        self.warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(warning);
    }

    /// The addresses of all pages so far but those that no list should name; sorted.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        addresses.sort();
        addresses
    }

    pub(crate) fn summary(&self, packages: usize) -> Summary {
        let mut warnings = self
            .warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        warnings.sort();
        warnings.dedup();
        Summary {
            packages,
            pages: self.pages.load(Ordering::Relaxed),
            files: self.files.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            warnings,
        }
    }
}
