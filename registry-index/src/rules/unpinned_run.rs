//! `unpinned-run`: what is fetched and run is one version, seen by whoever reviewed the package, and
//! not whatever its author publishes next.

use super::{Check, Report, Rule, Scene, shared::hazards};
use crate::{finding::Severity, load::Source, uses::UseKind};

pub(super) static RULE: Rule = Rule {
    id: "unpinned-run",
    severity: Severity::Error,
    about: "What `npx`, `uvx`, `pip install`, `docker run` and the like fetch is pinned to a version",
    help: "name the version: `npx -y package@1.2.3`, `uvx package==1.2.3`, `image:1.2.3`",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    hazards::each(source, &UseKind::Unpinned, RULE.help, report, |what| {
        format!("{what} is fetched and run without a version")
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    fn said(text: &str) -> Vec<String> {
        let registry =
            FakeRegistry::new().package("core/thing", |p| p.file("skills/s/SKILL.md", text));
        registry.world().said_by("unpinned-run")
    }

    #[test]
    fn what_is_run_is_pinned() {
        let file = "templates/agents/thing/skills/s/SKILL.md";
        assert_eq!(
            said("```sh\nls\nnpx -y @acme/tool\n```\nOr `pip install tool`.\n"),
            [
                format!("error {file}:3:1: \"@acme/tool\" is fetched and run without a version"),
                format!("warning {file}:5:5: \"tool\" is fetched and run without a version"),
            ]
        );
        assert_eq!(
            said("```sh\nnpx -y @acme/tool@1.2.3\nuvx x==1.0\npip install -r r.txt\n```\n"),
            [""; 0]
        );
        assert_eq!(
            said("```text\nnpx -y @acme/tool\n```\nNever `npx -y tool`.\n"),
            [""; 0]
        );
    }
}
