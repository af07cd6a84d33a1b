//! `request.toml`: a package kept by its author asks for a release.

use registry_index::{Layout, PackageName, Source};

use super::{Case, DecideError, causes, compare, found::Found, people, pinned::PinError};

/// A `request.toml` that differs.
pub(super) fn look(
    case: &Case<'_>,
    name: &PackageName,
    found: &mut Found,
) -> Result<(), DecideError> {
    found.packages.insert(name.clone());
    let (base, merged) = (case.at_base(), case.at_merged());
    let is_known = base.is_known(name)?;
    if is_known {
        let owners = base.owners(name)?;
        people::may(case, name.as_str(), name.namespace(), &owners, found);
    }
    let path = Layout::request(name);
    if !merged.has(&path)? {
        found.add(&causes::REQUEST_WITHDRAWN, name.as_str(), "");
        return Ok(());
    }
    let Some(request) = merged.request(name)? else {
        found.add(&causes::CHECK_ERRORS, &path, "it cannot be understood");
        return Ok(());
    };
    let (url, rev) = (request.git.get(), request.rev.get());
    let folder = request.path.as_ref().map_or("", |path| path.get());
    let pinned = case
        .proposed
        .pinned
        .source(url, rev, folder, &case.config.hosts);
    let mut source = match pinned {
        Ok(source) => source,
        Err(error) => {
            found.add(cause_of(&error), name.as_str(), error.to_string());
            return Ok(());
        }
    };
    let said = format!("{name} {}", request.version.get());
    if !says(&source, &said) {
        let there = source.version().map(|version| version.to_string());
        let there = format!("{} {}", source.label(), there.unwrap_or_default());
        found.add(
            &causes::REQUEST_MISMATCH,
            name.as_str(),
            format!("{there} is not {said}"),
        );
        return Ok(());
    }
    if let Some(newest) = base.newest(name)?
        && newest.source.git != *url
    {
        let message = format!("from {url}, not from {}", newest.source.git);
        found.add(&causes::SOURCE_MOVED, name.as_str(), message);
    }
    match is_known {
        true => compare::version(case, name, &source, None, found)?,
        false => {
            found.add(&causes::NEW_PACKAGE, name.as_str(), "");
            compare::first(name, &source, found);
        }
    }
    // Where no package is kept; the last part of the folder is the package's name.
    source.folder = format!("templates/requested/{name}");
    found.requested.push(source);
    Ok(())
}

fn cause_of(error: &PinError) -> &'static causes::Cause {
    match error {
        PinError::Unreachable => &causes::REQUEST_UNREACHABLE,
        PinError::Unfit(_) => &causes::REQUEST_UNFIT,
        PinError::Unread(_) => &causes::SOURCE_UNREAD,
    }
}

fn says(source: &Source, said: &str) -> bool {
    match (source.name(), source.version()) {
        (Some(name), Some(version)) => format!("{name} {version}") == said,
        _ => false,
    }
}
