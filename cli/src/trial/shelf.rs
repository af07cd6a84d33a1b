//! The draft and what it needs, with their bytes: what can be installed for trial.
//!
//! The draft stands in its registry as if it were released, so that it needs and is needed as it will be.

use std::{collections::BTreeMap, error::Error};

use archive::{Contents, Limits};
use install::resolve::{Question, Registries, Resolution, Want, resolve};
use registry_index::{
    Kind, Manifest, PackageName, Source, load, record, registry,
    rules::{Scene, TrialFault},
    wire::{Package, Release},
};
use semver::VersionReq;

use super::{Trials, note};

const MANIFEST: &str = "paracle.toml";

/// A release, the packages it needs, and what it holds.
pub(super) type Taken = (Release, Vec<PackageName>, Contents);

/// What was resolved, and the bytes of all of it.
pub(super) struct Shelf<'a> {
    /// The draft's own files.
    pub(super) source: &'a Source,
    /// Its name.
    pub(super) name: PackageName,
    /// What it mainly is.
    pub(super) kind: Kind,
    /// Canonical URL of the registry.
    pub(super) registry: String,
    /// What is installed, dependencies first, and what it holds.
    pub(super) chosen: Vec<Taken>,
}

impl<'a> Shelf<'a> {
    /// Resolves what `source` needs, in the registry of `scene` alone.
    pub(super) fn fill(
        trials: &Trials<'_>,
        source: &'a Source,
        scene: &Scene<'_>,
    ) -> Result<Self, TrialFault> {
        let untried = |why: String, help: &str| {
            note(
                MANIFEST,
                format!("it was not installed for trial: {why}"),
                help,
            )
        };
        let draft = Draft::of(source).map_err(|why| untried(why, ""))?;
        let (name, kind) = (draft.manifest.name.clone(), draft.manifest.kind);
        let shop = Shop::open(trials, scene, draft).map_err(|needed| {
            let help = "nothing to do; whoever installs it asks the registry that has it";
            untried(format!("{needed} is not at hand"), help)
        })?;
        let range = format!("={}", shop.draft.manifest.version);
        let want = Want {
            name: name.clone(),
            registry: scene.config.url.clone(),
            range: VersionReq::parse(&range).unwrap_or(VersionReq::STAR),
        };
        let question = Question {
            wants: vec![want],
            prereleases: true,
            ..Question::default()
        };
        // Why nothing goes together is said at length; the first line is what counts here.
        let resolution = resolve(&question, &shop).map_err(|error| {
            let why = error.to_string();
            let why = why.lines().next().unwrap_or_default().to_owned();
            untried(why, "widen the range of the dependency")
        })?;
        let chosen = shop.take(trials, scene, resolution).map_err(|needed| {
            let help =
                "nothing to do; the archive is somewhere else, and nothing is fetched for a trial";
            untried(format!("the archive of {needed} is not at hand"), help)
        })?;
        Ok(Self {
            source,
            name,
            kind,
            registry: scene.config.url.clone(),
            chosen,
        })
    }

    /// The manifest of the draft.
    pub(super) fn manifest(&self) -> Option<&Manifest> {
        self.source.manifest.as_ref()
    }
}

/// A source as the release that it would become.
struct Draft {
    manifest: Manifest,
    release: Release,
    contents: Contents,
}

impl Draft {
    fn of(source: &Source) -> Result<Self, String> {
        let manifest = source
            .manifest
            .as_ref()
            .ok_or("its manifest means nothing")?;
        let pin = record::Source {
            git: String::new(),
            rev: String::new(),
            path: source.folder.clone(),
        };
        let described = publish::describe(source, manifest, pin, "1970-01-01T00:00:00Z");
        let described = described.map_err(|refusal| refusal.to_string())?;
        // The archive is the last of its blobs.
        let gzip = described
            .blobs
            .last()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let contents = archive::read(gzip, &Limits::default());
        let contents = contents.map_err(|refusal| refusal.to_string())?;
        Ok(Self {
            manifest: manifest.clone(),
            release: Release {
                yanked: None,
                revoked: None,
                record: described.record,
            },
            contents,
        })
    }
}

/// What a registry would offer.
struct Shop {
    url: String,
    draft: Draft,
    packages: BTreeMap<PackageName, Package>,
    /// What others need that is not released yet.
    unreleased: BTreeMap<PackageName, Draft>,
}

impl Shop {
    /// The draft and everything that it needs, or the name of what nobody here has.
    fn open(trials: &Trials<'_>, scene: &Scene<'_>, draft: Draft) -> Result<Self, PackageName> {
        let mut shop = Self {
            url: scene.config.url.clone(),
            packages: BTreeMap::new(),
            unreleased: BTreeMap::new(),
            draft,
        };
        let own = shop.draft.manifest.name.clone();
        let mut package = released(scene, &own).unwrap_or_else(|| empty(&own));
        let version = shop.draft.release.version().clone();
        package
            .releases
            .retain(|release| *release.version() != version);
        package.releases.insert(0, shop.draft.release.clone());
        package
            .releases
            .sort_by(|a, b| b.version().cmp(a.version()));
        shop.packages.insert(own, package);
        let mut waiting = shop.needs(&shop.draft.manifest)?;
        while let Some(name) = waiting.pop() {
            if shop.packages.contains_key(&name) {
                continue;
            }
            let package = match released(scene, &name) {
                Some(package) => package,
                None => {
                    let draft = unreleased(trials, scene, &name).ok_or_else(|| name.clone())?;
                    let mut package = empty(&name);
                    package.releases.push(draft.release.clone());
                    shop.unreleased.insert(name.clone(), draft);
                    package
                }
            };
            for release in &package.releases {
                waiting.extend(shop.needs(&release.record.manifest)?);
            }
            shop.packages.insert(name, package);
        }
        Ok(shop)
    }

    /// What has to be there; what another registry has is not at hand.
    fn needs(&self, manifest: &Manifest) -> Result<Vec<PackageName>, PackageName> {
        let plain = |url: &str| url.trim_end_matches('/').to_owned();
        let needed = manifest.dependencies.iter();
        let needed = needed.filter(|(_, dependency)| !dependency.optional);
        needed
            .map(|(name, dependency)| match &dependency.registry {
                Some(url) if plain(url) != plain(&self.url) => Err(name.clone()),
                _ => Ok(name.clone()),
            })
            .collect()
    }

    fn take(
        self,
        trials: &Trials<'_>,
        scene: &Scene<'_>,
        resolution: Resolution,
    ) -> Result<Vec<Taken>, PackageName> {
        let taken = resolution.packages.into_iter().map(|resolved| {
            let name = resolved.name().clone();
            let contents = match self.unreleased.get(&name) {
                _ if name == self.draft.manifest.name => Some(self.draft.contents.clone()),
                Some(draft) => Some(draft.contents.clone()),
                None => (trials.stock)(&resolved.release, scene),
            };
            let contents = contents.ok_or(name)?;
            Ok((resolved.release, resolved.needs, contents))
        });
        taken.collect()
    }
}

impl Registries for Shop {
    fn package(
        &self,
        url: &str,
        name: &PackageName,
    ) -> Result<Option<Package>, Box<dyn Error + Send + Sync>> {
        let is_ours = url.trim_end_matches('/') == self.url.trim_end_matches('/');
        Ok(self.packages.get(name).filter(|_| is_ours).cloned())
    }
}

fn empty(name: &PackageName) -> Package {
    Package {
        format: registry_index::wire::FORMAT,
        name: name.clone(),
        owners: Vec::new(),
        deprecated: None,
        replaced_by: None,
        releases: Vec::new(),
        ratings: None,
    }
}

/// What the index says of `name`, by the name that it has now.
fn released(scene: &Scene<'_>, name: &PackageName) -> Option<Package> {
    let entries = scene.loaded.entries.iter().chain(&scene.loaded.needed);
    let entry = entries.into_iter().find(|entry| entry.name == *name)?;
    let package = registry::Package::of(entry.clone())?;
    Some(Package::from(&package))
}

/// The source of `name`, as what it will be released as.
fn unreleased(trials: &Trials<'_>, scene: &Scene<'_>, name: &PackageName) -> Option<Draft> {
    let read = scene
        .loaded
        .sources
        .iter()
        .find(|source| source.name().as_ref() == Some(name));
    if let Some(source) = read {
        return Draft::of(source).ok();
    }
    let unread = scene
        .loaded
        .unread
        .iter()
        .find(|unread| unread.name == *name)?;
    let (source, _) = load::read_package(trials.root?, &unread.folder).ok()?;
    Draft::of(&source).ok()
}
