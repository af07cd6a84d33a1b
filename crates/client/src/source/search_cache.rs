//! Search indexes that were built here, kept by the generation they were built from.

use std::{fs, path::Path};

use registry_index::Digest;
use search::SearchError;

use crate::{ClientError, error::io_error};

/// The index of `generation`, opened from the cache or built and kept there. Where the cache cannot
/// be written, the index is built in memory: searching must not need a writable disk.
pub(super) fn open_or_build<I>(
    cache: &Path,
    generation: &Digest,
    documents: impl Fn() -> I,
) -> Result<search::Index, ClientError>
where
    I: Iterator<Item = Result<search::Document, ClientError>>,
{
    let folder = cache.join("search");
    // Two versions of the program on one cache do not take turns at building.
    let folder = folder.join(format!("{}-{}", generation.short(), search::FORMAT));
    if let Ok(index) = search::Index::open(&folder) {
        return Ok(index);
    }
    match build(&folder, documents()) {
        Ok(()) => Ok(search::Index::open(&folder)?),
        Err(ClientError::Io { .. } | ClientError::Search(SearchError::Io { .. })) => {
            let documents = documents().collect::<Result<_, _>>()?;
            let files = search::build(documents)?.files;
            Ok(search::Index::from_files(files)?)
        }
        Err(other) => Err(other),
    }
}

/// Puts the index of `documents` at `folder`, all at once; a folder that is there already but could not
/// be opened is damaged and gives way.
fn build(
    folder: &Path,
    documents: impl Iterator<Item = Result<search::Document, ClientError>>,
) -> Result<(), ClientError> {
    let parent = folder.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(io_error(parent))?;
    let staging = tempfile::tempdir_in(parent).map_err(io_error(parent))?;
    search::build_into(staging.path(), documents)?;
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(io_error(folder))?;
    }
    let staged = staging.keep();
    let kept = fs::rename(&staged, folder);
    if kept.is_err() {
        // Another process was quicker; its index is as good as ours.
        fs::remove_dir_all(&staged).map_err(io_error(&staged))?;
    }
    match folder.is_dir() {
        true => Ok(()),
        false => kept.map_err(io_error(folder)),
    }
}
