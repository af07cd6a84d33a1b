//! `permission-form`: a permission is what a sandbox grants, so only what runs in one has any.

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source, raw, text::quote};

pub(super) static RULE: Rule = Rule {
    id: "permission-form",
    severity: Severity::Error,
    about: "Only a plugin asks for permissions, by host names and by read: or write: globs inside the project",
    help: "templates declare [uses]; a plugin grants hosts like `api.github.com` and globs like `read:src/**`",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let Some(granted) = &written.value.permissions else {
        return;
    };
    let (place, kind) = (written.place(granted), written.value.package.kind.get());
    if kind != "plugin" {
        report.found(
            place,
            format!("a package of kind {kind:?} asks for permissions"),
        );
        return;
    }
    for (text, why) in faults(granted) {
        let short = quote(text);
        report.found(place.clone(), format!("{short} {why}"));
    }
}

fn faults(granted: &raw::Permissions) -> Vec<(&str, &'static str)> {
    let hosts = granted.network_access.iter();
    let bad_hosts = hosts
        .filter(|host| !is_host_pattern(host))
        .map(|host| (host.as_str(), "is not a host name"));
    let globs = granted.file_system.iter();
    let bad_globs = globs.filter(|glob| !is_glob(glob)).map(|glob| {
        (
            glob.as_str(),
            "is not `read:` or `write:` and a glob inside the project",
        )
    });
    bad_hosts.chain(bad_globs).collect()
}

fn is_host_pattern(host: &str) -> bool {
    let plain = host.strip_prefix("*.").unwrap_or(host);
    crate::address::fault(&format!("https://{plain}")).is_none()
        && !plain.contains(['/', ':', '?', '#'])
}

fn is_glob(text: &str) -> bool {
    let glob = text
        .strip_prefix("read:")
        .or_else(|| text.strip_prefix("write:"));
    glob.is_some_and(|glob| {
        !glob.is_empty()
            && !glob.starts_with(['/', '~'])
            && !glob.contains(['\\', ':'])
            && glob.split('/').all(|part| part != ".." && !part.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use crate::{Kind, testing::package_said};

    const GRANTED: &str = "[permissions]\nnetwork_access = [\"api.github.com\"]\n\
                           file_system = [\"read:src/**\"]\n";

    #[test]
    fn only_plugins_have_permissions() {
        let plugin = package_said("permission-form", |p| p.kind(Kind::Plugin).toml(GRANTED));
        assert_eq!(plugin, [""; 0]);
        let agent = package_said("permission-form", |p| p.toml(GRANTED));
        assert!(
            agent[0].ends_with("a package of kind \"agent\" asks for permissions"),
            "{agent:?}"
        );
    }

    #[test]
    fn permissions_stay_inside() {
        for bad in [
            "read:/etc/**",
            "write:../x",
            "src/**",
            "read:~/x",
            "read:C:/x",
        ] {
            let said = package_said("permission-form", |p| {
                p.kind(Kind::Plugin)
                    .toml(&format!("[permissions]\nfile_system = [\"{bad}\"]\n"))
            });
            assert_eq!(said.len(), 1, "{bad}");
        }
        let said = package_said("permission-form", |p| {
            p.kind(Kind::Plugin)
                .toml("[permissions]\nnetwork_access = [\"https://x.org/\", \"*\"]\n")
        });
        assert_eq!(said.len(), 2, "{said:?}");
    }
}
