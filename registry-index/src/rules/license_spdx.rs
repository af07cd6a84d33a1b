//! `license-spdx`: a licence is named in the one notation that every tool reads.

use spdx::{Expression, ParseMode, error::Reason};

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source};

pub(super) static RULE: Rule = Rule {
    id: "license-spdx",
    severity: Severity::Error,
    about: "The licence is a valid SPDX expression of ids that are not deprecated",
    help: "write an SPDX expression such as `MIT` or `MIT OR Apache-2.0`; https://spdx.org/licenses lists the ids",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let license = &written.value.package.license;
    let Err(error) = Expression::parse(license) else {
        return;
    };
    let bad: String = license
        .as_str()
        .get(error.span.clone())
        .unwrap_or(license)
        .chars()
        .take(80)
        .collect();
    let message = format!("{bad:?} in `license`: {}", error.reason);
    let place = written.place(license);
    match correction(license, &error.reason) {
        Some(right) => report.found_with_help(place, message, format!("did you mean {right:?}?")),
        None => report.found(place, message),
    }
}

/// What was meant, where that can be told.
fn correction(license: &str, reason: &Reason) -> Option<String> {
    if *reason == Reason::DeprecatedLicenseId {
        let plain = license.trim_end_matches('+');
        let suffix = if plain == license {
            "-only"
        } else {
            "-or-later"
        };
        return spdx::license_id(&format!("{plain}{suffix}")).map(|id| id.name.to_owned());
    }
    let lax = Expression::parse_mode(license, ParseMode::LAX).ok()?;
    let mut ids = lax.requirements().filter_map(|r| r.req.license.id());
    match (ids.next(), ids.next()) {
        (Some(only), None) => Some(only.name.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, package_said};

    #[test]
    fn only_spdx_expressions_pass() {
        let said = |license: &str| package_said("license-spdx", |p| p.license(license));
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "GPL-3.0-or-later WITH Classpath-exception-2.0",
        ] {
            assert_eq!(said(good), [""; 0]);
        }
        for bad in [
            "",
            "MIT/Apache-2.0",
            "Apache 2",
            "GPL-3.0",
            "MIT AND",
            "(MIT",
            "mine",
            "MIT\n",
        ] {
            let said = said(bad);
            assert_eq!(said.len(), usize::from(bad != "MIT\n"), "{bad:?} {said:?}");
        }
        assert!(said("Mitt")[0].contains("paracle.toml:8:11: \"Mitt\" in `license`: "));
    }

    #[test]
    fn what_was_meant_is_the_help() {
        for (wrong, right) in [
            ("GPL-3.0", "did you mean \"GPL-3.0-only\"?"),
            ("GPL-3.0+", "did you mean \"GPL-3.0-or-later\"?"),
            ("Apache 2.0", "did you mean \"Apache-2.0\"?"),
        ] {
            let registry = FakeRegistry::new().package("core/code-thing", |p| p.license(wrong));
            assert_eq!(registry.world().findings_of("license-spdx")[0].help, right);
        }
    }
}
