//! The hand-written files of an index: `registry.toml`, `namespaces/`, `package.toml`, `renames.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::At;

/// `registry.toml`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(title = "registry.toml")]
pub struct Registry {
    /// Version of this format: 1.
    pub format: At<u32>,
    /// The registry's short name.
    pub name: At<String>,
    /// What people call it.
    pub title: At<String>,
    /// Its canonical URL: where its site is published.
    pub url: At<String>,
    /// One sentence.
    pub description: Option<At<String>>,
    /// Where it is developed.
    pub forge: Option<Forge>,
    /// Category id to what people call it; a closed list.
    #[serde(default)]
    pub categories: BTreeMap<String, At<String>>,
    /// What it accepts.
    #[serde(default)]
    pub policies: Policies,
    /// Names nobody may take: a namespace, or a name in any namespace.
    #[serde(default)]
    pub reserved_names: Vec<At<String>>,
    /// Hosts of pinned sources, and hosts that downloads may redirect to.
    #[serde(default)]
    pub hosts: Vec<At<String>>,
    /// How people rate packages; nobody does where this is left out.
    pub ratings: Option<RatingPlace>,
}

/// `[ratings]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RatingPlace {
    /// `discussions`: one discussion of the forge a package. `pull-requests`: files in `ratings/`.
    pub from: At<String>,
    /// The category of those discussions; `Ratings` unless said.
    pub category: Option<At<String>>,
}

/// `[forge]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Forge {
    /// The git URL of the registry itself.
    pub repository: At<String>,
    /// The branch that proposals are for; `main` unless said.
    pub branch: Option<At<String>>,
    /// Client id for signing in by OAuth device flow.
    pub oauth_client_id: Option<At<String>>,
}

/// `[policies]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Policies {
    /// Limits on sizes.
    #[serde(default)]
    pub sizes: Sizes,
    /// Which licences are accepted.
    #[serde(default)]
    pub licences: Licences,
}

/// `[policies.sizes]`, all in bytes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Sizes {
    /// All files of one package; 4 MiB unless said, 64 MiB at most.
    pub package: Option<At<u64>>,
    /// One file; 8 MiB at most.
    pub file: Option<At<u64>>,
    /// A README.
    pub readme: Option<At<u64>>,
}

/// `[policies.licences]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Licences {
    /// Whether every licence that the OSI approved is accepted; true unless said.
    pub osi_approved: Option<bool>,
    /// SPDX ids accepted besides.
    #[serde(default)]
    pub also: Vec<At<String>>,
}

/// `namespaces/<ns>.toml`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(title = "namespaces/*.toml")]
pub struct Namespace {
    /// Version of this format: 1.
    pub format: At<u32>,
    /// Who may publish there, as `github:` and a numeric id.
    pub owners: Vec<At<String>>,
}

/// `packages/<ns>/<name>/package.toml`: what may change about a package.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(title = "package.toml")]
pub struct Entry {
    /// Version of this format: 1.
    pub format: At<u32>,
    /// Who may change it, as `github:` and a numeric id; empty means the namespace's owners.
    #[serde(default)]
    pub owners: Vec<At<String>>,
    /// Why it should not be chosen any more.
    pub deprecated: Option<At<String>>,
    /// What to use instead.
    pub replaced_by: Option<At<String>>,
    /// Versions not chosen any more.
    #[serde(default)]
    pub yanked: Vec<Withdrawn>,
    /// Versions refused everywhere.
    #[serde(default)]
    pub revoked: Vec<Withdrawn>,
}

/// `[[yanked]]` or `[[revoked]]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Withdrawn {
    /// The version.
    pub version: At<String>,
    /// Why, for people.
    pub reason: At<String>,
}

/// `packages/<ns>/<name>/request.toml`: the author keeps the sources in a repository of their own and
/// asks for one commit of it to be released. The next release overwrites it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(title = "request.toml")]
pub struct Request {
    /// Version of this format: 1.
    pub format: At<u32>,
    /// The version to be released; the manifest there has to say the same.
    pub version: At<String>,
    /// The author's repository.
    pub git: At<String>,
    /// A commit of 40 hex digits, reachable from a branch or tag of that repository.
    pub rev: At<String>,
    /// The package's folder in that repository; the repository's root where it is left out.
    pub path: Option<At<String>>,
}

/// `ratings/<ns>/<name>.toml`: what people think of a package, as it was taken from the forge.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(title = "ratings/*/*.toml")]
pub struct Ratings {
    /// Version of this format: 1.
    pub format: At<u32>,
    /// One a person.
    #[serde(default)]
    pub ratings: Vec<Rating>,
}

/// `[[ratings]]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Rating {
    /// Who, as `github:` and a numeric id.
    pub by: At<String>,
    /// What they were called when it was taken.
    pub login: At<String>,
    /// From 1 to 5.
    pub stars: At<u8>,
    /// The release that it is about.
    pub version: Option<At<String>>,
    /// The day, `YYYY-MM-DD`, UTC.
    pub date: At<String>,
    /// Markdown of at most 2,000 characters.
    pub review: Option<At<String>>,
}

/// `renames.toml`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(title = "renames.toml")]
pub struct Renames {
    /// Version of this format: 1.
    pub format: At<u32>,
    /// Old full name to new full name.
    #[serde(default)]
    pub renames: BTreeMap<String, At<String>>,
}
