//! Tools of Paracle that start a program. Which agent may call which stands in `[agents.<id>]` of the
//! manifest, or in a project's own `.parac/agents/manifest.yaml`.

use super::{Certainty, Seen, Use, UseKind};
use crate::{component::yaml, load::Source};

/// The command that one of Paracle's tools runs. A remark may stand behind its name.
fn command(tool: &str) -> Option<Vec<String>> {
    let tool = tool.split('#').next().unwrap_or_default().trim();
    let words: &[&str] = match tool {
        "github_cli" => &["gh"],
        "test_execution" | "coverage_analysis" => &["pytest"],
        _ => match tool.strip_prefix("git_")? {
            own @ ("add" | "branch" | "checkout" | "commit" | "diff" | "fetch" | "log"
            | "merge" | "pull" | "push" | "remote" | "reset" | "stash" | "status"
            | "tag") => &["git", own],
            _ => return None,
        },
    };
    Some(words.iter().map(|word| (*word).to_owned()).collect())
}

/// What the tools of the agents in the manifest run.
pub(super) fn of_manifest(source: &Source) -> Vec<Use> {
    let Some(written) = &source.written else {
        return Vec::new();
    };
    let mut seen = Seen::default();
    for agent in written.value.agents.values() {
        for tool in &agent.get().tools {
            if let Some(words) = command(tool) {
                let value = words.join(" ");
                let at = tool.span().start;
                seen.add(UseKind::Command(words), value, Certainty::Shown, at);
            }
        }
    }
    seen.into_uses("paracle.toml", &written.text).collect()
}

/// Whether the file at `path` of a package becomes a project's list of agents.
pub(super) fn is_list_of_agents(path: &str) -> bool {
    path == "project/.parac/agents/manifest.yaml"
}

/// What the tools of the agents in a project's own list run.
pub(super) fn of_list(text: &str, seen: &mut Seen) {
    let Ok(Some(root)) = yaml::parse(text) else {
        return;
    };
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let agents = root.get("agents").and_then(yaml::Node::list);
    for agent in agents.unwrap_or_default() {
        let tools = agent.get("tools").and_then(yaml::Node::list);
        for tool in tools.unwrap_or_default() {
            if let Some(words) = tool.text().and_then(command) {
                let value = words.join(" ");
                let at = starts.get(tool.line - 1).copied().unwrap_or_default();
                seen.add(UseKind::Command(words), value, Certainty::Shown, at);
            }
        }
    }
}
