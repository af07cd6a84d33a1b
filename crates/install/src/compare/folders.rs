//! Which folders and shared files come with an install, and go with the last thing in them.

use std::collections::BTreeSet;

use crate::{
    InstallError,
    changes::{Change, Changes},
    compare::shared_file,
    lock::Lock,
    tree::Tree,
};

/// Notes in `after` what the changes make, and in the changes which folders they leave empty.
pub(super) fn settle(
    tree: &Tree,
    before: &Lock,
    after: &mut Lock,
    account: &str,
    changes: &mut Changes,
) -> Result<(), InstallError> {
    let mut made: BTreeSet<String> = before.made.iter().cloned().collect();
    delete_shared(&made, changes);
    for (path, change) in &changes.files {
        let Change::Write { old: None, .. } = change else {
            continue;
        };
        for folder in above(path) {
            // The account's own folder stays: it holds what can be undone.
            if folder != account && tree.enter(folder)?.is_none() {
                made.insert(format!("{folder}/"));
            }
        }
        let is_file = after
            .packages
            .iter()
            .flat_map(|p| &p.files)
            .any(|f| f.path == *path);
        if is_shared(path) && !is_file {
            made.insert(path.clone());
        }
    }
    for path in made.iter().rev() {
        if let Some(folder) = path.strip_suffix('/')
            && before.made.contains(path)
            && is_emptied(tree, folder, changes)?
        {
            changes.emptied.push(folder.to_owned());
        }
    }
    let deleted = |path: &str| matches!(changes.files.get(path), Some(Change::Delete { .. }));
    made.retain(|path| match path.strip_suffix('/') {
        Some(folder) => !changes.emptied.iter().any(|emptied| emptied == folder),
        None => !deleted(path),
    });
    after.made = made.into_iter().collect();
    Ok(())
}

fn is_shared(path: &str) -> bool {
    shared_file(path).is_some()
}

/// A shared file that was made for an entry goes once nothing is left of it.
fn delete_shared(made: &BTreeSet<String>, changes: &mut Changes) {
    for path in made.iter().filter(|path| is_shared(path)) {
        if let Some(Change::Write {
            new,
            old: Some(old),
        }) = changes.files.get(path)
            && new.bytes.is_empty()
        {
            let change = Change::Delete { old: old.clone() };
            changes.files.insert(path.clone(), change);
        }
    }
}

/// The folders above a path, outermost first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Whether nothing is in the folder once the changes are done.
fn is_emptied(tree: &Tree, folder: &str, changes: &Changes) -> Result<bool, InstallError> {
    let Some(names) = tree.names(folder)? else {
        return Ok(false);
    };
    let inside = format!("{folder}/");
    let is_written = changes
        .files
        .iter()
        .any(|(path, change)| path.starts_with(&inside) && matches!(change, Change::Write { .. }));
    let goes = |name: &str| {
        let path = format!("{inside}{name}");
        matches!(changes.files.get(&path), Some(Change::Delete { .. }))
            || changes.emptied.contains(&path)
    };
    Ok(!is_written && names.iter().all(|name| goes(name)))
}
