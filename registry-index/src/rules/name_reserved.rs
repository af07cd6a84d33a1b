//! `name-reserved`: names that a registry keeps back, and names that Windows keeps for devices.
//!
//! A reserved word is free as a namespace once the registry has given it to somebody: then it has a
//! file in `namespaces/`.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    load::{EntryFolder, Source},
    name::{PackageName, fold},
};

pub(super) static RULE: Rule = Rule {
    id: "name-reserved",
    severity: Severity::Error,
    about: "No package takes a name that registry.toml reserves or that is a device on Windows",
    help: "choose another name",
    check: Check::Several(&[Check::Source(source), Check::Entry(entry)]),
};

fn source(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    let (Some(written), Some(name)) = (&source.written, source.name()) else {
        return;
    };
    check(
        &name,
        &written.place(&written.value.package.name),
        scene,
        report,
    );
}

/// What was released bears its name already.
fn entry(entry: &EntryFolder, scene: &Scene<'_>, report: &mut Report<'_>) {
    if let Some(request) = &entry.request
        && entry.records.is_empty()
    {
        check(&entry.name, &Place::file(&request.file), scene, report);
    }
}

fn check(name: &PackageName, place: &Place, scene: &Scene<'_>, report: &mut Report<'_>) {
    let is_given = scene.loaded.namespaces.contains_key(name.namespace());
    for word in &scene.config.reserved_names {
        let taken = [(name.namespace(), !is_given), (name.name(), true)]
            .into_iter()
            .find(|(part, counts)| *counts && fold(part) == fold(word));
        if let Some((part, _)) = taken {
            let message = format!("{part:?} in {:?} is reserved as {word:?}", name.as_str());
            report.found(place.clone(), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, package_said};

    #[test]
    fn reserved_words_are_refused_however_they_are_spelt() {
        for name in ["core/official", "core/of-ficial", "admin/code-thing"] {
            let said = FakeRegistry::new()
                .package(name, |p| p)
                .world()
                .said_by("name-reserved");
            assert_eq!(said.len(), 1, "{name}");
            assert!(said[0].contains("paracle.toml:4:8: "), "{said:?}");
        }
        assert_eq!(package_said("name-reserved", |p| p), [""; 0]);
    }

    #[test]
    fn a_namespace_that_was_given_is_free() {
        let registry = FakeRegistry::new()
            .namespace("official", &["github:3"])
            .package("official/code-thing", |p| p);
        assert_eq!(registry.world().said_by("name-reserved"), [""; 0]);
    }

    #[test]
    fn devices_are_no_names() {
        let said = package_said("name-reserved", |p| p.set("name", "'core/con'"));
        assert!(
            said[0].contains("\"con\" is a device name on Windows"),
            "{said:?}"
        );
    }
}
