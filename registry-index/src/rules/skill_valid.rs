//! `skill-valid`: skills, as Paracle's loader reads them and the Agent Skills specification wants
//! them. One that does not load keeps all of a project's skills from loading.

use super::{Check, Report, Rule, Scene, shared::components};
use crate::{
    component::{self, ComponentKind, skill},
    finding::{Place, Severity},
    load::Source,
};

pub(super) static RULE: Rule = Rule {
    id: "skill-valid",
    severity: Severity::Error,
    about: "Every skill is one that Paracle loads",
    help: "start SKILL.md with front matter that holds `name` and `description`",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    components::each(source, ComponentKind::Skill, report, |id, text| {
        skill::read(id, text).1
    });
    let paths = source.files.iter().map(|file| file.path.as_str());
    for component in component::readable(paths) {
        let template = format!("{}.j2", component.path);
        let is_there = || {
            source
                .file(&component.path)
                .or_else(|| source.file(&template))
                .is_some()
        };
        if component.kind == ComponentKind::Skill && !is_there() {
            let folder = component.path.trim_end_matches("/SKILL.md");
            let folder = Place::file(source.path(folder));
            let help = "add it; its name is written in capitals";
            report.found_with_help(folder, "there is no SKILL.md in the folder", help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Kind,
        testing::{FakeRegistry, skill},
    };

    fn said(path: &str, text: &str) -> Vec<String> {
        let registry =
            FakeRegistry::new().package("core/thing", |p| p.kind(Kind::Skill).file(path, text));
        registry.world().said_by("skill-valid")
    }

    #[test]
    fn skills_are_judged_with_their_lines() {
        let good = skill("thing");
        assert_eq!(said("skills/thing/SKILL.md", &good), [""; 0]);
        assert_eq!(said("skills/thing/SKILL.md.j2", "{{ anything }}"), [""; 0]);
        let file = "templates/skills/thing/skills/thing/SKILL.md";
        assert_eq!(
            said(
                "skills/thing/SKILL.md",
                &good.replace("name: thing", "name: other")
            ),
            [format!(
                "error {file}:2:1: the skill \"other\" lies in the folder \"thing\""
            )]
        );
        assert_eq!(
            said("skills/thing/skill.md", &good),
            ["error templates/skills/thing/skills/thing: there is no SKILL.md in the folder"]
        );
    }
}
