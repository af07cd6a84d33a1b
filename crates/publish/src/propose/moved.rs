//! What others changed in the registry since a proposal was worked out. Two git trees are compared, and
//! only the folders that the proposal is about are looked into.

use std::collections::{BTreeMap, BTreeSet};

use super::{ProposeError, Submission};
use crate::{
    forge::{
        ForgeError, Head, RepoName,
        github::{Entry, GitHub},
    },
    proposal::FileChange,
};

/// Whether the proposal still holds at `head`.
pub(super) fn check(
    github: &GitHub,
    submission: &Submission,
    head: &Head,
) -> Result<(), ProposeError> {
    let files = &submission.proposal.files;
    let paths = files.iter().map(|file| file.path.as_str()).collect();
    let (old, new) = (
        Some(submission.base.tree.as_str()),
        Some(head.tree.as_str()),
    );
    let mut changed = Vec::new();
    let trees = Trees {
        github,
        of: &submission.repository,
    };
    trees.compare(old, new, "", &paths, &mut changed)?;
    let mut conflicts = Vec::new();
    for path in changed {
        let meant = files.iter().find(|file| file.path == path);
        let now = github.file(&submission.repository, &head.commit, &path)?;
        if meant.is_none_or(|meant| !has(meant, now.as_deref())) {
            conflicts.push(path);
        }
    }
    match conflicts.is_empty() {
        true => Ok(()),
        false => Err(ProposeError::Conflict {
            repository: submission.repository.clone(),
            paths: conflicts,
        }),
    }
}

/// Whether a file is what the proposal makes of it already.
fn has(meant: &FileChange, now: Option<&[u8]>) -> bool {
    meant.content.as_ref().map(|content| &content.bytes[..]) == now
}

/// Which of `paths` are in a tree.
pub(super) fn there<'a>(
    github: &GitHub,
    of: &RepoName,
    tree: &str,
    paths: &BTreeSet<&'a str>,
) -> Result<BTreeSet<&'a str>, ForgeError> {
    let trees = Trees { github, of };
    let mut found = Vec::new();
    trees.compare(None, Some(tree), "", paths, &mut found)?;
    let is_found = |path: &&&str| found.iter().any(|found| found == **path);
    Ok(paths.iter().filter(is_found).copied().collect())
}

struct Trees<'a> {
    github: &'a GitHub,
    of: &'a RepoName,
}

impl Trees<'_> {
    /// Adds to `changed` those of `paths` (all below `prefix`) that differ between the trees of that
    /// folder. A folder that is the same in both is not asked for.
    fn compare(
        &self,
        old: Option<&str>,
        new: Option<&str>,
        prefix: &str,
        paths: &BTreeSet<&str>,
        changed: &mut Vec<String>,
    ) -> Result<(), ForgeError> {
        if old == new || paths.is_empty() {
            return Ok(());
        }
        let (old, new) = (self.entries(old)?, self.entries(new)?);
        for (name, below) in grouped(prefix, paths) {
            let (old, new) = (old.get(name), new.get(name));
            if old == new {
                continue;
            }
            let path = format!("{prefix}{name}");
            let mut deeper = below;
            if deeper.remove(path.as_str()) {
                changed.push(path.clone());
            }
            let is_file = |entry: Option<&Entry>| entry.is_some_and(|entry| !entry.is_tree());
            if is_file(old) || is_file(new) {
                // A file is, or was, where the proposal has a folder.
                let in_the_way = is_file(new) || old.is_some();
                changed.extend(deeper.iter().filter(|_| in_the_way).map(|&p| p.to_owned()));
                continue;
            }
            let tree = |entry: Option<&'_ Entry>| entry.map(|entry| entry.id.clone());
            let (old, new) = (tree(old), tree(new));
            let prefix = format!("{path}/");
            self.compare(old.as_deref(), new.as_deref(), &prefix, &deeper, changed)?;
        }
        Ok(())
    }

    fn entries(&self, tree: Option<&str>) -> Result<BTreeMap<String, Entry>, ForgeError> {
        let entries = match tree {
            Some(tree) => self.github.tree(self.of, tree)?,
            None => Vec::new(),
        };
        let named = entries.into_iter().map(|entry| (entry.path.clone(), entry));
        Ok(named.collect())
    }
}

/// The paths by what follows `prefix` in them.
fn grouped<'a>(prefix: &str, paths: &BTreeSet<&'a str>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut grouped: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in paths {
        let rest = path.strip_prefix(prefix).unwrap_or(path);
        let name = rest.split('/').next().unwrap_or(rest);
        grouped.entry(name).or_default().insert(path);
    }
    grouped
}
