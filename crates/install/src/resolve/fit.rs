//! Whether a release may be taken where a range is written.

use registry_index::{record::KNOWN_FEATURES, wire::Release};
use semver::{Comparator, Op, Prerelease, Version, VersionReq};

use super::{Question, Why};

/// What is thought of one release for one range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fits,
    /// Its number is outside of the range.
    Outside,
    /// Its number is inside, and something else speaks against it.
    Passed(Why),
}

/// What a question allows, as far as one release is concerned.
#[derive(Clone, Copy)]
pub(super) struct Allowed<'a> {
    pub(super) paracle: Option<&'a Version>,
    pub(super) not_after: Option<&'a str>,
    pub(super) prereleases: bool,
    /// Whether the program knows all features there are, as a later one would.
    pub(super) all_features: bool,
}

impl<'a> Allowed<'a> {
    pub(super) fn by(question: &Question<'a>) -> Self {
        Self {
            paracle: question.paracle,
            not_after: question.not_after,
            prereleases: question.prereleases,
            all_features: false,
        }
    }

    /// Whether `release` may be taken for `range`; `locked` where it is the one in the lock.
    pub(super) fn judge(&self, release: &Release, range: &VersionReq, locked: bool) -> Verdict {
        let version = release.version();
        if !is_inside(range, version) {
            return Verdict::Outside;
        }
        match self.against(release, range, locked) {
            Some(why) => Verdict::Passed(why),
            None => Verdict::Fits,
        }
    }

    fn against(&self, release: &Release, range: &VersionReq, locked: bool) -> Option<Why> {
        let record = &release.record;
        if let Some(why) = &release.revoked {
            return Some(Why::Revoked(why.clone()));
        }
        let unknown = unknown_features(release);
        if !self.all_features && !unknown.is_empty() {
            return Some(Why::Features(unknown));
        }
        if let (Some(paracle), Some(needed)) = (self.paracle, &record.manifest.paracle)
            && !is_inside(needed, paracle)
        {
            return Some(Why::Paracle(needed.clone()));
        }
        if locked {
            return None;
        }
        if let Some(why) = &release.yanked {
            return Some(Why::Yanked(why.clone()));
        }
        if !self.prereleases && !range.matches(release.version()) {
            return Some(Why::Prerelease);
        }
        match self.not_after {
            Some(limit) if !is_by(&record.published, limit) => {
                Some(Why::Young(record.published.clone()))
            }
            _ => None,
        }
    }
}

/// What a release needs of its reader that this program does not know.
fn unknown_features(release: &Release) -> Vec<String> {
    let known = |feature: &&String| !KNOWN_FEATURES.contains(&feature.as_str());
    let needs = release.record.needs.iter().filter(known).cloned();
    let format = (release.record.format != 1).then(|| format!("format {}", release.record.format));
    needs.chain(format).collect()
}

/// Whether `version` lies in `range`, where a prerelease counts although the range names none.
///
/// `x.y.z-0` is the lowest of all prereleases of `x.y.z`: a comparator that names it and admits
/// everything above lifts the rule that a prerelease has to be named, and nothing else. That
/// `<2.0.0` would then admit `2.0.0-rc.1` is what nobody means who writes it.
pub(super) fn is_inside(range: &VersionReq, version: &Version) -> bool {
    if range.matches(version) || version.pre.is_empty() {
        return range.matches(version);
    }
    let ends_before = |c: &Comparator| {
        c.op == Op::Less
            && c.pre.is_empty()
            && (c.major, c.minor, c.patch)
                == (version.major, Some(version.minor), Some(version.patch))
    };
    if range.comparators.iter().any(ends_before) {
        return false;
    }
    let Ok(lowest) = Prerelease::new("0") else {
        return false;
    };
    let mut range = range.clone();
    range.comparators.push(Comparator {
        op: Op::GreaterEq,
        major: version.major,
        minor: Some(version.minor),
        patch: Some(version.patch),
        pre: lowest,
    });
    range.matches(version)
}

/// Whether `published` is no later than `limit`. Both are `2026-01-02T03:04:05Z`, which compare as
/// text; what is written in another way counts as later than everything.
fn is_by(published: &str, limit: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    let is_instant = published.len() == FORM.len()
        && published.bytes().zip(FORM).all(|(is, form)| match form {
            b'0' => is.is_ascii_digit(),
            _ => is == *form,
        });
    is_instant && published <= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prerelease_is_inside_by_its_order_alone() {
        let inside = |range: &str, version: &str| {
            is_inside(&range.parse().unwrap(), &version.parse().unwrap())
        };
        for (range, version) in [
            ("*", "1.0.0-rc.1"),
            ("^1", "1.0.0-rc.1"),
            ("^1", "1.4.0-0"),
            (">0.1.0", "1.0.0-alpha"),
            (">=1.0.0-rc.1", "2.0.0-beta"),
            ("<=2.0.0", "2.0.0-rc.1"),
            ("<2.0.0-rc.5", "2.0.0-rc.1"),
            ("=1.0.0-rc.1", "1.0.0-rc.1"),
            ("1.0.0", "1.0.0"),
        ] {
            assert!(inside(range, version), "{range} {version}");
        }
        for (range, version) in [
            ("^1.0.0", "1.0.0-rc.1"),
            ("^1", "2.0.0-rc.1"),
            ("<2.0.0", "2.0.0-rc.1"),
            ("<2", "2.0.0-rc.1"),
            ("=1.0.0", "1.0.0-rc.1"),
            (">=1.0.0", "1.0.0-rc.1"),
            (">=1.0.0-rc.5", "1.0.0-rc.1"),
            ("1.0.0", "0.9.0"),
        ] {
            assert!(!inside(range, version), "{range} {version}");
        }
    }

    #[test]
    fn an_instant_of_another_form_is_late() {
        let limit = "2026-01-02T03:04:05Z";
        assert!(is_by("2026-01-02T03:04:05Z", limit));
        assert!(is_by("2025-12-31T23:59:59Z", limit));
        for late in [
            "2026-01-02T03:04:06Z",
            "",
            "0",
            "2025-01-01",
            "2025-01-01T00:00:00+09:00",
            "-999-01-01T00:00:00Z",
        ] {
            assert!(!is_by(late, limit), "{late}");
        }
    }
}
