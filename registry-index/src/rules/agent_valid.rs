//! `agent-valid`: agent specs, as Paracle's own validator judges them.

use super::{Check, Report, Rule, Scene, shared::components};
use crate::{
    component::{ComponentKind, agent},
    finding::Severity,
    load::Source,
};

pub(super) static RULE: Rule = Rule {
    id: "agent-valid",
    severity: Severity::Error,
    about: "Every agent is one that Paracle's validator accepts",
    help: "give the spec the sections that Paracle asks for",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    components::each(source, ComponentKind::Agent, report, |id, text| {
        agent::read(id, text).1
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, agent};

    fn said(text: &str) -> Vec<String> {
        let registry = FakeRegistry::new();
        let registry = registry.package("core/thing", |p| p.file("agents/thing.md", text));
        registry.world().said_by("agent-valid")
    }

    #[test]
    fn specs_are_judged_with_their_lines() {
        let good = agent("thing");
        assert_eq!(said(&good), [""; 0]);
        let file = "templates/agents/thing/agents/thing.md";
        assert_eq!(
            said(&good.replace("- none yet", "none yet")),
            [format!(
                "error {file}:18:1: the section `## Skills` lists nothing"
            )]
        );
        assert_eq!(
            said(&good.replace("## Role", "## The role")),
            [format!("error {file}: there is no section `## Role`")]
        );
        let other = said(&good.replace("# thing agent", "# Other"));
        assert!(
            other[0].starts_with(&format!("warning {file}:1:1: the title")),
            "{other:?}"
        );
    }
}
