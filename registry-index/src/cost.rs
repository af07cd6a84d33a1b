//! What an agent pays for a package: the tokens that its texts take in the context window.
//!
//! Estimated at four bytes a token, rounded up: what the tokenizers of today need for English prose on
//! average. Scripts are run rather than read and cost nothing.

use crate::{
    component::{self, ComponentKind, agent, mcp, skill, workflow},
    load::Source,
    record::Cost,
};

/// Bytes of text that make one token.
const BYTES_PER_TOKEN: u64 = 4;

/// Files of a project that tools load whole into every session.
const ALWAYS_LOADED: [&str; 6] = [
    "project/AGENTS.md",
    "project/CLAUDE.md",
    "project/GEMINI.md",
    "project/.cursorrules",
    "project/.windsurfrules",
    "project/.github/copilot-instructions.md",
];

/// The cost of the package in `source`.
pub fn of(source: &Source) -> Cost {
    let (mut always, mut on_demand) = (0, 0);
    let paths = source.files.iter().map(|file| file.path.as_str());
    let servers_and_policies = component::components(paths.clone())
        .into_iter()
        .filter(|c| matches!(c.kind, ComponentKind::Mcp | ComponentKind::Policy));
    let texts = component::readable(paths);
    for component in texts.into_iter().chain(servers_and_policies) {
        let path = component.path.as_str();
        let text = source.text_or_template(path).unwrap_or_default();
        match component.kind {
            ComponentKind::Agent => {
                let (agent, _) = agent::read(&component.id, text);
                always += agent.title.len() + agent.role.len();
                on_demand += text.len();
            }
            ComponentKind::Workflow => {
                if let (Some(workflow), _) = workflow::read(&component.id, text) {
                    always += workflow.name.len() + workflow.description.len();
                }
                on_demand += text.len();
            }
            ComponentKind::Skill => {
                if let (Some(skill), _) = skill::read(&component.id, text) {
                    always += skill.name.len() + skill.description.len();
                }
                on_demand += skill::divide(text).map_or(text, |parts| parts.body).len();
                on_demand += references(source, path);
            }
            ComponentKind::Mcp => {
                let bytes = text.as_bytes().to_vec();
                if let (Some(server), _) = mcp::read(&component.id, path, bytes) {
                    always += server.name.len() + server.description.len();
                }
            }
            ComponentKind::Policy => on_demand += text.len(),
            ComponentKind::Tool | ComponentKind::Project | ComponentKind::Plugin => {}
        }
    }
    for path in ALWAYS_LOADED {
        always += source.text_or_template(path).unwrap_or_default().len();
    }
    Cost {
        always: (always as u64).div_ceil(BYTES_PER_TOKEN),
        on_demand: (on_demand as u64).div_ceil(BYTES_PER_TOKEN),
    }
}

/// The length of what a skill holds for an agent to read besides its `SKILL.md`, which is at `path`.
fn references(source: &Source, path: &str) -> usize {
    let folder = path.trim_end_matches("SKILL.md");
    let is_reference = |path: &str| {
        let plain = path.strip_suffix(".j2").unwrap_or(path);
        plain
            .strip_prefix(folder)
            .is_some_and(|rest| rest != "SKILL.md" && rest.ends_with(".md"))
    };
    source
        .files
        .iter()
        .filter(|file| is_reference(&file.path))
        .map(|file| file.bytes.len())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeRegistry;

    #[test]
    fn names_are_always_loaded_and_bodies_when_used() {
        let skill = "---\nname: s\ndescription: 'abcd'\n---\n\nEight by\n";
        let registry = FakeRegistry::new().package("core/thing", |p| {
            p.kind(crate::Kind::Skill)
                .without("skills/thing/SKILL.md")
                .file("skills/s/SKILL.md", skill)
                .file("skills/s/references/a.md", "four")
                .file("skills/s/scripts/a.py", "print()")
                .file("project/AGENTS.md", "seven b")
        });
        let loaded = registry.loaded();
        let cost = of(&loaded.sources[0]);
        assert_eq!((cost.always, cost.on_demand), (3, 3));
    }
}
