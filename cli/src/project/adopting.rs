//! What a project has already, and which releases have the very same files.
//!
//! ```text
//! standing   the project's folders -> items: skills, agents, workflows, each file with its digest
//! matching   items + releases -> those that are there as a whole, and those that could be, edited
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use client::Hub;
use install::{Described, Installed};
use registry_index::{
    Digest, PackageName,
    component::{Destination, destination},
    load::{FileKind, loose_files},
    wire::Release,
};
use semver::Version;
use serde::Serialize;

use crate::{context::Context, error::CliError};

/// Of a registry with more packages than this only those are looked at whose names share a word with
/// something that is there: each is a fetch.
const LARGE: u64 = 2_000;
/// Files of one item that are looked at.
const MOST: usize = 4_096;

/// Where things stand: folder, whether each is a folder of its own, what a file ends in, and where
/// Paracle keeps such things.
const SHELVES: [(&str, bool, &str, &str); 9] = [
    (".parac/agents/skills", true, "", ".parac/agents/skills"),
    (".parac/agents/specs", false, ".md", ".parac/agents/specs"),
    (
        ".parac/workflows/definitions",
        false,
        ".yaml",
        ".parac/workflows/definitions",
    ),
    (".parac/tools/custom", false, ".py", ".parac/tools/custom"),
    (".parac/policies", false, ".md", ".parac/policies"),
    (".claude/skills", true, "", ".parac/agents/skills"),
    (".agents/skills", true, "", ".parac/agents/skills"),
    (".claude/agents", false, ".md", ".parac/agents/specs"),
    (".agents", false, ".md", ".parac/agents/specs"),
];

/// A skill, an agent, a workflow … that stands in a project.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Path of its folder or file, from the project's root where it lies inside.
    pub(crate) at: String,
    /// Its files by the paths that Paracle would have them at.
    files: BTreeMap<String, Digest>,
}

impl Item {
    /// Whether it stands where Paracle reads it.
    pub(crate) fn is_home(&self) -> bool {
        self.files.keys().all(|path| path.starts_with(&self.at))
    }

    /// Whether it can be a package of its own: a skill anywhere, an agent of another tool.
    pub(crate) fn is_loose(&self) -> bool {
        let is_skill = self.files.keys().any(|path| path.ends_with("/SKILL.md"));
        is_skill || !self.is_home()
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        let name = self.at.rsplit('/').next().unwrap_or_default();
        let words = name.split(|c: char| !c.is_ascii_alphanumeric());
        words.filter(|word| word.len() > 2)
    }
}

/// What stands in the project at `root`, or at the `given` places; without what the lock has already.
pub(crate) fn standing(
    root: &Path,
    given: &[PathBuf],
    lock: &[Installed],
    context: &Context,
) -> Result<Vec<Item>, CliError> {
    let mut items = Vec::new();
    if given.is_empty() {
        on_shelves(root, "", &mut items)?;
    }
    for path in given {
        let there = context.here.join(path);
        let at = match there.strip_prefix(root) {
            Ok(inside) => inside.to_string_lossy().into_owned(),
            Err(_) => path.to_string_lossy().into_owned(),
        };
        let at = at.trim_end_matches('/').trim_start_matches("./").to_owned();
        let shelf = SHELVES.iter().find(|(shelf, ..)| *shelf == at);
        if !there.exists() {
            return Err(CliError::usage(format!("there is no {}", path.display())));
        }
        let before = items.len();
        match (there.is_file() || there.join("SKILL.md").is_file(), shelf) {
            (true, _) => items.extend(item(&there, &at, home(&at, there.is_file()))?),
            (false, Some(shelf)) => one_shelf(root, "", shelf, &mut items)?,
            (false, None) => on_shelves(&there, &at, &mut items)?,
        }
        if items.len() == before {
            let what = path.display();
            context
                .ui
                .warn(&format!("{what} holds nothing that is known here"));
        }
    }
    let locked = lock.iter().flat_map(|there| &there.files);
    let locked: BTreeSet<&str> = locked.map(|file| file.path.as_str()).collect();
    items.retain(|item| {
        let mut paths = item.files.keys();
        !(item.is_home() && paths.all(|path| locked.contains(path.as_str())))
    });
    Ok(items)
}

/// Where Paracle keeps something that stands at `at`.
fn home(at: &str, is_file: bool) -> &'static str {
    let known = SHELVES.iter().find(|(shelf, ..)| {
        let below = at
            .strip_prefix(shelf)
            .and_then(|rest| rest.strip_prefix('/'));
        below.is_some_and(|rest| !rest.contains('/'))
    });
    match known {
        Some((.., home)) => home,
        None if is_file => ".parac/agents/specs",
        None => ".parac/agents/skills",
    }
}

fn on_shelves(root: &Path, prefix: &str, items: &mut Vec<Item>) -> Result<(), CliError> {
    for shelf in &SHELVES {
        one_shelf(root, prefix, shelf, items)?;
    }
    Ok(())
}

fn one_shelf(
    root: &Path,
    prefix: &str,
    (folder, are_folders, suffix, home): &(&str, bool, &str, &'static str),
    items: &mut Vec<Item>,
) -> Result<(), CliError> {
    // Links are not followed on the way there either.
    let mut way = Path::new(folder).ancestors();
    let is_folder = |path: &Path| {
        path.as_os_str().is_empty()
            || std::fs::symlink_metadata(root.join(path)).is_ok_and(|there| there.is_dir())
    };
    if !way.all(is_folder) {
        return Ok(());
    }
    let place = root.join(folder);
    let entries = std::fs::read_dir(&place)
        .map_err(|error| CliError::failed(format!("cannot read {}: {error}", place.display())))?;
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        let entry = entry?;
        // Links are not followed: what they lead to is somebody else's.
        let kind = entry.file_type()?;
        let is_meant = if *are_folders {
            kind.is_dir()
        } else {
            kind.is_file()
        };
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_meant && name.ends_with(suffix) && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    for name in names {
        let at = match prefix {
            "" => format!("{folder}/{name}"),
            prefix => format!("{prefix}/{folder}/{name}"),
        };
        items.extend(item(&root.join(folder).join(&name), &at, home)?);
    }
    Ok(())
}

fn item(path: &Path, at: &str, home: &str) -> Result<Option<Item>, CliError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_file = path.is_file();
    let found = loose_files(path, MOST)?;
    let regular = found.iter().filter(|file| file.kind == FileKind::Regular);
    let files: BTreeMap<String, Digest> = regular
        .map(|file| {
            let home = match is_file {
                true => format!("{home}/{name}"),
                false => format!("{home}/{name}/{}", file.path),
            };
            (home, Digest::of(&file.bytes))
        })
        .collect();
    let at = at.to_owned();
    Ok((!files.is_empty()).then_some(Item { at, files }))
}

/// A release whose files are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Match {
    pub(crate) name: PackageName,
    pub(crate) version: Version,
    pub(crate) registry: String,
    /// Where its files were found.
    pub(crate) at: Vec<String>,
    #[serde(skip)]
    files: BTreeMap<String, Digest>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// Every file is there.
    pub(crate) exact: Vec<Match>,
    /// Every file is there, and some differ.
    pub(crate) near: Vec<Match>,
}

/// Which releases of which registries `items` are.
pub(crate) fn matching(hub: &Hub, items: &[Item], lock: &[Installed]) -> Result<Matches, CliError> {
    let mut there: BTreeMap<&str, Vec<(Digest, &Item)>> = BTreeMap::new();
    for item in items {
        for (path, digest) in &item.files {
            there.entry(path).or_default().push((*digest, item));
        }
    }
    let words: BTreeSet<&str> = items.iter().flat_map(Item::words).collect();
    let mut found = Matches::default();
    for ((_, source), url) in hub.registries().zip(hub.addresses()) {
        let is_large = source.config().packages > LARGE;
        for entry in source.names()? {
            let mut parts = entry.name.name().split('-');
            let is_known = lock.iter().any(|there| there.name == entry.name);
            if is_known || is_large && !parts.any(|part| words.contains(part)) {
                continue;
            }
            let Some(package) = hub.package(url, &entry.name)? else {
                continue;
            };
            let good = package
                .releases
                .iter()
                .filter(|release| is_offered(release));
            let all = good.filter_map(|release| compared(release, url, &there));
            // The more of its files are the very same the better, and the newest of equals.
            let best = all.max_by(|(a, one), (b, other)| {
                a.cmp(b).then_with(|| one.version.cmp(&other.version))
            });
            match best {
                Some((equal, one)) if equal == one.files.len() => found.exact.push(one),
                Some((_, one)) => found.near.push(one),
                None => {}
            }
        }
    }
    found.exact = disjoint(std::mem::take(&mut found.exact), &mut BTreeSet::new());
    let mut claimed: BTreeSet<String> = BTreeSet::new();
    claimed.extend(found.exact.iter().flat_map(|one| one.files.keys().cloned()));
    found.near = disjoint(std::mem::take(&mut found.near), &mut claimed);
    Ok(found)
}

fn is_offered(release: &Release) -> bool {
    release.yanked.is_none() && release.revoked.is_none() && Described::of_release(release).is_ok()
}

/// A release whose files are all there, and how many are the very same. Those of one that asks questions
/// hang on the answers, and cannot be told by their digests.
fn compared(
    release: &Release,
    url: &str,
    there: &BTreeMap<&str, Vec<(Digest, &Item)>>,
) -> Option<(usize, Match)> {
    let manifest = &release.record.manifest;
    if !manifest.variables.is_empty() {
        return None;
    }
    let (mut files, mut at, mut equal) = (BTreeMap::new(), BTreeSet::new(), 0);
    for file in &release.record.files {
        if file.path.ends_with(".j2") {
            return None;
        }
        let Destination::File(to) = destination(manifest.name.name(), &file.path) else {
            continue;
        };
        let standing = there.get(to.as_str())?;
        let same = standing.iter().find(|(digest, _)| *digest == file.digest);
        let in_place = || standing.iter().find(|(_, item)| item.is_home());
        equal += usize::from(same.is_some());
        at.insert(same.or_else(in_place)?.1.at.clone());
        files.insert(to, file.digest);
    }
    let found = Match {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        registry: url.to_owned(),
        at: at.into_iter().collect(),
        files,
    };
    (!found.files.is_empty()).then_some((equal, found))
}

/// The largest first; one whose files are all claimed by others says nothing new.
fn disjoint(mut all: Vec<Match>, claimed: &mut BTreeSet<String>) -> Vec<Match> {
    all.sort_by_key(|one| std::cmp::Reverse(one.files.len()));
    all.retain(|one| {
        let is_new = one.files.keys().any(|path| !claimed.contains(path));
        claimed.extend(one.files.keys().cloned());
        is_new
    });
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// How much of a text is the same, line for line: 0 to 100.
pub(crate) fn likeness(one: &[u8], other: &[u8]) -> usize {
    let lines = |bytes: &[u8]| -> BTreeMap<Vec<u8>, usize> {
        let mut lines = BTreeMap::new();
        let all = bytes.split(|byte| *byte == b'\n');
        for line in all.filter(|line| !line.trim_ascii().is_empty()) {
            *lines.entry(line.trim_ascii().to_vec()).or_default() += 1;
        }
        lines
    };
    let (one, other) = (lines(one), lines(other));
    let count = |lines: &BTreeMap<Vec<u8>, usize>| lines.values().sum::<usize>();
    let shared = one
        .iter()
        .map(|(line, count)| (*count).min(other.get(line).copied().unwrap_or(0)));
    match count(&one).max(count(&other)) {
        0 => 100,
        most => shared.sum::<usize>() * 100 / most,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_alike_by_their_lines() {
        assert_eq!(likeness(b"a\nb\n\nc\nd\n", b"a\nb\nc\nx"), 75);
        assert_eq!(likeness(b"a", b"b"), 0);
        assert_eq!(likeness(b"\n", b""), 100);
    }

    #[test]
    fn what_others_have_is_no_match_of_its_own() {
        let one = |name: &str, paths: &[&str]| Match {
            name: name.parse().unwrap(),
            version: Version::new(1, 0, 0),
            registry: String::new(),
            at: Vec::new(),
            files: paths
                .iter()
                .map(|p| ((*p).to_owned(), Digest::of(b"")))
                .collect(),
        };
        let all = vec![one("aa/part", &["x"]), one("bb/whole", &["x", "y"])];
        let left = disjoint(all, &mut BTreeSet::new());
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].name.as_str(), "bb/whole");
    }
}
