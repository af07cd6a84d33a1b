//! `rating-form`: ratings are of packages that exist, one a person, and never an owner's own.

use std::collections::BTreeSet;

use semver::Version;

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    rating::{LONGEST_REVIEW, MOST_STARS, day, person},
    raw::{Rating, Ratings, Written},
    registry::{self, RatingPlace},
    text::quote,
};

pub(super) static RULE: Rule = Rule {
    id: "rating-form",
    severity: Severity::Error,
    about: "A rating is of a package and a version that exist, from 1 to 5 stars, one a person, and never by an owner",
    help: "write `by = \"github:<numeric id>\"`, `login`, `stars` from 1 to 5, `date` as YYYY-MM-DD and, where wanted, `version` and a `review` of at most 2,000 characters",
    check: Check::Whole(check),
};

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    place(scene, report);
    let rated = &scene.loaded.ratings;
    let owners = registry::owners(scene.loaded, |name| rated.contains_key(name));
    for (name, written) in rated {
        let report = report.about(name);
        if !scene.loaded.is_released(name) {
            let help = "remove the file, or rename it as the package was renamed";
            let message = format!("there is no package {:?}", name.as_str());
            report.found_with_help(Place::file(&written.file), message, help);
            continue;
        }
        if *written.value.format.get() != 1 {
            let place = written.place(&written.value.format);
            report.found_with_help(place, "this format is not known", "write `format = 1`");
        }
        let owners = owners.get(name).map(Vec::as_slice).unwrap_or_default();
        let released = scene.loaded.listing.get(name).into_iter().flatten();
        ratings(written, owners, &released.collect(), report);
    }
}

/// `[ratings]` of `registry.toml`.
fn place(scene: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &scene.loaded.registry else {
        return;
    };
    let Some(ratings) = &written.value.ratings else {
        return;
    };
    if RatingPlace::from_raw(ratings).is_none() {
        let help = "write `from = \"discussions\"` or `from = \"pull-requests\"`";
        let message = format!(
            "nobody knows how to take ratings from {}",
            quote(&ratings.from)
        );
        report.found_with_help(written.place(&ratings.from), message, help);
    }
    if let Some(category) = &ratings.category
        && category.trim().is_empty()
    {
        let help = "name the category of discussions, or leave the key out: then it is \"Ratings\"";
        report.found_with_help(written.place(category), "`category` names nothing", help);
    }
}

fn ratings(
    written: &Written<Ratings>,
    owners: &[String],
    released: &BTreeSet<&Version>,
    report: &mut Report<'_>,
) {
    let mut people = BTreeSet::new();
    for rating in &written.value.ratings {
        let short = quote(&rating.by);
        let by = written.place(&rating.by);
        if person(&rating.by).is_none() {
            report.found(by, format!("{short} is nobody"));
        } else if !people.insert(rating.by.as_str()) {
            report.found(by, format!("{short} has rated twice"));
        } else if owners.contains(rating.by.get()) {
            report.found(by, format!("{short} owns the package, and may not rate it"));
        }
        values(rating, written, released, report);
    }
}

fn values(
    rating: &Rating,
    written: &Written<Ratings>,
    released: &BTreeSet<&Version>,
    report: &mut Report<'_>,
) {
    let stars = *rating.stars.get();
    if !(1..=MOST_STARS).contains(&stars) {
        report.found(
            written.place(&rating.stars),
            format!("{stars} stars cannot be given"),
        );
    }
    if rating.date.len() != 10 || day(&rating.date).is_none() {
        let message = format!("{} is no day", quote(&rating.date));
        report.found(written.place(&rating.date), message);
    }
    let login = rating.login.get();
    let is_login = login
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if login.is_empty() || login.len() > 39 || !is_login {
        report.found(
            written.place(&rating.login),
            format!("{} is no login", quote(login)),
        );
    }
    if let Some(version) = &rating.version
        && !version
            .parse()
            .is_ok_and(|version: Version| released.contains(&version))
    {
        let message = format!("there is no release {}", quote(version));
        report.found(written.place(version), message);
    }
    if let Some(review) = &rating.review {
        let length = review.chars().count();
        if length > LONGEST_REVIEW {
            let message = format!("the review has {length} characters");
            report.found(written.place(review), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, REGISTRY_TOML};

    const GOOD: &str = "[[ratings]]\nby = \"github:7\"\nlogin = \"example-dev\"\nstars = 4\nversion = \"1.0.0\"\ndate = \"2026-01-02\"\nreview = \"Good.\"\n";

    fn registry() -> FakeRegistry {
        FakeRegistry::new().released("core/thing", "1.0.0")
    }

    fn said(toml: &str) -> Vec<String> {
        registry()
            .rated("core/thing", toml)
            .world()
            .said_by("rating-form")
    }

    #[test]
    fn a_rating_has_a_form() {
        assert_eq!(said(GOOD), [""; 0]);
        let long = format!("review = \"{}\"", "é".repeat(2_001));
        for (find, put, why) in [
            ("github:7", "octocat", "\"octocat\" is nobody"),
            ("github:7", "github:007", "is nobody"),
            ("github:7", "github:1", "owns the package"),
            ("stars = 4", "stars = 0", "0 stars"),
            ("stars = 4", "stars = 6", "6 stars"),
            ("1.0.0", "2.0.0", "no release \"2.0.0\""),
            ("2026-01-02", "2026-02-30", "is no day"),
            ("2026-01-02", "2026-01-02T03:04:05Z", "is no day"),
            ("example-dev", "<b>", "is no login"),
            ("review = \"Good.\"", long.as_str(), "2001 characters"),
        ] {
            let said = said(&GOOD.replace(find, put));
            assert_eq!(said.len(), 1, "{put}: {said:?}");
            assert!(said[0].contains(why), "{said:?}");
            assert!(
                said[0].starts_with("error ratings/core/thing.toml:"),
                "{said:?}"
            );
        }
        let twice = said(&GOOD.repeat(2));
        assert!(twice[0].contains("has rated twice"), "{twice:?}");
    }

    #[test]
    fn what_nobody_sees_is_refused_in_a_review() {
        let hidden = GOOD.replace("Good.", "Go\\u202eod.");
        let said = registry()
            .rated("core/thing", &hidden)
            .world()
            .said_by("hidden-unicode");
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("ratings/core/thing.toml"), "{said:?}");
    }

    #[test]
    fn a_rated_package_exists() {
        let said = registry()
            .rated("core/other", GOOD)
            .world()
            .said_by("rating-form");
        assert_eq!(
            said,
            ["error ratings/core/other.toml: there is no package \"core/other\""]
        );
    }

    #[test]
    fn ratings_come_from_somewhere() {
        let said = |text: &str| {
            let toml = format!("{REGISTRY_TOML}\n[ratings]\n{text}\n");
            registry()
                .registry_toml(&toml)
                .world()
                .said_by("rating-form")
        };
        assert_eq!(
            said("from = \"discussions\"\ncategory = \"Opinions\""),
            [""; 0]
        );
        assert_eq!(said("from = \"pull-requests\""), [""; 0]);
        assert!(said("from = \"email\"")[0].contains("\"email\""));
        assert!(said("from = \"discussions\"\ncategory = \" \"")[0].contains("names nothing"));
    }
}
