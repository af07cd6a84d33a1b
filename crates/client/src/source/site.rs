//! A published site, read file by file. Every file that is used is named by a digest that another file
//! stated, is checked against it, and is kept under it; the config is where that begins.

use std::{ops::ControlFlow, path::Path};

use registry_index::{
    Digest, PackageName,
    artifact::{Existing, write_file},
    blobs::{Blobs, FolderBlobs},
    wire::{self, Config, NameEntry, Package, Release, Shard},
};
use serde::de::DeserializeOwned;

use super::{SearchIndex, Source, Told};
use crate::ClientError;

/// Most bytes of a shard or of `names.json`.
const LIST_LIMIT: u64 = 64 << 20;
/// Most bytes of one package's file.
const PACKAGE_LIMIT: u64 = 16 << 20;
/// Most bytes of the search index's first file, unzipped …
const HOT_LIMIT: usize = 64 << 20;
/// … and of one of its pieces.
const PIECE_LIMIT: usize = 1 << 20;

/// How a site's files are had.
pub(super) trait Files: Send + Sync {
    /// `index/config.json`, brought up to date where that is possible.
    fn config(&self) -> Result<Vec<u8>, ClientError>;

    /// The file at `path`, proven.
    fn get(&self, path: &str, wanted: &Wanted<'_>) -> Result<Vec<u8>, ClientError>;

    /// What to call the file at `path` in a message: its URL or its path.
    fn label(&self, path: &str) -> String;

    /// The hosts that downloads may redirect to, once the config is known.
    fn allow_redirects_to(&mut self, _hosts: &[String]) {}
}

/// What is known of a file before it is had.
pub(super) struct Wanted<'a> {
    pub(super) digest: &'a Digest,
    /// Most bytes that it may have.
    pub(super) limit: u64,
    /// Its length, where that is known.
    pub(super) length: Option<u64>,
    /// Hears how much of it is there.
    pub(super) told: Told<'a>,
}

impl<'a> Wanted<'a> {
    /// A file of at most `limit` bytes that nobody is told about.
    fn quiet(digest: &'a Digest, limit: u64) -> Self {
        Self {
            digest,
            limit,
            length: None,
            told: &|_| ControlFlow::Continue(()),
        }
    }

    /// The error that other bytes are, of which `what` is the URL or the path.
    pub(super) fn differs(&self, what: String, got: &Digest) -> ClientError {
        let stated = self.digest;
        let why = format!("its digest is {got}, not {stated} as the registry states");
        ClientError::Damaged { what, why }
    }

    /// The error that more bytes are.
    pub(super) fn too_long(&self, what: String) -> ClientError {
        let why = format!("it is longer than the {} bytes it may have", self.limit);
        ClientError::Damaged { what, why }
    }
}

/// A site and what was read of it.
pub struct Site {
    files: Box<dyn Files>,
    config: Config,
    objects: FolderBlobs,
}

impl Site {
    pub(super) fn open(mut files: impl Files + 'static, cache: &Path) -> Result<Self, ClientError> {
        let label = files.label("index/config.json");
        let config: Config = read(&label, &files.config()?)?;
        if config.format != wire::FORMAT {
            let why = format!(
                "format {} is newer than this program; update paracle",
                config.format
            );
            return Err(ClientError::Damaged { what: label, why });
        }
        files.allow_redirects_to(&config.redirect_hosts);
        Ok(Self {
            files: Box::new(files),
            config,
            objects: FolderBlobs::new(cache.join("objects")),
        })
    }

    /// The file at `path`, whose digest another file stated: from the cache, or else fetched and kept.
    fn proven(&self, path: &str, wanted: &Wanted<'_>) -> Result<Vec<u8>, ClientError> {
        // A cache that cannot be read or written costs a download, not the answer.
        if let Ok(Some(bytes)) = self.objects.read(wanted.digest) {
            return Ok(bytes);
        }
        let bytes = self.files.get(path, wanted)?;
        let place = self.objects.path(wanted.digest);
        let _ = write_file(&place, &bytes, Existing::Replace);
        Ok(bytes)
    }

    /// Where a release's archive is, and what is known of it.
    fn archive_of<'a>(&self, release: &'a Release, told: Told<'a>) -> (String, Wanted<'a>) {
        let manifest = &release.record.manifest;
        let stated = &release.record.archive;
        // A record may state any length; an archive may not have any.
        let limit = stated.length.min(archive::Limits::default().compressed);
        let wanted = Wanted {
            digest: &stated.digest,
            limit,
            length: Some(stated.length),
            told,
        };
        let path = self.config.paths.archive(&manifest.name, &manifest.version);
        (path, wanted)
    }

    /// A file of the search index, proven and unzipped.
    fn search_file(
        &self,
        index: &wire::SearchIndex,
        name: &str,
        wanted: &Digest,
        limit: usize,
    ) -> Result<Vec<u8>, ClientError> {
        let path = self.config.paths.search(&index.digest, name);
        let bytes = self.proven(&path, &Wanted::quiet(wanted, limit as u64))?;
        search::unzipped(&bytes, limit).map_err(|error| ClientError::Damaged {
            what: self.files.label(&path),
            why: error.to_string(),
        })
    }
}

fn read<T: DeserializeOwned>(label: &str, bytes: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(bytes).map_err(|error| ClientError::Damaged {
        what: label.to_owned(),
        why: match bytes.trim_ascii_start().first() {
            Some(b'<') => "it is a web page, not the JSON that belongs there".into(),
            None => "it is empty".into(),
            _ => format!("it is not the JSON that belongs there ({error})"),
        },
    })
}

impl Source for Site {
    fn config(&self) -> &Config {
        &self.config
    }

    fn package(&self, name: &PackageName) -> Result<Option<Package>, ClientError> {
        let byte = wire::shard_of(name);
        let Some(digest) = self.config.shards.get(&byte) else {
            return Ok(None);
        };
        let path = self.config.paths.shard(&byte, digest);
        let shard: Shard = read(
            &self.files.label(&path),
            &self.proven(&path, &Wanted::quiet(digest, LIST_LIMIT))?,
        )?;
        let Some(digest) = shard.get(name) else {
            return Ok(None);
        };
        let path = self.config.paths.package(name, digest);
        let package: Package = read(
            &self.files.label(&path),
            &self.proven(&path, &Wanted::quiet(digest, PACKAGE_LIMIT))?,
        )?;
        let is_meant = |release: &Release| release.record.manifest.name == *name;
        if package.name != *name
            || package.releases.is_empty()
            || !package.releases.iter().all(is_meant)
        {
            let why = format!("it does not describe {name}");
            return Err(ClientError::Damaged {
                what: self.files.label(&path),
                why,
            });
        }
        Ok(Some(package))
    }

    fn names(&self) -> Result<Vec<NameEntry>, ClientError> {
        let path = "index/names.json";
        match &self.config.names {
            Some(digest) => read(
                &self.files.label(path),
                &self.proven(path, &Wanted::quiet(digest, LIST_LIMIT))?,
            ),
            // A very large registry publishes no list: names are then neither completed nor suggested.
            None => Ok(Vec::new()),
        }
    }

    fn search(&self) -> Result<SearchIndex<'_>, ClientError> {
        let Some(index) = &self.config.search else {
            let what = self.files.label("index/config.json");
            return Err(ClientError::Damaged {
                what,
                why: "the site has no search index".into(),
            });
        };
        if index.digest.parse::<Digest>().is_err() {
            let what = self.files.label("index/config.json");
            let why = format!("{:?} is no digest of a search index", index.digest);
            return Err(ClientError::Damaged { what, why });
        }
        let path = self.config.paths.search(&index.digest, search::DIGESTS);
        let list = self.proven(&path, &Wanted::quiet(&index.list, LIST_LIMIT))?;
        let digest = move |nth: usize| {
            let bytes: Option<&[u8; 32]> = list.chunks_exact(32).nth(nth)?.try_into().ok();
            bytes.map(|bytes| Digest::from(*bytes))
        };
        let unknown = |name: &str| ClientError::Damaged {
            what: self
                .files
                .label(&self.config.paths.search(&index.digest, name)),
            why: "the index states no digest for it".into(),
        };
        let first = digest(0).ok_or_else(|| unknown(search::HOT))?;
        let hot = self.search_file(index, search::HOT, &first, HOT_LIMIT)?;
        let piece = move |number: u32| {
            let name = format!("{number}.bin");
            let wanted = digest(number as usize + 1).ok_or_else(|| unknown(&name))?;
            self.search_file(index, &name, &wanted, PIECE_LIMIT)
        };
        let opened = search::Index::in_pieces(hot)?;
        Ok(SearchIndex::in_pieces(opened, Box::new(piece)))
    }

    fn archive(&self, release: &Release) -> Result<Vec<u8>, ClientError> {
        let (path, wanted) = self.archive_of(release, &|_| ControlFlow::Continue(()));
        self.proven(&path, &wanted)
    }

    fn download(&self, release: &Release, told: Told<'_>) -> Result<Vec<u8>, ClientError> {
        let (path, wanted) = self.archive_of(release, told);
        match self.objects.read(wanted.digest) {
            Ok(Some(bytes)) => Ok(bytes),
            _ => self.files.get(&path, &wanted),
        }
    }
}
