//! `license-policy`: which licences a registry takes is its own decision, written in registry.toml.

use spdx::{Expression, LicenseReq};

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source, registry::Config};

pub(super) static RULE: Rule = Rule {
    id: "license-policy",
    severity: Severity::Error,
    about: "The licence is one that this registry accepts",
    help: "choose a licence that registry.toml accepts, mostly any that the OSI approved",
    check: Check::Source(check),
};

fn check(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let license = &written.value.package.license;
    // What is no expression is told by `license-spdx`.
    let Ok(expression) = Expression::parse(license) else {
        return;
    };
    let accepts = |requirement: &LicenseReq| is_accepted(requirement, scene.config);
    if let Err(refused) = expression.evaluate_with_failures(accepts) {
        let names: Vec<String> = refused
            .iter()
            .map(|r| format!("{:?}", r.req.to_string()))
            .collect();
        let message = format!("this registry does not accept {}", names.join(", "));
        report.found(written.place(license), message);
    }
}

/// An exception only ever permits more.
fn is_accepted(requirement: &LicenseReq, config: &Config) -> bool {
    requirement.license.id().is_some_and(|id| {
        (config.osi_approved && id.is_osi_approved())
            || config.licences.iter().any(|also| also == id.name)
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, REGISTRY_TOML, package_said};

    #[test]
    fn osi_approved_and_listed_licences_pass() {
        let said = |license: &str| package_said("license-policy", |p| p.license(license));
        for good in [
            "MIT",
            "CC0-1.0",
            "MIT OR CC-BY-NC-4.0",
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ] {
            assert_eq!(said(good), [""; 0]);
        }
        for bad in ["CC-BY-NC-4.0", "MIT AND CC-BY-NC-4.0", "LicenseRef-mine"] {
            assert_eq!(said(bad).len(), 1, "{bad}");
        }
        assert!(
            said("MIT AND SSPL-1.0")[0].contains(":8:11: this registry does not accept \"SSPL")
        );
    }

    #[test]
    fn a_registry_may_accept_less() {
        let text = format!("{REGISTRY_TOML}\n").replace("also", "osi-approved = false\nalso");
        let registry = FakeRegistry::new()
            .registry_toml(&text)
            .package("core/code-thing", |p| p.license("MIT"));
        assert_eq!(registry.world().findings_of("license-policy").len(), 1);
    }
}
