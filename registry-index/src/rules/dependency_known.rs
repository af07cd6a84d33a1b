//! `dependency-known`: what a package needs exists in the registry that it names.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::Severity,
    load::Source,
    name::PackageName,
    raw::{self, At, Written, nearest},
    resolve::Packages,
};

pub(super) static RULE: Rule = Rule {
    id: "dependency-known",
    severity: Severity::Error,
    about: "Every dependency is a package of the registry it is looked for in, by the name it has now",
    help: "correct the name, or say with `registry` where the package is",
    check: Check::Whole(check),
};

/// Comparing a name with a hundred thousand others takes time; so many are.
const SUGGESTIONS: usize = 50;

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    let packages = Packages::of(scene.loaded);
    let mut suggestions = 0;
    for (source, written, name, dependency) in dependencies(scene) {
        let report = report.about_source(source);
        let place = written.place(dependency);
        let text = name.as_str();
        if let Some(registry) = other_registry(dependency.get(), scene) {
            let message = format!("{text:?} is in {registry:?}, which cannot be asked here");
            let help = "nothing to do; whoever installs the package asks that registry";
            report.found_as(Severity::Note, place, message, help);
        } else if let Some(now) = packages.renamed(&name) {
            // A release keeps the old name for good, and is led to the new one.
            let severity = match is_released(source, &packages) {
                true => Severity::Warning,
                false => Severity::Error,
            };
            let help = format!("write {:?} in the next version", now.as_str());
            report.found_as(
                severity,
                place,
                format!("{text:?} has another name now"),
                help,
            );
        } else if packages.get(&name).is_none() {
            let message = format!("there is no package {text:?} in this registry");
            suggestions += 1;
            let near = (suggestions <= SUGGESTIONS)
                .then(|| nearest(text, packages.names().map(PackageName::as_str)));
            match near.flatten() {
                Some(near) => {
                    report.found_with_help(place, message, format!("did you mean {near:?}?"));
                }
                None => report.found(place, message),
            }
        }
    }
}

/// Whether what the source says is out already.
fn is_released(source: &Source, packages: &Packages<'_>) -> bool {
    let package = source.name().and_then(|name| packages.get(&name));
    let version = source.version();
    package
        .zip(version)
        .is_some_and(|(package, version)| package.released.contains(&version))
}

type Stated<'a> = (
    &'a Source,
    &'a Written<raw::Manifest>,
    PackageName,
    &'a At<raw::Dependency>,
);

/// Every dependency that a source states and that has a name.
pub(super) fn dependencies<'a>(scene: &Scene<'a>) -> impl Iterator<Item = Stated<'a>> {
    scene.loaded.sources.iter().flat_map(|source| {
        source.written.iter().flat_map(move |written| {
            let stated = written.value.dependencies.iter();
            stated.filter_map(move |(name, dependency)| {
                Some((source, written, name.parse().ok()?, dependency))
            })
        })
    })
}

/// The registry that `dependency` is looked for in, where it is not this one.
pub(super) fn other_registry<'a>(
    dependency: &'a raw::Dependency,
    scene: &Scene<'_>,
) -> Option<&'a str> {
    let plain = |url: &str| url.trim_end_matches('/').to_owned();
    match dependency {
        raw::Dependency::Range(_) => None,
        raw::Dependency::Detailed(more) => {
            let url = more.registry.as_deref()?;
            (plain(url) != plain(&scene.config.url)).then_some(url)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    #[test]
    fn a_rename_is_no_error_in_what_is_released() {
        let old = |p: crate::testing::FakePackage| p.dependency("core/old-name", "1");
        let registry = FakeRegistry::new()
            .released("core/new-name", "1.0.0")
            .released("core/old-name", "1.0.0")
            .released_with("core/code-thing", "1.0.0", old)
            .package("core/code-thing", old)
            .renamed("core/old-name", "core/new-name");
        let said = registry.world().said_by("dependency-known");
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("warning "), "{said:?}");
    }

    #[test]
    fn dependencies_exist() {
        let registry = FakeRegistry::new()
            .released("core/diff-reading", "1.0.0")
            .released("core/new-name", "1.0.0")
            .renamed("core/old-name", "core/new-name")
            .package("core/only-source", |p| p)
            .package("core/code-thing", |p| {
                p.dependency("core/diff-reading", "1")
                    .dependency("core/only-source", "1")
                    .dependency("core/dif-reading", "1")
                    .dependency("core/old-name", "1")
                    .toml("[dependencies.\"acme/slack\"]\nversion = '1'\nregistry = 'https://r.acme.example/'")
                    .toml("[dependencies.\"core/absent-one\"]\nversion = '1'\nregistry = 'https://hub.example'")
            });
        let found = registry.world().findings_of("dependency-known");
        let short: Vec<_> = found
            .iter()
            .map(|f| (f.severity.as_str(), f.message.as_str(), f.help.as_str()))
            .collect();
        assert_eq!(
            short,
            [
                (
                    "error",
                    "there is no package \"core/dif-reading\" in this registry",
                    "did you mean \"core/diff-reading\"?"
                ),
                (
                    "error",
                    "\"core/old-name\" has another name now",
                    "write \"core/new-name\" in the next version"
                ),
                (
                    "note",
                    "\"acme/slack\" is in \"https://r.acme.example/\", which cannot be asked here",
                    "nothing to do; whoever installs the package asks that registry"
                ),
                (
                    "error",
                    "there is no package \"core/absent-one\" in this registry",
                    "correct the name, or say with `registry` where the package is"
                ),
            ]
        );
        assert!(
            found
                .iter()
                .all(|f| f.package.as_deref() == Some("core/code-thing"))
        );
        assert!(found[0].place.line > 11);
    }
}
