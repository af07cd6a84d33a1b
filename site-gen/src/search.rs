//! The search index: the same files for the terminal and the browser.

use ::search::{Listed, Packing};
use registry_index::{
    PackageName, Registry,
    wire::{self, SearchIndex},
};
use tempfile::TempDir;

use crate::{
    BuildError,
    engine::{ABSENT, MODULE},
    output::Output,
};

/// How many similar packages the page of a package shows.
const SIMILAR: usize = 4;

/// The index of a site.
pub(crate) struct Search {
    /// What a client must know of it.
    pub(crate) wire: SearchIndex,
    index: ::search::Index,
    /// Where it was built, and is read from as long as pages are made.
    _scratch: TempDir,
}

impl Search {
    /// The packages most like `name`.
    pub(crate) fn similar(&self, name: &PackageName) -> Result<Vec<PackageName>, BuildError> {
        let found = self.index.similar(name.as_str(), SIMILAR)?.hits.into_iter();
        Ok(found.filter_map(|hit| hit.name.parse().ok()).collect())
    }
}

/// Writes the index over all packages that can be chosen. `None` for a registry without any.
pub(crate) fn write(out: &Output<'_>, registry: &Registry) -> Result<Option<Search>, BuildError> {
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
    let scratch = out.scratch()?;
    if MODULE.is_none() {
        out.warn(format!(
            "the gallery cannot be searched in the browser: {}",
            ABSENT.trim()
        ));
    }
    let built = ::search::build_into(scratch.path(), documents)?;
    let paths = wire::Paths::default();
    let packing = Packing::default();
    let packed = ::search::pack(scratch.path(), &built, &packing, |digest, name, bytes| {
        out.put(&paths.search(digest, name), bytes)
    })?;
    Ok(Some(Search {
        wire: SearchIndex {
            digest: packed.digest,
            list: packed.list.into(),
        },
        index: ::search::Index::open(scratch.path())?,
        _scratch: scratch,
    }))
}
