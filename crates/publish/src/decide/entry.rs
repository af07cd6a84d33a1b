//! `package.toml`: what may change about a package.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use registry_index::{PackageName, raw};

use super::{Case, DecideError, causes, found::Found, people, place::Touched};

/// How long a transfer waits, so that an owner whose account was taken can object.
const TRANSFER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A `package.toml` that differs.
pub(super) fn look(
    case: &Case<'_>,
    name: &PackageName,
    touched: &Touched,
    found: &mut Found,
) -> Result<(), DecideError> {
    if touched.new.contains(name) {
        // Whose a new package is has been looked at with it.
        found.add(&causes::NEW_PACKAGE, name.as_str(), "");
        return Ok(());
    }
    found.packages.insert(name.clone());
    let (base, merged) = (case.at_base(), case.at_merged());
    let (before, after) = (base.owners(name)?, merged.owners(name)?);
    people::may(case, name.as_str(), name.namespace(), &before, found);
    owners(case, name, &before, &after, found);
    let path = registry_index::Layout::entry(name);
    let (old, new) = (base.entry(name)?, merged.entry(name)?);
    let Some(new) = new else {
        match merged.has(&path)? {
            true => found.add(&causes::CHECK_ERRORS, &path, "it cannot be understood"),
            false => found.add(&causes::PACKAGE_REMOVED, &path, ""),
        }
        return Ok(());
    };
    if new.owners.is_empty() != old.as_ref().is_none_or(|old| old.owners.is_empty()) {
        let message = "the owners of the namespace count from then on, or do no more";
        found.add(&causes::OWNER_CHANGE, name.as_str(), message);
    }
    withdrawn(name, old.as_ref(), &new, found);
    grown(case, &path, name.as_str(), found)
}

/// So many bytes more may come with one entry of a file that all share.
const MORE: usize = 8 << 10;

/// Holds the length of a file against what it was: comments are nobody's entry.
pub(super) fn grown(
    case: &Case<'_>,
    path: &str,
    subject: &str,
    found: &mut Found,
) -> Result<(), DecideError> {
    let length = |bytes: Option<Vec<u8>>| bytes.map_or(0, |bytes| bytes.len());
    let old = length(case.at_base().bytes(path)?);
    let new = length(case.at_merged().bytes(path)?);
    if new > old + MORE {
        let message = format!("{path} grows by {} bytes", new - old);
        found.add(&causes::LARGE_CHANGE, subject, message);
    }
    Ok(())
}

fn owners(case: &Case<'_>, name: &PackageName, before: &[u64], after: &[u64], found: &mut Found) {
    let set = |ids: &[u64]| -> BTreeSet<u64> { ids.iter().copied().collect() };
    let (before, after) = (set(before), set(after));
    if before == after {
        return;
    }
    let list = |ids: Vec<&u64>| -> String {
        let ids: Vec<String> = ids.into_iter().map(|id| format!("github:{id}")).collect();
        match ids.is_empty() {
            true => "nobody".into(),
            false => ids.join(", "),
        }
    };
    let message = format!(
        "adds {}; removes {}",
        list(after.difference(&before).collect()),
        list(before.difference(&after).collect())
    );
    if !before.is_disjoint(&after) || before.is_empty() {
        found.add(&causes::OWNER_CHANGE, name.as_str(), message);
        return;
    }
    found.add(&causes::TRANSFER, name.as_str(), message);
    if let Some(until) = waits_until(case) {
        found.add(
            &causes::TRANSFER_WAITS,
            name.as_str(),
            format!("until {until}"),
        );
    }
}

/// Until when, where that is still to come. From the opening: pushing again starts nothing anew, and
/// a time that nobody can tell is one that never comes.
fn waits_until(case: &Case<'_>) -> Option<String> {
    match case.event().opened_at.checked_add(TRANSFER) {
        Ok(until) if until <= case.proposed.now => None,
        Ok(until) => Some(until.to_string()),
        Err(_) => Some(Timestamp::MAX.to_string()),
    }
}

fn withdrawn(name: &PackageName, old: Option<&raw::Entry>, new: &raw::Entry, found: &mut Found) {
    let subject = name.as_str();
    let text = |value: Option<&Option<raw::At<String>>>| -> Option<String> {
        value?.as_ref().map(|value| value.get().clone())
    };
    let replaced = text(old.map(|old| &old.replaced_by)) != text(Some(&new.replaced_by));
    if let Some(by) = new.replaced_by.as_ref().filter(|_| replaced) {
        found.add(&causes::REPLACEMENT, subject, by.get());
    } else if replaced {
        found.add(&causes::REPLACEMENT, subject, "nothing any more");
    }
    let versions = |list: Option<&Vec<raw::Withdrawn>>| -> BTreeSet<(String, String)> {
        let pair = |w: &raw::Withdrawn| (w.version.get().clone(), w.reason.get().clone());
        list.into_iter().flatten().map(pair).collect()
    };
    let old_yanked = versions(old.map(|old| &old.yanked));
    let new_yanked = versions(Some(&new.yanked));
    let old_revoked = versions(old.map(|old| &old.revoked));
    let new_revoked = versions(Some(&new.revoked));
    for (version, _) in old_revoked.symmetric_difference(&new_revoked) {
        found.add(&causes::REVOKE, subject, version);
    }
    let still: BTreeSet<&String> = new_yanked.iter().map(|(version, _)| version).collect();
    for (version, _) in &old_yanked {
        if !still.contains(version) {
            found.add(&causes::UNYANK, subject, version);
        }
    }
    let (was, is) = (
        text(old.map(|old| &old.deprecated)),
        text(Some(&new.deprecated)),
    );
    let deprecated = was != is;
    if was.is_some() && is.is_none() {
        found.add(&causes::UNDEPRECATE, subject, "");
    }
    if deprecated || old_yanked != new_yanked || replaced {
        found.add(&causes::OWN_WITHDRAWAL, subject, "");
    }
}
