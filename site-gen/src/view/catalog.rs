//! All rows, and the lists they stand in.

use std::collections::BTreeMap;

use rayon::prelude::*;
use registry_index::{Kind, PackageName, Record, Registry};
use serde::Serialize;

use crate::{links, text, view::Row};

/// Every package as a row, newest first, and which rows each list holds.
pub(crate) struct Catalog {
    pub(crate) rows: Vec<Row>,
    /// In the order of [`Kind::ALL`].
    pub(crate) kinds: Vec<Group>,
    /// By title; those that have packages.
    pub(crate) categories: Vec<Group>,
    /// By word.
    pub(crate) keywords: Vec<Group>,
    /// By login.
    pub(crate) authors: Vec<Group>,
    /// Released packages.
    pub(crate) released: usize,
    pub(crate) drafts: usize,
}

/// A list: where it is, what it is called, which rows it holds.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The kind's, category's, keyword's or author's own word.
    pub(crate) id: String,
    pub(crate) title: String,
    /// Address of its first page.
    pub(crate) href: String,
    /// Indexes of rows, newest first.
    pub(crate) rows: Vec<usize>,
}

/// A group as navigation shows it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Part {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) count: usize,
}

impl From<&Group> for Part {
    fn from(group: &Group) -> Self {
        Self {
            id: group.id.clone(),
            title: group.title.clone(),
            href: group.href.clone(),
            count: group.rows.len(),
        }
    }
}

impl Catalog {
    /// The catalogue of `registry` and `drafts`.
    pub(crate) fn new(registry: &Registry, drafts: &[Record]) -> Self {
        let packages: Vec<_> = registry.packages.values().collect();
        let mut rows: Vec<Row> = packages
            .par_iter()
            .map(|package| Row::of(package))
            .collect();
        rows.extend(
            drafts.iter().map(|record| {
                Row::of_draft(record, draft_address(registry, &record.manifest.name))
            }),
        );
        // Newest first; drafts, which have no date, last.
        rows.sort_by(|a, b| {
            (&b.published, &a.name, &a.href).cmp(&(&a.published, &b.name, &b.href))
        });
        let kinds = Kind::ALL.into_iter().map(|kind| Group {
            id: kind.to_string(),
            title: crate::view::KindView::from(kind).many.to_owned(),
            href: links::kind(kind),
            rows: indexes(&rows, |row| row.kind.id == kind.as_str()),
        });
        Self {
            kinds: kinds.collect(),
            categories: categories(registry, &rows),
            keywords: groups(&rows, |row| &row.keywords, links::keyword),
            authors: groups(&rows, |row| &row.authors, links::author),
            released: packages.len(),
            drafts: drafts.len(),
            rows,
        }
    }

    /// `312 packages`, `12 packages and 3 drafts`, `15 drafts`.
    pub(crate) fn count(&self) -> String {
        let packages = text::count(self.released, "package", "packages");
        let drafts = text::count(self.drafts, "draft", "drafts");
        match (self.released, self.drafts) {
            (_, 0) => packages,
            (0, _) => drafts,
            _ => format!("{packages} and {drafts}"),
        }
    }
}

/// Where the page of the draft of `name` is: the package's own page where nothing is released yet.
pub(crate) fn draft_address(registry: &Registry, name: &PackageName) -> String {
    match registry.packages.contains_key(name) {
        true => links::draft(name),
        false => links::package(name),
    }
}

fn indexes(rows: &[Row], is_in: impl Fn(&Row) -> bool) -> Vec<usize> {
    (0..rows.len()).filter(|at| is_in(&rows[*at])).collect()
}

/// The registry's own categories; what a package invents has no page.
fn categories(registry: &Registry, rows: &[Row]) -> Vec<Group> {
    let mut groups: Vec<Group> = groups(rows, |row| &row.categories, links::category)
        .into_iter()
        .filter_map(|mut group| {
            group.title = text::line(registry.config.categories.get(&group.id)?, 80);
            Some(group)
        })
        .collect();
    groups.sort_by(|a, b| a.title.cmp(&b.title));
    groups
}

/// One group for each word that can stand in an address, over its spellings in either case.
fn groups(
    rows: &[Row],
    words: impl Fn(&Row) -> &[String],
    address: impl Fn(&str) -> Option<String>,
) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        for word in words(row) {
            let Some(href) = address(word) else { continue };
            let group = groups.entry(href.clone()).or_insert_with(|| Group {
                id: word.to_ascii_lowercase(),
                title: word.clone(),
                href,
                rows: Vec::new(),
            });
            if group.rows.last() != Some(&at) {
                group.rows.push(at);
            }
        }
    }
    groups.into_values().collect()
}
