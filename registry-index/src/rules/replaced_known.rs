//! `replaced-known`: whoever is sent away is sent somewhere.

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, name::PackageName, resolve::Packages, text::quote};

pub(super) static RULE: Rule = Rule {
    id: "replaced-known",
    severity: Severity::Error,
    about: "A package is replaced by another one that exists and is not replaced itself",
    help: "name the package that people should use now",
    check: Check::Whole(check),
};

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    let packages = Packages::of(scene.loaded);
    for entry in &scene.loaded.entries {
        let Some(written) = &entry.written else {
            continue;
        };
        if let Some(other) = &written.value.replaced_by
            && let Some(why) = fault(other, &entry.name, &packages)
        {
            let short = quote(other);
            let place = written.place(other);
            report
                .about(&entry.name)
                .found(place, format!("{short} {why}"));
        }
    }
}

fn fault(other: &str, own: &PackageName, packages: &Packages<'_>) -> Option<String> {
    let name: PackageName = match other.parse() {
        Ok(name) => name,
        Err(error) => return Some(format!("is no name: {error}")),
    };
    if name == *own {
        return Some("is the package itself".to_owned());
    }
    let Some(package) = packages.get(&name) else {
        return Some("is not in this registry".to_owned());
    };
    let next = package
        .entry?
        .written
        .as_ref()?
        .value
        .replaced_by
        .as_ref()?;
    Some(format!("is itself replaced by {:?}", next.get()))
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    #[test]
    fn the_replacement_exists() {
        let said = |other: &str| {
            FakeRegistry::new()
                .released("core/thing", "1.0.0")
                .released("core/better", "1.0.0")
                .released("core/worse", "1.0.0")
                .entry("core/worse", "replaced-by = 'core/better'\n")
                .entry("core/thing", &format!("replaced-by = {other:?}\n"))
                .world()
                .said_by("replaced-known")
        };
        assert_eq!(said("core/better"), [""; 0]);
        for (bad, why) in [
            ("core/gone", "is not in this registry"),
            ("core/thing", "is the package itself"),
            ("better", "is no name"),
            ("core/worse", "is itself replaced by \"core/better\""),
        ] {
            let said = said(bad);
            assert_eq!(said.len(), 1, "{bad}");
            assert!(said[0].contains(why), "{said:?}");
            assert!(
                said[0].contains("core/thing/package.toml:2:15: "),
                "{said:?}"
            );
        }
    }
}
