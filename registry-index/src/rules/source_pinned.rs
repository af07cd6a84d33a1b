//! `source-pinned`: a record names the one commit it was packed from, in a place that the registry
//! trusts to still have it. A branch or a tag can be moved afterwards.

use super::{Check, Report, Rule, Scene};
use crate::{address, finding::Severity, load::EntryFolder, record, registry::Config, text::quote};

pub(super) static RULE: Rule = Rule {
    id: "source-pinned",
    severity: Severity::Error,
    about: "A record's source is a commit of 40 hex digits in an https repository on an allowed host",
    help: "publish from a commit on a host that registry.toml lists in `hosts`",
    check: Check::Entry(check),
};

fn check(entry: &EntryFolder, scene: &Scene<'_>, report: &mut Report<'_>) {
    for record in entry.records.values() {
        let source = &record.value.source;
        for message in faults(source, scene.config) {
            report.found(record.place_of_table("source"), message);
        }
    }
}

fn faults(source: &record::Source, config: &Config) -> Vec<String> {
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let mut faults = Vec::new();
    let short = quote(&source.rev);
    if source.rev.len() != 40 || !source.rev.bytes().all(is_hex) {
        faults.push(format!(
            "{short} is not a commit of 40 lower-case hex digits"
        ));
    }
    let is_own = config
        .repository
        .as_ref()
        .is_some_and(|own| same(own, &source.git));
    match (address::fault(&source.git), address::host(&source.git)) {
        _ if is_own => {}
        (Some(why), _) => faults.push(format!("{:?} {why}", source.git)),
        (None, Some(host)) if config.hosts.contains(&host) => {}
        (None, _) => faults.push(format!("{:?} is not on an allowed host", source.git)),
    }
    // The path is given to git and joined to folders.
    let is_plain = |part: &str| {
        !matches!(part, "" | "." | ".." | ".git")
            && !part.contains(['\\', ':'])
            && !part.starts_with('-')
    };
    if !source.path.is_empty() && !source.path.split('/').all(is_plain) {
        faults.push(format!("{:?} is no folder of a repository", source.path));
    }
    faults
}

fn same(a: &str, b: &str) -> bool {
    let plain = |url: &str| {
        let url = url.trim_end_matches('/');
        url.strip_suffix(".git").unwrap_or(url).to_owned()
    };
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    const PATH: &str = "registry-index/packages/core/thing/1.0.0.toml";
    const GIT: &str = "https://github.com/example/hub";
    const FOLDER: &str = "templates/agents/thing";

    #[test]
    fn sources_are_pinned_on_allowed_hosts() {
        let good = FakeRegistry::new().released("core/thing", "1.0.0");
        let text = good.text(PATH);
        let rev = text.split("rev = \"").nth(1).unwrap()[..40].to_owned();
        let said = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            let changed = good.clone().file(PATH, text.replacen(from, to, 1));
            changed.world().said_by("source-pinned")
        };
        assert_eq!(said(GIT, GIT), [""; 0]);
        assert_eq!(said(GIT, "https://github.com/someone/else.git"), [""; 0]);
        for (from, to, why) in [
            (rev.as_str(), "main", "\"main\" is not a commit"),
            (&rev, &rev[..39], "is not a commit"),
            (&rev, &rev.to_uppercase(), "is not a commit"),
            (GIT, "https://evil.example/x", "is not on an allowed host"),
            (
                GIT,
                "https://github.com.evil.example/x",
                "is not on an allowed host",
            ),
            (
                GIT,
                "https://github.com@evil.example/x",
                "carries a user name",
            ),
            (GIT, "ext::sh -c x", "does not start with `https://`"),
            (
                GIT,
                "ssh://-oProxyCommand=x/y",
                "does not start with `https://`",
            ),
            (FOLDER, "../x", "is no folder of a repository"),
            (FOLDER, "/etc", "is no folder of a repository"),
            (FOLDER, "a/.git/x", "is no folder of a repository"),
        ] {
            let said = said(from, to);
            assert_eq!(said.len(), 1, "{to} {said:?}");
            assert!(said[0].contains(why), "{said:?}");
            assert!(
                said[0].starts_with(&format!("error {PATH}:4:1: ")),
                "{said:?}"
            );
        }
    }
}
