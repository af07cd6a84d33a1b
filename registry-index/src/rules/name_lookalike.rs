//! `name-lookalike`: a new package whose name poses as one that people know already.
//!
//! Within a namespace one owner decides, so a likeness there is a slip that would confuse users. Across
//! namespaces equal names are what namespaces are for; a reviewer should look who is asking.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    lookalike::{Likeness, NewNames, differ_in_digits_only},
    name::PackageName,
};

pub(super) static RULE: Rule = Rule {
    id: "name-lookalike",
    severity: Severity::Error,
    about: "A new package's name does not look like that of a package that is known already",
    help: "choose a name that cannot be mistaken for the other one",
    check: Check::Whole(check),
};

const LOOK: &str =
    "reviewers: is this meant to pass for the other package? Authors need do nothing";

struct New {
    name: PackageName,
    place: Place,
}

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    let loaded = scene.loaded;
    let sources = loaded.sources.iter().filter_map(|source| {
        let written = source.written.as_ref()?;
        let place = written.place(&written.value.package.name);
        let name = source.name()?;
        Some(New { name, place })
    });
    let requested = loaded.entries.iter().filter_map(|entry| {
        let place = Place::file(&entry.request.as_ref()?.file);
        let name = entry.name.clone();
        Some(New { name, place })
    });
    let mut seen = BTreeSet::new();
    let new: Vec<New> = sources
        .chain(requested)
        .filter(|new| !loaded.is_released(&new.name) && seen.insert(new.name.clone()))
        .collect();
    if new.is_empty() {
        return;
    }
    let unread = loaded.unread.iter().map(|unread| &unread.name);
    let known: BTreeSet<&PackageName> = loaded
        .listing
        .keys()
        .chain(unread)
        .chain(new.iter().map(|new| &new.name))
        .collect();
    names(&new, &known, report);
    namespaces(&new, scene, report);
}

/// The most alike known package of each new one, in its own namespace and in the others.
fn names(new: &[New], known: &BTreeSet<&PackageName>, report: &mut Report<'_>) {
    let filed = NewNames::new(new.iter().map(|new| new.name.name()));
    let mut at_home: Vec<Option<(Likeness, &PackageName)>> = vec![None; new.len()];
    let mut elsewhere = at_home.clone();
    for other in known {
        filed.like(other.name(), |at, likeness| {
            let name = &new[at].name;
            let best = match name.namespace() == other.namespace() {
                true if !confuses_at_home(name.name(), other.name(), likeness) => return,
                true => &mut at_home[at],
                false => &mut elsewhere[at],
            };
            if *other != name && best.is_none_or(|best| (likeness, *other) < best) {
                *best = Some((likeness, other));
            }
        });
    }
    for ((new, at_home), elsewhere) in new.iter().zip(at_home).zip(elsewhere) {
        let report = report.about(&new.name);
        if let Some((likeness, other)) = at_home {
            let message = said(&new.name, likeness, other.as_str());
            let severity = match likeness {
                Likeness::Near(1) => Severity::Error,
                _ => Severity::Warning,
            };
            report.found_as(severity, new.place.clone(), message, RULE.help);
        }
        if let Some((likeness, other)) = elsewhere {
            let message = said(&new.name, likeness, other.as_str());
            report.found_as(Severity::Note, new.place.clone(), message, LOOK);
        }
    }
}

/// What an owner would not do on purpose. Equal but for hyphens is `name-collision`; `git` and
/// `git-tools`, `python2-x` and `python3-x` are a family.
fn confuses_at_home(name: &str, other: &str, likeness: Likeness) -> bool {
    let is_long = name.len().min(other.len()) >= 8;
    matches!(likeness, Likeness::Near(distance) if distance == 1 || is_long)
        && !differ_in_digits_only(name, other)
}

/// A namespace that nobody has yet and that looks like one that somebody has.
fn namespaces(new: &[New], scene: &Scene<'_>, report: &mut Report<'_>) {
    let loaded = scene.loaded;
    let listed = loaded.listing.iter();
    let released = listed
        .filter(|(_, versions)| !versions.is_empty())
        .map(|(name, _)| name.namespace());
    let given = loaded.namespaces.keys().map(String::as_str);
    let known: BTreeSet<&str> = released.chain(given).collect();
    let mut firsts: BTreeMap<&str, &New> = BTreeMap::new();
    for new in new {
        if !known.contains(new.name.namespace()) {
            firsts.entry(new.name.namespace()).or_insert(new);
        }
    }
    let filed = NewNames::new(firsts.keys().copied());
    let mut alike: Vec<Option<(Likeness, &str)>> = vec![None; firsts.len()];
    for other in known {
        filed.like(other, |at, likeness| {
            if alike[at].is_none_or(|best| (likeness, other) < best) {
                alike[at] = Some((likeness, other));
            }
        });
    }
    for ((namespace, new), alike) in firsts.into_iter().zip(alike) {
        if let Some((_, other)) = alike {
            let message = format!("the new namespace {namespace:?} looks like {other:?}");
            report
                .about(&new.name)
                .found_as(Severity::Note, new.place.clone(), message, LOOK);
        }
    }
}

fn said(name: &PackageName, likeness: Likeness, other: &str) -> String {
    let name = name.as_str();
    match likeness {
        Likeness::Same => format!("{name:?} is called the same as {other:?}"),
        Likeness::Near(1) => format!("{name:?} differs in one character from {other:?}"),
        Likeness::Near(_) => format!("{name:?} differs in two characters from {other:?}"),
        Likeness::Reordered => format!("{name:?} has the words of {other:?} in another order"),
        Likeness::Contained => format!("{name:?} contains the name of {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_package_that_brings_its_owners_or_a_request_is_still_new() {
        let known = crate::testing::FakeRegistry::new().released("core/code-reviewer", "1.0.0");
        let owned = known
            .clone()
            .package("core/code-reviewers", |p| p)
            .entry("core/code-reviewers", "owners = ['github:7']\n");
        assert_eq!(owned.world().said_by("name-lookalike").len(), 1);
        let request = "format = 1\nversion = '1.0.0'\ngit = 'https://github.com/a/b'\nrev = ''\n";
        let path = "registry-index/packages/core/code-reviewers/request.toml";
        let requested = known.file(path, request).world().said_by("name-lookalike");
        assert_eq!(requested.len(), 1, "{requested:?}");
        assert!(
            requested[0].starts_with(&format!("error {path}: ")),
            "{requested:?}"
        );
    }

    use crate::testing::FakeRegistry;

    fn said(known: &[&str], new: &[&str]) -> Vec<String> {
        let registry = known.iter().fold(FakeRegistry::new(), |registry, name| {
            registry.released(name, "1.0.0")
        });
        let registry = new
            .iter()
            .enumerate()
            .fold(registry, |registry, (at, name)| {
                registry.package(name, |p| p.folder(&format!("templates/{at}/{name}")))
            });
        let findings = registry.world().findings_of("name-lookalike");
        findings
            .iter()
            .map(|f| format!("{} {}", f.severity, f.message))
            .collect()
    }

    #[test]
    fn a_slip_within_a_namespace_is_an_error() {
        assert_eq!(
            said(&["core/code-reviewer"], &["core/code-reveiwer"]),
            ["error \"core/code-reveiwer\" differs in one character from \"core/code-reviewer\""]
        );
        assert_eq!(
            said(&["core/code-reviewer"], &["core/code-review"]),
            ["warning \"core/code-review\" differs in two characters from \"core/code-reviewer\""]
        );
        assert_eq!(
            said(&["core/code-reviewer"], &["core/code-reviewer-pro"]),
            [""; 0]
        );
        let family = said(&["core/python2-tools"], &["core/python3-tools"]);
        assert_eq!(family, [""; 0]);
        assert_eq!(said(&[], &["core/summaries", "core/summaires"]).len(), 2);
    }

    #[test]
    fn across_namespaces_it_is_a_note() {
        for (new, message) in [
            ("acme/code-reviewer", "is called the same as"),
            ("acme/code-revlewer", "differs in one character from"),
            ("acme/code-reviewer-pro", "contains the name of"),
            ("acme/reviewer-code", "has the words of"),
        ] {
            let said = said(&["core/code-reviewer"], &[new]);
            let expected = format!("note {new:?} {message} \"core/code-reviewer\"");
            assert_eq!(said.len(), 1, "{new}");
            assert!(said[0].starts_with(&expected), "{said:?}");
        }
        assert_eq!(said(&["core/code-reviewer"], &["acme/tea-kettle"]), [""; 0]);
    }

    #[test]
    fn what_is_released_already_is_not_judged_again() {
        let known = ["core/code-reviewer", "acme/code-reviewer"];
        assert_eq!(said(&known, &["acme/code-reviewer"]), [""; 0]);
    }

    #[test]
    fn a_namespace_may_pose_as_another() {
        assert_eq!(
            said(&["paracle-hub/thing"], &["paraclehub/kettle"]),
            ["note the new namespace \"paraclehub\" looks like \"paracle-hub\""]
        );
    }
}
