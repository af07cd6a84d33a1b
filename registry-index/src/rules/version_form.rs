//! `version-form`: versions are compared by programs, and become file names and addresses.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    load::{EntryFolder, Layout, Source},
};

pub(super) static RULE: Rule = Rule {
    id: "version-form",
    severity: Severity::Error,
    about: "A version is a semantic version without build metadata, at most 64 characters long",
    help: "write three numbers, as in 1.2.0, and at most a prerelease, as in 1.2.0-rc.1",
    check: Check::Several(&[Check::Reading, Check::Source(source), Check::Entry(entry)]),
};

const LONGEST: usize = 64;

fn source(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let version = &written.value.package.version;
    if version.len() > LONGEST {
        let message = format!("a version of {} characters", version.len());
        report.found(written.place(version), message);
    }
}

/// Two versions that differ in build metadata only would be one release twice.
fn entry(entry: &EntryFolder, scene: &Scene<'_>, report: &mut Report<'_>) {
    for version in scene.loaded.listing.get(&entry.name).into_iter().flatten() {
        if !version.build.is_empty() {
            let place = Place::file(Layout::record(&entry.name, version));
            let message = format!("{:?} carries build metadata", version.to_string());
            report.found(place, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, package_said};

    #[test]
    fn only_semantic_versions_pass() {
        for good in ["1.0.0", "0.1.0-rc.1", "10.20.30"] {
            assert_eq!(package_said("version-form", |p| p.version(good)), [""; 0]);
        }
        let long = format!("1.0.0-{}", "x".repeat(80));
        for bad in [
            "1",
            "1.0",
            "v1.0.0",
            "01.0.0",
            "1.0.0+build",
            "",
            "1.0.0 ",
            &long,
        ] {
            let said = package_said("version-form", |p| p.version(bad));
            assert_eq!(said.len(), 1, "{bad}");
            assert!(said[0].contains("paracle.toml:5:11: "), "{said:?}");
        }
    }

    #[test]
    fn a_record_has_no_build_metadata() {
        let good = FakeRegistry::new().released("core/thing", "1.0.0");
        let record = good.text("registry-index/packages/core/thing/1.0.0.toml");
        let bad = good.file("registry-index/packages/core/thing/1.0.0+b.toml", record);
        assert_eq!(bad.world().said_by("version-form").len(), 1);
    }
}
