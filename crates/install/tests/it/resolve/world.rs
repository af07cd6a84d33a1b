//! Registries and questions that are written down, one line a fact; see `cases/`.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    error::Error,
    sync::LazyLock,
};

use install::resolve::{Locked, Question, Registries, Resolution, ResolveError, Want, resolve};
use registry_index::{
    PackageName,
    manifest::Dependency,
    testing::FakeRegistry,
    wire::{Package, Release},
};
use semver::{Version, VersionReq};

pub(crate) const HUB: &str = "https://hub.example/";
/// What the resolver does not look at is the same in all releases.
static TEMPLATE: LazyLock<Release> = LazyLock::new(|| {
    let registry = FakeRegistry::new().released("core/aa", "1.0.0").registry();
    Package::from(registry.packages.values().next().unwrap()).releases[0].clone()
});

/// Registries by URL, and what was asked of them.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) packages: BTreeMap<(String, PackageName), Package>,
    renames: BTreeMap<(String, PackageName), PackageName>,
    pub(crate) asked: RefCell<Vec<(String, PackageName)>>,
}

impl Registries for World {
    fn package(
        &self,
        url: &str,
        name: &PackageName,
    ) -> Result<Option<Package>, Box<dyn Error + Send + Sync>> {
        let asked = (url.to_owned(), name.clone());
        self.asked.borrow_mut().push(asked.clone());
        if url.contains("unreachable") {
            return Err("no route to host".into());
        }
        let name = self.renames.get(&asked).unwrap_or(name).clone();
        Ok(self.packages.get(&(url.to_owned(), name)).cloned())
    }
}

/// A release of `name` that needs nothing.
pub(crate) fn release(name: &str, version: &str) -> Release {
    let mut release = TEMPLATE.clone();
    release.record.manifest.name = name.parse().unwrap();
    release.record.manifest.version = version.parse().unwrap();
    release
}

impl World {
    pub(crate) fn put(&mut self, url: &str, release: Release) {
        let name = release.record.manifest.name.clone();
        self.named(url, name).releases.insert(0, release);
    }

    fn named(&mut self, url: &str, name: PackageName) -> &mut Package {
        let key = (url.to_owned(), name.clone());
        self.packages.entry(key).or_insert_with(|| Package {
            format: 1,
            name,
            owners: Vec::new(),
            deprecated: None,
            replaced_by: None,
            releases: Vec::new(),
            ratings: None,
        })
    }
}

/// A world, a question, and perhaps what comes of it.
#[derive(Default)]
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) wants: Vec<Want>,
    pub(crate) locked: Vec<Locked>,
    pub(crate) with: BTreeSet<(PackageName, PackageName)>,
    pub(crate) paracle: Option<Version>,
    pub(crate) not_after: Option<String>,
    pub(crate) prereleases: bool,
    pub(crate) expected: Option<String>,
}

impl Scene {
    pub(crate) fn parse(text: &str) -> Self {
        let mut scene = Self::default();
        let mut at = HUB.to_owned();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !line.starts_with('#') {
                scene.read(line, &mut at);
            }
        }
        scene
    }

    fn read(&mut self, line: &str, at: &mut String) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "at" => rest.clone_into(at),
            "pre" => self.prereleases = true,
            "not" => self.not_after = rest.strip_prefix("after ").map(str::to_owned),
            "paracle" => self.paracle = Some(rest.parse().unwrap()),
            "=>" => self.expected = Some(rest.to_owned()),
            "wants" => {
                let (name, range, from) = dependency(rest);
                self.wants.push(Want {
                    name,
                    registry: from.unwrap_or(at.clone()),
                    range,
                });
            }
            "locked" => {
                let (rest, from) = origin(rest);
                let (name, version) = rest.split_once(' ').unwrap();
                self.locked.push(Locked {
                    gives_way: false,
                    name: name.parse().unwrap(),
                    registry: from.unwrap_or(at.clone()),
                    version: version.parse().unwrap(),
                });
            }
            "with" => {
                let (who, what) = rest.split_once(' ').unwrap();
                self.with
                    .insert((who.parse().unwrap(), what.parse().unwrap()));
            }
            name => self.release(at, name, rest),
        }
    }

    fn release(&mut self, at: &str, name: &str, rest: &str) {
        let parsed: PackageName = name.parse().unwrap();
        if let Some(new) = rest.strip_prefix("is ") {
            let key = (at.to_owned(), parsed);
            self.world.renames.insert(key, new.parse().unwrap());
        } else if let Some(why) = rest.strip_prefix("deprecated ") {
            self.world.named(at, parsed).deprecated = Some(why.to_owned());
        } else if let Some(new) = rest.strip_prefix("replaced by ") {
            self.world.named(at, parsed).replaced_by = Some(new.parse().unwrap());
        } else {
            let mut clauses = rest.split("; ");
            let mut made = release(name, clauses.next().unwrap());
            for clause in clauses {
                say(&mut made, clause);
            }
            self.world.put(at, made);
        }
    }

    pub(crate) fn resolve(&self) -> Result<Resolution, ResolveError> {
        let question = Question {
            wants: self.wants.clone(),
            locked: self.locked.clone(),
            with: self.with.clone(),
            paracle: self.paracle.as_ref(),
            not_after: self.not_after.as_deref(),
            prereleases: self.prereleases,
        };
        resolve(&question, &self.world)
    }
}

fn say(release: &mut Release, clause: &str) {
    let (word, rest) = clause.split_once(' ').unwrap();
    let record = &mut release.record;
    match word {
        "needs" | "offers" => {
            let (name, version, registry) = dependency(rest);
            let dependency = Dependency {
                version,
                optional: word == "offers",
                registry,
            };
            record.manifest.dependencies.insert(name, dependency);
        }
        "yanked" => release.yanked = Some(rest.to_owned()),
        "revoked" => release.revoked = Some(rest.to_owned()),
        "published" => rest.clone_into(&mut record.published),
        "paracle" => record.manifest.paracle = Some(rest.parse().unwrap()),
        "feature" => record.needs.push(rest.to_owned()),
        other => panic!("{other:?} means nothing"),
    }
}

fn origin(text: &str) -> (&str, Option<String>) {
    match text.split_once(" from ") {
        Some((text, url)) => (text, Some(url.to_owned())),
        None => (text, None),
    }
}

fn dependency(text: &str) -> (PackageName, VersionReq, Option<String>) {
    let (text, from) = origin(text);
    let (name, range) = text.split_once(' ').unwrap();
    (name.parse().unwrap(), range.parse().unwrap(), from)
}

/// The packages of a resolution on one line, in its order.
pub(crate) fn chosen(resolution: &Resolution) -> String {
    let told = resolution.packages.iter().map(|package| {
        let from = match package.registry.as_str() {
            HUB => String::new(),
            other => format!(" from {other}"),
        };
        format!("{} {}{from}", package.name(), package.version())
    });
    told.collect::<Vec<_>>().join(", ")
}
