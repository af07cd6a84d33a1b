//! `url-form`: addresses are shown as links and given to programs.

use super::{Check, Report, Rule, Scene};
use crate::{address, finding::Severity, load::Source, raw, text::quote};

pub(super) static RULE: Rule = Rule {
    id: "url-form",
    severity: Severity::Error,
    about: "Every address is https, has a host name and carries no credentials",
    help: "write a plain `https://host/path` address",
    check: Check::Several(&[Check::Source(check), Check::Whole(registry)]),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let package = &written.value.package;
    let addresses = [
        &package.repository,
        &package.homepage,
        &package.documentation,
    ];
    for address in addresses.into_iter().flatten() {
        if let Some(why) = address::fault(address) {
            report.found(written.place(address), said(address, why));
        }
    }
    for dependency in written.value.dependencies.values() {
        if let raw::Dependency::Detailed(more) = dependency.get()
            && let Some(registry) = &more.registry
            && let Some(why) = address::fault(registry)
        {
            report.found(written.place(dependency), said(registry, why));
        }
    }
}

/// The registry's own addresses. A private registry may be served over http inside a house.
fn registry(scene: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &scene.loaded.registry else {
        return;
    };
    let url = &written.value.url;
    if let Some(why) = address::fault(url) {
        let severity = match url.starts_with("http://") && !url.contains('@') {
            true => Severity::Warning,
            false => Severity::Error,
        };
        report.found_as(severity, written.place(url), said(url, why), RULE.help);
    }
    if let Some(forge) = &written.value.forge
        && let Some(why) = address::fault(&forge.repository)
    {
        let place = written.place(&forge.repository);
        report.found(place, said(&forge.repository, why));
    }
}

fn said(address: &str, why: &str) -> String {
    let short = quote(address);
    format!("{short} {why}")
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, REGISTRY_TOML, package_said};

    #[test]
    fn addresses_are_https_without_credentials() {
        let good = package_said("url-form", |p| {
            p.set("homepage", "\"https://example.org/\"")
        });
        assert_eq!(good, [""; 0]);
        for key in ["repository", "homepage", "documentation"] {
            let said = package_said("url-form", |p| p.set(key, "\"http://example.org/\""));
            assert!(said[0].contains(":11:"), "{said:?}");
        }
        let secret = package_said("url-form", |p| {
            p.set("homepage", "\"https://a:b@example.org\"")
        });
        assert!(
            secret[0].contains("carries a user name or a password"),
            "{secret:?}"
        );
        let elsewhere = package_said("url-form", |p| {
            p.toml("[dependencies.\"acme/x1\"]\nversion = \"1\"\nregistry = \"file:///etc\"")
        });
        assert!(
            elsewhere[0].contains("\"file:///etc\" does not start with"),
            "{elsewhere:?}"
        );
    }

    #[test]
    fn a_private_registry_may_use_http() {
        let with_url = |url: &str| {
            let text = REGISTRY_TOML.replace("https://hub.example/", url);
            FakeRegistry::new()
                .registry_toml(&text)
                .world()
                .said_by("url-form")
        };
        assert!(with_url("http://hub.internal/")[0].starts_with("warning "));
        assert!(with_url("ftp://hub.internal/")[0].starts_with("error "));
    }
}
