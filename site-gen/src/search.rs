//! The search index: the same files for the terminal and, later, the browser.

use std::collections::BTreeMap;

use ::search::Listed;
use registry_index::{
    Digest, Registry,
    wire::{self, SearchFile, SearchIndex},
};

use crate::{BuildError, output::Output};

/// Writes the index over all packages that can be chosen and tells what a client must know of it.
pub(crate) fn write(
    out: &Output<'_>,
    registry: &Registry,
) -> Result<Option<SearchIndex>, BuildError> {
    let packages = registry.packages.values().map(Listed::from);
    let documents = ::search::documents(packages, |record| {
        let manifest = &record.manifest;
        let what = format!("{} {}: README", manifest.name, manifest.version);
        out.blob(&record.documents.readme.digest, &what)
    })?;
    if documents.is_empty() {
        return Ok(None);
    }
    let built = ::search::build(documents)?;
    let paths = wire::Paths::default();
    let mut files = BTreeMap::new();
    for (name, bytes) in built.files {
        out.put(&paths.search(&built.digest, &name), &bytes)?;
        let file = SearchFile {
            length: bytes.len() as u64,
            digest: Digest::of(&bytes),
        };
        files.insert(name, file);
    }
    Ok(Some(SearchIndex {
        digest: built.digest,
        files,
    }))
}
