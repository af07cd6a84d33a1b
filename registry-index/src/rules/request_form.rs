//! `request-form`: a package kept by its author asks for one commit of the author's repository to be
//! released. What is asked for must be a release that the package could have, from a place that may be
//! fetched; whether it is there, the release job tells.

use std::collections::BTreeMap;

use semver::Version;

use super::{
    Check, Report, Rule, Scene,
    source_pinned::{git_fault, path_fault, rev_fault},
    version_increases::line,
};
use crate::{
    address,
    finding::{Place, Severity},
    load::{EntryFolder, Layout},
    name::PackageName,
    registry::Config,
    text::quote,
};

pub(super) static RULE: Rule = Rule {
    id: "request-form",
    severity: Severity::Error,
    about: "A request.toml asks for a version that may follow, from a commit of an https repository on an allowed host",
    help: "let `paracle template publish --kept-by-author` write the file",
    check: Check::Several(&[Check::Entry(entry), Check::Whole(whole)]),
};

fn entry(entry: &EntryFolder, scene: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &entry.request else {
        return;
    };
    let request = &written.value;
    let listed = scene.loaded.listing.get(&entry.name);
    let released = listed.map(Vec::as_slice).unwrap_or_default();
    let faults = [
        (&request.version, version_fault(&request.version, released)),
        (&request.git, repository_fault(&request.git, scene.config)),
        (&request.rev, rev_fault(&request.rev)),
    ];
    for (at, fault) in faults {
        if let Some(message) = fault {
            report.found(written.place(at), message);
        }
    }
    if let Some(path) = &request.path
        && let Some(message) = path_fault(path)
    {
        report.found(written.place(path), message);
    }
}

/// Why `text` is no version that may follow those released. One that is released is asked for no more,
/// which is how every request ends.
fn version_fault(text: &str, released: &[Version]) -> Option<String> {
    let version = match Version::parse(text) {
        Ok(version) if version.build.is_empty() => version,
        Ok(_) => return Some(format!("{} has build metadata", quote(text))),
        Err(error) => return Some(format!("{} is not a version: {error}", quote(text))),
    };
    if released.contains(&version) {
        return None;
    }
    let higher = released
        .iter()
        .rev()
        .find(|other| line(other) == line(&version) && **other > version)?;
    Some(format!(
        "{version} is lower than {higher}, which is released"
    ))
}

fn repository_fault(git: &str, config: &Config) -> Option<String> {
    let own = config.repository.as_deref();
    if own.is_some_and(|own| address::is_same_repository(own, git)) {
        return Some(format!(
            "{} is the registry itself, whose packages need no request",
            quote(git)
        ));
    }
    match git.contains(['?', '#']) {
        true => Some(format!("{} is not the address of a repository", quote(git))),
        false => git_fault(git, config),
    }
}

/// A package is kept here or by its author: two places for one version could differ.
fn whole(scene: &Scene<'_>, report: &mut Report<'_>) {
    let loaded = scene.loaded;
    let requested: BTreeMap<&PackageName, Place> = loaded
        .entries
        .iter()
        .filter(|entry| is_open(entry))
        .map(|entry| (&entry.name, Place::file(Layout::request(&entry.name))))
        .collect();
    if requested.is_empty() {
        return;
    }
    let read = loaded
        .sources
        .iter()
        .filter_map(|source| Some((source.name()?, source.folder.as_str())));
    let unread = loaded
        .unread
        .iter()
        .map(|source| (source.name.clone(), source.folder.as_str()));
    for (name, folder) in read.chain(unread) {
        if let Some(place) = requested.get(&name) {
            let message = format!("{:?} is kept in {folder:?} as well", name.as_str());
            let help = "remove one of the two: a package is kept here or by its author";
            report
                .about(&name)
                .found_with_help(place.clone(), message, help);
        }
    }
}

/// Whether a release is asked for that is not there.
fn is_open(entry: &EntryFolder) -> bool {
    entry.requested().is_some()
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    const PATH: &str = "registry-index/packages/octocat/thing/request.toml";
    const GOOD: &str = "format = 1\nversion = '1.1.0'\ngit = 'https://github.com/octocat/things'\n\
        rev = '0123456789abcdef0123456789abcdef01234567'\npath = 'skills/thing'\n";

    fn registry(text: &str) -> FakeRegistry {
        FakeRegistry::new().file(PATH, text)
    }

    #[test]
    fn a_request_asks_for_what_can_be() {
        let said = |text: &str| {
            let released = registry(text).released("octocat/thing", "1.0.0");
            released.world().said_by("request-form")
        };
        assert_eq!(said(GOOD), [""; 0]);
        assert_eq!(said(&GOOD.replace("1.1.0", "1.0.0")), [""; 0], "closed");
        assert_eq!(said(&GOOD.replace("path = 'skills/thing'\n", "")), [""; 0]);
        for (from, to, why) in [
            ("1.1.0", "1.1", "2:11: \"1.1\" is not a version"),
            ("1.1.0", "1.1.0+x", "has build metadata"),
            ("1.1.0", "1.0.0-rc.1", "is lower than 1.0.0"),
            (
                "https:",
                "http:",
                "3:7: \"http://github.com/octocat/things\" does not start",
            ),
            ("github.com", "evil.example", "is not on an allowed host"),
            (
                "octocat/things",
                "example/hub.git",
                "is the registry itself",
            ),
            (
                "octocat/things",
                "octocat/things?x=1",
                "is not the address of a repository",
            ),
            (
                "0123456789abcdef0123456789abcdef01234567",
                "main",
                "4:7: \"main\" is not a commit",
            ),
            (
                "0123456789abcdef0123456789abcdef01234567",
                "0123456789ABCDEF0123456789abcdef01234567",
                "is not a commit",
            ),
            ("skills/thing", "../thing", "5:8: \"../thing\" is no folder"),
            ("skills/thing", "a/.GIT/b", "is no folder"),
        ] {
            let said = said(&GOOD.replace(from, to));
            assert_eq!(said.len(), 1, "{to} {said:?}");
            assert!(said[0].contains(why), "{to} {said:?}");
        }
    }

    #[test]
    fn a_package_is_kept_in_one_place() {
        let both = registry(GOOD).package("octocat/thing", |p| p);
        let said = both.world().said_by("request-form");
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].contains("is kept in \"templates/agents/thing\" as well"),
            "{said:?}"
        );
        let closed = both.released("octocat/thing", "1.1.0");
        assert_eq!(closed.world().said_by("request-form"), [""; 0]);
    }

    #[test]
    fn a_package_without_a_release_is_fine_everywhere() {
        let owned = "owners = ['github:7']\n";
        let registry = registry(GOOD)
            .entry("octocat/thing", owned)
            .package("core/other", |p| p.dependency("octocat/thing", "^1.1"));
        let world = registry.world();
        let errors: Vec<_> = world
            .findings()
            .into_iter()
            .filter(|finding| finding.severity == crate::Severity::Error)
            .collect();
        assert_eq!(errors, []);
        assert!(registry.registry().packages.is_empty());
        let wrong = registry.package("core/third", |p| p.dependency("octocat/thing", "^2"));
        assert_eq!(wrong.world().said_by("dependency-range").len(), 1);
    }
}
