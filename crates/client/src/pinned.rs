//! Filling a blob store from the pinned sources of releases: the only filling that uses the network.

use std::fs;

use registry_index::{Digest, PackageName, Registry, blobs::FolderBlobs};

use crate::{ClientError, World, error::io_error, filling};

/// Fetches the pinned commit of every release that lacks a blob and keeps what its record proves.
/// Returns the sources that could not be had.
pub fn fill(
    registry: &Registry,
    store: &FolderBlobs,
    world: &World,
) -> Result<Vec<(PackageName, ClientError)>, ClientError> {
    let mut failed = Vec::new();
    for package in registry.packages.values() {
        for release in &package.releases {
            let record = &release.record;
            if filling::is_full(record, store).map_err(io_error(store.folder()))? {
                continue;
            }
            // The hosts a registry allows are its rules' business; here only the scheme counts.
            let policy = git::UrlPolicy::default();
            let fetched = fetch(&record.source, world, &policy).and_then(|folder| {
                let repository = git::Repository::open(&folder)?;
                let commit = repository.resolve(&record.source.rev)?;
                Ok(filling::source_at(
                    &repository,
                    &commit,
                    &record.source.path,
                )?)
            });
            match fetched {
                Ok(source) => filling::keep_proven(&source, record, store)
                    .map_err(io_error(store.folder()))?,
                Err(error) => failed.push((package.name.clone(), error)),
            }
        }
    }
    Ok(failed)
}

/// The folder of the commit that `source` pins, with its files: one a commit, kept in the cache, since
/// many packages are released from one.
///
/// # Errors
/// [`ClientError::Git`] with what git says; [`ClientError::Damaged`] for what is no commit.
pub fn fetch(
    source: &registry_index::record::Source,
    world: &World,
    policy: &git::UrlPolicy,
) -> Result<std::path::PathBuf, ClientError> {
    let key = Digest::of(format!("{} {}", source.git, source.rev).as_bytes());
    let folder = world.cache.join("sources").join(key.short());
    if !folder.is_dir() {
        let parent = folder.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).map_err(io_error(parent))?;
        let commit = source.rev.parse().map_err(|_| ClientError::Damaged {
            what: source.git.clone(),
            why: format!("{:?} is not a commit", source.rev),
        })?;
        git::remote::fetch_commit(
            &git::Program::new(world.git.clone()),
            &source.git,
            &commit,
            &folder,
            policy,
        )?;
    }
    Ok(folder)
}
