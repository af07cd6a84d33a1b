//! `component-known`: every file has a place in a project, and every name stands for something.

use std::collections::BTreeSet;

use super::{Check, Report, Rule, Scene};
use crate::{
    component::{self, Component, ComponentKind, Destination, mcp, workflow},
    finding::{Place, Severity},
    load::Source,
    raw::{self, At, Written, nearest},
    text::{line_place, quote},
};

pub(super) static RULE: Rule = Rule {
    id: "component-known",
    severity: Severity::Error,
    about: "Every file has a place, and agents, tools and skills that are named exist",
    help: "move the file to where components of its kind are, or remove it; the docs have the table",
    check: Check::Source(check),
};

/// Agents that Paracle brings.
const AGENTS: &[&str] = &[
    "architect",
    "coder",
    "documenter",
    "pm",
    "qa",
    "releasemanager",
    "reviewer",
    "security",
    "tester",
];

/// Tools that Paracle brings.
const TOOLS: &[&str] = &[
    "api_doc_generation",
    "changelog_generation",
    "cicd_integration",
    "code_analysis",
    "code_generation",
    "code_review",
    "coverage_analysis",
    "delete_file",
    "diagram_creation",
    "diagram_generation",
    "git_add",
    "git_branch",
    "git_checkout",
    "git_commit",
    "git_diff",
    "git_fetch",
    "git_log",
    "git_merge",
    "git_pull",
    "git_push",
    "git_remote",
    "git_reset",
    "git_stash",
    "git_status",
    "git_tag",
    "github_cli",
    "http_delete",
    "http_get",
    "http_post",
    "http_put",
    "list_directory",
    "markdown_generation",
    "milestone_management",
    "package_publishing",
    "pattern_matching",
    "read_file",
    "refactoring",
    "run_command",
    "security_scan",
    "static_analysis",
    "task_tracking",
    "team_coordination",
    "terminal_execute",
    "terminal_info",
    "terminal_interactive",
    "terminal_which",
    "test_execution",
    "test_generation",
    "testing",
    "version_management",
    "write_file",
];

/// Skills that Paracle brings.
const SKILLS: &[&str] = &[
    "agent-configuration",
    "api-development",
    "api-integration",
    "cicd-devops",
    "code-generation",
    "data-analysis",
    "framework-architecture",
    "git-management",
    "migration-upgrading",
    "paracle-development",
    "performance-optimization",
    "provider-integration",
    "question-answering",
    "release-automation",
    "security-hardening",
    "technical-documentation",
    "testing-qa",
    "text-summarization",
    "tool-integration",
    "workflow-orchestration",
];

fn check(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    places(source, report);
    let own = components(source);
    let Some(written) = &source.written else {
        return;
    };
    let ids = |kind| {
        own.iter()
            .filter(move |c| c.kind == kind)
            .map(|c| c.id.as_str())
    };
    let agents = written
        .value
        .agents
        .iter()
        .map(|(id, at)| (id, written.place(at)));
    named(
        agents,
        "agents",
        &ids(ComponentKind::Agent).collect::<Vec<_>>(),
        report,
    );
    let workflows = written
        .value
        .workflows
        .iter()
        .map(|(id, at)| (id, written.place(at)));
    named(
        workflows,
        "workflows",
        &ids(ComponentKind::Workflow).collect::<Vec<_>>(),
        report,
    );
    // What other packages bring is known only where they are all at hand.
    let Some(known) = Known::of(source, scene, own) else {
        return;
    };
    for agent in written.value.agents.values() {
        known.references(written, agent.get(), report);
    }
    known.steps(source, report);
}

fn places(source: &Source, report: &mut Report<'_>) {
    let package = match &source.manifest {
        Some(manifest) => manifest.name.name(),
        None => source.folder.rsplit('/').next().unwrap_or_default(),
    };
    for file in &source.files {
        if component::destination(package, &file.path) == Destination::Unknown {
            let message = format!("there is no place in a project for {}", quote(&file.path));
            report.found(Place::file(source.path(&file.path)), message);
        }
    }
}

fn components(source: &Source) -> Vec<Component> {
    component::components(source.files.iter().map(|file| file.path.as_str()))
}

/// Tables whose ids have to be those of components.
fn named<'a>(
    tables: impl Iterator<Item = (&'a String, Place)>,
    folder: &str,
    ids: &[&str],
    report: &mut Report<'_>,
) {
    for (id, place) in tables {
        if ids.contains(&id.as_str()) {
            continue;
        }
        let message = format!(
            "`[{folder}]` names {}, which the package does not hold",
            quote(id)
        );
        let help = match nearest(id, ids.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add it to `{folder}/`, or remove the table"),
        };
        report.found_with_help(place, message, help);
    }
}

/// What names may stand for.
struct Known {
    agents: BTreeSet<String>,
    tools: BTreeSet<String>,
    skills: BTreeSet<String>,
    /// What the names of MCP servers' tools start with.
    prefixes: Vec<String>,
}

impl Known {
    fn of(source: &Source, scene: &Scene<'_>, own: Vec<Component>) -> Option<Self> {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut known = Self {
            agents: set(AGENTS),
            tools: set(TOOLS),
            skills: set(SKILLS),
            prefixes: Vec::new(),
        };
        known.add(source, own);
        let dependencies = source
            .manifest
            .iter()
            .flat_map(|manifest| manifest.dependencies.keys());
        for name in dependencies {
            let is_it = |other: &&Source| other.manifest.as_ref().is_some_and(|m| m.name == *name);
            let dependency = scene.loaded.sources.iter().find(is_it)?;
            known.add(dependency, components(dependency));
        }
        Some(known)
    }

    fn add(&mut self, source: &Source, components: Vec<Component>) {
        for component in components {
            let id = component.id;
            match component.kind {
                ComponentKind::Agent => {
                    self.agents.insert(id);
                }
                ComponentKind::Skill => {
                    self.skills.insert(id);
                }
                ComponentKind::Tool => {
                    self.tools.insert(format!("custom_{id}"));
                    self.tools.insert(id);
                }
                ComponentKind::Mcp => {
                    let bytes = source.text(&component.path).unwrap_or_default().into();
                    let (server, _) = mcp::read(&id, &component.path, bytes);
                    let prefix = server.and_then(|server| server.tools_prefix).unwrap_or(id);
                    self.prefixes.push(format!("{prefix}_"));
                }
                _ => {}
            }
        }
    }

    fn references(
        &self,
        written: &Written<raw::Manifest>,
        agent: &raw::Agent,
        report: &mut Report<'_>,
    ) {
        // Paracle cuts a remark behind `#`.
        let name = |value: &At<String>| {
            value
                .split('#')
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        for tool in &agent.tools {
            let name = name(tool);
            let is_servers = self.prefixes.iter().any(|prefix| name.starts_with(prefix));
            if !is_servers && !self.tools.contains(&name) {
                unknown("tool", &name, &self.tools, written.place(tool), report);
            }
        }
        for skill in &agent.skills {
            let name = name(skill);
            if !self.skills.contains(&name) {
                unknown("skill", &name, &self.skills, written.place(skill), report);
            }
        }
    }

    fn steps(&self, source: &Source, report: &mut Report<'_>) {
        for component in components(source) {
            let is_plain =
                component.kind == ComponentKind::Workflow && component.path.ends_with(".yaml");
            let Some(text) = source.text(&component.path).filter(|_| is_plain) else {
                continue;
            };
            let (workflow, _) = workflow::read(&component.id, text);
            for step in workflow.map(|workflow| workflow.steps).unwrap_or_default() {
                if !step.agent.is_empty() && !self.agents.contains(&step.agent) {
                    let place = line_place(source.path(&component.path), step.line);
                    unknown("agent", &step.agent, &self.agents, place, report);
                }
            }
        }
    }
}

fn unknown(
    what: &str,
    name: &str,
    known: &BTreeSet<String>,
    place: Place,
    report: &mut Report<'_>,
) {
    let message = format!(
        "neither the package nor Paracle has the {what} {}",
        quote(name)
    );
    let help = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add the {what} or a dependency that brings it, or remove the name"),
    };
    report.found_as(Severity::Warning, place, message, help);
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakePackage, FakeRegistry, workflow};

    fn said(say: impl FnOnce(FakePackage) -> FakePackage) -> Vec<String> {
        FakeRegistry::new()
            .package("core/diffs", |p| {
                p.file("skills/diff-reading/SKILL.md", "x")
            })
            .package("core/thing", say)
            .world()
            .said_by("component-known")
    }

    #[test]
    fn files_have_places_and_tables_components() {
        assert_eq!(said(|p| p.toml("[agents.thing]\nrole = \"x\"\n")), [""; 0]);
        assert_eq!(
            said(|p| p.file("notes.txt", "x")),
            [
                "error templates/agents/thing/notes.txt: there is no place in a project for \"notes.txt\""
            ]
        );
        let said =
            said(|p| p.toml("[agents.thin]\nrole = \"x\"\n[workflows.w]\ncategory = \"x\"\n"));
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(
            said[0].contains("paracle.toml:12:") && said[0].starts_with("error"),
            "{said:?}"
        );
    }

    #[test]
    fn tools_skills_and_agents_exist() {
        let toml = "[agents.thing]\ntools = [\"read_file # all\", \"lint\", \"custom_lint\"]\nskills = [\"testing-qa\"]\n";
        assert_eq!(
            said(|p| p
                .toml(toml)
                .file("agents/thing.md", "x")
                .file("tools/lint.py", "x")),
            [""; 0]
        );
        let toml = "[agents.thing]\ntools = [\"read_fil\"]\nskills = [\"diff-reading\"]\n";
        let found = said(|p| p.toml(toml));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].starts_with("warning templates/agents/thing/paracle.toml:13:10: neither"),
            "{found:?}"
        );
        let with = |p: FakePackage| {
            p.toml("[agents.thing]\nskills = [\"diff-reading\"]\n")
                .dependency("core/diffs", "^1")
        };
        assert_eq!(said(with), [""; 0]);
        let text = workflow("w").replace("coder", "codre");
        let found = said(|p| p.file("workflows/w.yaml", text));
        assert_eq!(
            found,
            [
                "warning templates/agents/thing/workflows/w.yaml:9:1: neither the package nor Paracle has the agent \"codre\""
            ]
        );
    }
}
