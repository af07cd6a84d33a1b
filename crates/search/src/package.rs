//! A published package, as the index sees it. Not for the browser, which only reads indexes.

use registry_index::wire::Package;

use crate::Document;

/// Where every package starts. What is deprecated comes below it.
const RANK: u32 = 1;

impl Document {
    /// The document of `package`, whose latest release has the README `readme`.
    pub fn of(package: &Package, readme: String) -> Self {
        let manifest = &package.latest().record.manifest;
        Self {
            name: package.name.to_string(),
            kind: manifest.kind.to_string(),
            version: manifest.version.to_string(),
            summary: manifest.summary.clone(),
            keywords: manifest.keywords.clone(),
            categories: manifest.categories.clone(),
            authors: manifest.authors.clone(),
            license: manifest.license.clone(),
            readme,
            rank: if package.deprecated.is_some() { 0 } else { RANK },
            deprecated: package.deprecated.is_some(),
        }
    }
}
