//! The search index: the same files for the terminal and the browser.

use ::search::{Listed, Packing};
use registry_index::{
    Registry,
    wire::{self, SearchIndex},
};

use crate::{BuildError, output::Output};

/// Writes the index over all packages that can be chosen and tells what a client must know of it.
/// `None` for a registry without any.
pub(crate) fn write(
    out: &Output<'_>,
    registry: &Registry,
) -> Result<Option<SearchIndex>, BuildError> {
    let packages = registry.packages.values().map(Listed::from);
    let mut documents = ::search::documents(packages, |record| {
        let manifest = &record.manifest;
        let what = format!("{} {}: README", manifest.name, manifest.version);
        out.blob(&record.documents.readme.digest, &what)
    })
    .peekable();
    if documents.peek().is_none() {
        return Ok(None);
    }
    // Built on disk: in a large registry it is larger than all else that is in memory.
    let scratch = tempfile::tempdir().map_err(BuildError::Scratch)?;
    let built = ::search::build_into(scratch.path(), documents)?;
    let paths = wire::Paths::default();
    let packing = Packing::default();
    let packed = ::search::pack(scratch.path(), &built, &packing, |digest, name, bytes| {
        out.put(&paths.search(digest, name), bytes)
    })?;
    Ok(Some(SearchIndex {
        digest: packed.digest,
        list: packed.list.into(),
    }))
}
