//! Every rule over what is new, at once: the names, the ranges and the cycles of all packages are looked at
//! a single time, however many are released.

use std::collections::{BTreeMap, BTreeSet};

use registry_index::{
    Finding, PackageName, Severity,
    load::{self, Loaded, Source, Unread},
    raw::{Dependency, Manifest, UnknownKeys},
    registry::Config,
    rules::{self, Scene},
};

use super::{Fresh, Release};
use crate::world::{Archives, Trial};

/// The errors of each of `fresh`, in its order. What is wrong elsewhere stops nobody.
pub(super) fn errors(
    fresh: &mut [Fresh],
    loaded: Loaded,
    config: &Config,
    request: &Release<'_>,
) -> Vec<Vec<Finding>> {
    if fresh.is_empty() {
        return Vec::new();
    }
    let mut scene = narrowed(fresh, loaded);
    let findings = rules::check(&Scene {
        config,
        loaded: &scene,
        packer: &Archives,
        templates: &Trial(request.renderer),
        blobs: request.store,
        history: None,
        installer: None,
    });
    let mut by_package: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        if finding.severity == Severity::Error
            && let Some(package) = finding.package.clone()
        {
            by_package.entry(package).or_default().push(finding);
        }
    }
    for (one, source) in fresh.iter_mut().zip(std::mem::take(&mut scene.sources)) {
        one.source = source;
    }
    // Two sources of one name have their findings in common.
    let of = |one: &Fresh| -> Vec<Finding> {
        let found = by_package.get(&one.source.label());
        let found = found.into_iter().flatten().cloned();
        found.map(|finding| placed(finding, one)).collect()
    };
    fresh.iter().map(of).collect()
}

/// `loaded` with `fresh` as its only sources: the others are known by name, and so are the packages of the
/// index. A request counts only where its package is kept here as well, which is told: what was fetched
/// stands among the sources, and on what was not nobody may lean. The sources are lent: they may be all
/// that the registry has.
fn narrowed(fresh: &mut [Fresh], mut loaded: Loaded) -> Loaded {
    let names: BTreeSet<(PackageName, bool)> = fresh
        .iter()
        .filter_map(|one| Some((one.source.name()?, one.request.is_some())))
        .collect();
    let requested = fresh.iter().filter(|one| one.request.is_some());
    let found = requested.flat_map(|one| read_findings(&one.source));
    loaded.findings.extend(found);
    let others = std::mem::take(&mut loaded.sources);
    let kept: BTreeSet<PackageName> = others.iter().filter_map(Source::name).collect();
    loaded.unread = others.iter().filter_map(unread).collect();
    let empty = Source {
        folder: String::new(),
        files: Vec::new(),
        written: None,
        manifest: None,
    };
    let lent = fresh.iter_mut();
    loaded.sources = lent
        .map(|one| std::mem::replace(&mut one.source, empty.clone()))
        .collect();
    let (own, needed) = std::mem::take(&mut loaded.entries)
        .into_iter()
        .map(|mut entry| {
            let is_fetched = names.contains(&(entry.name.clone(), true));
            if !is_fetched || !kept.contains(&entry.name) {
                entry.request = None;
            }
            entry
        })
        .partition(|entry| {
            let has = |requested| names.contains(&(entry.name.clone(), requested));
            has(true) || has(false)
        });
    loaded.entries = own;
    loaded.needed = needed;
    loaded
}

fn unread(source: &Source) -> Option<Unread> {
    let written = source.written.as_ref()?;
    let own = |dependency: &Dependency| match dependency {
        Dependency::Range(_) => true,
        Dependency::Detailed(more) => more.registry.is_none(),
    };
    let needs = written.value.dependencies.iter();
    Some(Unread {
        folder: source.folder.clone(),
        name: source.name()?,
        version: source.version(),
        needs: needs
            .filter(|(_, dependency)| own(dependency.get()))
            .filter_map(|(name, _)| name.parse().ok())
            .collect(),
    })
}

/// What reading a fetched manifest found, which nobody has told yet.
fn read_findings(source: &Source) -> Vec<Finding> {
    let keys = UnknownKeys::of::<Manifest>();
    load::source_of_files(&source.folder, source.files.clone(), &keys).1
}

/// What was asked for is told where it was asked for.
fn placed(mut finding: Finding, one: &Fresh) -> Finding {
    if let Some(request) = &one.request {
        let inside = finding.place.file.strip_prefix(&one.source.folder);
        if let Some(file) = inside.and_then(|path| path.strip_prefix('/')) {
            let at = match finding.place.line {
                0 => file.to_owned(),
                line => format!("{file}:{line}:{}", finding.place.column),
            };
            finding.message = format!("{at:?} there: {}", finding.message);
            finding.place = request.clone();
        }
    }
    finding
}
