//! What was looked up: each package of each registry once, kept for as long as the question lasts.

use std::{
    cell::{Cell, Ref, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use registry_index::{
    PackageName,
    wire::{Package, Release},
};
use semver::Version;

use super::{Locked, Registries, error::ResolveError};

/// No project needs as many; a registry that invents names without end is stopped here.
const MOST_PACKAGES: usize = 10_000;

/// The project, or a package by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Node(u32);

impl Node {
    pub(super) const PROJECT: Self = Self(0);
}

impl std::fmt::Display for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A package as one registry has it.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) name: PackageName,
    pub(super) deprecated: Option<String>,
    pub(super) replaced_by: Option<PackageName>,
    /// Oldest first.
    pub(super) releases: Vec<Release>,
    /// The release that the lock holds, as an index.
    locked: Cell<Option<u32>>,
    /// Whether that release gives way to a newer one.
    gives_way: Cell<bool>,
    /// A release that the lock holds and that is not here.
    gone: RefCell<Option<Version>>,
}

impl Listed {
    fn of(package: Package) -> Self {
        let mut releases = package.releases;
        releases.sort_by(|one, other| one.version().cmp(other.version()));
        releases.dedup_by(|later, first| later.version() == first.version());
        Self {
            name: package.name,
            deprecated: package.deprecated,
            replaced_by: package.replaced_by,
            releases,
            locked: Cell::new(None),
            gives_way: Cell::new(false),
            gone: RefCell::new(None),
        }
    }

    fn note_lock(&self, locked: &Locked) {
        let version = &locked.version;
        let found = self
            .releases
            .binary_search_by(|release| release.version().cmp(version));
        self.gives_way.set(locked.gives_way);
        match found {
            Ok(index) => self.locked.set(u32::try_from(index).ok()),
            Err(_) => *self.gone.borrow_mut() = Some(version.clone()),
        }
    }

    pub(super) fn release(&self, index: u32) -> &Release {
        &self.releases[index as usize]
    }

    pub(super) fn locked(&self) -> Option<u32> {
        self.locked.get()
    }

    /// The release that the lock holds, where it is to be kept.
    pub(super) fn kept(&self) -> Option<u32> {
        self.locked.get().filter(|_| !self.gives_way.get())
    }

    pub(super) fn gone(&self) -> Option<Version> {
        self.gone.borrow().clone()
    }
}

/// See the module.
pub(super) struct Shelf<'a> {
    registries: &'a dyn Registries,
    locked: BTreeMap<(&'a str, &'a PackageName), &'a Locked>,
    held: RefCell<Held>,
}

#[derive(Default)]
struct Held {
    /// By node, less one.
    names: Vec<PackageName>,
    nodes: BTreeMap<PackageName, Node>,
    /// By number.
    urls: Vec<String>,
    numbers: BTreeMap<String, u32>,
    asked: BTreeMap<(u32, PackageName), Node>,
    listed: BTreeMap<(Node, u32), Option<Rc<Listed>>>,
}

impl Held {
    fn number(&mut self, url: &str) -> u32 {
        if let Some(number) = self.numbers.get(url) {
            return *number;
        }
        let number = self.urls.len() as u32;
        self.urls.push(url.to_owned());
        self.numbers.insert(url.to_owned(), number);
        number
    }

    fn node(&mut self, name: &PackageName) -> Node {
        if let Some(node) = self.nodes.get(name) {
            return *node;
        }
        self.names.push(name.clone());
        let node = Node(self.names.len() as u32);
        self.nodes.insert(name.clone(), node);
        node
    }
}

impl<'a> Shelf<'a> {
    pub(super) fn new(registries: &'a dyn Registries, locked: &'a [Locked]) -> Self {
        let locked = locked
            .iter()
            .map(|locked| ((locked.registry.as_str(), &locked.name), locked));
        Self {
            registries,
            locked: locked.collect(),
            held: RefCell::default(),
        }
    }

    /// The package that `name` stands for in the registry at `url`, and the registry's number;
    /// whether it exists is what [`Shelf::listed`] says.
    pub(super) fn find(&self, url: &str, name: &PackageName) -> Result<(Node, u32), ResolveError> {
        let number = self.held.borrow_mut().number(url);
        let asked = (number, name.clone());
        if let Some(node) = self.held.borrow().asked.get(&asked) {
            return Ok((*node, number));
        }
        if self.held.borrow().asked.len() >= MOST_PACKAGES {
            return Err(ResolveError::TooMuch {
                what: "packages are needed than any project has",
            });
        }
        let answer = self.registries.package(url, name);
        let answer = answer.map_err(|source| ResolveError::LookUp {
            name: name.clone(),
            registry: url.to_owned(),
            source,
        })?;
        if let Some(package) = &answer {
            check(url, package)?;
        }
        let held = &mut *self.held.borrow_mut();
        let node = match answer {
            None => {
                let node = held.node(name);
                held.listed.entry((node, number)).or_insert(None);
                node
            }
            Some(package) => {
                let node = held.node(&package.name);
                let now = (number, package.name.clone());
                let listed = held.listed.entry((node, number)).or_insert(None);
                let listed = listed.get_or_insert_with(|| Rc::new(Listed::of(package)));
                for name in [&listed.name, name] {
                    if let Some(locked) = self.locked.get(&(url, name)) {
                        listed.note_lock(locked);
                    }
                }
                held.asked.insert(now, node);
                node
            }
        };
        held.asked.insert(asked, node);
        Ok((node, number))
    }

    /// What the registry with `number` has of a package; `None` where it has no such package.
    pub(super) fn listed(&self, node: Node, number: u32) -> Option<Rc<Listed>> {
        self.held.borrow().listed.get(&(node, number))?.clone()
    }

    /// How many packages are known.
    pub(super) fn known(&self) -> u64 {
        self.held.borrow().names.len() as u64
    }

    pub(super) fn name(&self, node: Node) -> PackageName {
        self.held.borrow().names[node.0 as usize - 1].clone()
    }

    pub(super) fn url(&self, number: u32) -> Ref<'_, str> {
        Ref::map(self.held.borrow(), |held| &*held.urls[number as usize])
    }
}

/// Whether an answer is about one package, and about at least one release of it.
fn check(url: &str, package: &Package) -> Result<(), ResolveError> {
    let stranger = package
        .releases
        .iter()
        .map(|release| &release.record.manifest.name)
        .find(|name| **name != package.name);
    let what = match stranger {
        Some(stranger) => format!("it holds a release of {stranger}"),
        None if package.releases.is_empty() => "it holds no release".to_owned(),
        None if package.releases.len() > u32::MAX as usize => "it holds too many".to_owned(),
        None => return Ok(()),
    };
    Err(ResolveError::Answer {
        name: package.name.clone(),
        registry: url.to_owned(),
        what,
    })
}
