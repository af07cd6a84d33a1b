//! A package whose files are kept in the registry.

use registry_index::{PackageName, Source};

use super::{Case, DecideError, causes, compare, found::Found, people};

/// A package that the base does not have: who begins it, and whether it says whose it is.
pub(super) fn new(
    case: &Case<'_>,
    name: &PackageName,
    found: &mut Found,
) -> Result<(), DecideError> {
    found.packages.insert(name.clone());
    found.add(&causes::NEW_PACKAGE, name.as_str(), "");
    people::may_begin(case, name, found)?;
    let owners = case.at_merged().owners(name)?;
    let event = case.event();
    if !owners.contains(&event.opened_by.id) && !event.is_by_maintainer {
        let message = format!("owners = [\"github:{}\"]", event.opened_by.id);
        found.add(&causes::OWNERS_UNSTATED, name.as_str(), message);
    }
    Ok(())
}

/// A folder of which something differs.
pub(super) fn look(case: &Case<'_>, folder: &str, found: &mut Found) -> Result<(), DecideError> {
    let (base, merged) = (case.at_base(), case.at_merged());
    let (old, new) = (base.source(folder)?, merged.source(folder)?);
    let name = |source: &Option<Source>| source.as_ref().and_then(Source::name);
    let (old_name, new_name) = (name(&old), name(&new));
    if old.is_none()
        && let Some(inner) = base.packages_below(folder)?.first()
    {
        let message = format!("{:?} is below it", format!("{folder}/{inner}"));
        found.add(&causes::NESTED_PACKAGE, folder, message);
    }
    // Whose it was, and whose it says it is.
    let mut names: Vec<&PackageName> = old_name.iter().chain(&new_name).collect();
    names.dedup();
    for name in names {
        found.packages.insert(name.clone());
        let is_there = old_name.as_ref() == Some(name) || base.is_known(name)?;
        if is_there {
            let owners = base.owners(name)?;
            people::may(case, name.as_str(), name.namespace(), &owners, found);
        }
    }
    let Some(new) = new else {
        found.add(&causes::PACKAGE_REMOVED, folder, "");
        return Ok(());
    };
    let Some(new_name) = new_name else {
        found.add(
            &causes::CHECK_ERRORS,
            folder,
            "its paracle.toml has no name that is one",
        );
        return Ok(());
    };
    if let Some(old_name) = old_name.filter(|old_name| *old_name != new_name) {
        let message = format!("{old_name} is called {new_name}");
        found.add(&causes::RENAME, folder, message);
    }
    if !base.is_known(&new_name)? && old.is_none() {
        // Who begins it has been looked at.
        found.add(&causes::NEW_PACKAGE, new_name.as_str(), "");
        compare::first(&new_name, &new, found);
        return Ok(());
    }
    if old.is_none() {
        found.add(
            &causes::SOURCE_MOVED,
            new_name.as_str(),
            "it was not kept here before",
        );
    }
    let pending = old.as_ref().and_then(Source::version);
    compare::version(case, &new_name, &new, pending.as_ref(), found)
}
