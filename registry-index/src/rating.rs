//! What people think of a package: ratings that were counted, and how they are shown.
//!
//! Ratings are for people who choose. They are no part of the order in which search lists packages,
//! because a voice costs nothing and so proves nothing.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{hidden::hidden, raw};

/// The most stars that a rating gives; the fewest is one.
pub const MOST_STARS: u8 = 5;

/// An average is told from so many ratings on, so that one voice does not decide.
pub const FEWEST: u32 = 5;

/// The longest review, in characters.
pub const LONGEST_REVIEW: usize = 2_000;

/// The longest login that is shown, in characters. GitHub's own limit is 39.
const LONGEST_LOGIN: usize = 64;

/// The ratings of one package.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ratings {
    /// How many people rated it.
    pub count: u32,
    /// How many of them gave one star, two, three, four and five.
    pub distribution: [u32; MOST_STARS as usize],
    /// The average, to two digits; absent below five ratings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<f64>,
    /// What they wrote, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
}

/// A rating with a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// Who, as `github:` and a numeric id.
    pub by: String,
    /// What they were called when it was taken.
    pub login: String,
    /// From 1 to 5.
    pub stars: u8,
    /// The release that it is about, where they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The day, `YYYY-MM-DD`, UTC.
    pub date: String,
    /// Markdown; hostile until it is made inert.
    pub review: String,
}

impl Ratings {
    /// What `written` means for a package with these `versions` and `owners`. What breaks the form is
    /// left out: a person's second rating, an owner's, one without a person or a day.
    pub fn of(written: &raw::Ratings, versions: &BTreeSet<Version>, owners: &[String]) -> Self {
        let mut ratings = Self::default();
        let mut people = BTreeSet::new();
        for one in &written.ratings {
            let is_sound = person(&one.by).is_some()
                && (1..=MOST_STARS).contains(one.stars.get())
                && day(&one.date).is_some()
                && !owners.contains(one.by.get());
            if !is_sound || !people.insert(one.by.as_str()) {
                continue;
            }
            ratings.count += 1;
            ratings.distribution[usize::from(*one.stars.get() - 1)] += 1;
            let text = one.review.as_ref().map(|review| tidy_review(review));
            let Some(review) = text.filter(|text| !text.is_empty()) else {
                continue;
            };
            let version = one.version.as_ref();
            ratings.reviews.push(Review {
                by: one.by.get().clone(),
                login: tidy(&one.login, LONGEST_LOGIN),
                stars: *one.stars.get(),
                version: version
                    .and_then(|version| version.parse().ok())
                    .filter(|version| versions.contains(version)),
                date: one.date.get().clone(),
                review,
            });
        }
        ratings.average = ratings
            .hundredths()
            .map(|average| f64::from(average) / 100.0);
        ratings
            .reviews
            .sort_by(|a, b| (&b.date, person(&a.by)).cmp(&(&a.date, person(&b.by))));
        ratings
    }

    /// A hundred times the average; `None` below [`FEWEST`] ratings.
    pub fn hundredths(&self) -> Option<u32> {
        let stars = (1..).zip(self.distribution);
        let sum: u64 = stars.map(|(stars, people)| stars * u64::from(people)).sum();
        let count = u64::from(self.count);
        (self.count >= FEWEST)
            .then(|| (sum * 100 + count / 2) / count)
            .and_then(|average| u32::try_from(average).ok())
    }
}

/// The numeric id in `github:583231`.
pub fn person(text: &str) -> Option<u64> {
    let number = text.strip_prefix("github:")?;
    let is_plain = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| is_plain)
}

/// The days between 1970 and a day written as `YYYY-MM-DD`; `None` for what is no day. What follows
/// the day (an RFC 3339 time) does not count.
pub fn day(text: &str) -> Option<i64> {
    let date = text
        .get(..10)
        .filter(|_| !matches!(text.as_bytes().get(10), Some(b) if *b != b'T'))?;
    let mut parts = date.split('-');
    let mut number = |digits: usize| -> Option<i64> {
        let part = parts.next().filter(|part| part.len() == digits)?;
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| is_number)
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    // https://howardhinnant.github.io/date_algorithms.html#days_from_civil, for years from 0 on.
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// A review as it is kept: line ends as here, no hidden characters, no blank ends, not too long.
/// Doing it twice is doing it once.
pub fn tidy_review(text: &str) -> String {
    tidy(
        &text.replace("\r\n", "\n").replace('\r', "\n"),
        LONGEST_REVIEW,
    )
}

fn tidy(text: &str, most: usize) -> String {
    let mut text = text.to_owned();
    loop {
        // Whether a joiner is hidden depends on its neighbours, so that taking one away, or the end,
        // can uncover another.
        let hides: BTreeSet<usize> = hidden(&text).map(|one| one.offset).collect();
        let kept = text.char_indices().filter(|(at, _)| !hides.contains(at));
        let next: String = kept.map(|(_, character)| character).collect();
        let next: String = next.trim().chars().take(most).collect();
        let next = next.trim_end().to_owned();
        if next == text {
            return text;
        }
        text = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Ratings {
        let versions = BTreeSet::from(["1.0.0".parse().unwrap()]);
        Ratings::of(
            &toml::from_str(toml).unwrap(),
            &versions,
            &["github:9".into()],
        )
    }

    fn voice(id: &str, stars: u8, more: &str) -> String {
        format!(
            "[[ratings]]\nby = \"{id}\"\nlogin = \"x\"\nstars = {stars}\ndate = \"2026-01-02\"\n{more}\n"
        )
    }

    #[test]
    fn an_average_needs_five() {
        let four: String = (1..=4)
            .map(|id| voice(&format!("github:{id}"), 5, ""))
            .collect();
        let ratings = read(&format!("format = 1\n{four}"));
        assert_eq!((ratings.count, ratings.average), (4, None));
        let five = format!("format = 1\n{four}{}", voice("github:5", 3, ""));
        let ratings = read(&five);
        assert_eq!((ratings.count, ratings.average), (5, Some(4.6)));
        assert_eq!(ratings.distribution, [0, 0, 1, 0, 4]);
    }

    #[test]
    fn what_breaks_the_form_does_not_count() {
        let toml = [
            "format = 1\n".to_owned(),
            voice("github:1", 5, ""),
            voice("github:1", 1, ""),
            voice("github:9", 5, ""),
            voice("octocat", 5, ""),
            voice("github:01", 5, ""),
            voice("github:2", 6, ""),
            voice("github:3", 0, ""),
            voice("github:4", 5, "").replace("2026-01-02", "2026-02-30"),
        ];
        assert_eq!(read(&toml.concat()).distribution, [0, 0, 0, 0, 1]);
    }

    #[test]
    fn reviews_are_newest_first_and_tame() {
        let long = "x".repeat(3_000);
        let toml = [
            "format = 1\n".to_owned(),
            voice("github:1", 5, "review = \"old\"").replace("01-02", "01-01"),
            voice(
                "github:12",
                4,
                "review = \"a\\u202eb\"\nversion = \"1.0.0\"",
            ),
            voice(
                "github:5",
                4,
                &format!("review = \"{long}\"\nversion = \"7.0.0\""),
            ),
            voice("github:6", 4, "review = \" \\u200b \""),
        ];
        let ratings = read(&toml.concat());
        let by: Vec<&str> = ratings
            .reviews
            .iter()
            .map(|review| review.by.as_str())
            .collect();
        assert_eq!(by, ["github:5", "github:12", "github:1"]);
        assert_eq!(ratings.reviews[0].review.len(), LONGEST_REVIEW);
        assert_eq!(ratings.reviews[0].version, None, "there is no such release");
        assert_eq!(ratings.reviews[1].review, "ab");
        assert_eq!(ratings.reviews[1].version, Some("1.0.0".parse().unwrap()));
    }

    #[test]
    fn days_are_counted() {
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2000-03-01T00:00:00Z"), Some(11_017));
        assert_eq!(day("2026-11-20").unwrap() - day("2024-11-20").unwrap(), 730);
        for bad in [
            "",
            "2026-1-01",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-01x",
            "+026-01-01",
        ] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }

    #[test]
    fn tidying_twice_is_tidying_once() {
        let joined = "\u{1f468}\u{200d}".repeat(LONGEST_REVIEW);
        for text in [
            "a\r\nb\rc",
            " \u{feff}\n x \u{200b}",
            &joined,
            "\u{200d}\u{200d}\u{1f468}",
        ] {
            let once = tidy_review(text);
            assert_eq!(tidy_review(&once), once);
            assert_eq!(hidden(&once).count(), 0, "{once:?}");
            assert!(once.chars().count() <= LONGEST_REVIEW);
        }
        assert_eq!(tidy_review("a\r\nb\rc"), "a\nb\nc");
    }
}
