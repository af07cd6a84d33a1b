//! Namespaces and renames.

use std::collections::BTreeMap;

use registry_index::{PackageName, raw};

use super::{Case, DecideError, causes, found::Found, people};

/// A file in `namespaces/` that differs.
pub(super) fn namespace(
    case: &Case<'_>,
    namespace: &str,
    found: &mut Found,
) -> Result<(), DecideError> {
    let (base, merged) = (case.at_base(), case.at_merged());
    if let Some(owners) = base.namespace(namespace)? {
        people::may(case, namespace, namespace, &owners, found);
        found.add(
            &causes::OWNER_CHANGE,
            namespace,
            "the owners of a namespace",
        );
        return Ok(());
    }
    let opener = case.event().opened_by.id;
    let claimed = merged.namespace(namespace)?.unwrap_or_default();
    let message = match claimed.contains(&opener) {
        true => people::opened(case),
        false => format!("{}, who is not among the owners", people::opened(case)),
    };
    found.add(&causes::NAMESPACE_CLAIM, namespace, message);
    // A namespace in use belongs to those who use it, whoever is called like it now.
    for name in base.of_namespace(namespace)? {
        let owners = base.owners(&name)?;
        if !owners.is_empty() && !owners.contains(&opener) {
            people::may(case, name.as_str(), namespace, &owners, found);
        }
    }
    Ok(())
}

/// `renames.toml`, where it differs.
pub(super) fn renames(case: &Case<'_>, found: &mut Found) -> Result<(), DecideError> {
    let (base, merged) = (case.at_base(), case.at_merged());
    let read = |renames: Option<raw::Renames>| -> BTreeMap<String, String> {
        let all = renames.into_iter().flat_map(|renames| renames.renames);
        all.map(|(old, new)| (old, new.get().clone())).collect()
    };
    let (before, after) = (read(base.renames()?), read(merged.renames()?));
    for (old, new) in before.iter().filter(|(old, _)| !after.contains_key(*old)) {
        // A name that is free again could be taken by anybody.
        found.add(&causes::RENAME, old, format!("no longer called {new}"));
        people::may(case, old, "", &[], found);
    }
    for (old, new) in &after {
        match before.get(old) {
            Some(known) if known == new => continue,
            Some(_) => people::may(case, old, "", &[], found),
            None => {}
        }
        found.add(&causes::RENAME, old, format!("is called {new}"));
        for name in [old, new] {
            let Ok(name) = name.parse::<PackageName>() else {
                continue;
            };
            found.packages.insert(name.clone());
            if base.is_known(&name)? {
                let owners = base.owners(&name)?;
                people::may(case, name.as_str(), name.namespace(), &owners, found);
            }
        }
    }
    Ok(())
}
