//! `dependency-cycle`: packages that need each other cannot be removed, renamed or reviewed one by one.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    load::Layout,
    name::PackageName,
    resolve::Packages,
};

pub(super) static RULE: Rule = Rule {
    id: "dependency-cycle",
    severity: Severity::Error,
    about: "No package needs itself, directly or through others",
    help: "move what both need into a package of its own, or leave one dependency out",
    check: Check::Whole(check),
};

/// A longer cycle is shown by its beginning.
const SHOWN: usize = 8;

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    let packages = Packages::of(scene.loaded);
    for cycle in packages.cycles() {
        let first = &cycle[0];
        let mut names: Vec<&str> = cycle.iter().take(SHOWN).map(PackageName::as_str).collect();
        if cycle.len() > SHOWN {
            names.push("…");
        }
        names.push(first.as_str());
        let next = cycle.get(1).unwrap_or(first);
        let message = match cycle.len() {
            1 => format!("{:?} needs itself", first.as_str()),
            _ => format!("packages need each other: {}", names.join(" → ")),
        };
        report
            .about(first)
            .found(place(&packages, first, next), message);
    }
}

/// Where `name` says that it needs `next`.
fn place(packages: &Packages<'_>, name: &PackageName, next: &PackageName) -> Place {
    let package = packages.get(name);
    let written = package
        .and_then(|p| p.source)
        .and_then(|source| source.written.as_ref());
    let stated = written.and_then(|w| Some(w.place(w.value.dependencies.get(next.as_str())?)));
    let record = || {
        let record = package?.entry?.records.values().next_back()?;
        Some(record.place_of_table("manifest.dependencies"))
    };
    stated
        .or_else(record)
        .unwrap_or_else(|| Place::file(Layout::entry(name)))
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    #[test]
    fn a_cycle_is_named_once() {
        let registry = FakeRegistry::new()
            .package("core/aa", |p| p.dependency("core/bb", "1"))
            .released_with("core/bb", "1.0.0", |p| p.dependency("core/cc", "1"))
            .package("core/cc", |p| p.dependency("core/aa", "1"))
            .package("core/self", |p| p.dependency("core/self", "1"))
            .package("core/fine", |p| p.dependency("core/aa", "1"));
        let found = registry.world().findings_of("dependency-cycle");
        let messages: Vec<_> = found.iter().map(|f| f.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "packages need each other: core/aa → core/bb → core/cc → core/aa",
                "\"core/self\" needs itself"
            ]
        );
        assert_eq!(found[0].place.file, "templates/agents/aa/paracle.toml");
        assert_eq!(found[0].package.as_deref(), Some("core/aa"));
    }

    #[test]
    fn a_chain_is_no_cycle() {
        let registry = FakeRegistry::new()
            .package("core/aa", |p| p.dependency("core/bb", "1"))
            .package("core/bb", |p| p.dependency("core/cc", "1"))
            .package("core/cc", |p| p);
        assert_eq!(registry.world().said_by("dependency-cycle"), [""; 0]);
    }
}
