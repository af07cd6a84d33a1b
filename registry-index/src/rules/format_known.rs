//! `format-known`: every file says which version of its format it follows, and there is one so far.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::Severity,
    load::EntryFolder,
    raw::{At, Written},
    record::KNOWN_FEATURES,
};

pub(super) static RULE: Rule = Rule {
    id: "format-known",
    severity: Severity::Error,
    about: "Every file of the index and every manifest says `format = 1` and needs no unknown feature",
    help: "write `format = 1`, or use a newer version of this program",
    check: Check::Several(&[Check::Reading, Check::Entry(entry), Check::Whole(whole)]),
};

fn one<T>(written: &Written<T>, format: &At<u32>, report: &mut Report<'_>) {
    if *format.get() != 1 {
        let message = format!("format {} is not known to this version", format.get());
        report.found(written.place(format), message);
    }
}

fn entry(entry: &EntryFolder, _: &Scene<'_>, report: &mut Report<'_>) {
    if let Some(written) = &entry.written {
        one(written, &written.value.format, report);
    }
    if let Some(request) = &entry.request {
        one(request, &request.value.format, report);
    }
    for record in entry.records.values() {
        if record.value.format != 1 {
            let message = format!(
                "format {} is not known to this version",
                record.value.format
            );
            report.found(record.place_of_key("format"), message);
        }
        for feature in &record.value.needs {
            if !KNOWN_FEATURES.contains(&feature.as_str()) {
                let message = format!("needs {feature:?}, which this version does not know");
                report.found(record.place_of_key("needs"), message);
            }
        }
    }
}

fn whole(scene: &Scene<'_>, report: &mut Report<'_>) {
    let loaded = scene.loaded;
    if let Some(written) = &loaded.registry {
        one(written, &written.value.format, report);
    }
    if let Some(written) = &loaded.renames {
        one(written, &written.value.format, report);
    }
    for written in loaded.namespaces.values() {
        one(written, &written.value.format, report);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, package_said};

    #[test]
    fn one_is_the_only_format() {
        let good = FakeRegistry::new()
            .released("core/thing", "1.0.0")
            .entry("core/thing", "")
            .renamed("core/old-thing", "core/thing")
            .package("core/code-thing", |p| p);
        assert_eq!(good.world().said_by("format-known"), [""; 0]);
        let two = |path: &str| {
            let text = good.text(path).replacen("format = 1", "format = 2", 1);
            let said = good
                .clone()
                .file(path, text)
                .world()
                .said_by("format-known");
            assert_eq!(said.len(), 1, "{path}");
            assert!(said[0].starts_with(&format!("error {path}:1:")), "{said:?}");
        };
        two("registry-index/registry.toml");
        two("registry-index/renames.toml");
        two("registry-index/namespaces/core.toml");
        two("registry-index/packages/core/thing/package.toml");
        two("registry-index/packages/core/thing/1.0.0.toml");
        two("templates/agents/code-thing/paracle.toml");
    }

    #[test]
    fn unknown_features_are_told() {
        let base = FakeRegistry::new().released("core/thing", "1.0.0");
        let path = "registry-index/packages/core/thing/1.0.0.toml";
        let text = base
            .text(path)
            .replacen("format = 1", "format = 1\nneeds = ['new']", 1);
        let said = base.file(path, text).world().said_by("format-known");
        assert!(said[0].contains(":2:1: needs \"new\""), "{said:?}");
        assert_eq!(package_said("format-known", |p| p), [""; 0]);
    }
}
