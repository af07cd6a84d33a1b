//! Are these files at all, few enough to look at, with paths that mean one thing on every system?

use std::collections::{BTreeMap, BTreeSet};

use git::{Difference, Mode};

use super::{Case, DecideError, causes, found::Found};

/// More files than this are refused.
const MOST_FILES: usize = 999;
/// More files than this are looked at by a person.
const MANY_FILES: usize = 100;
/// More bytes than this are refused: what no package may exceed.
const MOST_BYTES: u64 = 64 << 20;
/// More bytes than this are looked at by a person.
const MANY_BYTES: u64 = 1 << 20;

/// Whether the change has a shape that is not looked into any further.
pub(super) fn look(case: &Case<'_>, found: &mut Found) -> Result<bool, DecideError> {
    let before = found.mark();
    let count = case.differences.len();
    if count > MOST_FILES {
        found.add(&causes::TOO_MANY_FILES, "", format!("{count} files"));
        return Ok(true);
    }
    for difference in &case.differences {
        file(difference, found);
    }
    case_renamed(case, found)?;
    let bytes = bytes(case)?;
    if bytes > MOST_BYTES {
        found.add(&causes::TOO_LARGE, "", format!("{bytes} bytes"));
    }
    let is_refused = !found.is_quiet_since(before);
    if count > MANY_FILES || bytes > MANY_BYTES {
        found.add(
            &causes::LARGE_CHANGE,
            "",
            format!("{count} files, {bytes} bytes"),
        );
    }
    Ok(is_refused)
}

fn file(difference: &Difference, found: &mut Found) {
    let path = difference.path.as_str();
    let Some(new) = &difference.new else {
        return;
    };
    match new.mode {
        Mode::Link => found.add(&causes::NOT_A_FILE, path, "a symbolic link"),
        Mode::Submodule => found.add(&causes::NOT_A_FILE, path, "a submodule"),
        Mode::File | Mode::Executable => {}
    }
    // Part by part: what an archive allows for a whole path is about the path in the package.
    if let Some(why) = path
        .split('/')
        .find_map(|part| archive::check_path(part).err())
    {
        found.add(&causes::PATH_UNFIT, path, why.to_string());
    }
    // The root's own attributes are tooling; those further in change files of others unseen.
    let (folder, last) = path.rsplit_once('/').unwrap_or(("", path));
    let last = last.to_lowercase();
    if last == ".gitmodules" || last == ".gitattributes" && !folder.is_empty() {
        found.add(&causes::GIT_FILE, path, "");
    }
}

/// Names in one folder by what they are without regard to case.
type Names = BTreeMap<String, BTreeSet<String>>;

/// Two names in one folder, of base and head together, that differ only by case.
fn case_renamed(case: &Case<'_>, found: &mut Found) -> Result<(), DecideError> {
    let mut folders: BTreeMap<String, Names> = BTreeMap::new();
    let added = case.differences.iter().filter(|d| d.old.is_none());
    for difference in added {
        let path = difference.path.as_str();
        let ends = path.match_indices('/').map(|(at, _)| at);
        let mut start = 0;
        for end in ends.chain([path.len()]) {
            let (folder, name) = (path[..start].trim_end_matches('/'), &path[start..end]);
            if !folders.contains_key(folder) {
                folders.insert(folder.to_owned(), names(case, folder)?);
            }
            let same = folders[folder].get(&name.to_lowercase());
            if let Some(other) = same.into_iter().flatten().find(|other| *other != name) {
                found.add(&causes::CASE_RENAMED, path, format!("{other:?} is there"));
                break;
            }
            start = end + 1;
        }
    }
    Ok(())
}

fn names(case: &Case<'_>, folder: &str) -> Result<Names, DecideError> {
    let mut names = Names::new();
    for commit in [case.base, case.merged] {
        for name in case.repository.names(commit, folder)? {
            names.entry(name.to_lowercase()).or_default().insert(name);
        }
    }
    Ok(names)
}

/// What the change brings, in bytes.
fn bytes(case: &Case<'_>) -> Result<u64, DecideError> {
    let new = case.differences.iter().filter_map(|d| d.new.as_ref());
    let files = new.filter(|new| matches!(new.mode, Mode::File | Mode::Executable));
    let mut total: u64 = 0;
    for file in files {
        total = total.saturating_add(case.repository.size(&file.id)?);
    }
    Ok(total)
}
