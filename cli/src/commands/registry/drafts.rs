//! Work in progress: sources below `templates/` that are not released as they stand.

use std::{collections::BTreeMap, io};

use registry_index::{
    Digest, Record, Registry, Source,
    blobs::{Blobs, FolderBlobs},
    record,
};

/// Drafts, and their blobs over those of the store.
pub(crate) struct Drafts {
    pub(crate) records: Vec<Record>,
    blobs: BTreeMap<Digest, Vec<u8>>,
    store: FolderBlobs,
}

impl Drafts {
    /// What of `sources` is not released in `registry` with the same content.
    pub(crate) fn of(sources: &[Source], registry: &Registry, store: FolderBlobs) -> Self {
        let mut drafts = Self {
            records: Vec::new(),
            blobs: BTreeMap::new(),
            store,
        };
        for source in sources {
            let Some(manifest) = &source.manifest else {
                continue;
            };
            let pin = record::Source {
                git: String::new(),
                rev: String::new(),
                path: source.folder.clone(),
            };
            // What cannot be packed is told by the check; it has no page.
            let Ok(described) = publish::describe(source, manifest, pin, "") else {
                continue;
            };
            let released = registry
                .packages
                .get(&manifest.name)
                .is_some_and(|package| {
                    let content_id = described.record.archive.content_id;
                    package
                        .releases
                        .iter()
                        .any(|release| release.record.archive.content_id == content_id)
                });
            if !released {
                drafts.blobs.extend(
                    described
                        .blobs
                        .into_iter()
                        .map(|blob| (Digest::of(&blob), blob)),
                );
                drafts.records.push(described.record);
            }
        }
        drafts
    }
}

impl Blobs for Drafts {
    fn read(&self, digest: &Digest) -> io::Result<Option<Vec<u8>>> {
        match self.blobs.get(digest) {
            Some(bytes) => Ok(Some(bytes.clone())),
            None => self.store.read(digest),
        }
    }
}
