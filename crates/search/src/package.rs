//! Published packages, as the index sees them. Not for the browser, which only reads indexes.

use std::collections::{BTreeMap, BTreeSet};

use registry_index::{
    PackageName, Record,
    rating::Ratings,
    registry::{self, Status},
    uses::{self, Evidence, Label},
    wire,
};

use crate::{Document, readme::MAX_README};

/// What the index asks of a package, frozen or published.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    latest: &'a Record,
    is_current: bool,
    is_deprecated: bool,
    ratings: Option<&'a Ratings>,
}

impl<'a> From<&'a wire::Package> for Listed<'a> {
    fn from(package: &'a wire::Package) -> Self {
        let latest = package.latest();
        Self {
            latest: &latest.record,
            is_current: latest.is_current(),
            is_deprecated: package.deprecated.is_some(),
            ratings: package.ratings.as_ref(),
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
            ratings: package.ratings.as_ref(),
        }
    }
}

/// The documents of a registry, of every package that can be chosen, in the order in which they are
/// indexed. `readme` gives the README that a record names; it is asked for one after the other, so that
/// one at a time is in memory.
pub fn documents<'a, E>(
    packages: impl Iterator<Item = Listed<'a>> + Clone,
    mut readme: impl FnMut(&Record) -> Result<Option<Vec<u8>>, E>,
) -> impl Iterator<Item = Result<Document, E>> {
    let standing = Standing::of(packages.clone());
    let mut documents: Vec<(Document, &Record)> = packages
        .filter(|package| package.is_current)
        .map(|package| (document(package, &standing), package.latest))
        .collect();
    documents.sort_by(|(a, _), (b, _)| a.order(b));
    documents.into_iter().map(move |(document, record)| {
        let mut readme = readme(record)?.unwrap_or_default();
        readme.truncate(MAX_README);
        Ok(Document {
            readme: String::from_utf8_lossy(&readme).into_owned(),
            ..document
        })
    })
}

fn document(package: Listed<'_>, standing: &Standing<'_>) -> Document {
    let record = package.latest;
    let manifest = &record.manifest;
    Document {
        name: manifest.name.to_string(),
        kind: manifest.kind.to_string(),
        version: manifest.version.to_string(),
        summary: manifest.summary.clone(),
        keywords: manifest.keywords.clone(),
        categories: manifest.categories.clone(),
        authors: manifest.authors.clone(),
        license: manifest.license.clone(),
        updated: record.published.clone(),
        label: letters(&uses::label(manifest, &record.found)),
        cost: [record.cost.always, record.cost.on_demand],
        // For `sort:rating` alone: relevance and rank do not see it.
        rating: package.ratings.and_then(Ratings::hundredths).unwrap_or(0),
        rank: standing.rank(record),
        deprecated: package.is_deprecated,
        ..Document::default()
    }
}

/// A letter for each of [`crate::USES`].
fn letters(label: &Label) -> String {
    let squares = [
        label.network,
        label.files,
        label.commands,
        label.environment,
        label.agents,
    ];
    let letter = |evidence| match evidence {
        Evidence::None => 'n',
        Evidence::Declared => 'd',
        Evidence::Found => 'f',
        Evidence::Enforced => 'e',
    };
    squares.into_iter().map(letter).collect()
}

/// What the static rank is made of: facts that cost something to fake.
struct Standing<'a> {
    /// The namespaces, other than its own, whose packages need a package.
    needed_by: BTreeMap<&'a PackageName, BTreeSet<&'a str>>,
    /// The month of the latest release of all. No clock: the same registry gives the same index.
    newest: u32,
}

/// More namespaces that need a package count no more.
const MOST_OWNERS: usize = 20;

impl<'a> Standing<'a> {
    fn of(packages: impl Iterator<Item = Listed<'a>>) -> Self {
        let mut needed_by: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let mut newest = 0;
        for package in packages {
            newest = newest.max(month(&package.latest.published));
            let manifest = &package.latest.manifest;
            let namespace = manifest.name.namespace();
            for (name, dependency) in &manifest.dependencies {
                if dependency.registry.is_none() && name.namespace() != namespace {
                    needed_by.entry(name).or_default().insert(namespace);
                }
            }
        }
        Self { needed_by, newest }
    }

    /// See `docs/search.md`, which says the same to people.
    fn rank(&self, record: &Record) -> u32 {
        let needed_by = self.needed_by.get(&record.manifest.name);
        let owners = needed_by.map_or(0, BTreeSet::len).min(MOST_OWNERS) as u32;
        let is_case = |path: &str| path.starts_with("tests/") && path.ends_with("/answers.toml");
        let tested = record.files.iter().any(|file| is_case(&file.path));
        let clear = registry_index::license::is_open(&record.manifest.license) == Some(true);
        let age = self.newest - month(&record.published);
        let fresh = match age {
            0..=6 => 2,
            7..=18 => 1,
            _ => 0,
        };
        8 * owners + 4 * u32::from(tested) + 4 * u32::from(clear) + fresh
    }
}

/// Months since the year 0 of an RFC 3339 time; 0 for what is none.
fn month(time: &str) -> u32 {
    let number = |range| {
        time.get(range)
            .and_then(|part: &str| part.parse::<u32>().ok())
    };
    match (number(0..4), number(5..7)) {
        (Some(year), Some(month)) => 12 * year + month,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use registry_index::{Registry, testing::FakeRegistry};

    use super::*;
    use crate::{Built, Index, Query, SearchError, Sort, build};

    fn built(registry: &Registry) -> Built {
        let packages = registry.packages.values().map(Listed::from);
        let readme = |_: &Record| Ok::<_, SearchError>(None);
        let documents = documents(packages, readme).collect::<Result<_, _>>();
        build(documents.unwrap()).unwrap()
    }

    /// The files of an index by their names, the segment's by their endings alone.
    fn files(built: &Built) -> BTreeMap<&str, &[u8]> {
        let named = built.files.iter().map(|(name, bytes)| {
            let (segment, ending) = name.split_once('.').unwrap_or(("", name));
            let is_segment = segment.len() == 32;
            let name = if is_segment { ending } else { name.as_str() };
            (name, bytes.as_slice())
        });
        named.collect()
    }

    /// Five people of whom each gives `stars`.
    fn five(stars: u8) -> String {
        let one = |id| {
            format!(
                "[[ratings]]\nby = \"github:{id}\"\nlogin = \"x\"\nstars = {stars}\ndate = \"2026-01-02\"\nreview = \"review diff\"\n"
            )
        };
        (20..25).map(one).collect()
    }

    #[test]
    fn ratings_change_one_order_and_nothing_else() {
        let plain = FakeRegistry::new()
            .released_with("core/diff-one", "1.0.0", |p| {
                p.summary("Reviews a diff with care")
            })
            .released_with("core/diff-two", "1.0.0", |p| {
                p.summary("Reviews a diff with zeal")
            })
            .released_with("core/review-diff", "1.0.0", |p| {
                p.summary("Reviews a diff, twice")
            });
        let rated = plain
            .clone()
            .rated("core/diff-one", &five(1))
            .rated("core/review-diff", &five(5));
        let (before, after) = (built(&plain.registry()), built(&rated.registry()));
        let (old, new) = (files(&before), files(&after));
        assert!(old.keys().eq(new.keys()) && old.len() > 5);
        let differ: Vec<&str> = old
            .iter()
            .filter(|(name, bytes)| new[*name] != **bytes)
            .map(|(name, _)| *name)
            .collect();
        // The order by rating, the name that all files give the segment, and the list of digests.
        assert_eq!(differ, ["columns", "meta.json", "sums"]);
        let found = |built: &Built, sort| -> Vec<String> {
            let index = Index::from_files(built.files.clone()).unwrap();
            let query = Query::parse("diff").with_sort(sort);
            let hits = index.search(&query, 10).unwrap().hits;
            hits.into_iter().map(|hit| hit.name).collect()
        };
        assert_eq!(
            found(&before, Sort::Relevance),
            found(&after, Sort::Relevance)
        );
        let by_rating = ["core/review-diff", "core/diff-one", "core/diff-two"];
        assert_eq!(found(&after, Sort::Rating), by_rating);
        let by_rank = ["core/diff-one", "core/diff-two", "core/review-diff"];
        assert_eq!(found(&before, Sort::Rating), by_rank);
        // Fewer than five say nothing.
        let four = five(5).replace("github:24", "nobody");
        let few = plain.rated("core/diff-two", &four).registry();
        assert_eq!(built(&few).files, before.files);
    }
}
