//! `component-id`: ids follow the grammar of their kind, which is Paracle's.

use super::{Check, Report, Rule, Scene};
use crate::{
    component::{self, ComponentKind},
    finding::{Place, Severity},
    load::Source,
};

pub(super) static RULE: Rule = Rule {
    id: "component-id",
    severity: Severity::Error,
    about: "Ids of components are such as Paracle accepts for their kind",
    help: "rename the file; the docs list the grammar of each kind",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let paths = source.files.iter().map(|file| file.path.as_str());
    for component in component::components(paths) {
        if has_variable(source, &component.id) {
            continue;
        }
        if let Err(why) = component::check_id(component.kind, &component.id) {
            let path = match component.kind {
                ComponentKind::Skill => format!("skills/{}", component.id),
                _ => component.path,
            };
            report.found(Place::file(source.path(&path)), why);
        }
    }
}

/// Whether the id gets its form only when a variable is put in for `__name__`.
fn has_variable(source: &Source, id: &str) -> bool {
    let variables = source.manifest.iter().flat_map(|m| &m.variables);
    variables
        .into_iter()
        .any(|variable| id.contains(&format!("__{}__", variable.name)))
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    fn said(path: &str) -> Vec<String> {
        let toml = "[variables.team]\ntype = \"string\"\n";
        let registry =
            FakeRegistry::new().package("core/thing", |p| p.toml(toml).file(path, "x\n"));
        registry.world().said_by("component-id")
    }

    #[test]
    fn each_kind_has_its_grammar() {
        for good in [
            "agents/code-reviewer.md",
            "workflows/hello_world.yaml",
            "skills/diff-2/SKILL.md",
            "tools/lint_it.py",
            "policies/CODE_STYLE.md",
            "mcp/github.toml",
            "agents/__team__.md",
            "project/Any Thing.txt",
        ] {
            assert_eq!(said(good), [""; 0], "{good}");
        }
        for bad in [
            "agents/2fast.md",
            "agents/code_reviewer.md",
            "agents/schema.md",
            "workflows/Hello.yaml",
            "skills/my-claude/SKILL.md",
            "skills/a--b/SKILL.md",
            "tools/lint-it.py",
            "tools/__init__.py",
            "policies/my style.md",
            "mcp/con.toml",
        ] {
            assert_eq!(said(bad).len(), 1, "{bad}");
        }
        assert_eq!(
            said("skills/Diff/scripts/a.py"),
            [
                "error templates/agents/thing/skills/Diff: \"Diff\" holds 'D'; small letters, digits and single `-` are allowed"
            ]
        );
    }
}
