//! The folders of the index: `packages/<ns>/<name>/`.

use std::{collections::BTreeMap, path::Path};

use rayon::prelude::*;
use semver::Version;

use super::{EntryFolder, Keys, Layout, LoadError, Loaded, Selection, folder, misplaced, one};
use crate::{finding::Finding, name::PackageName};

/// One folder, read or only listed.
#[derive(Default)]
struct Read {
    listed: Option<(PackageName, Vec<Version>)>,
    entry: Option<EntryFolder>,
    findings: Vec<Finding>,
}

/// Lists every package and reads those that are selected.
pub(super) fn read(
    layout: &Layout,
    selection: &Selection<'_>,
    keys: &Keys,
    loaded: &mut Loaded,
) -> Result<(), LoadError> {
    let packages = layout.index().join("packages");
    let mut folders = Vec::new();
    for namespace in folder::names(&packages)? {
        for name in folder::names(&packages.join(&namespace))? {
            folders.push(format!("{namespace}/{name}"));
        }
    }
    let read: Vec<Read> = folders
        .par_iter()
        .map(|full| read_folder(layout.root(), full, selection, keys))
        .collect::<Result<_, _>>()?;
    for one in read {
        loaded.listing.extend(one.listed);
        loaded.entries.extend(one.entry);
        loaded.findings.extend(one.findings);
    }
    Ok(())
}

fn read_folder(
    root: &Path,
    full: &str,
    selection: &Selection<'_>,
    keys: &Keys,
) -> Result<Read, LoadError> {
    let folder = format!("registry-index/packages/{full}");
    let mut read = Read::default();
    let name: PackageName = match full.parse() {
        Ok(name) => name,
        Err(error) => {
            let help = "rename the folder, or remove it if it holds no package";
            let message = format!("{error}");
            read.findings.push(misplaced(&folder, message, help));
            return Ok(read);
        }
    };
    if !root.join(&folder).is_dir() {
        let message = format!("{folder:?} is not a folder");
        read.findings.push(misplaced(&folder, message, "remove it"));
        return Ok(read);
    }
    let versions = versions(root, &folder, &mut read.findings)?;
    if selection.has(&folder) {
        let findings = &mut read.findings;
        read.entry = Some(read_entry(root, &name, &versions, keys, findings)?);
    }
    for finding in &mut read.findings {
        finding.package = Some(full.to_owned());
    }
    read.listed = Some((name, versions));
    Ok(read)
}

fn versions(
    root: &Path,
    folder: &str,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Version>, LoadError> {
    let mut versions = Vec::new();
    for file in folder::names(&root.join(folder))? {
        let stem = file.strip_suffix(".toml").unwrap_or_default();
        match Version::parse(stem) {
            Ok(version) => versions.push(version),
            Err(_) if matches!(stem, "package" | "request") => {}
            Err(error) => {
                let path = format!("{folder}/{file}");
                let message = format!(
                    "{file:?} is none of package.toml, request.toml and <version>.toml: {error}"
                );
                findings.push(misplaced(&path, message, "remove the file"));
            }
        }
    }
    versions.sort();
    Ok(versions)
}

/// Reads `package.toml` and the records of `name`.
pub(super) fn read_entry(
    root: &Path,
    name: &PackageName,
    versions: &[Version],
    keys: &Keys,
    findings: &mut Vec<Finding>,
) -> Result<EntryFolder, LoadError> {
    let mut entry = EntryFolder {
        name: name.clone(),
        folder: format!("registry-index/packages/{name}"),
        written: None,
        request: None,
        records: BTreeMap::new(),
    };
    let path = Layout::entry(name);
    if root.join(&path).symlink_metadata().is_ok() {
        entry.written = one(root, &path, &keys.entry, findings)?;
    }
    let path = Layout::request(name);
    if root.join(&path).symlink_metadata().is_ok() {
        entry.request = one(root, &path, &keys.request, findings)?;
    }
    for version in versions {
        let path = Layout::record(name, version);
        let record = one(root, &path, &keys.record, findings)?;
        let read = record.map(|record| (version.clone(), record));
        entry.records.extend(read);
    }
    Ok(entry)
}
