//! Filling a blob store from whatever proves a digest: the checkout, then git history.
//!
//! This file is also a module of the build script, which fills the embedded snapshot the same way.

use std::{io, path::Path};

use registry_index::{
    Digest, PackageName, Record, Registry, Source,
    blobs::{Blobs, FolderBlobs},
    load::{self, FileKind, SourceFile},
    raw::{self, UnknownKeys},
    record::Blob,
};

/// A blob that a record names and nothing at hand proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The package.
    pub name: PackageName,
    /// The release.
    pub version: String,
    /// "archive", "README.md", …
    pub what: String,
}

/// Packs a package: every file but those that are shown and not installed (`gallery/`, `tests/`).
pub fn pack(source: &Source) -> Result<archive::Packed, archive::Refusal> {
    archive::pack(
        source
            .files
            .iter()
            .filter(|file| is_packed(&file.path))
            .map(entry)
            .collect(),
    )
}

/// Whether a file of a package goes into its archive.
pub fn is_packed(path: &str) -> bool {
    !path.starts_with("gallery/") && !path.starts_with("tests/")
}

fn entry(file: &SourceFile) -> archive::Entry {
    archive::Entry {
        path: file.path.clone(),
        executable: file.executable,
        bytes: file.bytes.clone(),
    }
}

/// The package's folder `path` as it was at `commit`.
pub fn source_at(
    repository: &git::Repository,
    commit: &git::Commit,
    path: &str,
) -> Result<Source, git::GitError> {
    let mut files = Vec::new();
    for file in repository.files(commit, path)? {
        let (kind, bytes) = match file.mode {
            git::Mode::File | git::Mode::Executable => {
                (FileKind::Regular, repository.blob(&file.id)?)
            }
            git::Mode::Link => {
                let target = String::from_utf8_lossy(&repository.blob(&file.id)?).into_owned();
                (FileKind::Link(target), Vec::new())
            }
            git::Mode::Submodule => (FileKind::Other, Vec::new()),
        };
        let length = bytes.len() as u64;
        let executable = file.mode == git::Mode::Executable;
        files.push(SourceFile {
            path: file.path,
            bytes,
            length,
            executable,
            kind,
        });
    }
    Ok(load::source_of_files(path, files, &UnknownKeys::of::<raw::Manifest>()).0)
}

/// Fills `store` with the blobs of every release of `registry`, whose checkout is at `root`, and says
/// what is still missing. Reads no network.
pub fn fill(root: &Path, registry: &Registry, store: &FolderBlobs) -> io::Result<Vec<Missing>> {
    let repository = git::Repository::open(root).ok();
    for package in registry.packages.values() {
        for release in &package.releases {
            let record = &release.record;
            if is_full(record, store)? {
                continue;
            }
            if let Ok((source, _)) = load::read_package(root, &record.source.path) {
                keep_proven(&source, record, store)?;
            }
            if !is_full(record, store)?
                && let Some(source) = repository.as_ref().and_then(|git| in_history(git, record))
            {
                keep_proven(&source, record, store)?;
            }
        }
    }
    missing(registry, store)
}

/// The blobs that a release of `registry` names and `store` does not have.
pub fn missing(registry: &Registry, store: &FolderBlobs) -> io::Result<Vec<Missing>> {
    let mut missing = Vec::new();
    for package in registry.packages.values() {
        for release in &package.releases {
            let record = &release.record;
            for (what, digest) in wanted(record) {
                if store.read(&digest)?.is_none() {
                    let version = record.manifest.version.to_string();
                    missing.push(Missing {
                        name: package.name.clone(),
                        version,
                        what,
                    });
                }
            }
        }
    }
    Ok(missing)
}

fn in_history(repository: &git::Repository, record: &Record) -> Option<Source> {
    let commit = repository.resolve(&record.source.rev).ok()?;
    source_at(repository, &commit, &record.source.path).ok()
}

/// What a record names: its archive, its README and the like.
pub fn wanted(record: &Record) -> Vec<(String, Digest)> {
    let documents = &record.documents;
    let mut wanted = vec![
        ("archive".to_owned(), record.archive.digest),
        ("README.md".to_owned(), documents.readme.digest),
    ];
    wanted.extend(
        documents
            .changelog
            .iter()
            .map(|blob| ("CHANGELOG.md".to_owned(), blob.digest)),
    );
    wanted.extend(
        documents
            .pictures
            .iter()
            .map(|p| (p.path.clone(), p.blob.digest)),
    );
    wanted
}

/// Whether `store` has all that `record` names.
pub fn is_full(record: &Record, store: &FolderBlobs) -> io::Result<bool> {
    for (_, digest) in wanted(record) {
        if store.read(&digest)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Keeps of `source` what has a digest that `record` names.
pub fn keep_proven(source: &Source, record: &Record, store: &FolderBlobs) -> io::Result<()> {
    if let Ok(packed) = pack(source)
        && Digest::from(packed.gzip_digest.0) == record.archive.digest
    {
        store.write(&packed.gzip)?;
    }
    let documents = &record.documents;
    let keep = |path: &str, blob: &Blob| match source.file(path) {
        Some(file) if Digest::of(&file.bytes) == blob.digest => store.write(&file.bytes).map(drop),
        _ => Ok(()),
    };
    keep("README.md", &documents.readme)?;
    if let Some(blob) = &documents.changelog {
        keep("CHANGELOG.md", blob)?;
    }
    documents
        .pictures
        .iter()
        .try_for_each(|picture| keep(&picture.path, &picture.blob))
}
