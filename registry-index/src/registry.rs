//! The frozen, sorted whole: what every emitter and every client reads.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{
    load::{EntryFolder, Loaded},
    name::PackageName,
    rating::Ratings,
    raw,
    record::{KNOWN_FEATURES, Record},
};

/// A registry that was loaded and judged.
#[derive(Clone, Debug)]
pub struct Registry {
    /// What it says of itself.
    pub config: Config,
    /// By name. Every package has at least one release.
    pub packages: BTreeMap<PackageName, Package>,
    /// Old name to new name; one hop.
    pub renames: BTreeMap<PackageName, PackageName>,
}

/// `registry.toml` with its defaults filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Config {
    /// Short name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Canonical URL; ends with `/`.
    pub url: String,
    /// One sentence.
    pub description: String,
    /// The git URL of the registry itself, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The branch that proposals are for.
    #[serde(default = "main_branch")]
    pub branch: String,
    /// Client id for signing in by OAuth device flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth_client_id: Option<String>,
    /// How people rate packages.
    #[serde(default)]
    pub ratings: RatingPlace,
    /// Category id to what people call it.
    pub categories: BTreeMap<String, String>,
    /// Names nobody may take.
    pub reserved_names: Vec<String>,
    /// Hosts of pinned sources, and hosts that downloads may redirect to.
    pub hosts: Vec<String>,
    /// Most bytes of one package's files.
    pub package_size: u64,
    /// Most bytes of one file.
    pub file_size: u64,
    /// Most bytes of a README.
    pub readme_size: u64,
    /// Whether OSI-approved licences are accepted.
    pub osi_approved: bool,
    /// SPDX ids accepted besides.
    pub licences: Vec<String>,
}

/// How people rate packages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RatingPlace {
    /// They do not.
    #[default]
    Nowhere,
    /// One discussion of the forge a package, in this category.
    Discussions(String),
    /// Files in `ratings/`, by pull request.
    PullRequests,
}

impl RatingPlace {
    /// `None` where `from` is no place that is known.
    pub(crate) fn from_raw(raw: &raw::RatingPlace) -> Option<Self> {
        let category = raw.category.as_ref().map(|category| category.get().clone());
        match raw.from.as_str() {
            "discussions" => Some(Self::Discussions(
                category.unwrap_or_else(|| "Ratings".into()),
            )),
            "pull-requests" => Some(Self::PullRequests),
            _ => None,
        }
    }
}

fn main_branch() -> String {
    "main".into()
}

/// 4 MiB: what a public registry takes unless it says otherwise.
const PACKAGE_SIZE: u64 = 4 << 20;
/// 64 MiB: what no registry may exceed.
const PACKAGE_SIZE_CEILING: u64 = 64 << 20;
/// 8 MiB: what no file may exceed.
const FILE_SIZE_CEILING: u64 = 8 << 20;
/// 256 KiB of Markdown is a book, not a README.
const README_SIZE: u64 = 256 << 10;

impl Config {
    /// `raw` with its defaults.
    pub fn from_raw(raw: &raw::Registry) -> Self {
        let strings = |values: &[raw::At<String>]| values.iter().map(|v| v.get().clone()).collect();
        let size = |value: &Option<raw::At<u64>>, default: u64, ceiling: u64| {
            value
                .as_ref()
                .map_or(default, |size| *size.get())
                .min(ceiling)
        };
        let sizes = &raw.policies.sizes;
        let url = raw.url.get();
        let forge = raw.forge.as_ref();
        let branch = forge.and_then(|forge| forge.branch.as_ref());
        let client_id = forge.and_then(|forge| forge.oauth_client_id.as_ref());
        Self {
            name: raw.name.get().clone(),
            title: raw.title.get().clone(),
            url: if url.ends_with('/') {
                url.clone()
            } else {
                format!("{url}/")
            },
            description: raw
                .description
                .as_ref()
                .map_or_else(String::new, |d| d.get().clone()),
            repository: forge.map(|forge| forge.repository.get().clone()),
            branch: branch.map_or_else(main_branch, |branch| branch.get().clone()),
            oauth_client_id: client_id.map(|id| id.get().clone()),
            ratings: raw
                .ratings
                .as_ref()
                .and_then(RatingPlace::from_raw)
                .unwrap_or_default(),
            categories: raw
                .categories
                .iter()
                .map(|(id, title)| (id.clone(), title.get().clone()))
                .collect(),
            reserved_names: strings(&raw.reserved_names),
            hosts: strings(&raw.hosts),
            package_size: size(&sizes.package, PACKAGE_SIZE, PACKAGE_SIZE_CEILING),
            file_size: size(&sizes.file, FILE_SIZE_CEILING, FILE_SIZE_CEILING),
            readme_size: size(&sizes.readme, README_SIZE, FILE_SIZE_CEILING),
            osi_approved: raw.policies.licences.osi_approved.unwrap_or(true),
            licences: strings(&raw.policies.licences.also),
        }
    }
}

/// A package and its releases.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// Full name.
    pub name: PackageName,
    /// Numeric ids, as `github:583231`.
    pub owners: Vec<String>,
    /// Why it should not be chosen any more.
    pub deprecated: Option<String>,
    /// What to use instead.
    pub replaced_by: Option<PackageName>,
    /// Newest first; never empty.
    pub releases: Vec<Release>,
    /// What people think of it; absent where nobody has said.
    pub ratings: Option<Ratings>,
}

/// One release and what has become of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// Its record.
    pub record: Record,
    /// Whether it may be chosen.
    pub status: Status,
}

/// What has become of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It may be chosen.
    Current,
    /// Not chosen any more, still installed from a lock; why.
    Yanked(String),
    /// Refused everywhere; why.
    Revoked(String),
}

impl Release {
    /// Its version.
    pub fn version(&self) -> &Version {
        &self.record.manifest.version
    }
}

impl Package {
    /// What a folder of the index says of its package; `None` where it holds no release that may be used.
    pub fn of(entry: EntryFolder) -> Option<Self> {
        let written = entry.written.map(|written| written.value);
        let records = entry.records.into_values().rev();
        let records = records.map(|record| record.value).filter(|record| {
            let knows = |feature: &String| KNOWN_FEATURES.contains(&feature.as_str());
            record.needs.iter().all(knows) && record.manifest.name == entry.name
        });
        let releases: Vec<Release> = records
            .map(|record| Release {
                status: status(written.as_ref(), &record),
                record,
            })
            .collect();
        let strings = |values: &[raw::At<String>]| values.iter().map(|v| v.get().clone()).collect();
        let written = written.as_ref();
        (!releases.is_empty()).then(|| Self {
            name: entry.name,
            owners: written.map_or_else(Vec::new, |entry| strings(&entry.owners)),
            deprecated: written.and_then(|entry| Some(entry.deprecated.as_ref()?.get().clone())),
            replaced_by: written.and_then(|entry| entry.replaced_by.as_ref()?.get().parse().ok()),
            releases,
            ratings: None,
        })
    }

    /// The release that stands for the package: the newest that is neither withdrawn nor a
    /// prerelease, or the newest that is not withdrawn, or the newest.
    pub fn latest(&self) -> &Release {
        latest(
            &self.releases,
            |r| r.version(),
            |r| r.status == Status::Current,
        )
    }
}

/// Picks the release that stands for a package from `releases`, newest first and not empty.
pub(crate) fn latest<T>(
    releases: &[T],
    version: impl Fn(&T) -> &Version,
    is_current: impl Fn(&T) -> bool,
) -> &T {
    releases
        .iter()
        .find(|release| is_current(release) && version(release).pre.is_empty())
        .or_else(|| releases.iter().find(|release| is_current(release)))
        .unwrap_or(&releases[0])
}

impl Registry {
    /// Freezes what was read. What a reader must not use (an unknown `needs`, an unreadable record,
    /// a package without a release) is left out; the rules have told why.
    pub fn freeze(mut loaded: Loaded) -> Option<Self> {
        let config = Config::from_raw(&loaded.registry.as_ref()?.value);
        let mut ratings = rated(&loaded);
        let entries = std::mem::take(&mut loaded.entries);
        let packages = entries.into_iter().filter_map(Package::of);
        let packages = packages.map(|mut package| {
            package.ratings = ratings.remove(&package.name);
            (package.name.clone(), package)
        });
        let packages = packages.collect();
        let renames = loaded
            .renames
            .iter()
            .flat_map(|renames| &renames.value.renames)
            .filter_map(|(old, new)| Some((old.parse().ok()?, new.get().parse().ok()?)))
            .collect();
        Some(Self {
            config,
            packages,
            renames,
        })
    }
}

/// Who owns each package that `is_wanted`: those that it names, else those of its namespace.
pub fn owners(
    loaded: &Loaded,
    is_wanted: impl Fn(&PackageName) -> bool,
) -> BTreeMap<PackageName, Vec<String>> {
    let strings = |owners: &[raw::At<String>]| owners.iter().map(|o| o.get().clone()).collect();
    let entries = loaded.entries.iter().chain(&loaded.needed);
    let wanted = entries.filter(|entry| is_wanted(&entry.name));
    wanted
        .map(|entry| {
            let own = entry.written.as_ref().map(|written| &written.value.owners);
            let namespace = loaded.namespaces.get(entry.name.namespace());
            let owners = match own.filter(|owners| !owners.is_empty()) {
                Some(owners) => strings(owners),
                None => namespace.map_or_else(Vec::new, |all| strings(&all.value.owners)),
            };
            (entry.name.clone(), owners)
        })
        .collect()
}

/// What people think, for the packages that anybody has rated.
fn rated(loaded: &Loaded) -> BTreeMap<PackageName, Ratings> {
    let owners = owners(loaded, |name| loaded.ratings.contains_key(name));
    let rated = loaded.ratings.iter().map(|(name, written)| {
        let versions = loaded.listing.get(name).into_iter().flatten();
        let versions = versions.cloned().collect();
        let owners = owners.get(name).map(Vec::as_slice).unwrap_or_default();
        let ratings = Ratings::of(&written.value, &versions, owners);
        (name.clone(), ratings)
    });
    rated.filter(|(_, ratings)| ratings.count > 0).collect()
}

fn status(entry: Option<&raw::Entry>, record: &Record) -> Status {
    let version = record.manifest.version.to_string();
    let reason = |list: &[raw::Withdrawn]| {
        list.iter()
            .find(|w| *w.version.get() == version)
            .map(|w| w.reason.get().clone())
    };
    let Some(entry) = entry else {
        return Status::Current;
    };
    match (reason(&entry.revoked), reason(&entry.yanked)) {
        (Some(why), _) => Status::Revoked(why),
        (None, Some(why)) => Status::Yanked(why),
        (None, None) => Status::Current,
    }
}
