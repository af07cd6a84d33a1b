//! What would help: each change that is proposed was tried, and leads to an answer.

use std::{cell::Cell, collections::BTreeMap, rc::Rc};

use registry_index::PackageName;
use semver::{Version, VersionReq};

use super::{
    Want,
    explain::Wanted,
    fit::{Verdict, is_inside},
    shelf::{Node, Shelf},
    solve::{Solved, Terms, solve},
    versions::At,
};

/// So many remedies are told, and so many are tried.
const MOST_TOLD: usize = 4;
const MOST_TRIED: usize = 24;
/// What all trials together may cost, as in the search.
const EFFORT: u64 = 1_000_000;

/// A release that needs another Paracle, and which.
pub(super) type Needing = (PackageName, Version, VersionReq);

struct Trials<'s, 'a> {
    shelf: &'s Shelf<'a>,
    terms: Terms<'a>,
    tried: usize,
}

type Chosen = BTreeMap<Node, At>;

/// Where it would go together with another Paracle: for whose sake, and the Paracle that is used.
pub(super) fn another_paracle(
    shelf: &Shelf<'_>,
    terms: &Terms<'_>,
) -> Option<(Vec<Needing>, Version)> {
    let paracle = terms.allowed.paracle?;
    let mut trials = Trials::new(shelf, terms);
    let chosen = trials.attempt(|terms| terms.allowed.paracle = None)?;
    Some((trials.needing_another(&chosen, paracle), paracle.clone()))
}

/// Changes to what is asked, the least first; else what authors could do.
pub(super) fn remedies(shelf: &Shelf<'_>, terms: &Terms<'_>, wanted: &[Wanted]) -> Vec<String> {
    let mut trials = Trials::new(shelf, terms);
    let mut told = trials.options();
    told.extend(trials.ranges(wanted));
    told.extend(trials.without(wanted));
    if told.is_empty() {
        told.extend(trials.others_ranges(wanted));
    }
    told.truncate(MOST_TOLD);
    told
}

impl<'s, 'a> Trials<'s, 'a> {
    fn new(shelf: &'s Shelf<'a>, terms: &Terms<'a>) -> Self {
        let mut terms = terms.clone();
        terms.effort = Rc::new(Cell::new(EFFORT));
        Self {
            shelf,
            terms,
            tried: 0,
        }
    }

    /// What would be chosen on changed terms; a look-up that fails on the way is no remedy.
    fn attempt(&mut self, change: impl FnOnce(&mut Terms<'a>)) -> Option<Chosen> {
        if self.tried >= MOST_TRIED {
            return None;
        }
        self.tried += 1;
        let mut terms = self.terms.clone();
        change(&mut terms);
        match solve(self.shelf, &terms) {
            Ok(Solved::Chosen(chosen)) => Some(chosen),
            Ok(Solved::Impossible(_)) | Err(_) => None,
        }
    }

    fn version(&self, node: Node, at: At) -> Option<Version> {
        let listed = self.shelf.listed(node, at.registry())?;
        Some(listed.release(at.index()).version().clone())
    }

    fn needing_another(&self, chosen: &Chosen, paracle: &Version) -> Vec<Needing> {
        let mut needing = Vec::new();
        for (node, at) in chosen {
            let Some(listed) = self.shelf.listed(*node, at.registry()) else {
                continue;
            };
            let manifest = &listed.release(at.index()).record.manifest;
            if let Some(range) = &manifest.paracle
                && !is_inside(range, paracle)
            {
                needing.push((listed.name.clone(), manifest.version.clone(), range.clone()));
            }
        }
        needing.sort_by(|one, other| one.0.cmp(&other.0));
        needing
    }

    /// `--now`, `--pre`, and a newer program.
    fn options(&mut self) -> Vec<String> {
        let now = |terms: &mut Terms<'a>| terms.allowed.not_after = None;
        let pre = |terms: &mut Terms<'a>| terms.allowed.prereleases = true;
        let mut told = Vec::new();
        let young = self.terms.allowed.not_after.is_some();
        if young && let Some(chosen) = self.attempt(now) {
            told.push(format!("`--now` takes {}", self.not_allowed(&chosen)));
        }
        if let Some(chosen) = self.attempt(pre) {
            told.push(format!("`--pre` takes {}", self.not_allowed(&chosen)));
        }
        if told.is_empty()
            && young
            && let Some(chosen) = self.attempt(|terms| {
                now(terms);
                pre(terms);
            })
        {
            told.push(format!("`--now --pre` takes {}", self.not_allowed(&chosen)));
        }
        if let Some(chosen) = self.attempt(|terms| terms.allowed.all_features = true) {
            let taken = self.not_allowed(&chosen);
            told.push(format!("upgrade `paracle`, which then takes {taken}"));
        }
        told
    }

    /// The releases among `chosen` that the terms as they stand would pass over.
    fn not_allowed(&self, chosen: &Chosen) -> String {
        let mut told = Vec::new();
        for (node, at) in chosen {
            let Some(listed) = self.shelf.listed(*node, at.registry()) else {
                continue;
            };
            let release = listed.release(at.index());
            let locked = listed.locked() == Some(at.index());
            let judged = self.terms.allowed.judge(release, &VersionReq::STAR, locked);
            if let Verdict::Passed(why) = judged {
                told.push(format!("{} {}, {why}", listed.name, release.version()));
            }
        }
        told.sort();
        told.join("; ")
    }

    /// Other ranges for what the project wants.
    fn ranges(&mut self, all: &[Wanted]) -> Vec<String> {
        let mut told = Vec::new();
        for wanted in of_project(all) {
            let edge = &wanted.edge;
            if edge.range == VersionReq::STAR || is_wanted_twice(all, edge.node) {
                continue;
            }
            let chosen = self.attempt(|terms| terms.widened = Some((Node::PROJECT, edge.node)));
            let at = chosen.and_then(|chosen| chosen.get(&edge.node).copied());
            if let Some(version) = at.and_then(|at| self.version(edge.node, at)) {
                told.push(format!(
                    "ask for a range of {} other than {}: {version} would do",
                    edge.written, edge.range
                ));
            }
        }
        told.dedup();
        told
    }

    /// Doing without something, or without one of two ranges.
    fn without(&mut self, all: &[Wanted]) -> Vec<String> {
        let mut told = Vec::new();
        for edge in of_project(all).map(|wanted| &wanted.edge) {
            let (name, range) = (&edge.written, &edge.range);
            let twice = is_wanted_twice(all, edge.node);
            let dropped = |want: &Want| want.name == *name && (!twice || want.range == *range);
            let left = self.terms.wants.iter().any(|want| !dropped(want));
            let without = |terms: &mut Terms<'a>| terms.wants.retain(|want| !dropped(want));
            if left && self.attempt(without).is_some() {
                told.push(match twice {
                    true => format!("do without the range {range} of {name}"),
                    false => format!("do without {name}: the rest goes together"),
                });
            }
        }
        told
    }

    /// What the packages' authors could do.
    fn others_ranges(&mut self, wanted: &[Wanted]) -> Vec<String> {
        let mut told = Vec::new();
        for wanted in wanted.iter().filter(|wanted| wanted.from != Node::PROJECT) {
            let (from, edge) = (wanted.from, &wanted.edge);
            if edge.range == VersionReq::STAR {
                continue;
            }
            let chosen = self.attempt(|terms| terms.widened = Some((from, edge.node)));
            let at = chosen.and_then(|chosen| chosen.get(&edge.node).copied());
            if let Some(version) = at.and_then(|at| self.version(edge.node, at)) {
                told.push(format!(
                    "ask the authors of {} to widen its range of {}: {version} would do",
                    self.shelf.name(from),
                    edge.written
                ));
            }
        }
        told.dedup();
        told
    }
}

fn of_project(wanted: &[Wanted]) -> impl Iterator<Item = &Wanted> {
    wanted.iter().filter(|wanted| wanted.from == Node::PROJECT)
}

fn is_wanted_twice(all: &[Wanted], node: Node) -> bool {
    of_project(all)
        .filter(|wanted| wanted.edge.node == node)
        .count()
        > 1
}
