//! A registry's own folder, or a clone of its repository.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use registry_index::{
    Digest, Layout, Registry, Selection,
    blobs::{Blobs, FolderBlobs},
    load::{self, LoadError},
    wire::{Config, Package},
};

use super::{Whole, World};
use crate::{ClientError, error::io_error, filling};

pub(super) fn open(folder: &Path, world: &World) -> Result<Whole, ClientError> {
    let not_one = || ClientError::NotARegistry(folder.display().to_string());
    let layout = Layout::find(folder).map_err(|_| not_one())?;
    let loaded = load::load(&layout, &Selection::All).map_err(|error| match error {
        LoadError::Io { path, source } => ClientError::Io { path, source },
        LoadError::NotARegistry(_) => not_one(),
    })?;
    let registry = Registry::freeze(loaded).ok_or_else(|| ClientError::Damaged {
        what: layout.index().join("registry.toml").display().to_string(),
        why: "it cannot be read; `paracle registry check` says why".into(),
    })?;
    let config = Config::of(&registry);
    let packages = registry.packages.values().map(Package::from).collect();
    let store = FolderBlobs::new(world.cache.join("blobs"));
    let blobs = Proven {
        root: layout.root().to_owned(),
        registry,
        store,
        is_filled: Mutex::new(false),
    };
    Ok(Whole::new(config, packages, Box::new(blobs), &world.cache))
}

/// Clones `url` into the cache, or brings the clone up to date.
pub(super) fn clone(url: &str, world: &World) -> Result<Whole, ClientError> {
    let folder = world
        .cache
        .join("clones")
        .join(Digest::of(url.as_bytes()).short());
    if !world.offline {
        let parent = folder.parent().unwrap_or(&folder);
        std::fs::create_dir_all(parent).map_err(io_error(parent))?;
        // The user named this URL; whatever git itself would fetch from is theirs to name.
        let policy = git::UrlPolicy {
            http: true,
            file: true,
            ssh: true,
            hosts: Vec::new(),
        };
        git::remote::fetch(
            &git::Program::new(world.git.clone()),
            url,
            None,
            &folder,
            &policy,
        )
        .map_err(|error| ClientError::Unreachable {
            url: url.to_owned(),
            why: error.to_string(),
        })?;
    } else if !folder.is_dir() {
        return Err(ClientError::Offline(url.to_owned()));
    }
    open(&folder, world)
}

/// Blobs that are proven from the checkout or its history: all of them, once, when the first one is
/// asked for that the cache does not have.
struct Proven {
    root: std::path::PathBuf,
    registry: Registry,
    store: FolderBlobs,
    is_filled: Mutex<bool>,
}

impl Blobs for Proven {
    fn read(&self, digest: &Digest) -> std::io::Result<Option<Vec<u8>>> {
        if let Some(bytes) = self.store.read(digest)? {
            return Ok(Some(bytes));
        }
        {
            // Of several threads that miss a blob, one fills the store for all.
            let lock = self.is_filled.lock();
            let mut is_filled = lock.unwrap_or_else(PoisonError::into_inner);
            if !*is_filled {
                filling::fill(&self.root, &self.registry, &self.store)?;
                *is_filled = true;
            }
        }
        self.store.read(digest)
    }
}
