//! Do dependencies exist, and are there cycles? Which version of each is chosen is the installer's
//! question, not this one.

use std::collections::{BTreeMap, VecDeque};

use semver::{Version, VersionReq};

use crate::{
    load::{EntryFolder, Loaded, Source, Unread},
    manifest,
    name::PackageName,
    raw,
};

/// Every package of a registry, released or only kept as a source, and what they need.
#[derive(Debug)]
pub struct Packages<'a> {
    packages: BTreeMap<PackageName, Package<'a>>,
    renames: BTreeMap<PackageName, PackageName>,
}

/// What is known of one package.
#[derive(Debug, Default)]
pub struct Package<'a> {
    /// Its versions in the index, oldest first.
    pub released: &'a [Version],
    /// Its folder in the index, where that was read.
    pub entry: Option<&'a EntryFolder>,
    /// Its source, where that was read; the first by folder where there are several.
    pub source: Option<&'a Source>,
    /// What is known of its source, where that was not read.
    pub unread: Option<&'a Unread>,
    /// The version that its source states, read whole or not, or that its author asks to be released.
    pub source_version: Option<Version>,
}

impl Package<'_> {
    /// Whether some version that may be chosen, or the one its source will become, fits `range`.
    /// Withdrawn versions are known only where the package's folder was read.
    pub fn has_version(&self, range: &VersionReq) -> bool {
        let current = |version: &&Version| !self.is_withdrawn(version);
        self.released
            .iter()
            .filter(current)
            .chain(&self.source_version)
            .any(|version| range.matches(version))
    }

    /// Whether `version` was yanked or revoked.
    pub fn is_withdrawn(&self, version: &Version) -> bool {
        let Some(written) = self.entry.and_then(|entry| entry.written.as_ref()) else {
            return false;
        };
        let text = version.to_string();
        let withdrawn = written.value.yanked.iter().chain(&written.value.revoked);
        withdrawn.into_iter().any(|w| *w.version.get() == text)
    }

    /// What it needs of its own registry: by its source, else by its latest release.
    fn needs(&self) -> Vec<PackageName> {
        if let Some(written) = self.source.and_then(|source| source.written.as_ref()) {
            let own = |dependency: &raw::Dependency| match dependency {
                raw::Dependency::Range(_) => true,
                raw::Dependency::Detailed(more) => more.registry.is_none(),
            };
            let dependencies = written.value.dependencies.iter();
            return dependencies
                .filter(|(_, dependency)| own(dependency.get()))
                .filter_map(|(name, _)| name.parse().ok())
                .collect();
        }
        if let Some(unread) = self.unread {
            return unread.needs.clone();
        }
        let latest = self
            .entry
            .and_then(|entry| entry.records.values().next_back());
        let Some(latest) = latest else {
            return Vec::new();
        };
        let own = |dependency: &manifest::Dependency| dependency.registry.is_none();
        let dependencies = latest.value.manifest.dependencies.iter();
        dependencies
            .filter(|(_, dependency)| own(dependency))
            .map(|(name, _)| name.clone())
            .collect()
    }
}

impl<'a> Packages<'a> {
    /// The packages of what was read.
    pub fn of(loaded: &'a Loaded) -> Self {
        let mut packages: BTreeMap<PackageName, Package<'a>> = BTreeMap::new();
        for (name, versions) in &loaded.listing {
            packages.entry(name.clone()).or_default().released = versions;
        }
        for entry in loaded.needed.iter().chain(&loaded.entries) {
            let package = packages.entry(entry.name.clone()).or_default();
            package.source_version = entry.requested();
            package.entry = Some(entry);
        }
        for unread in &loaded.unread {
            let package = packages.entry(unread.name.clone()).or_default();
            package.source_version = unread.version.clone();
            package.unread = Some(unread);
        }
        for source in &loaded.sources {
            if let Some(name) = source.name() {
                let package = packages.entry(name).or_default();
                if package.source.is_none() {
                    package.source = Some(source);
                    package.source_version = source.version();
                }
            }
        }
        let renames = loaded
            .renames
            .iter()
            .flat_map(|renames| &renames.value.renames)
            .filter_map(|(old, new)| Some((old.parse().ok()?, new.get().parse().ok()?)))
            .collect();
        Self { packages, renames }
    }

    /// The package called `name`.
    pub fn get(&self, name: &PackageName) -> Option<&Package<'a>> {
        self.packages.get(name)
    }

    /// What `name` is called now, where it was renamed.
    pub fn renamed(&self, name: &PackageName) -> Option<&PackageName> {
        self.renames.get(name)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &PackageName> {
        self.packages.keys()
    }

    /// One cycle of each knot of packages that need each other: the shortest through its first name,
    /// in the order in which they need each other. `[a]` is a package that needs itself.
    pub fn cycles(&self) -> Vec<Vec<PackageName>> {
        let names: Vec<&PackageName> = self.packages.keys().collect();
        let at: BTreeMap<&PackageName, usize> = names
            .iter()
            .enumerate()
            .map(|(at, name)| (*name, at))
            .collect();
        let needs: Vec<Vec<usize>> = self
            .packages
            .values()
            .map(|package| {
                let needed = package.needs().into_iter();
                needed.filter_map(|name| at.get(&name).copied()).collect()
            })
            .collect();
        let mut cycles: Vec<Vec<usize>> = knots(&needs)
            .into_iter()
            .filter_map(|knot| shortest_cycle(&needs, &knot))
            .collect();
        cycles.sort();
        let name_all = |cycle: Vec<usize>| cycle.into_iter().map(|at| names[at].clone()).collect();
        cycles.into_iter().map(name_all).collect()
    }
}

/// The strongly connected components of a graph. Tarjan's algorithm, with a stack of its own: a
/// chain of a hundred thousand packages must not overflow ours.
fn knots(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut is_open = vec![false; edges.len()];
    let (mut open, mut knots, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..edges.len() {
        let mut path = Vec::new();
        if index[root] == UNSEEN {
            path.push((root, 0));
        }
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                (index[node], low[node]) = (next, next);
                next += 1;
                open.push(node);
                is_open[node] = true;
            } else {
                let child = edges[node][edge - 1];
                if is_open[child] {
                    low[node] = low[node].min(low[child]);
                }
            }
            if let Some(&child) = edges[node].get(edge) {
                path.push((node, edge + 1));
                if index[child] == UNSEEN {
                    path.push((child, 0));
                }
                continue;
            }
            if low[node] == index[node] {
                let start = open.iter().rposition(|&n| n == node).unwrap_or(0);
                let knot = open.split_off(start);
                knot.iter().for_each(|&n| is_open[n] = false);
                knots.push(knot);
            }
        }
    }
    knots
}

/// The shortest way from the least node of `knot` back to it, if there is one.
fn shortest_cycle(edges: &[Vec<usize>], knot: &[usize]) -> Option<Vec<usize>> {
    let first = *knot.iter().min()?;
    if edges[first].contains(&first) {
        return Some(vec![first]);
    }
    let mut members: BTreeMap<usize, Option<usize>> = knot.iter().map(|&n| (n, None)).collect();
    let mut waiting = VecDeque::from([first]);
    while let Some(node) = waiting.pop_front() {
        for &child in &edges[node] {
            if child == first {
                let mut cycle = vec![node];
                let mut at = node;
                while let Some(&Some(parent)) = members.get(&at) {
                    cycle.push(parent);
                    at = parent;
                }
                cycle.reverse();
                return Some(cycle);
            }
            if let Some(parent @ None) = members.get_mut(&child) {
                *parent = Some(node);
                waiting.push_back(child);
            }
        }
    }
    // A knot of one node, or one whose least node needs nobody in it, is no cycle.
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeRegistry;

    fn cycles(registry: &FakeRegistry) -> Vec<String> {
        let loaded = registry.loaded();
        let cycles = Packages::of(&loaded).cycles();
        let join = |cycle: &Vec<PackageName>| {
            let names: Vec<_> = cycle.iter().map(PackageName::as_str).collect();
            names.join(" ")
        };
        cycles.iter().map(join).collect()
    }

    #[test]
    fn every_knot_gives_its_shortest_cycle() {
        let registry = FakeRegistry::new()
            .package("core/aa", |p| p.dependency("core/bb", "1"))
            .package("core/bb", |p| {
                p.dependency("core/cc", "1").dependency("core/aa", "1")
            })
            .package("core/cc", |p| p.dependency("core/aa", "1"))
            .package("core/self", |p| p.dependency("core/self", "1"))
            .package("core/leaf", |p| p)
            .package("core/user", |p| p.dependency("core/aa", "1"))
            .released_with("core/xx", "1.0.0", |p| p.dependency("core/yy", "1"))
            .released_with("core/yy", "1.0.0", |p| p.dependency("core/xx", "1"))
            .released("core/yy", "0.9.0");
        assert_eq!(
            cycles(&registry),
            ["core/aa core/bb", "core/self", "core/xx core/yy"]
        );
    }

    #[test]
    fn a_long_chain_does_not_overflow_the_stack() {
        let count = 200_000;
        let mut edges: Vec<Vec<usize>> = (1..count).map(|next| vec![next]).collect();
        edges.push(vec![0]);
        let knots = knots(&edges);
        assert_eq!(knots.len(), 1);
        assert_eq!(
            shortest_cycle(&edges, &knots[0]).map(|c| c.len()),
            Some(count)
        );
    }
}
