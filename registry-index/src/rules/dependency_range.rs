//! `dependency-range`: some version fits, or nobody can install the package.

use semver::VersionReq;

use super::{Check, Report, Rule, Scene, dependency_known};
use crate::{finding::Severity, raw, resolve::Packages};

pub(super) static RULE: Rule = Rule {
    id: "dependency-range",
    severity: Severity::Warning,
    about: "Of every dependency some version that is neither yanked nor revoked fits the range",
    help: "widen the range, or release the other package first",
    check: Check::Whole(check),
};

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    let packages = Packages::of(scene.loaded);
    for (source, written, name, dependency) in dependency_known::dependencies(scene) {
        let text = match dependency.get() {
            raw::Dependency::Range(range) => range,
            raw::Dependency::Detailed(more) => &more.version,
        };
        let (Ok(range), Some(package)) = (VersionReq::parse(text), packages.get(&name)) else {
            continue;
        };
        if dependency_known::other_registry(dependency.get(), scene).is_none()
            && !package.has_version(&range)
        {
            let newest = match package.released.last().or(package.source_version.as_ref()) {
                Some(version) => format!("its newest is {version}"),
                None => "it has none".to_owned(),
            };
            let message = format!("no version of {:?} fits {text:?}; {newest}", name.as_str());
            report
                .about_source(source)
                .found(written.place(dependency), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    #[test]
    fn a_version_fits() {
        let base = FakeRegistry::new()
            .released("core/thing", "1.0.0")
            .released("core/thing", "1.1.0")
            .package("core/only-source", |p| p.version("0.3.0"));
        let said = |name: &str, range: &str| {
            base.clone()
                .package("core/code-thing", |p| p.dependency(name, range))
                .world()
                .said_by("dependency-range")
        };
        assert_eq!(said("core/thing", "1.0"), [""; 0]);
        assert_eq!(said("core/only-source", "0.3"), [""; 0]);
        let none = said("core/thing", "^2");
        assert!(none[0].starts_with("warning templates/agents/code-thing/paracle.toml:1"));
        assert!(none[0].ends_with("no version of \"core/thing\" fits \"^2\"; its newest is 1.1.0"));
    }

    #[test]
    fn withdrawn_versions_do_not_count() {
        let registry = FakeRegistry::new()
            .released("core/thing", "1.0.0")
            .released("core/thing", "1.1.0")
            .entry(
                "core/thing",
                "[[revoked]]\nversion = '1.1.0'\nreason = 'malware'\n",
            )
            .package("core/code-thing", |p| p.dependency("core/thing", "1.1"));
        assert_eq!(registry.world().said_by("dependency-range").len(), 1);
    }
}
