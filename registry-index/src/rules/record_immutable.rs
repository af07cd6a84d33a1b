//! `record-immutable`: a lock file restores the same project years later because no record ever changes.

use super::{ChangeKind, Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    name::PackageName,
};

pub(super) static RULE: Rule = Rule {
    id: "record-immutable",
    severity: Severity::Error,
    about: "No record of the base revision is changed or removed",
    help: "restore the record; publish a new version, and yank or revoke this one in package.toml",
    check: Check::Whole(check),
};

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    let Some(history) = scene.history else {
        return;
    };
    for change in history.changes() {
        let what = match change.kind {
            ChangeKind::Added => continue,
            ChangeKind::Modified => "was changed",
            ChangeKind::Removed => "was removed",
        };
        if let Some(record) = record_at(&change.path) {
            let message = format!("the record {record} {what}");
            let name: Result<PackageName, _> = record[..record.rfind('/').unwrap_or(0)].parse();
            if let Ok(name) = name {
                report.about(&name);
            }
            report.found(Place::file(&change.path), message);
        }
    }
}

/// `namespace/name/version` of the record at `path`, if it is one. Whatever lies in a package's folder
/// besides package.toml and request.toml counts: a name that is no version now was one when it was written.
fn record_at(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("registry-index/packages/")?;
    let record = inside.strip_suffix(".toml")?;
    let is_mutable = record.ends_with("/package") || record.ends_with("/request");
    (record.split('/').count() == 3 && !is_mutable).then_some(record)
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    const PATH: &str = "registry-index/packages/core/thing/1.0.0.toml";

    #[test]
    fn records_stay_as_they_are() {
        let base = FakeRegistry::new()
            .released("core/thing", "1.0.0")
            .entry("core/thing", "");
        let said = |now: &FakeRegistry| now.world_since(&base).said_by("record-immutable");
        let more = base
            .clone()
            .released("core/thing", "1.1.0")
            .entry("core/thing", "deprecated = 'old'\n")
            .package("core/thing", |p| p);
        assert_eq!(said(&more), [""; 0]);
        assert_eq!(said(&base), [""; 0]);
        let text = base.text(PATH) + "\n# a comment\n";
        let changed = base.clone().file(PATH, text);
        let expected = |what: &str| [format!("error {PATH}: the record core/thing/1.0.0 {what}")];
        assert_eq!(said(&changed), expected("was changed"));
        assert_eq!(said(&base.clone().without(PATH)), expected("was removed"));
        assert_eq!(changed.world().said_by("record-immutable"), [""; 0]);
        let found = changed.world_since(&base).findings_of("record-immutable");
        assert_eq!(found[0].package.as_deref(), Some("core/thing"));
    }
}
