//! Who needs what.

use registry_index::PackageName;
use semver::VersionReq;

use super::{
    error::ResolveError,
    fit::Verdict,
    shelf::{Node, Shelf},
    solve::Terms,
    versions::{At, Places},
};

/// One package that the project or a release needs.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    /// As it is written.
    pub(super) written: PackageName,
    /// What that stands for.
    pub(super) node: Node,
    /// The registry it is looked for in, by number.
    pub(super) registry: u32,
    pub(super) range: VersionReq,
}

impl Edge {
    /// The releases that may be taken.
    pub(super) fn places(&self, shelf: &Shelf<'_>, terms: &Terms<'_>) -> Places {
        let Some(listed) = shelf.listed(self.node, self.registry) else {
            return Places::of(self.registry, []);
        };
        let fits = (0_u32..).zip(&listed.releases).filter(|(index, release)| {
            let locked = listed.locked() == Some(*index);
            terms.allowed.judge(release, &self.range, locked) == Verdict::Fits
        });
        Places::of(self.registry, fits.map(|(index, _)| index))
    }
}

/// What the project needs, or the release of a package at `at`.
pub(super) fn edges(
    shelf: &Shelf<'_>,
    terms: &Terms<'_>,
    node: Node,
    at: At,
) -> Result<Vec<Edge>, ResolveError> {
    let mut edges = Vec::new();
    if node == Node::PROJECT {
        for want in &terms.wants {
            edges.push(edge(shelf, &want.registry, &want.name, &want.range)?);
        }
    } else if let Some(listed) = shelf.listed(node, at.registry()) {
        let dependencies = &listed.release(at.index()).record.manifest.dependencies;
        for (name, dependency) in dependencies {
            let taken = || terms.with.contains(&(listed.name.clone(), name.clone()));
            if dependency.optional && !taken() {
                continue;
            }
            let own = shelf.url(at.registry()).to_owned();
            let url = dependency.registry.as_ref().unwrap_or(&own);
            edges.push(edge(shelf, url, name, &dependency.version)?);
        }
    }
    if let Some((from, to)) = terms.widened
        && from == node
    {
        for edge in edges.iter_mut().filter(|edge| edge.node == to) {
            edge.range = VersionReq::STAR;
        }
    }
    Ok(edges)
}

fn edge(
    shelf: &Shelf<'_>,
    url: &str,
    written: &PackageName,
    range: &VersionReq,
) -> Result<Edge, ResolveError> {
    let (node, registry) = shelf.find(url, written)?;
    Ok(Edge {
        written: written.clone(),
        node,
        registry,
        range: range.clone(),
    })
}
