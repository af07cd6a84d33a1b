//! The search index: the same files for the terminal and, later, the browser.

use std::collections::BTreeMap;

use ::search::Document;
use rayon::prelude::*;
use registry_index::{
    Digest, PackageName, Registry,
    registry::{Package, Status},
    wire::{self, SearchFile, SearchIndex},
};

use crate::{BuildError, output::Output};

/// More of a README is not indexed; cutting here keeps memory bounded.
const README: usize = 64 << 10;

/// Writes the index over all packages that can be chosen and tells what a client must know of it.
pub(crate) fn write(
    out: &Output<'_>,
    registry: &Registry,
) -> Result<Option<SearchIndex>, BuildError> {
    let dependents = dependents(registry);
    let packages: Vec<&Package> = registry
        .packages
        .values()
        .filter(|package| package.latest().status == Status::Current)
        .collect();
    if packages.is_empty() {
        return Ok(None);
    }
    let documents: Vec<Document> = packages
        .par_iter()
        .map(|package| document(out, package, dependents.get(&package.name).copied()))
        .collect::<Result<_, _>>()?;
    let built = ::search::build(documents)?;
    let paths = wire::Paths::default();
    let mut files = BTreeMap::new();
    for (name, bytes) in built.files {
        out.put(&paths.search(&built.digest, &name), &bytes)?;
        let file = SearchFile {
            length: bytes.len() as u64,
            digest: Digest::of(&bytes),
        };
        files.insert(name, file);
    }
    Ok(Some(SearchIndex {
        digest: built.digest,
        files,
    }))
}

/// How many packages need each: what is needed by many is listed first among equals.
fn dependents(registry: &Registry) -> BTreeMap<&PackageName, u32> {
    let mut counts = BTreeMap::new();
    for package in registry.packages.values() {
        for (name, dependency) in &package.latest().record.manifest.dependencies {
            if dependency.registry.is_none() {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    counts
}

fn document(
    out: &Output<'_>,
    package: &Package,
    dependents: Option<u32>,
) -> Result<Document, BuildError> {
    let record = &package.latest().record;
    let manifest = &record.manifest;
    let what = format!("{} {}: README", package.name, manifest.version);
    let mut readme = match out.blob(&record.documents.readme.digest, &what)? {
        Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        None => String::new(),
    };
    readme.truncate(readme.floor_char_boundary(README));
    readme.shrink_to_fit();
    Ok(Document {
        name: package.name.to_string(),
        kind: manifest.kind.to_string(),
        version: manifest.version.to_string(),
        summary: manifest.summary.clone(),
        keywords: manifest.keywords.clone(),
        categories: manifest.categories.clone(),
        authors: manifest.authors.clone(),
        license: manifest.license.clone(),
        readme,
        rank: dependents.unwrap_or_default(),
        deprecated: package.deprecated.is_some(),
    })
}
