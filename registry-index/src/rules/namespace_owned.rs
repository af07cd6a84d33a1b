//! `namespace-owned`: whose a namespace is that no file gives to anybody. A GitHub login's own namespace
//! needs none, and only the forge can tell whose login it is.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    load::{EntryFolder, Source},
};

pub(super) static RULE: Rule = Rule {
    id: "namespace-owned",
    severity: Severity::Note,
    about: "A package's namespace has a file in namespaces/, or is the GitHub login of an author",
    help: "reviewers: is this namespace the GitHub login of who proposes it? Else add namespaces/<namespace>.toml",
    check: Check::Several(&[Check::Source(source), Check::Entry(entry)]),
};

fn source(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    let (Some(written), Some(name)) = (&source.written, source.name()) else {
        return;
    };
    let namespace = name.namespace();
    let package = &written.value.package;
    let is_author = package
        .authors
        .iter()
        .any(|author| author.eq_ignore_ascii_case(namespace));
    let is_known =
        scene.loaded.namespaces.contains_key(namespace) || scene.loaded.is_released(&name);
    if !is_known && !is_author {
        let message = format!("nobody is named as owner of the namespace {namespace:?}");
        report.found(written.place(&package.name), message);
    }
}

fn entry(entry: &EntryFolder, scene: &Scene<'_>, report: &mut Report<'_>) {
    let namespace = entry.name.namespace();
    let written = entry.written.as_ref();
    let has_owner = written.is_some_and(|written| !written.value.owners.is_empty());
    let is_author = entry.records.values().any(|record| {
        let authors = &record.value.manifest.authors;
        authors
            .iter()
            .any(|author| author.eq_ignore_ascii_case(namespace))
    });
    if !has_owner && !is_author && !scene.loaded.namespaces.contains_key(namespace) {
        let message = format!("nobody is named as owner of {:?}", entry.name.as_str());
        report.found(Place::file(&entry.folder), message);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    #[test]
    fn an_owner_is_named() {
        let said = |registry: FakeRegistry| registry.world().said_by("namespace-owned");
        let new = || FakeRegistry::new();
        assert_eq!(said(new().package("core/thing", |p| p)), [""; 0]);
        assert_eq!(said(new().package("octocat/thing", |p| p)), [""; 0]);
        assert_eq!(
            said(new().package("someone/thing", |p| p)),
            [
                "note templates/agents/thing/paracle.toml:4:8: nobody is named as owner of the namespace \
              \"someone\""
            ]
        );
        assert_eq!(said(new().released("someone/thing", "1.0.0")).len(), 1);
        let owned = new()
            .released("someone/thing", "1.0.0")
            .entry("someone/thing", "owners = ['github:7']\n");
        assert_eq!(said(owned), [""; 0]);
    }
}
