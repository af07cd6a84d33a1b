//! A registry of which everything is at hand.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use registry_index::{
    Digest, PackageName,
    blobs::Blobs,
    wire::{Config, NameEntry, Package, Release},
};

use super::{SearchIndex, Source, search_cache};
use crate::{ClientError, error::io_error};

/// Config, packages and blobs in memory or on this disk.
pub struct Whole {
    config: Config,
    packages: BTreeMap<PackageName, Package>,
    blobs: Box<dyn Blobs + Send>,
    cache: PathBuf,
}

impl Whole {
    /// A registry of `packages`; what it searches with is kept below `cache`.
    pub fn new(
        config: Config,
        packages: Vec<Package>,
        blobs: Box<dyn Blobs + Send>,
        cache: &Path,
    ) -> Self {
        let packages = packages
            .into_iter()
            .map(|package| (package.name.clone(), package))
            .collect();
        Self {
            config,
            packages,
            blobs,
            cache: cache.to_owned(),
        }
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, ClientError> {
        self.blobs.read(digest).map_err(io_error(&self.cache))
    }

    /// What tells one state of this registry from another.
    fn generation(&self) -> Digest {
        let mut text = String::new();
        for package in self.packages.values() {
            text.push_str(package.name.as_str());
            text.push_str(package.deprecated.as_deref().unwrap_or_default());
            for release in &package.releases {
                let archive = &release.record.archive.digest;
                text.push_str(&format!(" {archive}{}", release.is_current()));
            }
            text.push('\n');
        }
        Digest::of(text.as_bytes())
    }
}

impl Source for Whole {
    fn config(&self) -> &Config {
        &self.config
    }

    fn package(&self, name: &PackageName) -> Result<Option<Package>, ClientError> {
        Ok(self.packages.get(name).cloned())
    }

    fn names(&self) -> Result<Vec<NameEntry>, ClientError> {
        let latest = self.packages.values().map(Package::latest);
        Ok(latest
            .map(|release| NameEntry::of(&release.record.manifest))
            .collect())
    }

    fn search(&self) -> Result<SearchIndex<'_>, ClientError> {
        let index = search_cache::open_or_build(&self.cache, &self.generation(), || {
            let packages = self.packages.values().map(search::Listed::from);
            search::documents(packages, |record| {
                self.blob(&record.documents.readme.digest)
            })
        })?;
        Ok(index.into())
    }

    fn archive(&self, release: &Release) -> Result<Vec<u8>, ClientError> {
        let manifest = &release.record.manifest;
        self.blob(&release.record.archive.digest)?
            .ok_or_else(|| ClientError::MissingBlob {
                what: "archive",
                name: manifest.name.clone(),
                version: manifest.version.clone(),
            })
    }
}
