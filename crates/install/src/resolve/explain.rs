//! Why nothing goes together, told in the words of manifests rather than of the search.
//!
//! The search ends with facts that exclude one another. They are put in the order of need, from the
//! project on; what each wants is written as its manifest writes it; and of the packages at which
//! the facts collide it is said what there is, and what speaks against it.

use std::collections::{BTreeMap, BTreeSet, VecDeque, btree_map::Entry};

use registry_index::wire::Release;
use semver::VersionReq;

use super::{
    Why,
    error::{Explanation, ResolveError, Unknown},
    fit::{Verdict, is_inside},
    graph::{Edge, edges},
    outcome::revoked,
    remedy,
    shelf::{Listed, Node, Shelf},
    solve::{Link, Terms},
    versions::At,
};
use crate::quote::Quoted;

/// So many releases are listed one by one.
const MOST_LISTED: usize = 8;

/// A want as manifests write it, and whose it is.
#[derive(Clone)]
pub(super) struct Wanted {
    pub(super) from: Node,
    /// Those of its releases that want it; empty for the project.
    at: BTreeSet<At>,
    pub(super) edge: Edge,
}

/// The error that `links` amount to.
pub(super) fn failure(
    shelf: &Shelf<'_>,
    terms: &Terms<'_>,
    links: &[Link],
) -> Result<ResolveError, ResolveError> {
    let story = Story::of(shelf, terms, links)?;
    story.refuse_revoked()?;
    if let Some((needs, paracle)) = remedy::another_paracle(shelf, terms) {
        return Ok(ResolveError::Paracle { needs, paracle });
    }
    if let Some(unknown) = story.only_unknown() {
        return Ok(ResolveError::Unknown(unknown));
    }
    let remedies = remedy::remedies(shelf, terms, &story.wanted);
    Ok(ResolveError::Conflict(Box::new(Explanation {
        headline: story.headline(),
        facts: story.facts(),
        remedies,
        unknown: story.unknown(),
    })))
}

struct Story<'s, 'a> {
    shelf: &'s Shelf<'a>,
    terms: &'s Terms<'a>,
    /// In the order of need.
    wanted: Vec<Wanted>,
    /// The packages at which the facts collide, in the same order.
    contested: Vec<Node>,
}

impl<'s, 'a> Story<'s, 'a> {
    fn of(
        shelf: &'s Shelf<'a>,
        terms: &'s Terms<'a>,
        links: &[Link],
    ) -> Result<Self, ResolveError> {
        let links = in_order(shelf, links);
        let mut wanted: Vec<Wanted> = Vec::new();
        for link in &links {
            for (at, edge) in written(shelf, terms, link)? {
                let same = |other: &&mut Wanted| {
                    let (one, two) = (&other.edge, &edge);
                    other.from == link.from
                        && (one.node, one.registry, &one.written, &one.range)
                            == (two.node, two.registry, &two.written, &two.range)
                };
                match wanted.iter_mut().find(same) {
                    Some(other) => other.at.extend(at),
                    None => wanted.push(Wanted {
                        from: link.from,
                        at: at.into_iter().collect(),
                        edge,
                    }),
                }
            }
        }
        let mut contested: Vec<Node> = Vec::new();
        for link in &links {
            let collides = |other: &&Link| other.to == link.to && other.places != link.places;
            let dead = link.places.is_empty() || links.iter().any(|l| collides(&l));
            if dead && !contested.contains(&link.to) {
                contested.push(link.to);
            }
        }
        Ok(Self {
            shelf,
            terms,
            wanted,
            contested,
        })
    }

    fn wants_of(&self, node: Node) -> impl Iterator<Item = &Wanted> {
        self.wanted.iter().filter(move |w| w.edge.node == node)
    }

    fn registries_of(&self, node: Node) -> BTreeSet<u32> {
        self.wants_of(node).map(|w| w.edge.registry).collect()
    }

    fn refuse_revoked(&self) -> Result<(), ResolveError> {
        for wanted in &self.wanted {
            if let Some(listed) = self.shelf.listed(wanted.edge.node, wanted.edge.registry) {
                revoked(&listed, std::slice::from_ref(&wanted.edge))?;
            }
        }
        Ok(())
    }

    fn unknown(&self) -> Vec<Unknown> {
        let unknown = self.wanted.iter().filter(|wanted| {
            let edge = &wanted.edge;
            self.shelf.listed(edge.node, edge.registry).is_none()
        });
        unknown
            .map(|wanted| Unknown {
                name: wanted.edge.written.clone(),
                registry: self.shelf.url(wanted.edge.registry).to_owned(),
                wanted_by: self.who(wanted),
            })
            .collect()
    }

    /// The package that does not exist, where there is nothing else to tell.
    fn only_unknown(&self) -> Option<Unknown> {
        match (&self.contested[..], &self.unknown()[..]) {
            ([_], [unknown]) => Some(unknown.clone()),
            _ => None,
        }
    }

    fn headline(&self) -> String {
        let [node] = self.contested[..] else {
            return "what is wanted does not go together".to_owned();
        };
        let name = self.shelf.name(node);
        let wants: Vec<&Wanted> = self.wants_of(node).collect();
        if self.registries_of(node).len() > 1 {
            return format!(
                "{name} is wanted from {} registries, and a project has it from one",
                self.registries_of(node).len()
            );
        }
        if let Some(wanted) = wants.iter().find(|wanted| wanted.from == node) {
            return format!("{} wants another release of itself", self.who(wanted));
        }
        match wants[..] {
            [wanted] => {
                let inside = self
                    .shelf
                    .listed(node, wanted.edge.registry)
                    .is_some_and(|l| {
                        let mut versions = l.releases.iter().map(Release::version);
                        versions.any(|version| is_inside(&wanted.edge.range, version))
                    });
                let what = if inside { "may be taken" } else { "exists" };
                match wanted.edge.range == VersionReq::STAR {
                    true => format!("no release of {name} {what}"),
                    false => format!(
                        "no release of {name} that fits {} {what}",
                        wanted.edge.range
                    ),
                }
            }
            _ => format!("no release of {name} suits all who want it"),
        }
    }

    /// Who wants it: the project, or a package with its releases.
    fn who(&self, wanted: &Wanted) -> String {
        if wanted.from == Node::PROJECT {
            return "the project".to_owned();
        }
        let name = self.shelf.name(wanted.from);
        let registry = wanted.at.first().map(|at| at.registry());
        match registry.and_then(|registry| self.shelf.listed(wanted.from, registry)) {
            Some(listed) => spans(&listed, &wanted.at, name.as_str()),
            None => name.to_string(),
        }
    }

    fn facts(&self) -> Vec<String> {
        let mut lines: Vec<(String, Vec<String>)> = Vec::new();
        for wanted in &self.wanted {
            let who = self.who(wanted);
            let what = self.what(&wanted.edge);
            match lines.iter_mut().find(|(other, _)| *other == who) {
                Some((_, all)) => all.push(what),
                None => lines.push((who, vec![what])),
            }
        }
        let wants = lines
            .into_iter()
            .map(|(who, what)| format!("{who} wants {}", listing(&what)));
        let there = self.contested.iter().flat_map(|node| self.there(*node));
        wants.chain(there).collect()
    }

    fn what(&self, edge: &Edge) -> String {
        let name = self.shelf.name(edge.node);
        let mut text = format!("{} {}", edge.written, edge.range);
        if edge.written != name {
            text.push_str(&format!(" (which is called {name} now)"));
        }
        if self.registries_of(edge.node).len() > 1 {
            let url = self.shelf.url(edge.registry);
            text.push_str(&format!(" from {}", Quoted(&url)));
        }
        text
    }

    /// What there is of a package, in each registry that was asked for it.
    fn there(&self, node: Node) -> Vec<String> {
        let registries = self.registries_of(node);
        let told = registries.iter().map(|registry| {
            let name = self.shelf.name(node);
            let url = self.shelf.url(*registry);
            let Some(listed) = self.shelf.listed(node, *registry) else {
                return format!("there is no package {name} in {}", Quoted(&url));
            };
            let there = self.releases(node, &listed);
            match registries.len() {
                1 => format!("{name} has {there}"),
                _ => format!("{name} has {there} in {}", Quoted(&url)),
            }
        });
        told.collect()
    }

    /// The releases of a package, newest first: all where they are few, else those that someone
    /// wants by number.
    fn releases(&self, node: Node, listed: &Listed) -> String {
        let mut told = Vec::new();
        let mut others: Vec<&Release> = Vec::new();
        let few = listed.releases.len() <= MOST_LISTED;
        for release in listed.releases.iter().rev() {
            let version = release.version();
            let inside = self
                .wants_of(node)
                .any(|w| is_inside(&w.edge.range, version));
            if !few && (!inside || told.len() >= MOST_LISTED) {
                others.push(release);
                continue;
            }
            told.push(match self.against(node, listed, release) {
                Some(why) => format!("{version} ({why})"),
                None => version.to_string(),
            });
        }
        if let [newest, .., oldest] = others[..] {
            told.push(format!(
                "{} more from {} to {}",
                others.len(),
                oldest.version(),
                newest.version()
            ));
        } else {
            told.extend(others.iter().map(|release| release.version().to_string()));
        }
        listing(&told)
    }

    /// What speaks against a release for someone who wants it; that it was withdrawn, in any case.
    fn against(&self, node: Node, listed: &Listed, release: &Release) -> Option<Why> {
        let locked = listed.locked();
        let locked = locked.is_some_and(|index| listed.release(index) == release);
        let judged = self.wants_of(node).find_map(|wanted| {
            match self
                .terms
                .allowed
                .judge(release, &wanted.edge.range, locked)
            {
                Verdict::Passed(why) => Some(why),
                Verdict::Fits | Verdict::Outside => None,
            }
        });
        let withdrawn = || {
            let revoked = release.revoked.clone().map(Why::Revoked);
            revoked.or(release.yanked.clone().filter(|_| !locked).map(Why::Yanked))
        };
        judged.or_else(withdrawn)
    }
}

/// Facts in the order of need, from the project on; by name where that leaves a choice.
fn in_order(shelf: &Shelf<'_>, links: &[Link]) -> Vec<Link> {
    let mut depth: BTreeMap<Node, usize> = BTreeMap::from([(Node::PROJECT, 0)]);
    let mut rest = VecDeque::from([Node::PROJECT]);
    while let Some(node) = rest.pop_front() {
        let next = depth[&node] + 1;
        for link in links.iter().filter(|link| link.from == node) {
            if let Entry::Vacant(new) = depth.entry(link.to) {
                new.insert(next);
                rest.push_back(link.to);
            }
        }
    }
    let name = |node: Node| (node != Node::PROJECT).then(|| shelf.name(node));
    let mut links = links.to_vec();
    links.sort_by_cached_key(|link| {
        (
            depth.get(&link.from).copied().unwrap_or(usize::MAX),
            name(link.from),
            link.at.oldest(),
            name(link.to),
            link.places.oldest(),
        )
    });
    links
}

/// The wants behind a fact, and the releases that have each.
fn written(
    shelf: &Shelf<'_>,
    terms: &Terms<'_>,
    link: &Link,
) -> Result<Vec<(Option<At>, Edge)>, ResolveError> {
    let mut written = Vec::new();
    for at in link.at.iter() {
        for edge in edges(shelf, terms, link.from, at)? {
            let places = edge.places(shelf, terms);
            let of_itself = edge.node == link.from && link.places.is_empty();
            if edge.node == link.to && (places == link.places || of_itself && !places.holds(at)) {
                written.push(((link.from != Node::PROJECT).then_some(at), edge));
            }
        }
    }
    Ok(written)
}

/// `core/a 1.0.0`, `core/a 1.0.0 to 1.4.0 and 2.0.0`, `every release of core/a`.
fn spans(listed: &Listed, at: &BTreeSet<At>, name: &str) -> String {
    if at.len() == listed.releases.len() && at.len() > 1 {
        return format!("every release of {name}");
    }
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for index in at.iter().map(|at| at.index()) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == index => *last = index,
            _ => runs.push((index, index)),
        }
    }
    let version = |index: u32| listed.release(index).version();
    let runs: Vec<String> = runs
        .into_iter()
        .map(|(first, last)| match first == last {
            true => version(first).to_string(),
            false => format!("{} to {}", version(first), version(last)),
        })
        .collect();
    format!("{name} {}", listing(&runs))
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listing(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
