//! Published packages, as the index sees them. Not for the browser, which only reads indexes.

use std::collections::BTreeMap;

use registry_index::{
    PackageName, Record,
    registry::{self, Status},
    wire,
};

use crate::{Document, readme::MAX_README};

/// What the index asks of a package, frozen or published.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    latest: &'a Record,
    is_current: bool,
    is_deprecated: bool,
}

impl<'a> From<&'a wire::Package> for Listed<'a> {
    fn from(package: &'a wire::Package) -> Self {
        let latest = package.latest();
        Self {
            latest: &latest.record,
            is_current: latest.is_current(),
            is_deprecated: package.deprecated.is_some(),
        }
    }
}

impl<'a> From<&'a registry::Package> for Listed<'a> {
    fn from(package: &'a registry::Package) -> Self {
        let latest = package.latest();
        Self {
            latest: &latest.record,
            is_current: latest.status == Status::Current,
            is_deprecated: package.deprecated.is_some(),
        }
    }
}

/// The documents of a registry: of every package that can be chosen. `readme` gives the README that a
/// record names. A package that many others need is listed first among equals.
///
/// # Errors
/// The first error of `readme`.
pub fn documents<'a, E>(
    packages: impl Iterator<Item = Listed<'a>> + Clone,
    mut readme: impl FnMut(&Record) -> Result<Option<Vec<u8>>, E>,
) -> Result<Vec<Document>, E> {
    let mut needed: BTreeMap<&PackageName, u32> = BTreeMap::new();
    for package in packages.clone() {
        for (name, dependency) in &package.latest.manifest.dependencies {
            if dependency.registry.is_none() {
                *needed.entry(name).or_default() += 1;
            }
        }
    }
    packages
        .filter(|package| package.is_current)
        .map(|package| {
            let rank = needed.get(&package.latest.manifest.name).copied();
            let readme = readme(package.latest)?.unwrap_or_default();
            Ok(document(package, readme, rank.unwrap_or_default()))
        })
        .collect()
}

fn document(package: Listed<'_>, mut readme: Vec<u8>, rank: u32) -> Document {
    let manifest = &package.latest.manifest;
    // What is not indexed is not kept either: memory stays bounded in a large registry.
    readme.truncate(MAX_README);
    Document {
        name: manifest.name.to_string(),
        kind: manifest.kind.to_string(),
        version: manifest.version.to_string(),
        summary: manifest.summary.clone(),
        keywords: manifest.keywords.clone(),
        categories: manifest.categories.clone(),
        authors: manifest.authors.clone(),
        license: manifest.license.clone(),
        readme: String::from_utf8_lossy(&readme).into_owned(),
        rank,
        deprecated: package.is_deprecated,
    }
}
