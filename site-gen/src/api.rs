//! The same data for programs, at addresses that stay, with a description.
//!
//! ```text
//! /api/v1/packages.json               Packages: one line each
//! /api/v1/packages/<ns>/<name>.json   wire::Package: all of one
//! /api/v1/{kinds,categories,keywords,authors}.json  Terms: how many packages each has
//! /api/openapi.json                   OpenAPI 3.1
//! /schemas/*.schema.json              of the files that people write and of the published index
//! ```

use registry_index::{Kind, PackageName, Registry, record::Cost, registry::Status, wire};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    BuildError, json as bytes, links,
    output::Output,
    view::{Catalog, Group},
};

mod openapi;

/// Where the description is.
pub(crate) const DESCRIPTION: &str = "api/openapi.json";

/// `/api/v1/packages.json`.
#[derive(Debug, Serialize, JsonSchema)]
struct Packages<'a> {
    /// Version of this shape.
    format: u32,
    /// Released packages, by name.
    packages: Vec<Line<'a>>,
}

/// A released package in short, by the release that stands for it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "PackageLine")]
struct Line<'a> {
    /// Full name.
    name: &'a PackageName,
    /// What it is.
    kind: Kind,
    /// One line.
    summary: &'a str,
    /// The version that stands for it.
    latest: &'a semver::Version,
    /// An SPDX expression.
    license: &'a str,
    /// GitHub logins.
    authors: &'a [String],
    /// Ids of categories.
    categories: &'a [String],
    /// Keywords.
    keywords: &'a [String],
    /// When that version was taken (RFC 3339).
    published: &'a str,
    /// Context cost in tokens.
    cost: Cost,
    /// How many people rated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ratings: Option<u32>,
    /// How many stars they gave on average; absent where they are fewer than five.
    #[serde(skip_serializing_if = "Option::is_none")]
    average: Option<f64>,
    /// Why it should not be chosen any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<&'a str>,
    /// Whether all of its releases are withdrawn.
    withdrawn: bool,
    /// Its page, from the site's root.
    page: String,
}

/// `/api/v1/categories.json` and its siblings.
#[derive(Debug, Serialize, JsonSchema)]
struct Terms<'a> {
    /// Version of this shape.
    format: u32,
    /// In the order in which pages show them.
    terms: Vec<Term<'a>>,
}

/// A kind, a category, a keyword or an author.
#[derive(Debug, Serialize, JsonSchema)]
struct Term<'a> {
    /// As manifests write it.
    id: &'a str,
    /// What people call it.
    title: &'a str,
    /// How many packages and drafts its page lists.
    packages: usize,
    /// Its page, from the site's root.
    page: &'a str,
}

/// Writes `/api/v1/packages/<ns>/<name>.json`: the bytes that clients read.
pub(crate) fn package(
    out: &Output<'_>,
    name: &PackageName,
    bytes: &[u8],
) -> Result<(), BuildError> {
    out.put(&format!("api/v1/packages/{name}.json"), bytes)
}

/// Writes everything else.
pub(crate) fn write(
    out: &Output<'_>,
    registry: &Registry,
    catalog: &Catalog,
) -> Result<(), BuildError> {
    let packages = Packages {
        format: wire::FORMAT,
        packages: registry.packages.values().map(line).collect(),
    };
    out.put(
        "api/v1/packages.json",
        &bytes::compact("the packages", &packages)?,
    )?;
    for (name, groups) in [
        ("kinds", &catalog.kinds),
        ("categories", &catalog.categories),
        ("keywords", &catalog.keywords),
        ("authors", &catalog.authors),
    ] {
        let terms = Terms {
            format: wire::FORMAT,
            terms: groups.iter().map(term).collect(),
        };
        out.put(
            &format!("api/v1/{name}.json"),
            &bytes::compact("the terms", &terms)?,
        )?;
    }
    for (name, schema) in registry_index::schema::all() {
        out.put(
            &format!("schemas/{name}"),
            &bytes::pretty("a schema", &schema)?,
        )?;
    }
    out.put(
        DESCRIPTION,
        &bytes::pretty("the description", &openapi::description(registry))?,
    )
}

fn line(package: &registry_index::registry::Package) -> Line<'_> {
    let release = package.latest();
    let manifest = &release.record.manifest;
    Line {
        name: &package.name,
        kind: manifest.kind,
        summary: &manifest.summary,
        latest: &manifest.version,
        license: &manifest.license,
        authors: &manifest.authors,
        categories: &manifest.categories,
        keywords: &manifest.keywords,
        published: &release.record.published,
        cost: release.record.cost,
        ratings: package.ratings.as_ref().map(|ratings| ratings.count),
        average: package.ratings.as_ref().and_then(|ratings| ratings.average),
        deprecated: package.deprecated.as_deref(),
        withdrawn: release.status != Status::Current,
        page: links::package(&package.name),
    }
}

fn term(group: &Group) -> Term<'_> {
    Term {
        id: &group.id,
        title: &group.title,
        packages: group.rows.len(),
        page: &group.href,
    }
}
