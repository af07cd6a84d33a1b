//! `withdrawn-known`: what was yanked, revoked or deprecated exists, and people are told why.

use std::collections::BTreeSet;

use semver::Version;

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::Severity,
    load::EntryFolder,
    raw::{Entry, Withdrawn, Written},
    text::quote,
};

pub(super) static RULE: Rule = Rule {
    id: "withdrawn-known",
    severity: Severity::Error,
    about: "Every yanked or revoked version exists, is listed once and says why; so does a deprecation",
    help: "name a version that has a record, once, and say in `reason` what users should know",
    check: Check::Entry(check),
};

fn check(entry: &EntryFolder, scene: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &entry.written else {
        return;
    };
    let listed = scene.loaded.listing.get(&entry.name);
    // As text: what readers compare is the text.
    let released: BTreeSet<String> = listed
        .into_iter()
        .flatten()
        .map(Version::to_string)
        .collect();
    if let Some(why) = &written.value.deprecated
        && why.trim().is_empty()
    {
        report.found(written.place(why), "`deprecated` does not say why");
    }
    list(written, &written.value.yanked, &released, report);
    list(written, &written.value.revoked, &released, report);
}

fn list(
    written: &Written<Entry>,
    withdrawn: &[Withdrawn],
    released: &BTreeSet<String>,
    report: &mut Report<'_>,
) {
    let mut seen = BTreeSet::new();
    for one in withdrawn {
        let place = written.place(&one.version);
        let short = quote(&one.version);
        if !released.contains(one.version.get()) {
            report.found(place, format!("there is no release {short}"));
        } else if !seen.insert(one.version.as_str()) {
            report.found(place, format!("{short} is listed twice"));
        } else if one.reason.trim().is_empty() {
            report.found(
                written.place(&one.reason),
                format!("no reason is given for {short}"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    #[test]
    fn withdrawn_versions_exist_and_say_why() {
        let said = |toml: &str| {
            FakeRegistry::new()
                .released("core/thing", "1.0.0")
                .released("core/thing", "1.1.0")
                .entry("core/thing", toml)
                .world()
                .said_by("withdrawn-known")
        };
        let good = "deprecated = 'no longer needed'\n\
                    [[yanked]]\nversion = '1.0.0'\nreason = 'broken'\n\
                    [[revoked]]\nversion = '1.1.0'\nreason = 'holds a secret'\n";
        assert_eq!(said(good), [""; 0]);
        for (bad, why) in [
            (
                "[[yanked]]\nversion = '1.2.0'\nreason = 'x'\n",
                "no release \"1.2.0\"",
            ),
            (
                "[[yanked]]\nversion = '1.0'\nreason = 'x'\n",
                "no release \"1.0\"",
            ),
            (
                "[[revoked]]\nversion = '1.0.0'\nreason = ' '\n",
                "no reason is given",
            ),
            (
                "[[yanked]]\nversion = '1.0.0'\nreason = 'x'\n[[yanked]]\nversion = '1.0.0'\nreason = 'y'\n",
                "\"1.0.0\" is listed twice",
            ),
            ("deprecated = ''\n", "does not say why"),
        ] {
            let said = said(bad);
            assert_eq!(said.len(), 1, "{bad}");
            assert!(said[0].contains(why), "{said:?}");
            assert!(said[0].contains("package.toml:"), "{said:?}");
        }
    }
}
