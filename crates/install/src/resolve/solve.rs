//! The search: pubgrub over the releases that may be taken.

use std::{
    cell::{Cell, RefCell},
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use pubgrub::{
    Dependencies, DependencyProvider, DerivationTree, External, PackageResolutionStatistics,
    PubGrubError, VersionSet,
};
use registry_index::PackageName;

use super::{
    Question, Want,
    error::ResolveError,
    fit::Allowed,
    graph::edges,
    shelf::{Node, Shelf},
    versions::{At, Places},
};

/// The effort after which a search is given up, which is then some ten seconds old. A choice that stands
/// costs nothing. One that is revised costs as much as packages are known, and as choices were revised
/// before, because every revision leaves behind something that is looked at from then on.
const EFFORT: u64 = 20_000_000;
/// The project is solved for as if it were a package with this one release.
const PROJECT_AT: (u32, u32) = (0, 0);

type Tree = DerivationTree<Node, Places, String>;

/// A question, and how it is changed to find out what would help.
#[derive(Clone)]
pub(super) struct Terms<'a> {
    pub(super) wants: Vec<&'a Want>,
    pub(super) with: &'a BTreeSet<(PackageName, PackageName)>,
    pub(super) allowed: Allowed<'a>,
    /// Who would take any release of what.
    pub(super) widened: Option<(Node, Node)>,
    /// How much effort is left; shared by all copies.
    pub(super) effort: Rc<Cell<u64>>,
}

impl<'a> Terms<'a> {
    pub(super) fn of(question: &'a Question<'a>) -> Self {
        Self {
            wants: question.wants.iter().collect(),
            with: &question.with,
            allowed: Allowed::by(question),
            widened: None,
            effort: Rc::new(Cell::new(EFFORT)),
        }
    }
}

/// What a search found.
pub(super) enum Solved {
    /// Where the chosen release of each package stands.
    Chosen(BTreeMap<Node, At>),
    /// Facts that exclude one another, with the project's wants.
    Impossible(Vec<Link>),
}

/// A fact: the project, or each of some releases of a package, wants one of certain releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) from: Node,
    pub(super) at: Places,
    pub(super) to: Node,
    /// Empty where there is nothing that would do.
    pub(super) places: Places,
}

pub(super) fn solve(shelf: &Shelf<'_>, terms: &Terms<'_>) -> Result<Solved, ResolveError> {
    let project = At::new(PROJECT_AT.0, PROJECT_AT.1);
    let mut order = BTreeMap::new();
    for (index, edge) in (1..).zip(edges(shelf, terms, Node::PROJECT, project)?) {
        order.entry(edge.node).or_insert(index);
    }
    let search = Search {
        shelf,
        terms,
        order,
        seen: RefCell::default(),
        revised: Cell::new(0),
    };
    match pubgrub::resolve(&search, Node::PROJECT, project) {
        Ok(chosen) => Ok(Solved::Chosen(
            chosen
                .into_iter()
                .filter(|(node, _)| *node != Node::PROJECT)
                .collect(),
        )),
        Err(PubGrubError::NoSolution(tree)) => Ok(Solved::Impossible(links(tree))),
        Err(
            PubGrubError::ErrorRetrievingDependencies { source, .. }
            | PubGrubError::ErrorChoosingVersion { source, .. }
            | PubGrubError::ErrorInShouldCancel(source),
        ) => Err(source),
    }
}

/// The leaves of a derivation, each once.
///
/// A derivation is as deep as the search was long, so it is taken apart step by step: neither
/// walking nor dropping it may recurse. What several derivations share is entered by the last.
fn links(tree: Tree) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut rest = vec![Arc::new(tree)];
    while let Some(tree) = rest.pop() {
        let link = match Arc::try_unwrap(tree) {
            Ok(DerivationTree::Derived(derived)) => {
                rest.extend([derived.cause2, derived.cause1]);
                continue;
            }
            Ok(DerivationTree::External(External::FromDependencyOf(from, at, to, places))) => {
                Link {
                    from,
                    at,
                    to,
                    places,
                }
            }
            Ok(DerivationTree::External(External::Custom(node, at, _))) => Link {
                from: node,
                at,
                to: node,
                places: Places::empty(),
            },
            Ok(DerivationTree::External(_)) | Err(_) => continue,
        };
        if !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

struct Search<'s, 'a> {
    shelf: &'s Shelf<'a>,
    terms: &'s Terms<'a>,
    /// The order in which the project wants packages.
    order: BTreeMap<Node, usize>,
    /// For what a choice was made before.
    seen: RefCell<BTreeSet<Node>>,
    revised: Cell<u64>,
}

impl Search<'_, '_> {
    fn spend(&self) -> Result<(), ResolveError> {
        let effort = &self.terms.effort;
        let revised = self.revised.get();
        self.revised.set(revised + 1);
        let left = effort.get().checked_sub(self.shelf.known() + revised);
        effort.set(left.unwrap_or(0));
        match left {
            Some(_) => Ok(()),
            None => Err(ResolveError::TooMuch {
                what: "combinations would have to be tried than is sensible",
            }),
        }
    }
}

impl DependencyProvider for Search<'_, '_> {
    type P = Node;
    type V = At;
    type VS = Places;
    type M = String;
    type Err = ResolveError;
    /// What the project wants, in its order; then what was often in the way; then what leaves the
    /// least choice. That the first is fixed makes the promise of the module hold: a want is only
    /// held back by what follows from the wants before it.
    type Priority = (Reverse<usize>, u32, Reverse<u64>);

    fn prioritize(
        &self,
        node: &Node,
        places: &Places,
        seen: &PackageResolutionStatistics,
    ) -> Self::Priority {
        let order = match *node {
            Node::PROJECT => 0,
            node => self.order.get(&node).copied().unwrap_or(usize::MAX),
        };
        (Reverse(order), seen.conflict_count(), Reverse(places.len()))
    }

    fn choose_version(&self, node: &Node, places: &Places) -> Result<Option<At>, ResolveError> {
        if *node == Node::PROJECT {
            return Ok(Some(At::new(PROJECT_AT.0, PROJECT_AT.1)));
        }
        let Some(newest) = places.newest() else {
            return Ok(None);
        };
        if !self.seen.borrow_mut().insert(*node) {
            self.spend()?;
        }
        let registry = newest.registry();
        let listed = self.shelf.listed(*node, registry);
        let kept = listed.and_then(|listed| listed.kept());
        let kept = kept.map(|index| At::new(registry, index));
        Ok(kept.filter(|at| places.contains(at)).or(Some(newest)))
    }

    fn get_dependencies(
        &self,
        node: &Node,
        at: &At,
    ) -> Result<Dependencies<Node, Places, String>, ResolveError> {
        let mut needs = Vec::new();
        for edge in edges(self.shelf, self.terms, *node, *at)? {
            let places = edge.places(self.shelf, self.terms);
            if edge.node != *node {
                needs.push((edge.node, places));
            } else if !places.contains(at) {
                return Ok(Dependencies::Unavailable(String::new()));
            }
        }
        Ok(Dependencies::Available(needs.into_iter().collect()))
    }
}
