//! `workflow-valid`: workflows, as Paracle's loader reads them and its engine runs them.

use super::{Check, Report, Rule, Scene, shared::components};
use crate::{
    component::{ComponentKind, workflow},
    finding::Severity,
    load::Source,
};

pub(super) static RULE: Rule = Rule {
    id: "workflow-valid",
    severity: Severity::Error,
    about: "Every workflow is one that Paracle loads, and the engine ignores nothing in it",
    help: "write what Paracle's loader and engine understand",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    components::each(source, ComponentKind::Workflow, report, |id, text| {
        workflow::read(id, text).1
    });
}

#[cfg(test)]
mod tests {
    use crate::{
        Kind,
        testing::{FakeRegistry, workflow},
    };

    fn said(text: &str) -> Vec<String> {
        let registry = FakeRegistry::new().package("core/thing", |p| {
            p.kind(Kind::Workflow).file("workflows/thing.yaml", text)
        });
        registry.world().said_by("workflow-valid")
    }

    #[test]
    fn workflows_are_judged_with_their_lines() {
        let good = workflow("thing");
        assert_eq!(said(&good), [""; 0]);
        let file = "templates/workflows/thing/workflows/thing.yaml";
        assert_eq!(
            said(&good.replace("    agent: coder\n", "")),
            [format!("error {file}:9:1: step \"first\" has no `agent`")]
        );
        let ignored = said(&good.replace("    agent: coder\n", "    agent: coder\n    task: x\n"));
        assert_eq!(
            ignored,
            [format!(
                "warning {file}:12:1: the engine ignores \"task\" of step \"first\""
            )]
        );
    }
}
