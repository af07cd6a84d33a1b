//! Files that act without being asked again: whoever opens the folder, commits, builds or starts an
//! agent runs or obeys them.

/// How a file of a project comes to act by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfRunning {
    /// It changes what git itself does; no package may bring one.
    Git,
    /// What it is read by, and when.
    When(&'static str),
}

/// By name, in whatever folder.
const NAMES: &[(&str, &str)] = &[
    (".envrc", "direnv runs it when somebody enters the folder"),
    ("mise.toml", "mise reads it when somebody enters the folder"),
    (
        ".mise.toml",
        "mise reads it when somebody enters the folder",
    ),
    ("build.rs", "cargo runs it when the project is built"),
    ("setup.py", "pip runs it when the project is installed"),
    ("conftest.py", "pytest runs it"),
    ("sitecustomize.py", "python runs it when it starts"),
    (".npmrc", "npm takes its registry and its scripts from it"),
    (".yarnrc.yml", "yarn takes its plugins from it"),
    (".pnpmfile.cjs", "pnpm runs it when packages are installed"),
    (
        ".pre-commit-config.yaml",
        "pre-commit runs what it names at every commit",
    ),
    (
        "lefthook.yml",
        "lefthook runs what it names at every commit",
    ),
    (
        ".pre-commit-config.yml",
        "pre-commit runs what it names at every commit",
    ),
    (
        "lefthook.yaml",
        "lefthook runs what it names at every commit",
    ),
    ("usercustomize.py", "python runs it when it starts"),
    ("justfile", "just runs it"),
    ("taskfile.yml", "task runs it"),
    ("flake.nix", "nix runs it when somebody enters the folder"),
    ("azure-pipelines.yaml", "Azure runs it at every push"),
    (".drone.yml", "Drone runs it at every push"),
    (".woodpecker.yml", "Woodpecker runs it at every push"),
    ("claude.local.md", "agents obey it in every session"),
    ("opencode.json", "opencode starts the servers it names"),
    ("makefile", "make runs it"),
    ("gnumakefile", "make runs it"),
    (".gitlab-ci.yml", "GitLab runs it at every push"),
    ("azure-pipelines.yml", "Azure runs it at every push"),
    ("bitbucket-pipelines.yml", "Bitbucket runs it at every push"),
    ("jenkinsfile", "Jenkins runs it at every push"),
    (".travis.yml", "Travis runs it at every push"),
    ("claude.md", "agents obey it in every session"),
    ("agents.md", "agents obey it in every session"),
    ("gemini.md", "agents obey it in every session"),
    (".cursorrules", "agents obey it in every session"),
    (".windsurfrules", "agents obey it in every session"),
    (".clinerules", "agents obey it in every session"),
    (".aider.conf.yml", "aider takes its options from it"),
    (".mcp.json", "agents start the servers it names"),
    ("devcontainer.json", "editors build and start what it names"),
    (
        ".devcontainer.json",
        "editors build and start what it names",
    ),
];

/// By how the path starts.
const FOLDERS: &[(&str, &str)] = &[
    (".github/workflows/", "GitHub runs it at every push"),
    (".github/actions/", "GitHub's workflows run it"),
    (".github/instructions/", "agents obey it in every session"),
    (
        ".github/copilot-instructions.md",
        "agents obey it in every session",
    ),
    (".circleci/", "CircleCI runs it at every push"),
    (".forgejo/workflows/", "Forgejo runs it at every push"),
    (".gitea/workflows/", "Gitea runs it at every push"),
    (".buildkite/", "Buildkite runs it at every push"),
    (
        ".gemini/settings.json",
        "Gemini starts the servers it names",
    ),
    (".windsurf/rules/", "agents obey it in every session"),
    (".clinerules/", "agents obey it in every session"),
    (".roo/", "agents obey it, and start the servers it names"),
    (".kiro/", "agents obey it, and run its hooks"),
    (".zed/tasks.json", "the editor runs its tasks"),
    (".yarn/releases/", "yarn runs it in place of itself"),
    (".husky/", "git runs it at every commit"),
    (
        ".vscode/tasks.json",
        "the editor runs its tasks, some when the folder is opened",
    ),
    (
        ".vscode/settings.json",
        "the editor starts the programs it names",
    ),
    (".vscode/mcp.json", "agents start the servers it names"),
    (".cursor/", "agents obey it in every session"),
    (".claude/", "agents obey it, and run its hooks"),
    (".codex/", "agents obey it, and start the servers it names"),
    (".parac/plugins/", "Paracle runs it when it starts"),
];

/// Whether the file that is installed at `path`, from the project's root, acts by itself.
pub fn of(path: &str, bytes: &[u8]) -> Option<SelfRunning> {
    let lower = path.to_lowercase();
    let parts: Vec<&str> = lower.split('/').collect();
    let name = parts.last().copied().unwrap_or_default();
    let is_git = |part: &&str| {
        matches!(
            *part,
            ".git" | "git~1" | ".gitmodules" | ".gitattributes" | ".gitconfig"
        )
    };
    if parts.iter().any(is_git) {
        return Some(SelfRunning::Git);
    }
    if let Some((_, when)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(SelfRunning::When(when));
    }
    let is_cargo = parts.len() > 1 && parts[parts.len() - 2] == ".cargo";
    if is_cargo && matches!(name, "config" | "config.toml") {
        return Some(SelfRunning::When(
            "cargo takes the programs it starts from it",
        ));
    }
    if name == "package.json" {
        return has_scripts(bytes).then_some(SelfRunning::When("npm runs its scripts"));
    }
    let found = FOLDERS.iter().find(|(folder, _)| lower.starts_with(folder));
    // The sandbox runs WebAssembly; anything else there would run without one.
    let (folder, when) = found?;
    let is_sandboxed = *folder == ".parac/plugins/" && !name.ends_with(".py");
    (!is_sandboxed).then_some(SelfRunning::When(when))
}

/// Whether a package.json has scripts; one that cannot be read might.
fn has_scripts(bytes: &[u8]) -> bool {
    match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(value) => value
            .get("scripts")
            .is_some_and(|scripts| scripts.as_object().is_none_or(|s| !s.is_empty())),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_act_are_known() {
        for path in [
            ".github/workflows/ci.yml",
            ".envrc",
            "sub/.envrc",
            ".vscode/tasks.json",
            ".cargo/config.toml",
            "x/.cargo/config",
            "build.rs",
            ".npmrc",
            ".pre-commit-config.yaml",
            "Makefile",
            "CLAUDE.md",
            "docs/AGENTS.md",
            ".cursor/rules/x.mdc",
            ".mcp.json",
            ".claude/settings.json",
            ".parac/plugins/x/main.py",
            ".Husky/pre-commit",
        ] {
            assert!(
                matches!(of(path, b""), Some(SelfRunning::When(_))),
                "{path}"
            );
        }
        for path in [
            ".git/hooks/pre-commit",
            "sub/.GIT/config",
            ".gitattributes",
            ".gitmodules",
            ".gitconfig",
            "git~1/x",
        ] {
            assert_eq!(of(path, b""), Some(SelfRunning::Git), "{path}");
        }
        for path in [
            "README.md",
            ".gitignore",
            "src/main.rs",
            ".parac/agents/specs/x.md",
            ".parac/plugins/x/plugin.wasm",
            ".github/CODEOWNERS",
        ] {
            assert_eq!(of(path, b""), None, "{path}");
        }
        assert_eq!(of("package.json", b"{\"name\": \"x\"}"), None);
        assert!(of("package.json", b"{\"scripts\": {\"postinstall\": \"x\"}}").is_some());
        assert!(of("package.json", b"{").is_some());
    }
}
