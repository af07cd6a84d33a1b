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
    let is_own = config
        .repository
        .as_ref()
        .is_some_and(|own| address::is_same_repository(own, &source.git));
    let git = match is_own {
        true => None,
        false => git_fault(&source.git, config),
    };
    let faults = [rev_fault(&source.rev), git, path_fault(&source.path)];
    faults.into_iter().flatten().collect()
}

/// Why `rev` is no commit.
pub(super) fn rev_fault(rev: &str) -> Option<String> {
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_commit = rev.len() == 40 && rev.bytes().all(is_hex);
    (!is_commit).then(|| format!("{} is not a commit of 40 lower-case hex digits", quote(rev)))
}

/// Why `git` is no repository that a release may come from.
pub(super) fn git_fault(git: &str, config: &Config) -> Option<String> {
    match (address::fault(git), address::host(git)) {
        (Some(why), _) => Some(format!("{git:?} {why}")),
        (None, Some(host)) if config.hosts.contains(&host) => None,
        (None, _) => Some(format!("{git:?} is not on an allowed host")),
    }
}

/// Why `path` is no folder of a repository. It is given to git and joined to folders.
pub(super) fn path_fault(path: &str) -> Option<String> {
    let is_plain = |part: &str| {
        !matches!(part, "" | "." | "..")
            && !part.eq_ignore_ascii_case(".git")
            && !part.contains(['\\', ':'])
            && !part.chars().any(char::is_control)
            && !part.starts_with('-')
    };
    let is_folder = path.is_empty() || path.split('/').all(is_plain);
    (!is_folder).then(|| format!("{path:?} is no folder of a repository"))
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
