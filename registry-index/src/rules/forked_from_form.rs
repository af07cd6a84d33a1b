//! `forked-from-form`: what a package was made from is credited by name and version.

use semver::Version;

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source, name::PackageName, text::quote};

pub(super) static RULE: Rule = Rule {
    id: "forked-from-form",
    severity: Severity::Error,
    about: "A package says what it was forked from as namespace/name@version, and not itself",
    help: "write it like `core/reviewer@0.9.0`",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let Some(origin) = &written.value.package.forked_from else {
        return;
    };
    if let Some(why) = fault(origin, &written.value.package.name) {
        let short = quote(origin);
        report.found(written.place(origin), format!("{short} {why}"));
    }
}

fn fault(origin: &str, own: &str) -> Option<String> {
    let Some((name, version)) = origin.split_once('@') else {
        return Some("names no version".to_owned());
    };
    if name == own {
        return Some("is the package itself".to_owned());
    }
    let name = name.parse::<PackageName>().err().map(|e| e.to_string());
    let version = Version::parse(version).err().map(|e| e.to_string());
    name.or(version)
        .map(|why| format!("is no name and version: {why}"))
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    #[test]
    fn an_origin_is_a_name_and_a_version() {
        let said = |origin: &str| {
            package_said("forked-from-form", |p| {
                p.set("forked-from", &format!("{origin:?}"))
            })
        };
        assert_eq!(said("core/reviewer@0.9.0"), [""; 0]);
        for (bad, why) in [
            ("core/reviewer", "names no version"),
            ("core/reviewer@1", "is no name and version"),
            ("reviewer@1.0.0", "is no name and version"),
            ("core/code-thing@1.0.0", "is the package itself"),
        ] {
            assert!(said(bad)[0].contains(why), "{bad}");
        }
    }
}
