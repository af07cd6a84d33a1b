//! What a selection leads to: the index folders of selected sources and of all they need, so that a
//! cycle or a withdrawn version is found also when one package is checked alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{EntryFolder, Keys, Loaded, index};
use crate::{manifest::Dependency, name::PackageName};

/// Reads what was not selected and is needed. What cannot be read is left out: it is told when it is
/// selected.
pub(super) fn read(root: &Path, keys: &Keys, loaded: &mut Loaded) {
    let mut seen: BTreeSet<PackageName> = loaded
        .entries
        .iter()
        .map(|entry| entry.name.clone())
        .collect();
    let unread: BTreeMap<&PackageName, &[PackageName]> = loaded
        .unread
        .iter()
        .map(|unread| (&unread.name, unread.needs.as_slice()))
        .collect();
    // A rating is judged by who owns the package.
    let mut waiting: Vec<PackageName> = loaded.ratings.keys().cloned().collect();
    for source in &loaded.sources {
        waiting.extend(source.name());
        let stated = source
            .written
            .iter()
            .flat_map(|w| w.value.dependencies.keys());
        waiting.extend(stated.filter_map(|name| name.parse().ok()));
    }
    waiting.extend(loaded.entries.iter().flat_map(needs));
    let mut needed: Vec<EntryFolder> = Vec::new();
    while let Some(name) = waiting.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        waiting.extend(unread.get(&name).into_iter().copied().flatten().cloned());
        if let Some(versions) = loaded.listing.get(&name)
            && let Ok(entry) = index::read_entry(root, &name, versions, keys, &mut Vec::new())
        {
            waiting.extend(needs(&entry));
            needed.push(entry);
        }
    }
    needed.sort_by(|a, b| a.name.cmp(&b.name));
    loaded.needed = needed;
}

/// What the newest release of a package needs of its own registry.
fn needs(entry: &EntryFolder) -> Vec<PackageName> {
    let latest = entry.records.values().next_back();
    let own = |(_, dependency): &(&PackageName, &Dependency)| dependency.registry.is_none();
    let stated = latest
        .into_iter()
        .flat_map(|record| &record.value.manifest.dependencies);
    stated.filter(own).map(|(name, _)| name.clone()).collect()
}
