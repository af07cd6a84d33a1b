//! What clients read: `/index/…`, `/dl/…` and `/search/…`, as [`registry_index::wire`] describes it.

use std::collections::BTreeMap;

use registry_index::{
    Digest, PackageName, Registry,
    registry::{Package, Status},
    wire::{self, NameEntry, Shard},
};

use crate::{BuildError, json, output::Output};

/// Above this many packages `names.json` is left out: it would be too big for what it is for.
const MOST_NAMES: usize = 100_000;

/// Writes a package's file and tells its digest and its bytes.
pub(crate) fn package(
    out: &Output<'_>,
    package: &Package,
) -> Result<(Digest, Vec<u8>), BuildError> {
    let bytes = json::compact("a package", &wire::Package::from(package))?;
    let digest = Digest::of(&bytes);
    out.put(
        &wire::Paths::default().package(&package.name, &digest),
        &bytes,
    )?;
    Ok((digest, bytes))
}

/// The archives of a package.
pub(crate) struct Archives {
    /// Versions whose archive is published.
    pub(crate) published: Vec<semver::Version>,
    /// The archive of the release that stands for the package.
    pub(crate) latest: Option<Vec<u8>>,
}

/// Publishes the archives of a package, byte for byte. One that was revoked is not.
pub(crate) fn archives(out: &Output<'_>, package: &Package) -> Result<Archives, BuildError> {
    let mut archives = Archives {
        published: Vec::new(),
        latest: None,
    };
    let latest = package.latest().version();
    for release in &package.releases {
        if matches!(release.status, Status::Revoked(_)) {
            continue;
        }
        let version = release.version();
        let what = format!("{} {version}: archive", package.name);
        let Some(bytes) = out.blob(&release.record.archive.digest, &what)? else {
            continue;
        };
        out.put(
            &wire::Paths::default().archive(&package.name, version),
            &bytes,
        )?;
        archives.published.push(version.clone());
        if version == latest {
            archives.latest = Some(bytes);
        }
    }
    Ok(archives)
}

/// Writes the shards, the names and, last, the configuration that names them.
pub(crate) fn write(
    out: &Output<'_>,
    registry: &Registry,
    packages: Vec<(PackageName, Digest)>,
    search: Option<wire::SearchIndex>,
) -> Result<(), BuildError> {
    let paths = wire::Paths::default();
    let count = packages.len();
    let mut shards: BTreeMap<String, Shard> = BTreeMap::new();
    for (name, digest) in packages {
        shards
            .entry(wire::shard_of(&name))
            .or_default()
            .insert(name, digest);
    }
    let mut digests = BTreeMap::new();
    for (byte, shard) in shards {
        let bytes = json::compact("a shard", &shard)?;
        let digest = Digest::of(&bytes);
        out.put(&paths.shard(&byte, &digest), &bytes)?;
        digests.insert(byte, digest);
    }
    let mut names_digest = None;
    if count <= MOST_NAMES {
        let bytes = json::compact("the names", &names(registry))?;
        names_digest = Some(Digest::of(&bytes));
        out.put("index/names.json", &bytes)?;
    }
    let config = wire::Config {
        shards: digests,
        names: names_digest,
        search,
        ..wire::Config::of(registry)
    };
    out.put(
        "index/config.json",
        &json::compact("the configuration", &config)?,
    )
}

fn names(registry: &Registry) -> Vec<NameEntry> {
    let latest = registry.packages.values().map(Package::latest);
    latest
        .map(|release| NameEntry::of(&release.record.manifest))
        .collect()
}
