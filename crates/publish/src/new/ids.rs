//! Components are called as their package is, where the grammar of their kind allows that.

use registry_index::{
    Kind,
    component::{ComponentKind, check_id},
    uses,
};

/// Words that no skill's name may hold.
const RESERVED: [&str; 2] = ["anthropic", "claude"];

/// What the main component of a package called `base` is called.
pub(super) fn id(kind: Kind, base: &str) -> String {
    match kind {
        Kind::Workflow => workflow(base),
        Kind::Integration => mcp(base),
        Kind::Skill => fitting(ComponentKind::Skill, base, "skill"),
        Kind::Agent | Kind::Project | Kind::Plugin => fitting(ComponentKind::Agent, base, "agent"),
    }
}

pub(super) fn workflow(base: &str) -> String {
    fitting(ComponentKind::Workflow, base, "workflow")
}

pub(super) fn mcp(base: &str) -> String {
    fitting(ComponentKind::Mcp, base, "server")
}

/// The agent that does a workflow's steps.
pub(super) fn worker(base: &str) -> String {
    fitting(ComponentKind::Agent, &format!("{base}-worker"), "worker")
}

/// `base`, or what is nearest to it and may be an id; `word` where nothing else may.
fn fitting(kind: ComponentKind, base: &str, word: &str) -> String {
    let kept = base.split('-').filter(|word| !RESERVED.contains(word));
    let kept = kept.collect::<Vec<_>>().join("-");
    let (before, after) = (format!("{word}-{base}"), format!("{base}-{word}"));
    let candidates = [base, after.as_str(), before.as_str(), kept.as_str()];
    // `.parac/agents/specs/claude.md` would be taken for orders by whoever reads a CLAUDE.md.
    let is_quiet =
        |id: &str| uses::self_running(&format!(".parac/agents/specs/{id}.md"), b"").is_none();
    let fits =
        |id: &&str| check_id(kind, id).is_ok() && (kind != ComponentKind::Agent || is_quiet(id));
    let found = candidates.into_iter().find(fits);
    found.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_name_or_near_it() {
        for (kind, base, wanted) in [
            (Kind::Agent, "reviewer", "reviewer"),
            (Kind::Agent, "3d-tools", "agent-3d-tools"),
            (Kind::Agent, "template", "template-agent"),
            (Kind::Agent, "claude", "claude-agent"),
            (Kind::Skill, "claude-notes", "notes"),
            (Kind::Skill, "claude", "skill"),
            (Kind::Skill, "3d-tools", "3d-tools"),
            (Kind::Workflow, "2fa", "workflow-2fa"),
            (Kind::Integration, "7zip", "server-7zip"),
        ] {
            assert_eq!(id(kind, base), wanted, "{kind} {base}");
        }
        assert_eq!(worker(&"a".repeat(64)), "worker");
    }
}
