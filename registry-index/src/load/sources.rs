//! The sources of packages below `templates/`.

use std::path::Path;

use rayon::prelude::*;
use semver::Version;
use toml::de::{DeTable, DeValue};

use super::{Keys, Layout, LoadError, Loaded, Selection, Source, Unread, folder, source_of_files};
use crate::{finding::Finding, raw::UnknownKeys};

/// Reads the sources that are selected and glances at the others.
pub(super) fn read(
    layout: &Layout,
    selection: &Selection<'_>,
    keys: &Keys,
    loaded: &mut Loaded,
) -> Result<(), LoadError> {
    let (selected, others): (Vec<_>, Vec<_>) = folder::packages(layout.root(), "templates")?
        .into_iter()
        .partition(|folder| selection.has(folder));
    let unread = others
        .par_iter()
        .map(|folder| glance(layout.root(), folder));
    loaded.unread = unread.flatten_iter().collect();
    let read: Vec<_> = selected
        .par_iter()
        .map(|folder| read_one(layout.root(), folder, &keys.manifest))
        .collect::<Result<_, _>>()?;
    for (source, findings) in read {
        loaded.sources.push(source);
        loaded.findings.extend(findings);
    }
    Ok(())
}

pub(super) fn read_one(
    root: &Path,
    folder: &str,
    keys: &UnknownKeys,
) -> Result<(Source, Vec<Finding>), LoadError> {
    let files = folder::files(&root.join(folder))?;
    Ok(source_of_files(folder, files, keys))
}

/// What others must know of the source in `folder`; `None` where it has no name that is one. What is
/// wrong with it is told when it is selected.
fn glance(root: &Path, folder: &str) -> Option<Unread> {
    let path = root.join(folder).join("paracle.toml");
    let text = String::from_utf8(folder::read_regular(&path).ok()??).ok()?;
    let table = DeTable::parse(&text).ok()?;
    let package = table.get_ref().get("package")?.get_ref();
    let word = |key| package.get(key)?.get_ref().as_str();
    let needs = match table
        .get_ref()
        .get("dependencies")
        .map(|value| value.get_ref())
    {
        Some(DeValue::Table(stated)) => stated
            .iter()
            .filter(|(_, value)| value.get_ref().get("registry").is_none())
            .filter_map(|(name, _)| name.get_ref().parse().ok())
            .collect(),
        _ => Vec::new(),
    };
    Some(Unread {
        folder: folder.to_owned(),
        name: word("name")?.parse().ok()?,
        version: word("version").and_then(|version| Version::parse(version).ok()),
        needs,
    })
}
