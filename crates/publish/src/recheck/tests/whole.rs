//! What is found of a registry, in a world that says what it is told.

use registry_index::{PackageName, Registry, Severity, testing::FakeRegistry};

use super::super::{Rechecked, age, links, sources};
use super::Told;

const THEIRS: &str = "https://github.com/example/hub";

/// Two releases whose sources somebody else keeps.
fn registry() -> Registry {
    let fake = FakeRegistry::new()
        .released("acme/one", "1.0.0")
        .released("acme/two", "1.0.0");
    let mut registry = fake.registry();
    registry.config.repository = Some("https://git.example/own".into());
    registry
}

fn rev(registry: &Registry, name: &str) -> String {
    let package = registry.packages.get(&name.parse::<PackageName>().unwrap());
    let package = package.unwrap();
    package.releases[0].record.source.rev.clone()
}

fn said(done: &Rechecked) -> Vec<String> {
    let said = done.findings.iter().map(|finding| {
        format!(
            "{} {} {}",
            finding.severity, finding.rule, finding.place.file
        )
    });
    said.collect()
}

#[test]
fn a_commit_that_nothing_leads_to_is_told_for_its_release_alone() {
    let registry = registry();
    let told = Told {
        contained: [(THEIRS.to_owned(), vec![rev(&registry, "acme/one")])].into(),
        ..Told::default()
    };
    let mut done = Rechecked::default();
    sources::look(&registry, &told, &mut done);
    assert_eq!(done.sources, 1);
    assert_eq!(
        said(&done),
        ["error source-moved registry-index/packages/acme/two/1.0.0.toml"]
    );
    assert!(
        done.findings[0]
            .message
            .contains(&rev(&registry, "acme/two"))
    );
}

#[test]
fn a_repository_that_cannot_be_asked_is_a_warning_for_all_its_releases() {
    let mut done = Rechecked::default();
    sources::look(&registry(), &Told::default(), &mut done);
    assert_eq!(
        said(&done),
        [
            "warning source-gone registry-index/packages/acme/one/1.0.0.toml",
            "warning source-gone registry-index/packages/acme/two/1.0.0.toml",
        ]
    );
    assert!(
        done.findings
            .iter()
            .all(|found| found.severity == Severity::Warning)
    );
}

#[test]
fn our_own_history_and_what_was_revoked_are_not_asked_for() {
    let mut own = registry();
    own.config.repository = Some(THEIRS.into());
    let mut done = Rechecked::default();
    sources::look(&own, &Told::default(), &mut done);
    assert_eq!((done.sources, done.findings.len()), (0, 0));

    let mut revoked = registry();
    for package in revoked.packages.values_mut() {
        let why = registry_index::registry::Status::Revoked("malware".into());
        package.releases[0].status = why;
    }
    sources::look(&revoked, &Told::default(), &mut done);
    assert_eq!((done.sources, done.findings.len()), (0, 0));
}

#[test]
fn a_dead_address_is_told_where_it_stands_and_asked_for_once() {
    let readme = "# One\n\n[a](https://x.example/gone#part) and [b](https://x.example/here).\n";
    let fake = FakeRegistry::new()
        .released_with("acme/one", "1.0.0", |p| p.file("README.md", readme))
        .released_with("acme/two", "1.0.0", |p| {
            p.file(
                "README.md",
                "# Two\n\n<https://x.example/gone> [c](mailto:a@x.example) [d](#e)\n",
            )
        })
        .package("acme/one", |p| p.file("README.md", readme));
    let told = Told {
        dead: vec!["https://x.example/gone"],
        ..Told::default()
    };
    let mut done = Rechecked::default();
    let kept = fake.loaded().sources;
    links::look(&fake.registry(), &kept, fake.blobs(), &told, &mut done);
    let mut asked = told.asked.into_inner().unwrap();
    asked.retain(|url| url.starts_with("https://x.example/"));
    asked.sort();
    assert_eq!(asked, ["https://x.example/gone", "https://x.example/here"]);
    let found = done
        .findings
        .iter()
        .filter(|finding| finding.rule == "link-dead");
    let places: Vec<_> = found.map(|finding| finding.place.to_string()).collect();
    assert_eq!(places.len(), 2, "{places:?}");
    assert!(
        places
            .iter()
            .any(|place| place.ends_with("one/README.md:3:1")),
        "{places:?}"
    );
    assert!(
        places.contains(&"registry-index/packages/acme/two/1.0.0.toml".to_owned()),
        "{places:?}"
    );
}

#[test]
fn a_package_is_stale_when_its_newest_release_is_old() {
    let registry = registry();
    let mut done = Rechecked::default();
    // Both were released on 2 January 2026.
    age::look(&registry, "2027-07-01T00:00:00Z", 18, &mut done);
    assert!(said(&done).is_empty());
    age::look(&registry, "2027-07-03T00:00:00Z", 18, &mut done);
    assert_eq!(done.findings.len(), 2);
    assert!(done.findings[0].message.contains("18 months"));
}
