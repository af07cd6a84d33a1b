//! A registry in numbers, as far as its index tells. No clock is read: how long ago something was is
//! counted to a day that is handed in.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Kind, Registry,
    rating::{FEWEST, MOST_STARS, day},
    registry::{Package, Status},
};

/// All numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stats {
    /// The day that ages are counted to, `YYYY-MM-DD`; empty for a registry without packages.
    pub as_of: String,
    /// Released packages.
    pub packages: u32,
    /// Their releases.
    pub releases: u32,
    /// Releases that are not chosen any more, or refused.
    pub withdrawn: u32,
    /// Packages that should not be chosen any more.
    pub deprecated: u32,
    /// Packages of each kind, in the order in which kinds are listed; also those without any.
    pub kinds: Vec<Share>,
    /// Packages under each licence expression, most first.
    pub licences: Vec<Share>,
    /// Packages by how long ago their newest release was taken, newest first.
    pub ages: Vec<Age>,
    /// What people think.
    pub ratings: Voices,
}

/// How many packages have something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// A kind, or a licence expression (from a package, so hostile).
    pub id: String,
    /// How many.
    pub packages: u32,
}

/// How many packages had their newest release within a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Age {
    /// At most so many days ago; without an end for the oldest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// How many.
    pub packages: u32,
}

/// All ratings together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Voices {
    /// How many.
    pub count: u32,
    /// Of how many packages.
    pub packages: u32,
    /// Packages with enough of them for an average.
    pub averaged: u32,
    /// Those with a text.
    pub reviews: u32,
    /// How many gave one star, two, three, four and five.
    pub distribution: [u32; MOST_STARS as usize],
}

/// Ends of the ages, in days: a month, a quarter, half a year, a year, two years.
const AGES: [u32; 5] = [30, 90, 180, 365, 730];

impl Stats {
    /// The numbers of `registry`; ages are counted to `as_of`, or to the day of its newest release.
    pub fn of(registry: &Registry, as_of: Option<&str>) -> Self {
        let packages: Vec<&Package> = registry.packages.values().collect();
        let newest = packages.iter().map(|package| released(package)).max();
        let as_of = as_of
            .or(newest)
            .and_then(|time| time.get(..10))
            .unwrap_or_default();
        let releases = || packages.iter().flat_map(|package| &package.releases);
        let withdrawn = releases().filter(|release| release.status != Status::Current);
        let deprecated = packages
            .iter()
            .filter(|package| package.deprecated.is_some());
        Self {
            as_of: as_of.to_owned(),
            packages: number(packages.len()),
            releases: number(releases().count()),
            withdrawn: number(withdrawn.count()),
            deprecated: number(deprecated.count()),
            kinds: kinds(&packages),
            licences: licences(&packages),
            ages: ages(&packages, as_of),
            ratings: voices(&packages),
        }
    }
}

/// When the newest release of a package was taken.
fn released(package: &Package) -> &str {
    let times = package
        .releases
        .iter()
        .map(|release| release.record.published.as_str());
    times.max().unwrap_or_default()
}

fn kinds(packages: &[&Package]) -> Vec<Share> {
    let of = |kind: Kind| {
        let is_one = |package: &&&Package| package.latest().record.manifest.kind == kind;
        Share {
            id: kind.to_string(),
            packages: number(packages.iter().filter(is_one).count()),
        }
    };
    Kind::ALL.into_iter().map(of).collect()
}

fn licences(packages: &[&Package]) -> Vec<Share> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for package in packages {
        *counts
            .entry(&package.latest().record.manifest.license)
            .or_default() += 1;
    }
    let shares = counts.into_iter().map(|(id, packages)| Share {
        id: id.to_owned(),
        packages,
    });
    let mut shares: Vec<Share> = shares.collect();
    // The sort is stable: those with as many stay in the order of their names.
    shares.sort_by_key(|share| std::cmp::Reverse(share.packages));
    shares
}

fn ages(packages: &[&Package], as_of: &str) -> Vec<Age> {
    let ends = AGES.into_iter().map(Some).chain([None]);
    let mut ages: Vec<Age> = ends.map(|days| Age { days, packages: 0 }).collect();
    for package in packages {
        let (Some(now), Some(then)) = (day(as_of), day(released(package))) else {
            continue;
        };
        let is_within = |age: &&mut Age| age.days.is_none_or(|days| now - then <= i64::from(days));
        if let Some(age) = ages.iter_mut().find(is_within) {
            age.packages += 1;
        }
    }
    ages
}

fn voices(packages: &[&Package]) -> Voices {
    let mut voices = Voices::default();
    for ratings in packages
        .iter()
        .filter_map(|package| package.ratings.as_ref())
    {
        voices.count += ratings.count;
        voices.packages += 1;
        voices.averaged += u32::from(ratings.count >= FEWEST);
        voices.reviews += number(ratings.reviews.len());
        for (all, these) in voices.distribution.iter_mut().zip(ratings.distribution) {
            *all += these;
        }
    }
    voices
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeRegistry;

    fn voice(id: u32, stars: u8) -> String {
        format!(
            "[[ratings]]\nby = \"github:{id}\"\nlogin = \"x\"\nstars = {stars}\ndate = \"2026-01-02\"\n"
        )
    }

    #[test]
    fn a_registry_in_numbers() {
        let five: String = (11..16).map(|id| voice(id, 4)).collect();
        let registry = FakeRegistry::new()
            .released("core/one", "1.0.0")
            .released("core/one", "1.1.0")
            .released_with("core/two", "1.0.0", |p| {
                p.kind(Kind::Skill).license("Apache-2.0")
            })
            .released_with("acme/three", "1.0.0", |p| p.license("MIT"))
            .entry(
                "core/one",
                "deprecated = 'old'\n[[yanked]]\nversion = '1.0.0'\nreason = 'x'\n",
            )
            .rated("core/one", &five)
            .rated("core/two", &(voice(11, 1) + "review = \"No.\"\n"))
            .registry();
        let stats = Stats::of(&registry, Some("2026-06-02"));
        assert_eq!((stats.packages, stats.releases), (3, 4));
        assert_eq!((stats.withdrawn, stats.deprecated), (1, 1));
        let most = &stats.licences[0];
        assert_eq!(
            (most.id.as_str(), most.packages, stats.licences.len()),
            ("MIT", 2, 2)
        );
        let of = |kind: &str| {
            stats
                .kinds
                .iter()
                .find(|share| share.id == kind)
                .unwrap()
                .packages
        };
        assert_eq!((of("agent"), of("skill"), of("plugin")), (2, 1, 0));
        // Fake releases are of 2 January: 151 days before.
        let ages: Vec<u32> = stats.ages.iter().map(|age| age.packages).collect();
        assert_eq!(ages, [0, 0, 3, 0, 0, 0]);
        let voices = stats.ratings;
        assert_eq!(
            (
                voices.count,
                voices.packages,
                voices.averaged,
                voices.reviews
            ),
            (6, 2, 1, 1)
        );
        assert_eq!(voices.distribution, [1, 0, 0, 5, 0]);
        let own = Stats::of(&registry, None);
        assert_eq!(
            (own.as_of.as_str(), own.ages[0].packages),
            ("2026-01-02", 3)
        );
    }

    #[test]
    fn nothing_is_counted_where_nothing_is() {
        let stats = Stats::of(&FakeRegistry::new().registry(), None);
        assert_eq!((stats.as_of.as_str(), stats.packages), ("", 0));
    }
}
