//! The record: the immutable description of one release, written once by the release job.
//!
//! The same shape stands in the index as TOML and inside the published JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{component::ComponentKind, digest::Digest, manifest::Manifest};

/// The features of this format that this version knows. A record whose `needs` names another is
/// skipped by readers, with a hint to upgrade.
pub const KNOWN_FEATURES: &[&str] = &[];

/// `packages/<ns>/<name>/<version>.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(title = "record")]
pub struct Record {
    /// Version of this format: 1.
    pub format: u32,
    /// Features a reader must know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// When the registry took it: RFC 3339, UTC, whole seconds.
    pub published: String,
    /// Where its bytes come from.
    pub source: Source,
    /// Its archive.
    pub archive: Archive,
    /// Its README and the like, as blobs.
    pub documents: Documents,
    /// What an agent pays for it.
    pub cost: Cost,
    /// Its manifest as released.
    pub manifest: Manifest,
    /// What the checks found that it uses.
    #[serde(default)]
    pub found: Found,
    /// What it installs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ComponentSummary>,
    /// Every file of the archive, sorted by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileEntry>,
}

/// A pinned git source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// URL of the repository.
    pub git: String,
    /// The commit: 40 hex digits.
    pub rev: String,
    /// The package's folder in it.
    pub path: String,
}

/// The archive's two digests and lengths (bytes).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Archive {
    /// sha256 of the uncompressed tar.
    pub content_id: Digest,
    /// Length of the uncompressed tar.
    pub tar_length: u64,
    /// sha256 of the gzip bytes as served; the blob's name.
    pub digest: Digest,
    /// Length of the gzip bytes.
    pub length: u64,
}

/// A blob that a page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Blob {
    /// Its sha256.
    pub digest: Digest,
    /// Its length in bytes.
    pub length: u64,
}

/// What a page shows beside the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Documents {
    /// README.md.
    pub readme: Blob,
    /// CHANGELOG.md.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changelog: Option<Blob>,
    /// Files below `gallery/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Picture>,
}

/// A picture for the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Picture {
    /// Path in the package, below `gallery/`.
    pub path: String,
    /// The blob.
    #[serde(flatten)]
    pub blob: Blob,
}

/// Context cost in tokens, estimated at four bytes of text a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Cost {
    /// Loaded in every session: names and descriptions of skills, agents and workflows.
    pub always: u64,
    /// Loaded when used: the bodies.
    pub on_demand: u64,
}

/// What the checks found in the files, by kind of use. Sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Found {
    /// Hosts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network: Vec<Sighting>,
    /// Programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Sighting>,
    /// Environment variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<Sighting>,
    /// Files that run by themselves later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub self_running: Vec<String>,
}

/// One use and the files it was seen in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Sighting {
    /// A host, a program, a variable.
    pub value: String,
    /// Paths in the package, sorted.
    pub files: Vec<String>,
}

/// One component, as much of it as lists and plans show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentSummary {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ComponentKind,
    /// Its id in the project.
    pub id: String,
    /// Its title, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// One line on it, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A file of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileEntry {
    /// Path in the package.
    pub path: String,
    /// sha256 of its bytes.
    pub digest: Digest,
    /// Its length in bytes.
    pub length: u64,
    /// Whether its mode is 0755 rather than 0644.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub executable: bool,
}
