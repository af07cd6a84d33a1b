//! A fetched copy of this program's own registry over the snapshot inside it.

use registry_index::{
    PackageName,
    wire::{Config, NameEntry, Package, Release},
};

use super::{SearchIndex, Site, Source, Told, Whole};
use crate::ClientError;

/// The fetched copy answers; what it cannot have just now (offline, or the site has moved on) the
/// snapshot may have.
pub(super) struct Newest {
    pub(super) fetched: Site,
    pub(super) embedded: Whole,
}

impl Source for Newest {
    fn config(&self) -> &Config {
        self.fetched.config()
    }

    fn package(&self, name: &PackageName) -> Result<Option<Package>, ClientError> {
        match (self.fetched.package(name), self.embedded.package(name)?) {
            (Err(_), Some(older)) => Ok(Some(older)),
            (answer, _) => answer,
        }
    }

    fn names(&self) -> Result<Vec<NameEntry>, ClientError> {
        self.fetched.names().or_else(|_| self.embedded.names())
    }

    fn search(&self) -> Result<SearchIndex<'_>, ClientError> {
        match self.fetched.search() {
            Ok(fetched) => Ok(fetched.or(Box::new(|| self.embedded.search()))),
            Err(_) => self.embedded.search(),
        }
    }

    fn archive(&self, release: &Release) -> Result<Vec<u8>, ClientError> {
        self.embedded
            .archive(release)
            .or_else(|_| self.fetched.archive(release))
    }

    fn download(&self, release: &Release, told: Told<'_>) -> Result<Vec<u8>, ClientError> {
        match self.embedded.download(release, told) {
            Err(ClientError::MissingBlob { .. }) => self.fetched.download(release, told),
            answer => answer,
        }
    }
}
