//! `owner-form`: owners are numeric ids, because a login can be registered again by someone else.

use std::collections::BTreeSet;

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    load::EntryFolder,
    name::Part,
    raw::{At, Written},
    text::quote,
};

pub(super) static RULE: Rule = Rule {
    id: "owner-form",
    severity: Severity::Error,
    about: "Owners are written as github: and a numeric id, each once; a namespace has at least one",
    help: "write `github:` and the number that https://api.github.com/users/LOGIN gives as `id`",
    check: Check::Several(&[Check::Entry(entry), Check::Whole(namespaces)]),
};

fn entry(entry: &EntryFolder, _: &Scene<'_>, report: &mut Report<'_>) {
    if let Some(written) = &entry.written {
        owners(written, &written.value.owners, report);
    }
}

fn namespaces(scene: &Scene<'_>, report: &mut Report<'_>) {
    for (namespace, written) in &scene.loaded.namespaces {
        if let Err(error) = namespace.parse::<Part>() {
            let help = "call the file `<namespace>.toml`";
            report.found_with_help(Place::file(&written.file), error.to_string(), help);
        }
        if written.value.owners.is_empty() {
            report.found(
                Place::file(&written.file),
                format!("{namespace:?} has no owner"),
            );
        }
        owners(written, &written.value.owners, report);
    }
}

fn owners<T>(written: &Written<T>, owners: &[At<String>], report: &mut Report<'_>) {
    let mut seen = BTreeSet::new();
    for owner in owners {
        let short = quote(owner);
        if !is_owner(owner) {
            report.found(written.place(owner), format!("{short} is no owner"));
        } else if !seen.insert(owner.as_str()) {
            report.found(written.place(owner), format!("{short} is listed twice"));
        }
    }
}

fn is_owner(text: &str) -> bool {
    let number = text.strip_prefix("github:").unwrap_or_default();
    !number.is_empty()
        && number.len() <= 19
        && !number.starts_with('0')
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    #[test]
    fn owners_are_numbers() {
        let said = |owners: &[&str]| {
            FakeRegistry::new()
                .entry("core/thing", &format!("owners = {owners:?}\n"))
                .namespace("other", owners)
                .world()
                .said_by("owner-form")
        };
        assert_eq!(said(&["github:583231", "github:1"]), [""; 0]);
        for bad in [
            "octocat",
            "github:octocat",
            "github:",
            "gitlab:1",
            "github:01",
            "github:-1",
        ] {
            assert_eq!(said(&["github:5", bad]).len(), 2, "{bad}");
        }
        assert_eq!(said(&["github:5", "github:5"]).len(), 2);
        let none = said(&[]);
        assert_eq!(
            none,
            ["error registry-index/namespaces/other.toml: \"other\" has no owner"]
        );
    }

    #[test]
    fn a_namespace_is_a_name() {
        let registry = FakeRegistry::new().namespace("Not_One", &["github:5"]);
        assert_eq!(registry.world().said_by("owner-form").len(), 1);
    }
}
