//! What people think of a package, as its page shows it.

use std::{collections::BTreeMap, sync::Arc};

use registry_index::{
    rating::{FEWEST, Ratings, Review},
    registry::{Package, RatingPlace},
};
use serde::Serialize;

use crate::{
    links,
    markdown::{self, Surroundings},
    text,
};

/// More reviews than anybody reads are not shown.
const MOST: usize = 50;

/// The section on ratings.
#[derive(Debug, Serialize)]
pub(crate) struct RatingsView {
    /// `3 ratings`
    pub(crate) total: String,
    /// `4.6`; absent where too few have rated it.
    pub(crate) average: Option<String>,
    /// How many it takes.
    pub(crate) fewest: u32,
    /// From five stars to one; empty where nobody has rated it.
    pub(crate) bars: Vec<Bar>,
    /// The bars in words.
    pub(crate) sentence: String,
    /// By version, the newest first.
    pub(crate) groups: Vec<Group>,
    /// How many reviews are not shown.
    pub(crate) more: Option<String>,
    /// How to rate it, where the registry takes ratings.
    pub(crate) command: Option<String>,
    /// Where to, in a browser.
    pub(crate) discussion: Option<String>,
}

/// One line of a chart.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Bar {
    pub(crate) title: String,
    pub(crate) count: String,
    /// From 0 to 100.
    pub(crate) width: u64,
}

/// Reviews of one version.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    /// `About 1.2.0`
    pub(crate) title: String,
    /// Newest first.
    pub(crate) reviews: Vec<Said>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Said {
    /// Inert HTML.
    pub(crate) html: String,
    pub(crate) stars: u8,
    pub(crate) login: String,
    pub(crate) day: Option<text::Day>,
}

/// What a row shows, where there is an average.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Average {
    /// `4.6`
    pub(crate) stars: String,
    /// `14`
    pub(crate) count: String,
}

impl Average {
    pub(crate) fn of(package: &Package) -> Option<Self> {
        let ratings = package.ratings.as_ref()?;
        Some(Self {
            stars: stars(ratings.hundredths()?),
            count: text::number(u64::from(ratings.count)),
        })
    }
}

/// `4.6`
fn stars(hundredths: u32) -> String {
    let tenths = (hundredths + 5) / 10;
    format!("{}.{}", tenths / 10, tenths % 10)
}

impl RatingsView {
    /// `None` where there are no ratings and the registry takes none.
    pub(crate) fn of(package: &Package, config: &registry_index::registry::Config) -> Option<Self> {
        let takes = config.ratings != RatingPlace::Nowhere;
        let none = Ratings::default();
        let ratings = match &package.ratings {
            Some(ratings) => ratings,
            None if takes => &none,
            None => return None,
        };
        let (titles, counts) = (["1", "2", "3", "4", "5"], ratings.distribution);
        let bars = bars(titles.into_iter().zip(counts).rev());
        let spoken = |bar: &Bar| {
            let unit = if bar.title == "1" { "star" } else { "stars" };
            format!("{} {unit}: {}", bar.title, bar.count)
        };
        Some(Self {
            total: text::count(ratings.count as usize, "rating", "ratings"),
            average: ratings.hundredths().map(stars),
            fewest: FEWEST,
            sentence: bars.iter().map(spoken).collect::<Vec<_>>().join(", "),
            bars: if ratings.count > 0 { bars } else { Vec::new() },
            groups: groups(&ratings.reviews),
            more: ratings
                .reviews
                .len()
                .checked_sub(MOST)
                .filter(|more| *more > 0)
                .map(|more| text::count(more, "more review", "more reviews")),
            command: takes.then(|| format!("paracle template rate {} --stars 4", package.name)),
            discussion: discussion(package, config),
        })
    }
}

/// Where discussions with this title are found.
fn discussion(package: &Package, config: &registry_index::registry::Config) -> Option<String> {
    let RatingPlace::Discussions(_) = &config.ratings else {
        return None;
    };
    let repository = config.repository.as_deref()?;
    let repository = repository
        .strip_suffix(".git")
        .unwrap_or(repository)
        .trim_end_matches('/');
    let name = package.name.as_str().replace('/', "%2F");
    links::outside(&format!("{repository}/discussions?discussions_q={name}"))
}

/// Lines of a chart, as long as their counts are beside the greatest.
pub(crate) fn bars<T: Into<String>>(counts: impl Iterator<Item = (T, u32)>) -> Vec<Bar> {
    let counts: Vec<(String, u64)> = counts
        .map(|(title, count)| (title.into(), u64::from(count)))
        .collect();
    let most = counts
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(0)
        .max(1);
    let bar = |(title, count): (String, u64)| Bar {
        title,
        count: text::number(count),
        width: count * 100 / most,
    };
    counts.into_iter().map(bar).collect()
}

fn groups(reviews: &[Review]) -> Vec<Group> {
    let mut groups: BTreeMap<Option<&semver::Version>, Vec<Said>> = BTreeMap::new();
    for (at, review) in reviews.iter().take(MOST).enumerate() {
        groups
            .entry(review.version.as_ref())
            .or_default()
            .push(Said {
                html: inert(at, &review.review),
                stars: review.stars,
                login: text::line(&review.login, 64),
                day: text::day(&review.date),
            });
    }
    let title = |version: Option<&semver::Version>| match version {
        Some(version) => format!("About {version}"),
        None => "About no version in particular".to_owned(),
    };
    let newest_first = groups.into_iter().rev();
    let group = |(version, reviews)| Group {
        title: title(version),
        reviews,
    };
    newest_first.map(group).collect()
}

/// A review as HTML that does nothing: nothing of the package is linked from it, no picture is shown.
fn inert(at: usize, review: &str) -> String {
    let surroundings = Surroundings {
        prefix: format!("review-{at}-").into(),
        title: String::new(),
        link: Arc::new(|_| None),
        picture: Arc::new(|_| None),
        rel: "nofollow ugc noopener",
    };
    markdown::render(review, &surroundings).html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_have_one_digit() {
        assert_eq!(
            [500, 494, 495, 100, 460].map(stars),
            ["5.0", "4.9", "5.0", "1.0", "4.6"]
        );
    }

    #[test]
    fn the_greatest_fills_the_width() {
        let widths = |counts: [u32; 3]| -> Vec<u64> {
            let all = bars(["a", "b", "c"].into_iter().zip(counts));
            all.into_iter().map(|bar| bar.width).collect()
        };
        assert_eq!(widths([4, 2, 0]), [100, 50, 0]);
        assert_eq!(widths([0, 0, 0]), [0, 0, 0]);
    }
}
