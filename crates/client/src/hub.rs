//! Several registries at once: a name is looked up, a query is searched.

use registry_index::{
    PackageName,
    wire::{NameEntry, Package},
};

use crate::{
    ClientError, Location,
    source::{self, Source, World},
};

/// The registry that this program was built from.
pub const OWN: &str = "paracle";
/// The namespace in which short names are looked for.
const SHORT_NAMES: &str = "core";
/// How many near names a hint holds.
const NEAR: usize = 3;

mod by_url;
mod searching;

use by_url::Chain;
pub use searching::Searcher;

/// The registries that are asked, in order.
pub struct Hub {
    registries: Vec<Opened>,
    /// Registries that packages named by URL: known by nothing else, so neither searched nor looked up.
    named: Chain,
}

struct Opened {
    name: String,
    url: String,
    /// What it was opened from.
    location: String,
    source: Box<dyn Source>,
}

/// What a registry is known by in lock files. A site is known by the address it was asked at, whatever
/// it says of itself: else any site could pass for another.
fn address(location: &Location, source: &dyn Source) -> String {
    match location {
        Location::Http { url, .. } => url.to_string(),
        _ => source.config().url.clone(),
    }
}

fn is_newer(one: &Opened, other: &Opened) -> bool {
    one.source.config().updated > other.source.config().updated
}

/// A package and the registry that has it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The registry's name in the user's list.
    pub registry: String,
    /// The registry's canonical URL.
    pub url: String,
    /// The package.
    pub package: Package,
    /// The name that was asked for, where it was renamed.
    pub renamed_from: Option<PackageName>,
}

/// What became of a look-up.
#[derive(Debug)]
pub enum Lookup {
    /// Found.
    One(Box<Found>),
    /// Several packages could be meant: registry and full name of each.
    Ambiguous(Vec<(String, PackageName)>),
    /// None has that name; the nearest names that exist.
    Unknown(Vec<PackageName>),
}

/// One hit and the registry it is from.
#[derive(Clone, Debug)]
pub struct RegistryHit {
    /// The registry's name in the user's list.
    pub registry: String,
    /// The hit.
    pub hit: search::Hit,
}

/// What a search over all registries gave.
#[derive(Debug, Default)]
pub struct HubResults {
    /// Best first.
    pub hits: Vec<RegistryHit>,
    /// How many there are in all.
    pub total: usize,
    /// What the query was read as instead, where nothing matched as typed.
    pub corrected: Option<String>,
    /// No package has all the words; these have most of them.
    pub partial: bool,
    /// Registries that could not be searched, and why.
    pub failed: Vec<(String, ClientError)>,
}

impl Hub {
    /// Opens the registries of `list`. One that cannot be opened does not hide the others: what went
    /// wrong is given back beside the hub.
    pub fn open(list: &[(String, Location)], world: &World) -> (Self, Vec<(String, ClientError)>) {
        let mut registries: Vec<Opened> = Vec::new();
        let mut failed = Vec::new();
        for (name, location) in list {
            let opened = match location {
                Location::Embedded => source::own(world),
                other => source::open(other, world),
            };
            match opened {
                Ok(source) => {
                    let opened = Opened {
                        name: name.clone(),
                        url: address(location, source.as_ref()),
                        location: location.to_string(),
                        source,
                    };
                    let same = registries.iter_mut().find(|known| known.url == opened.url);
                    match same {
                        None => registries.push(opened),
                        // One registry, one name, however often it is listed; a copy on the user's own disk
                        // may be the newer. What came over a network never replaces another by a claim.
                        Some(known)
                            if matches!(location, Location::Folder(_))
                                && is_newer(&opened, known) =>
                        {
                            known.source = opened.source;
                        }
                        Some(_) => {}
                    }
                }
                Err(error) => failed.push((name.clone(), error)),
            }
        }
        let named = Chain::default();
        (Self { registries, named }, failed)
    }

    /// The registries, by the names the user gave them.
    pub fn registries(&self) -> impl Iterator<Item = (&str, &dyn Source)> {
        self.registries
            .iter()
            .map(|opened| (opened.name.as_str(), opened.source.as_ref()))
    }

    /// What the registries are known by in lock files, in the order of [`Hub::registries`].
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.registries.iter().map(|opened| opened.url.as_str())
    }

    /// The registry called `name`.
    pub fn registry(&self, name: &str) -> Option<&dyn Source> {
        self.registries()
            .find(|(known, _)| *known == name)
            .map(|(_, source)| source)
    }

    /// Looks up `namespace/name`, or a short name in `core`. A short name is never resolved to
    /// somebody else's package by itself, nor a full name to one of two registries.
    pub fn lookup(&self, text: &str) -> Result<Lookup, ClientError> {
        match text.parse::<PackageName>() {
            Ok(name) => self.lookup_full(&name),
            Err(_) => self.lookup_short(text),
        }
    }

    fn lookup_full(&self, name: &PackageName) -> Result<Lookup, ClientError> {
        let mut found = Vec::new();
        for opened in &self.registries {
            found.extend(find(opened, name)?);
        }
        match found.len() {
            0 => Ok(Lookup::Unknown(self.near(name.as_str())?)),
            1 => Ok(Lookup::One(Box::new(found.remove(0)))),
            _ => Ok(Lookup::Ambiguous(
                found
                    .into_iter()
                    .map(|f| (f.registry, f.package.name))
                    .collect(),
            )),
        }
    }

    fn lookup_short(&self, text: &str) -> Result<Lookup, ClientError> {
        // Only in the registry this program brings along: another one must not be able to answer for
        // `core` by having a namespace of that name.
        if let Ok(name) = format!("{SHORT_NAMES}/{text}").parse::<PackageName>()
            && let Some(own) = self.registries.iter().find(|opened| opened.name == OWN)
            && let Some(found) = find(own, &name)?
        {
            return Ok(Lookup::One(Box::new(found)));
        }
        let mut candidates = Vec::new();
        for (registry, source) in self.registries() {
            let named = source
                .names()?
                .into_iter()
                .filter(|entry| entry.name.name() == text);
            candidates.extend(named.map(|entry| (registry.to_owned(), entry.name)));
        }
        match candidates.is_empty() {
            true => Ok(Lookup::Unknown(self.near(text)?)),
            false => Ok(Lookup::Ambiguous(candidates)),
        }
    }

    /// The names most like `text`, best first.
    fn near(&self, text: &str) -> Result<Vec<PackageName>, ClientError> {
        let wanted = text.to_lowercase();
        let mut near: Vec<(usize, PackageName)> = Vec::new();
        for NameEntry { name, .. } in self.names()? {
            let whole = strsim::osa_distance(&wanted, name.as_str());
            let second =
                strsim::osa_distance(wanted.rsplit('/').next().unwrap_or(&wanted), name.name());
            near.push((whole.min(second), name));
        }
        near.retain(|(distance, name)| *distance <= 1.max(name.name().len() / 3));
        near.sort();
        near.dedup();
        Ok(near.into_iter().take(NEAR).map(|(_, name)| name).collect())
    }

    /// Every name of every registry, sorted.
    pub fn names(&self) -> Result<Vec<NameEntry>, ClientError> {
        let mut names = Vec::new();
        for (_, source) in self.registries() {
            names.extend(source.names()?);
        }
        names.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(names)
    }
}

/// `name` in one registry, by its new name where it was renamed.
fn find(opened: &Opened, name: &PackageName) -> Result<Option<Found>, ClientError> {
    let renamed = opened.source.config().renames.get(name);
    Ok(opened
        .source
        .package(renamed.unwrap_or(name))?
        .map(|package| Found {
            registry: opened.name.clone(),
            url: opened.url.clone(),
            package,
            renamed_from: renamed.map(|_| name.clone()),
        }))
}
