//! A package to begin with: everything that a kind needs, true as it stands, with the questions that only
//! its author can answer where the answers belong.
//!
//! ```text
//! Answers -> Vec<Entry>     pure: what is written, and where, is the caller's
//! ```
//!
//! What comes out obeys every rule, so that from then on each finding is about what was changed. `manifest`
//! writes paracle.toml, `ids` names components, `license` has the texts that name a holder, `filling` puts
//! answers into texts.

use archive::Entry;
use registry_index::{
    Kind, PackageName,
    load::{SourceFile, source_of_files},
    raw::{self, UnknownKeys},
};

use crate::Draft;

mod filling;
mod ids;
mod license;
mod manifest;

use filling::Words;

/// What has to be known of a package before it exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Its full name.
    pub name: PackageName,
    /// What it mainly is.
    pub kind: Kind,
    /// One line: what it does.
    pub summary: String,
    /// An SPDX expression.
    pub license: String,
    /// A GitHub login.
    pub author: String,
    /// Ids from the registry's list.
    pub categories: Vec<String>,
    /// For the licence.
    pub year: i16,
}

/// The version that a package begins with.
pub const FIRST: &str = "0.1.0";

/// A text, and the path it gets.
type Text = (&'static str, &'static str);

const PROJECT: &[Text] = &[
    (".gitignore", include_str!("new/texts/project/gitignore")),
    (
        "GOVERNANCE.md",
        include_str!("new/texts/project/GOVERNANCE.md"),
    ),
    (
        "agents/manifest.yaml",
        include_str!("new/texts/project/manifest.yaml"),
    ),
    (
        "memory/index.yaml",
        include_str!("new/texts/project/index.yaml"),
    ),
    (
        "memory/context/current_state.yaml.j2",
        include_str!("new/texts/project/current_state.yaml.j2"),
    ),
    (
        "memory/context/open_questions.md",
        include_str!("new/texts/project/open_questions.md"),
    ),
    (
        "policies/policy-pack.yaml",
        include_str!("new/texts/project/policy-pack.yaml"),
    ),
    (
        "project.yaml.j2",
        include_str!("new/texts/project/project.yaml.j2"),
    ),
    (
        "roadmap/decisions.md",
        include_str!("new/texts/project/decisions.md"),
    ),
    (
        "roadmap/roadmap.yaml.j2",
        include_str!("new/texts/project/roadmap.yaml.j2"),
    ),
    (
        "tools/registry.yaml",
        include_str!("new/texts/project/registry.yaml"),
    ),
];
const AGENT: &str = include_str!("new/texts/agent/spec.md");
const WORKFLOW: &str = include_str!("new/texts/workflow/workflow.yaml");
const SKILL: &str = include_str!("new/texts/skill/SKILL.md");
const SERVER: &str = include_str!("new/texts/integration/server.toml");
const README: &str = include_str!("new/texts/README.md");

/// The smallest component there is: WebAssembly's mark, and the version and layer of components.
/// Source: WebAssembly/component-model, design/mvp/Binary.md.
const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// The files of a new package, sorted by path.
pub fn package(answers: &Answers) -> Vec<Entry> {
    let words = Words::of(answers);
    let mut files = components(answers.kind, &words);
    let readme = README
        .replace("%asking%\n", asking(answers.kind))
        .replace("%components%", &table(answers.kind, &words));
    files.push(text("README.md", words.fill(&readme)));
    let changes = format!("# Changelog\n\n## {FIRST}\n\n- First release.\n");
    files.push(text("CHANGELOG.md", changes));
    files.push(text("paracle.toml", manifest::written(answers, &words)));
    files.push(text("tests/default/answers.toml", case(answers.kind)));
    if let Some(license) = license::text(answers) {
        files.push(text("LICENSE", license));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The same as a draft in `folder`, to be checked before anything is written.
pub fn draft(answers: &Answers, folder: &str) -> Draft {
    let files = package(answers).into_iter();
    let files = files.map(|file| SourceFile::regular(file.path, file.bytes, file.executable));
    let keys = UnknownKeys::of::<raw::Manifest>();
    let (source, findings) = source_of_files(folder, files.collect(), &keys);
    Draft::of(source, findings)
}

fn text(path: impl Into<String>, text: String) -> Entry {
    Entry {
        path: path.into(),
        executable: false,
        bytes: text.into_bytes(),
    }
}

fn components(kind: Kind, words: &Words) -> Vec<Entry> {
    let filled = |path: &str, template: &str| text(words.fill(path), words.fill(template));
    match kind {
        Kind::Agent => vec![filled("agents/%id%.md", AGENT)],
        Kind::Workflow => vec![
            filled("workflows/%workflow%.yaml", WORKFLOW),
            text(words.fill("agents/%worker%.md"), words.worker().fill(AGENT)),
        ],
        Kind::Skill => vec![filled("skills/%id%/SKILL.md", SKILL)],
        Kind::Integration => vec![filled("mcp/%mcp%.toml", SERVER)],
        Kind::Project => {
            let below = |(path, template): &Text| {
                text(format!("project/.parac/{path}"), (*template).to_owned())
            };
            let mut files: Vec<Entry> = PROJECT.iter().map(below).collect();
            let maker = words
                .called("maker", "Makes one change at a time")
                .fill(AGENT);
            // An agent that a project brings has no table in paracle.toml.
            let maker = maker.replace(
                "List it under `[agents.maker]` in paracle.toml as well.",
                "List it in `.parac/agents/manifest.yaml` as well.",
            );
            files.push(text("project/.parac/agents/specs/maker.md", maker));
            files
        }
        Kind::Plugin => vec![Entry {
            path: "plugin/plugin.wasm".to_owned(),
            executable: false,
            bytes: EMPTY_COMPONENT.to_vec(),
        }],
    }
}

/// What a README asks beside the usual.
fn asking(kind: Kind) -> &'static str {
    match kind {
        Kind::Agent => include_str!("new/texts/agent/asking.md"),
        Kind::Workflow => include_str!("new/texts/workflow/asking.md"),
        Kind::Skill => include_str!("new/texts/skill/asking.md"),
        Kind::Project => include_str!("new/texts/project/asking.md"),
        Kind::Integration => include_str!("new/texts/integration/asking.md"),
        Kind::Plugin => include_str!("new/texts/plugin/asking.md"),
    }
}

/// The table of what is installed.
fn table(kind: Kind, words: &Words) -> String {
    const HEAD: &str = "| component | id | for |\n|---|---|---|\n";
    let rows = match kind {
        Kind::Agent => "| agent | `%id%` | *fill in* |",
        Kind::Workflow => {
            "| workflow | `%workflow%` | three steps: plan, work, doubt |\n| agent | `%worker%` | does all three |"
        }
        Kind::Skill => "| skill | `%id%` | *fill in* |",
        Kind::Integration => {
            "| MCP server | `%mcp%` | an entry in the MCP file that Paracle reads; nothing starts at install |"
        }
        Kind::Project => {
            "| project | `.parac/` | one agent (`maker`), roadmap, state, policies; for an empty place |"
        }
        Kind::Plugin => "| plugin | `plugin.wasm` | *fill in* |",
    };
    format!("{HEAD}{}", words.fill(rows))
}

fn case(kind: Kind) -> String {
    match kind {
        Kind::Project => {
            "# The answers to install with. `paracle template check` does, and judges what is there then.\nformat = 1\n\n[answers]\nproject_name = \"Demo\"\n".to_owned()
        }
        _ => "# It asks nothing, so there is nothing to answer. `paracle template check` installs it like this.\nformat = 1\n"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(kind: Kind, name: &str, summary: &str) -> Answers {
        Answers {
            name: name.parse().unwrap(),
            kind,
            summary: summary.to_owned(),
            license: "MIT".to_owned(),
            author: "octocat".to_owned(),
            categories: vec!["general".to_owned()],
            year: 2026,
        }
    }

    #[test]
    fn whatever_was_answered_is_text_and_nothing_else() {
        for kind in Kind::ALL {
            for summary in [
                "Says \"hello\" in C:\\n and 100% of %id% cases",
                "# Not a heading: [a](b) <img> `x` ![y](z)",
                "- item {{ project.name }} {% raw %}",
                "'single' & # comment: yes | no",
            ] {
                let draft = draft(&answers(kind, "octocat/greeting", summary), "greeting");
                assert_eq!(draft.findings, [], "{kind} {summary}");
                let manifest = draft.source.manifest.unwrap();
                assert_eq!(manifest.summary, summary);
                for file in &draft.source.files {
                    let text = String::from_utf8_lossy(&file.bytes);
                    let left = ["%title", "%name", "%worker", "%summary", "%mcp", "%asking"];
                    let found = left.iter().find(|token| text.contains(**token));
                    assert_eq!(found, None, "{kind} {}", file.path);
                }
            }
        }
    }

    #[test]
    fn the_same_answers_give_the_same_bytes() {
        for kind in Kind::ALL {
            let answers = answers(kind, "octocat/greeting", "Greets people by their names");
            assert_eq!(package(&answers), package(&answers), "{kind}");
        }
    }
}
