//! What was chosen, in the order of need, and what is to be told of it.

use std::collections::{BTreeMap, BTreeSet};

use registry_index::PackageName;
use semver::Version;

use super::{
    Note, Offered, Resolution, Resolved, Why,
    error::ResolveError,
    fit::{Verdict, is_inside},
    graph::{Edge, edges},
    shelf::{Listed, Node, Shelf},
    solve::Terms,
    versions::At,
};

struct Outcome<'s, 'a> {
    shelf: &'s Shelf<'a>,
    terms: &'s Terms<'a>,
    chosen: &'s BTreeMap<Node, At>,
    /// Of the project and of each chosen release.
    edges: BTreeMap<Node, Vec<Edge>>,
    present: BTreeSet<PackageName>,
    notes: BTreeMap<(PackageName, usize), Note>,
}

pub(super) fn outcome(
    shelf: &Shelf<'_>,
    terms: &Terms<'_>,
    chosen: &BTreeMap<Node, At>,
) -> Result<Resolution, ResolveError> {
    let mut all = BTreeMap::new();
    let mut wanted: BTreeMap<Node, Vec<Edge>> = BTreeMap::new();
    let project = (Node::PROJECT, At::new(0, 0));
    for (node, at) in chosen.iter().map(|(n, a)| (*n, *a)).chain([project]) {
        let edges = edges(shelf, terms, node, at)?;
        for edge in &edges {
            wanted.entry(edge.node).or_default().push(edge.clone());
        }
        all.insert(node, edges);
    }
    let mut outcome = Outcome {
        shelf,
        terms,
        chosen,
        edges: all,
        present: chosen.keys().map(|node| shelf.name(*node)).collect(),
        notes: BTreeMap::new(),
    };
    let mut packages = Vec::new();
    for node in outcome.in_order() {
        if let Some(listed) = outcome.listed(node) {
            outcome.note(node, &listed, &wanted[&node])?;
            packages.push(outcome.resolved(node, &listed));
        }
    }
    outcome.note_names();
    outcome.note_not_offered();
    Ok(Resolution {
        packages,
        notes: outcome.notes.into_values().collect(),
    })
}

impl Outcome<'_, '_> {
    fn listed(&self, node: Node) -> Option<std::rc::Rc<Listed>> {
        self.shelf.listed(node, self.chosen.get(&node)?.registry())
    }

    /// Depth first by name: each package after what it needs. Without recursion, as a chain of
    /// needs may be long.
    fn in_order(&self) -> Vec<Node> {
        let by_name = |nodes: BTreeSet<Node>| {
            let mut nodes: Vec<Node> = nodes.into_iter().collect();
            nodes.sort_by_key(|node| std::cmp::Reverse(self.shelf.name(*node)));
            nodes
        };
        let mut order = Vec::new();
        let mut entered = BTreeSet::new();
        let mut rest: Vec<(Node, bool)> = Vec::new();
        let all = by_name(self.chosen.keys().copied().collect());
        rest.extend(all.into_iter().map(|node| (node, false)));
        while let Some((node, left)) = rest.pop() {
            if left {
                order.push(node);
            } else if entered.insert(node) {
                rest.push((node, true));
                let needs = self.edges[&node].iter().map(|edge| edge.node);
                let needs = by_name(needs.collect());
                rest.extend(needs.into_iter().map(|node| (node, false)));
            }
        }
        order
    }

    fn resolved(&self, node: Node, listed: &Listed) -> Resolved {
        let at = self.chosen[&node];
        let release = listed.release(at.index()).clone();
        let registry = self.shelf.url(at.registry()).to_owned();
        let edges = &self.edges[&node];
        let others = edges.iter().filter(|edge| edge.node != node);
        let needs: BTreeSet<_> = others.map(|edge| self.shelf.name(edge.node)).collect();
        let optional = release.record.manifest.dependencies.iter();
        let offered = optional
            .filter(|(name, dependency)| dependency.optional && !self.present.contains(*name))
            .filter(|(name, _)| !edges.iter().any(|edge| edge.written == **name))
            .map(|(name, dependency)| Offered {
                name: name.clone(),
                registry: dependency.registry.clone().unwrap_or(registry.clone()),
                range: dependency.version.clone(),
            })
            .collect();
        Resolved {
            registry,
            release,
            deprecated: listed.deprecated.clone(),
            replaced_by: listed.replaced_by.clone(),
            needs: needs.into_iter().collect(),
            offered,
        }
    }

    fn tell(&mut self, name: &PackageName, note: Note) {
        let place = (name.clone(), self.notes.len());
        self.notes.insert(place, note);
    }

    fn note(&mut self, node: Node, listed: &Listed, edges: &[Edge]) -> Result<(), ResolveError> {
        let name = &listed.name;
        let at = self.chosen[&node];
        if listed.deprecated.is_some() || listed.replaced_by.is_some() {
            let note = Note::Deprecated {
                name: name.clone(),
                why: listed.deprecated.clone(),
                instead: listed.replaced_by.clone(),
            };
            self.tell(name, note);
        }
        if let Some(version) = listed.gone() {
            let name = name.clone();
            self.tell(&listed.name, Note::Gone { name, version });
        }
        let release = listed.release(at.index());
        if let Some(why) = &release.yanked {
            let note = Note::Yanked {
                name: name.clone(),
                version: release.version().clone(),
                why: why.clone(),
            };
            self.tell(name, note);
        }
        revoked(listed, edges)?;
        for (version, why) in self.passed(listed, edges, at) {
            let name = name.clone();
            self.tell(&listed.name, Note::Passed { name, version, why });
        }
        Ok(())
    }

    /// The newest release of each sort that is newer than the chosen one, would suit all who want
    /// the package, and was not taken for a reason that the user could change.
    fn passed(&self, listed: &Listed, edges: &[Edge], at: At) -> Vec<(Version, Why)> {
        let mut passed: Vec<(Version, Why)> = Vec::new();
        let newer = (0_u32..)
            .zip(&listed.releases)
            .skip(at.index() as usize + 1);
        for (index, release) in newer.collect::<Vec<_>>().into_iter().rev() {
            let locked = listed.locked() == Some(index);
            let mut why = None;
            let inside = edges.iter().all(|edge| {
                match self.terms.allowed.judge(release, &edge.range, locked) {
                    Verdict::Outside => return false,
                    Verdict::Fits => {}
                    Verdict::Passed(reason) => why = Some(reason),
                }
                true
            });
            let Some(why) = why.filter(|_| inside) else {
                continue;
            };
            let told = |other: &(Version, Why)| {
                std::mem::discriminant(&other.1) == std::mem::discriminant(&why)
            };
            if !matches!(why, Why::Yanked(_) | Why::Revoked(_)) && !passed.iter().any(told) {
                passed.push((release.version().clone(), why));
            }
        }
        passed
    }

    fn note_names(&mut self) {
        let mut renamed = BTreeSet::new();
        for edge in self.edges.values().flatten() {
            let new = self.shelf.name(edge.node);
            if new != edge.written {
                renamed.insert((edge.written.clone(), new));
            }
        }
        for (old, new) in renamed {
            self.tell(&new.clone(), Note::Renamed { old, new });
        }
    }

    fn note_not_offered(&mut self) {
        let nodes: BTreeMap<PackageName, Node> = self
            .chosen
            .keys()
            .map(|node| (self.shelf.name(*node), *node))
            .collect();
        let mut missing = Vec::new();
        for (name, wanted) in self.terms.with {
            if let Some(node) = nodes.get(name)
                && !self.edges[node].iter().any(|edge| edge.written == *wanted)
            {
                missing.push((name.clone(), wanted.clone()));
            }
        }
        for (name, wanted) in missing {
            self.tell(&name.clone(), Note::NotOffered { name, wanted });
        }
    }
}

/// Refuses where all who want a package would take the release that the lock holds, and that one
/// was revoked: it is not for us to replace silently what turned out to be malicious.
pub(super) fn revoked(listed: &Listed, edges: &[Edge]) -> Result<(), ResolveError> {
    let Some(index) = listed.kept() else {
        return Ok(());
    };
    let release = listed.release(index);
    match &release.revoked {
        Some(why) if edges.iter().all(|e| is_inside(&e.range, release.version())) => {
            Err(ResolveError::Revoked {
                name: listed.name.clone(),
                version: release.version().clone(),
                why: why.clone(),
            })
        }
        _ => Ok(()),
    }
}
