//! `use-declared`: what the files use is what the manifest says, so that whoever installs the package
//! sees it before.

use std::collections::BTreeMap;

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::Severity,
    load::Source,
    text::quote,
    uses::{self, Certainty, Use, UseKind},
};

pub(super) static RULE: Rule = Rule {
    id: "use-declared",
    severity: Severity::Error,
    about: "Every host, command and environment variable that the files use is declared",
    help: "add it under `[uses]` in paracle.toml",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(manifest) = &source.manifest else {
        return;
    };
    // Each once, where it is surest; then where it comes first.
    let mut undeclared: BTreeMap<(&str, String), (Use, usize)> = BTreeMap::new();
    for use_ in uses::find(source) {
        let key = match &use_.kind {
            UseKind::Network => "network",
            UseKind::Command(_) => "commands",
            UseKind::Environment => "environment",
            UseKind::SelfRunning | UseKind::Unpinned | UseKind::Piped => continue,
        };
        if use_.is_declared(&manifest.uses) {
            continue;
        }
        undeclared
            .entry((key, use_.value.clone()))
            .and_modify(|(known, more)| {
                *more += 1;
                if use_.certainty > known.certainty {
                    *known = use_.clone();
                }
            })
            .or_insert((use_, 0));
    }
    for ((key, value), (use_, more)) in undeclared {
        let what = match use_.kind {
            UseKind::Network => "the host",
            UseKind::Command(_) => "the command",
            _ => "the environment variable",
        };
        let (severity, verb) = match use_.certainty {
            Certainty::Shown => (Severity::Error, "is used"),
            Certainty::Mentioned => (Severity::Note, "seems to be used"),
        };
        let also = match more {
            0 => String::new(),
            1 => " (and in another file)".to_owned(),
            _ => format!(" (and in {more} other files)"),
        };
        let message = format!("{what} {} {verb} and not declared{also}", quote(&value));
        let help = format!(
            "add {} to `{key} = [...]` under `[uses]` in paracle.toml",
            quote(&value)
        );
        report.found_as(severity, use_.place(source), message, help);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    fn said(uses: &str, text: &str) -> Vec<String> {
        let registry = FakeRegistry::new().package("core/thing", |p| {
            p.toml(&format!("[uses]\n{uses}\n"))
                .file("skills/s/SKILL.md", text)
        });
        registry.world().said_by("use-declared")
    }

    #[test]
    fn what_is_found_has_to_be_declared() {
        let text = "```sh\ngit diff\ncurl https://api.acme.io/$KEY\n```\nUse `gh pr view`.\n";
        let file = "templates/agents/thing/skills/s/SKILL.md";
        assert_eq!(
            said("", text),
            [
                format!("error {file}:2:1: the command \"git diff\" is used and not declared"),
                format!("error {file}:3:1: the command \"curl\" is used and not declared"),
                format!("error {file}:3:6: the host \"api.acme.io\" is used and not declared"),
                format!(
                    "error {file}:3:26: the environment variable \"KEY\" is used and not declared"
                ),
                format!("note {file}:5:6: the command \"gh pr\" seems to be used and not declared"),
            ]
        );
        let all = "network = [\"*.acme.io\"]\ncommands = [\"git\", \"curl\", \"gh pr view\"]\nenvironment = [\"KEY\"]";
        assert_eq!(said(all, text), [""; 0]);
        let narrow = all.replace("\"git\"", "\"git log\"");
        assert_eq!(said(&narrow, text).len(), 1);
    }
}
