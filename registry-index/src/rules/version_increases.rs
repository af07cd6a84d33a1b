//! `version-increases`: within a compatibility line (1.x, 0.3.x) a later release has a higher version,
//! so that "the highest that fits" is also the newest. 1.2.1 may still follow 2.0.0.

use semver::Version;

use super::{Check, Report, Rule, Scene};
use crate::{
    digest::Digest,
    finding::Severity,
    load::{EntryFolder, FileKind, Source},
    record::Record,
    resolve::Packages,
};

pub(super) static RULE: Rule = Rule {
    id: "version-increases",
    severity: Severity::Error,
    about: "A new version is higher than every released one of its compatibility line, and no release changes",
    help: "raise `version` above the last release of its line",
    check: Check::Several(&[Check::Entry(entry), Check::Whole(whole)]),
};

/// What `^version` pins.
pub(super) fn line(version: &Version) -> (u64, u64, u64) {
    match (version.major, version.minor) {
        (0, 0) => (0, 0, version.patch),
        (0, minor) => (0, minor, 0),
        (major, _) => (major, 0, 0),
    }
}

fn entry(entry: &EntryFolder, _: &Scene<'_>, report: &mut Report<'_>) {
    let records: Vec<_> = entry.records.iter().collect();
    for pair in records.windows(2) {
        let [(lower, earlier), (higher, later)] = pair else {
            continue;
        };
        // RFC 3339 in UTC with whole seconds sorts as text.
        if line(lower) == line(higher) && later.value.published < earlier.value.published {
            let message = format!("{lower} was published after {higher} of the same line");
            report.found(earlier.place_of_key("published"), message);
        }
    }
}

fn whole(scene: &Scene<'_>, report: &mut Report<'_>) {
    let packages = Packages::of(scene.loaded);
    for source in &scene.loaded.sources {
        let (Some(written), Some(name), Some(version)) =
            (&source.written, source.name(), source.version())
        else {
            continue;
        };
        let Some(package) = packages.get(&name) else {
            continue;
        };
        let place = || written.place(&written.value.package.version);
        let report = report.about(&name);
        if package.released.contains(&version) {
            let record = package.entry.and_then(|entry| entry.records.get(&version));
            if let Some(path) = record.and_then(|record| difference(source, &record.value)) {
                let message = format!("{version} is released, and {path:?} differs from it");
                let help = "raise `version` to publish the change";
                report.found_as(Severity::Warning, place(), message, help);
            }
        } else if let Some(higher) = package
            .released
            .iter()
            .rev()
            .find(|other| line(other) == line(&version) && **other > version)
        {
            let message = format!("{version} is lower than {higher}, which is released");
            report.found(place(), message);
        }
    }
}

/// The first path at which a source and the release of its version differ. The README may be mended
/// without a release as little as anything else: the page shows what was released.
fn difference<'a>(source: &'a Source, record: &'a Record) -> Option<&'a str> {
    let mut files = source
        .files
        .iter()
        .filter(|file| file.kind == FileKind::Regular)
        .filter(|file| !file.path.starts_with("gallery/") && !file.path.starts_with("tests/"));
    let mut released = record.files.iter();
    loop {
        match (files.next(), released.next()) {
            (None, None) => return None,
            (Some(file), Some(old)) => {
                let is_same = file.path == old.path
                    && file.length == old.length
                    && Digest::of(&file.bytes) == old.digest;
                if !is_same {
                    return Some(file.path.as_str().min(old.path.as_str()));
                }
            }
            (Some(file), None) => return Some(&file.path),
            (None, Some(old)) => return Some(&old.path),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakePackage, FakeRegistry};

    fn said(released: &[&str], version: &str) -> Vec<String> {
        let registry = released
            .iter()
            .fold(FakeRegistry::new(), |registry, version| {
                registry.released("core/thing", version)
            });
        registry
            .package("core/thing", |p| p.version(version))
            .world()
            .said_by("version-increases")
    }

    #[test]
    fn versions_increase_within_their_line() {
        for (released, version) in [
            (&["1.2.0", "2.0.0"][..], "1.2.1"),
            (&["1.2.0"], "1.2.0"),
            (&["0.3.1", "0.4.0"], "0.3.2"),
            (&["1.0.0-rc.1"], "1.0.0"),
            (&[], "0.1.0"),
        ] {
            assert_eq!(said(released, version), [""; 0], "{version}");
        }
        for (released, version) in [
            (&["1.2.0", "1.4.0"][..], "1.3.0"),
            (&["0.3.1"], "0.3.0"),
            (&["1.0.0"], "1.0.0-rc.2"),
        ] {
            let said = said(released, version);
            assert_eq!(said.len(), 1, "{version}");
            assert!(said[0].contains("/thing/paracle.toml:5:11: "), "{said:?}");
        }
    }

    #[test]
    fn a_release_does_not_change() {
        let release = |p: FakePackage| p.file("project/a", "one");
        let changed = FakeRegistry::new()
            .released_with("core/thing", "1.0.0", release)
            .package("core/thing", |p| release(p).file("project/a", "two"));
        let said = changed.world().said_by("version-increases");
        assert!(said[0].starts_with("warning "), "{said:?}");
        assert!(said[0].ends_with("1.0.0 is released, and \"project/a\" differs from it"));
        let added = FakeRegistry::new()
            .released_with("core/thing", "1.0.0", release)
            .package("core/thing", |p| {
                release(p).file("tests/more/answers.toml", "format = 1\n")
            });
        assert_eq!(added.world().said_by("version-increases"), [""; 0]);
    }

    #[test]
    fn records_were_published_in_order() {
        let registry = FakeRegistry::new()
            .released("core/thing", "1.0.0")
            .released("core/thing", "1.1.0");
        assert_eq!(registry.world().said_by("version-increases"), [""; 0]);
        let path = "registry-index/packages/core/thing/1.0.0.toml";
        let later = registry.text(path).replace("2026-01-02", "2026-05-02");
        let said = registry
            .file(path, later)
            .world()
            .said_by("version-increases");
        assert!(
            said[0].contains(&format!("{path}:2:1: 1.0.0 was published after 1.1.0")),
            "{said:?}"
        );
    }
}
