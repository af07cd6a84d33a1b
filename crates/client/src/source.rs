//! One registry, opened. Two ways to have one, behind one trait.
//!
//! [`Whole`] has everything at hand: the embedded snapshot, a checkout, a git clone.
//! [`Site`] reads a published site file by file: a folder, or http with a cache.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    time::{Duration, SystemTime},
};

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
mod searching;
mod site;
mod whole;

use newest::Newest;
pub use searching::SearchIndex;
pub use site::Site;
pub use whole::Whole;

/// How long a connection may be silent, unless the door says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Hears how many bytes of a file are there, and says whether to go on.
pub type Told<'a> = &'a (dyn Fn(u64) -> ControlFlow<()> + Sync);

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
    /// The time, for servers that ask to be left alone until a date.
    pub clock: fn() -> SystemTime,
    /// How long a connection may be silent; see [`PATIENCE`].
    pub patience: Duration,
}

/// A registry that can be asked, by several threads at once.
pub trait Source: Send + Sync {
    /// Its config.
    fn config(&self) -> &Config;

    /// Everything about one package, or `None` where the registry has no such package.
    fn package(&self, name: &PackageName) -> Result<Option<Package>, ClientError>;

    /// Every name, sorted.
    fn names(&self) -> Result<Vec<NameEntry>, ClientError>;

    /// Its search index.
    fn search(&self) -> Result<SearchIndex<'_>, ClientError>;

    /// The gzip bytes of a release's archive, proven by the record's digest.
    fn archive(&self, release: &Release) -> Result<Vec<u8>, ClientError>;

    /// The same for who keeps archives in another place ([`Archives`](crate::Archives)): what is fetched
    /// is not kept here, and `told` hears of its progress.
    fn download(&self, release: &Release, told: Told<'_>) -> Result<Vec<u8>, ClientError> {
        let bytes = self.archive(release)?;
        match told(bytes.len() as u64) {
            ControlFlow::Continue(()) => Ok(bytes),
            ControlFlow::Break(()) => Err(ClientError::Stopped),
        }
    }
}

/// Opens the registry at `location`. A git clone and a site's config are brought up to date on the
/// way, unless the world is offline.
pub fn open(location: &Location, world: &World) -> Result<Box<dyn Source>, ClientError> {
    Ok(match location {
        Location::Embedded => Box::new(embedded::open(world)?),
        Location::Folder(path) if path.join("index/config.json").is_file() => {
            Box::new(Site::open(folder::FolderFiles::new(path), &world.cache)?)
        }
        Location::Folder(path) => Box::new(checkout::open(path, world)?),
        Location::Git(url) => Box::new(checkout::clone(url, world)?),
        Location::Http { url, mirrors } => Box::new(http::open(url, mirrors, world)?),
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
