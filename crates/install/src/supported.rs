//! What this version cannot install yet, in one place: packages that ask questions, need other
//! packages, or have files to be rendered.

use registry_index::Manifest;

use crate::InstallError;

/// Refuses a package with variables, dependencies that are not optional, or `.j2` files.
pub(crate) fn check<'a>(
    manifest: &Manifest,
    mut paths: impl Iterator<Item = &'a str>,
) -> Result<(), InstallError> {
    let not_yet = |wants: String| InstallError::NotYet {
        package: manifest.name.clone(),
        wants,
    };
    let needed = manifest.dependencies.iter().filter(|(_, d)| !d.optional);
    let needed: Vec<String> = needed
        .map(|(name, dependency)| format!("{name} {}", dependency.version))
        .collect();
    if !needed.is_empty() {
        return Err(not_yet(format!("needs {}", needed.join(", "))));
    }
    let asked: Vec<String> = manifest
        .variables
        .iter()
        .map(|variable| format!("{:?}", variable.name))
        .collect();
    if !asked.is_empty() {
        return Err(not_yet(format!("asks for {}", asked.join(", "))));
    }
    match paths.find(|path| path.ends_with(".j2")) {
        Some(path) => Err(not_yet(format!("has {path:?} to be rendered"))),
        None => Ok(()),
    }
}
