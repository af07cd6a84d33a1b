//! One registry, opened. Two ways to have one, behind one trait.
//!
//! [`Whole`] has everything at hand: the embedded snapshot, a checkout, a git clone.
//! [`Site`] reads a published site file by file: a folder, or http with a cache.

use std::path::PathBuf;

use registry_index::{
    PackageName,
    wire::{Config, NameEntry, Package, Release},
};

use crate::{ClientError, Location};

mod checkout;
mod embedded;
mod folder;
mod http;
mod newest;
mod search_cache;
mod site;
mod whole;

use newest::Newest;
pub use site::Site;
pub use whole::Whole;

/// What the door hands down: where the cache is, and whether the network may be used.
#[derive(Clone, Debug)]
pub struct World {
    /// The cache folder; it need not exist.
    pub cache: PathBuf,
    /// Nothing is fetched: a socket is never opened.
    pub offline: bool,
    /// What the git program is started with.
    pub git: git::Environment,
    /// Sent with every request.
    pub user_agent: String,
}

/// A registry that can be asked.
pub trait Source {
    /// Its config.
    fn config(&self) -> &Config;

    /// Everything about one package, or `None` where the registry has no such package.
    fn package(&self, name: &PackageName) -> Result<Option<Package>, ClientError>;

    /// Every name, sorted.
    fn names(&self) -> Result<Vec<NameEntry>, ClientError>;

    /// Its search index.
    fn search(&self) -> Result<search::Index, ClientError>;

    /// The gzip bytes of a release's archive, proven by the record's digest.
    fn archive(&self, release: &Release) -> Result<Vec<u8>, ClientError>;
}

/// Opens the registry at `location`. A git clone and a site's config are brought up to date on the
/// way, unless the world is offline.
pub fn open(location: &Location, world: &World) -> Result<Box<dyn Source>, ClientError> {
    Ok(match location {
        Location::Embedded => Box::new(embedded::open(world)?),
        Location::Folder(path) if path.join("index/config.json").is_file() => Box::new(Site::open(
            folder::FolderFiles::new(path),
            &world.cache,
            path.join("search").into(),
        )?),
        Location::Folder(path) => Box::new(checkout::open(path, world)?),
        Location::Git(url) => Box::new(checkout::clone(url, world)?),
        Location::Http(url) => Box::new(http::open(url, world)?),
    })
}

/// This program's own registry: the snapshot, or over it the copy that `registry update` fetched, where
/// that is newer. Opening it asks nobody.
pub(crate) fn own(world: &World) -> Result<Box<dyn Source>, ClientError> {
    let embedded = embedded::open(world)?;
    let url = url::Url::parse(&embedded.config().url).ok();
    let fetched = url.and_then(|url| http::open_kept(&url, world).ok());
    Ok(match fetched {
        Some(fetched) if fetched.config().updated > embedded.config().updated => {
            Box::new(Newest { fetched, embedded })
        }
        _ => Box::new(embedded),
    })
}
