//! The published JSON: what a client reads from a site. Only ever gains optional fields.
//!
//! ```text
//! /index/config.json                         Config: the one mutable file, a few kilobytes
//! /index/shards/<xx>-<digest>.json           Shard: package name -> digest of its file
//! /index/packages/<ns>/<name>-<digest>.json  Package: all a client needs of one package
//! /index/names.json                          Vec<NameEntry>: for completion
//! ```

use std::collections::BTreeMap;

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    kind::Kind,
    manifest::Manifest,
    name::PackageName,
    rating::Ratings,
    record::Record,
    registry::{self, Status},
};

/// The version of everything in here.
pub const FORMAT: u32 = 1;

/// `/index/config.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Config {
    /// [`FORMAT`].
    pub format: u32,
    /// Short name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Canonical URL; ends with `/`. Identifies the registry in lock files.
    pub url: String,
    /// When the newest release of all was published (RFC 3339, UTC): of two copies of one registry,
    /// the one with the later date is the newer. Empty for a registry without packages.
    #[serde(default)]
    pub updated: String,
    /// Number of packages.
    pub packages: u64,
    /// Path templates, relative to the site's root.
    pub paths: Paths,
    /// Hosts besides the site's own that a download may be redirected to.
    #[serde(default)]
    pub redirect_hosts: Vec<String>,
    /// Digest of the shard of each first byte of sha256(name); absent where the shard is empty.
    pub shards: BTreeMap<String, Digest>,
    /// Digest of `/index/names.json`; absent above 100,000 packages, as that file is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Digest>,
    /// The search index, by digest; absent where the site has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchIndex>,
    /// Old name to new name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub renames: BTreeMap<PackageName, PackageName>,
    /// `registry.toml` with its defaults, for those who want to contribute: where to, and what a
    /// package is checked against before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<registry::Config>,
}

impl Config {
    /// The config of `registry`, without shards and search index yet.
    pub fn of(registry: &registry::Registry) -> Self {
        let published = registry
            .packages
            .values()
            .flat_map(|package| &package.releases);
        Self {
            format: FORMAT,
            name: registry.config.name.clone(),
            title: registry.config.title.clone(),
            url: registry.config.url.clone(),
            updated: published
                .map(|r| r.record.published.clone())
                .max()
                .unwrap_or_default(),
            packages: registry.packages.len() as u64,
            paths: Paths::default(),
            redirect_hosts: registry.config.hosts.clone(),
            shards: BTreeMap::new(),
            names: None,
            search: None,
            renames: registry.renames.clone(),
            policies: Some(registry.config.clone()),
        }
    }
}

/// Path templates; `{…}` is filled in by the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paths {
    /// `{byte}`, `{digest}`.
    pub shard: String,
    /// `{name}`, `{digest}`.
    pub package: String,
    /// `{name}`, `{version}`.
    pub archive: String,
    /// `{digest}`, `{file}`.
    pub search: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            shard: "index/shards/{byte}-{digest}.json".into(),
            package: "index/packages/{name}-{digest}.json".into(),
            archive: "dl/{name}/{version}.tar.gz".into(),
            search: "search/{digest}/{file}".into(),
        }
    }
}

impl Paths {
    /// A shard's path; `byte` is the first byte of sha256(name) as two hex digits.
    pub fn shard(&self, byte: &str, digest: &Digest) -> String {
        self.shard
            .replace("{byte}", byte)
            .replace("{digest}", &digest.to_string())
    }

    /// A package file's path.
    pub fn package(&self, name: &PackageName, digest: &Digest) -> String {
        self.package
            .replace("{name}", name.as_str())
            .replace("{digest}", &digest.to_string())
    }

    /// An archive's path.
    pub fn archive(&self, name: &PackageName, version: &Version) -> String {
        self.archive
            .replace("{name}", name.as_str())
            .replace("{version}", &version.to_string())
    }

    /// A search index file's path.
    pub fn search(&self, digest: &str, file: &str) -> String {
        self.search
            .replace("{digest}", digest)
            .replace("{file}", file)
    }
}

/// Which search index belongs to this generation: `/search/<digest>/…`, see `docs/search.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SearchIndex {
    /// Names its folder: 64 hex digits.
    pub digest: String,
    /// sha256 of `pieces.bin` in it, which holds the sha256 of all its other files.
    pub list: Digest,
}

/// `/index/shards/<xx>-<digest>.json`.
pub type Shard = BTreeMap<PackageName, Digest>;

/// The shard that `name` belongs to: the first byte of sha256(name), as two hex digits.
pub fn shard_of(name: &PackageName) -> String {
    format!("{:02x}", Digest::of(name.as_str().as_bytes()).first_byte())
}

/// `/index/packages/<ns>/<name>-<digest>.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Package {
    /// [`FORMAT`].
    pub format: u32,
    /// Full name.
    pub name: PackageName,
    /// Numeric ids, as `github:583231`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// Why it should not be chosen any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// What to use instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<PackageName>,
    /// Newest first; never empty.
    pub releases: Vec<Release>,
    /// What people think of it; absent where nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratings: Option<Ratings>,
}

/// One release: its record, and what has become of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// Why it is not chosen any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yanked: Option<String>,
    /// Why it is refused everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
    /// The record.
    #[serde(flatten)]
    pub record: Record,
}

impl Release {
    /// Whether it may be chosen.
    pub fn is_current(&self) -> bool {
        self.yanked.is_none() && self.revoked.is_none()
    }

    /// Its version.
    pub fn version(&self) -> &Version {
        &self.record.manifest.version
    }
}

impl Package {
    /// The release that stands for the package; see [`registry::Package::latest`].
    pub fn latest(&self) -> &Release {
        registry::latest(&self.releases, |r| r.version(), Release::is_current)
    }

    /// The release with this version.
    pub fn release(&self, version: &Version) -> Option<&Release> {
        self.releases
            .iter()
            .find(|release| release.version() == version)
    }
}

impl From<&registry::Package> for Package {
    fn from(package: &registry::Package) -> Self {
        let releases = package
            .releases
            .iter()
            .map(|release| {
                let (yanked, revoked) = match &release.status {
                    Status::Current => (None, None),
                    Status::Yanked(why) => (Some(why.clone()), None),
                    Status::Revoked(why) => (None, Some(why.clone())),
                };
                Release {
                    yanked,
                    revoked,
                    record: release.record.clone(),
                }
            })
            .collect();
        Self {
            format: FORMAT,
            name: package.name.clone(),
            owners: package.owners.clone(),
            deprecated: package.deprecated.clone(),
            replaced_by: package.replaced_by.clone(),
            releases,
            ratings: package.ratings.clone(),
        }
    }
}

/// One line of `/index/names.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NameEntry {
    /// Full name.
    pub name: PackageName,
    /// What it is.
    pub kind: Kind,
    /// One line.
    pub summary: String,
    /// The version that stands for it.
    pub latest: Version,
}

impl NameEntry {
    /// The line of a package, by the manifest of the release that stands for it.
    pub fn of(manifest: &Manifest) -> Self {
        Self {
            name: manifest.name.clone(),
            kind: manifest.kind,
            summary: manifest.summary.clone(),
            latest: manifest.version.clone(),
        }
    }
}
