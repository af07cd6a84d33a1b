//! A published registry in memory, and a world to read it in.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use client::{
    Archives, ClientError, Location, Source, World,
    source::{self, PATIENCE},
};
use registry_index::{
    Digest, PackageName,
    load::SourceFile,
    record,
    testing::FakeRegistry,
    wire::{Config, NameEntry, Package, Release, Shard, shard_of},
};
use tempfile::TempDir;

use crate::server::Server;

/// Text that does not compress, so that sizes on the wire mean something.
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

pub(crate) fn pack(files: &[SourceFile]) -> (Vec<u8>, record::Archive) {
    let entries = files.iter().map(|file| archive::Entry {
        path: file.path.clone(),
        executable: file.executable,
        bytes: file.bytes.clone(),
    });
    let packed = archive::pack(entries.collect()).unwrap();
    let described = record::Archive {
        content_id: packed.content_id.0.into(),
        tar_length: packed.tar_len,
        digest: packed.gzip_digest.0.into(),
        length: packed.gzip.len() as u64,
    };
    (packed.gzip, described)
}

/// `acme/big`, whose archive has 1 MiB, and eight small packages `acme/part-…`.
pub(crate) fn registry() -> FakeRegistry {
    let big = FakeRegistry::new()
        .packed_by(pack)
        .released_with("acme/big", "1.0.0", |package| {
            package.file("project/noise.bin", noise(1 << 20, 1))
        })
        .renamed("acme/large", "acme/big");
    "abcdefgh".chars().fold(big, |registry, letter| {
        let name = format!("acme/part-{letter}");
        registry.released_with(&name, "1.0.0", |package| {
            package.file("project/noise.bin", noise(20 << 10, u64::from(letter)))
        })
    })
}

/// The files that are published of `registry`.
pub(crate) fn published(registry: &FakeRegistry) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let frozen = registry.registry();
    let mut config = Config::of(&frozen);
    let mut shards: BTreeMap<String, Shard> = BTreeMap::new();
    let mut names = Vec::new();
    for package in frozen.packages.values().map(Package::from) {
        let bytes = serde_json::to_vec(&package).unwrap();
        let digest = Digest::of(&bytes);
        files.insert(config.paths.package(&package.name, &digest), bytes);
        names.push(NameEntry::of(&package.latest().record.manifest));
        let shard = shards.entry(shard_of(&package.name)).or_default();
        shard.insert(package.name.clone(), digest);
        for release in &package.releases {
            let path = config.paths.archive(&package.name, release.version());
            let stated = release.record.archive.digest;
            let blob = registry.blobs().all().find(|b| Digest::of(b) == stated);
            files.insert(path, blob.unwrap().to_vec());
        }
    }
    for (byte, shard) in shards {
        let bytes = serde_json::to_vec(&shard).unwrap();
        let digest = Digest::of(&bytes);
        files.insert(config.paths.shard(&byte, &digest), bytes);
        config.shards.insert(byte, digest);
    }
    let names = serde_json::to_vec(&names).unwrap();
    config.names = Some(Digest::of(&names));
    files.insert("index/names.json".into(), names);
    let config = serde_json::to_vec(&config).unwrap();
    files.insert("index/config.json".into(), config);
    files
}

/// A cache of its own, and a clock that stands still.
pub(crate) struct Place {
    scratch: TempDir,
}

/// 2026-01-02T03:04:05Z.
fn clock() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            scratch: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.scratch.path().join(path)
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.path("cache")
    }

    pub(crate) fn world(&self) -> World {
        World {
            cache: self.cache(),
            offline: false,
            git: git::Environment {
                path: env::var_os("PATH").unwrap_or_default(),
                home: None,
                more: Vec::new(),
            },
            user_agent: "test".into(),
            clock,
            patience: PATIENCE,
        }
    }

    pub(crate) fn offline(&self) -> World {
        World {
            offline: true,
            ..self.world()
        }
    }

    pub(crate) fn archives(&self) -> Archives {
        Archives::new(&self.cache())
    }

    pub(crate) fn open(&self, server: &Server) -> Box<dyn Source> {
        self.open_with(server, &[])
    }

    pub(crate) fn open_with(&self, server: &Server, mirrors: &[&Server]) -> Box<dyn Source> {
        source::open(&self.location(server, mirrors), &self.world()).unwrap()
    }

    pub(crate) fn location(&self, server: &Server, mirrors: &[&Server]) -> Location {
        let mirrors = mirrors.iter().map(|mirror| mirror.url.as_str());
        Location::parse(&server.url, Path::new("/"))
            .unwrap()
            .with_mirrors(mirrors)
            .unwrap()
    }

    /// The files in the cache below `folder`, sorted.
    pub(crate) fn cached(&self, folder: &str) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut waiting = vec![self.cache().join(folder)];
        while let Some(next) = waiting.pop() {
            for entry in fs::read_dir(&next).into_iter().flatten() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => waiting.push(path),
                    false => files.push(path),
                }
            }
        }
        files.sort();
        files
    }
}

pub(crate) fn name(text: &str) -> PackageName {
    text.parse().unwrap()
}

/// The one release of `package`.
pub(crate) fn release(source: &dyn Source, package: &str) -> Release {
    let found = source.package(&name(package)).unwrap();
    found.unwrap().releases.remove(0)
}

/// The error, and what it says.
pub(crate) fn said<T>(result: Result<T, ClientError>) -> String {
    match result {
        Ok(_) => panic!("it worked"),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            let hint = error.hint().unwrap_or_default();
            format!("{error}: {} ({hint})", cause.unwrap_or_default())
        }
    }
}
