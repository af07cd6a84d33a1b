//! Folders that are no packages.

use archive::{Entry, Limits, pack, read};
use install::{
    Described,
    foreign::{ForeignError, Hint, Taken, name, package},
};
use proptest::prelude::*;
use registry_index::component::{agent, skill};

fn entry(path: &str, text: &str) -> Entry {
    Entry {
        path: path.to_owned(),
        executable: path.ends_with(".sh"),
        bytes: text.as_bytes().to_vec(),
    }
}

fn hint() -> Hint {
    Hint {
        name: name("Octo", "Stuff"),
        author: Some("Octo".to_owned()),
        repository: Some("https://github.com/Octo/Stuff".to_owned()),
    }
}

fn taken(files: &[(&str, &str)]) -> Taken {
    let entries = files.iter().map(|(path, text)| entry(path, text)).collect();
    package(entries, &hint()).unwrap()
}

fn text<'a>(taken: &'a Taken, path: &str) -> &'a str {
    let found = taken.entries.iter().find(|entry| entry.path == path);
    let found = found.unwrap_or_else(|| panic!("no {path} in {:?}", paths(taken)));
    std::str::from_utf8(&found.bytes).unwrap()
}

fn paths(taken: &Taken) -> Vec<&str> {
    taken
        .entries
        .iter()
        .map(|entry| entry.path.as_str())
        .collect()
}

/// It packs, reads back, and has a manifest.
fn described(taken: &Taken) -> Described {
    let packed = pack(taken.entries.clone()).unwrap();
    let contents = read(&packed.gzip, &Limits::default()).unwrap();
    Described::of_contents("it", &contents).unwrap()
}

const SKILL: &str =
    "---\nname: reading\ndescription: Reads what is there to be read\nlicense: MIT\n---\n\nRead.\n";
const AGENT: &str = "---\nname: reviewer\ndescription: Use it. Examples: user: \"Look\"\ntools: Read, Grep, Bash(git:*), mcp__x__y\n---\n\nYou review code.\n";

#[test]
fn a_skill_is_taken_byte_for_byte() {
    let taken = taken(&[
        ("SKILL.md", SKILL),
        ("scripts/run.sh", "true"),
        (".github/x.yml", ""),
    ]);
    assert_eq!(
        paths(&taken),
        [
            "README.md",
            "paracle.toml",
            "skills/reading/SKILL.md",
            "skills/reading/scripts/run.sh"
        ]
    );
    assert_eq!(text(&taken, "skills/reading/SKILL.md"), SKILL);
    assert!(taken.entries[3].executable);
    let manifest = described(&taken).manifest;
    assert_eq!(manifest.name.as_str(), "octo/stuff");
    assert_eq!(manifest.summary, "Reads what is there to be read");
    assert_eq!(
        (manifest.license.as_str(), manifest.kind.to_string()),
        ("MIT", "skill".into())
    );
    assert_eq!(
        taken.notes,
        ["left out, because it has no place here: \".github/\" (1)"]
    );
}

#[test]
fn a_skill_that_would_not_load_is_mended() {
    let broken =
        "---\nname: Fast Reader\ndescription: Reads: <b>all</b>: \u{200b}of it\n---\nBody\n";
    let taken = taken(&[
        ("skills/odd/SKILL.md", broken),
        ("LICENSE", "All rights reserved"),
    ]);
    let mended = text(&taken, "skills/fast-reader/SKILL.md");
    let (read, problems) = skill::read("fast-reader", mended);
    assert!(
        problems.iter().all(|problem| !problem.fatal),
        "{problems:?}"
    );
    assert_eq!(read.unwrap().description, "Reads: ball/b: of it");
    assert!(mended.ends_with("\nBody\n"));
    assert_eq!(described(&taken).manifest.license, "LicenseRef-unknown");
    assert!(
        taken.notes.iter().any(|note| note.contains("written anew")),
        "{:?}",
        taken.notes
    );
}

#[test]
fn an_agent_gets_what_paracle_demands() {
    let taken = taken(&[
        (".claude/agents/reviewer.md", AGENT),
        ("README.md", "# Hi\n"),
    ]);
    let spec = text(&taken, "agents/reviewer.md");
    let (read, problems) = agent::read("reviewer", spec);
    assert_eq!(problems, []);
    assert_eq!(read.title, "Reviewer Agent");
    assert!(spec.contains("\nYou review code.\n"), "{spec}");
    let manifest = described(&taken).manifest;
    assert_eq!(
        manifest.agents["reviewer"].tools,
        ["read_file", "run_command", "mcp__x__y"]
    );
    assert_eq!(text(&taken, "README.md"), "# Hi\n");
    assert!(
        taken
            .notes
            .iter()
            .any(|note| note.contains("no licence was found"))
    );
}

#[test]
fn a_plugin_is_taken_without_what_has_no_place() {
    let taken = taken(&[
        (
            ".claude-plugin/plugin.json",
            r#"{"name":"p","version":"v1.2","description":"Does several things at once","license":"Apache 2.0"}"#,
        ),
        ("skills/reading/SKILL.md", SKILL),
        ("agents/reviewer.md", AGENT),
        ("agents/README.md", "These are agents"),
        ("commands/go.md", "Go"),
        ("hooks/hooks.json", "{}"),
    ]);
    let manifest = described(&taken).manifest;
    assert_eq!(manifest.version.to_string(), "1.2.0");
    assert_eq!(manifest.summary, "Does several things at once");
    assert_eq!(manifest.license, "Apache-2.0 AND MIT");
    let left = "\"agents/\" (1), \"commands/\" (1), \"hooks/\" (1)";
    assert!(
        taken.notes.iter().any(|note| note.ends_with(left)),
        "{:?}",
        taken.notes
    );
}

#[test]
fn a_parac_folder_keeps_its_agents_tools() {
    let spec = "# Coder Agent\n\n## Role\n\nCodes.\n";
    let list = "agents:\n  - id: coder\n    tools: [read_file]\n    skills: [reading]\n";
    let taken = taken(&[
        (".parac/agents/specs/coder.md", spec),
        (".parac/agents/manifest.yaml", list),
        (".parac/agents/skills/reading/SKILL.md", SKILL),
        (".parac/workflows/definitions/fix.yaml", "name: fix\n"),
        (".parac/policies/Bad id.md", "x"),
    ]);
    let manifest = described(&taken).manifest;
    assert_eq!(manifest.agents["coder"].tools, ["read_file"]);
    assert_eq!(manifest.agents["coder"].skills, ["reading"]);
    assert!(paths(&taken).contains(&"workflows/fix.yaml"));
    assert!(
        taken.notes.iter().any(|note| note.contains("Bad id.md")),
        "{:?}",
        taken.notes
    );
}

#[test]
fn what_has_nothing_or_a_reserved_name_is_refused_with_the_reason() {
    let refused = |files: &[(&str, &str)]| {
        let entries = files.iter().map(|(path, text)| entry(path, text)).collect();
        package(entries, &hint()).unwrap_err()
    };
    assert!(matches!(
        refused(&[("README.md", "x")]),
        ForeignError::Nothing(_)
    ));
    let reserved = "---\nname: claude-api\ndescription: Something\n---\nx";
    let error = refused(&[("skills/x/SKILL.md", reserved)]).to_string();
    assert!(error.contains("reserved word"), "{error}");
}

#[test]
fn thousands_of_files_and_deep_ones_are_nothing_special() {
    let mut files: Vec<Entry> = (0..4_000)
        .map(|at| entry(&format!("skills/reading/data/{at}.txt"), "x"))
        .collect();
    files.push(entry("skills/reading/SKILL.md", SKILL));
    files.push(entry("skills/reading/page.html.j2", "{{ x }}"));
    files.push(entry(&format!("skills/reading/{}x", "d/".repeat(40)), "x"));
    let taken = package(files, &hint()).unwrap();
    described(&taken);
    assert_eq!(taken.notes.len(), 2, "{:?}", taken.notes);
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        "(skills|agents|\\.claude/skills|\\.claude/agents|\\.agents|\\.parac/agents/specs|x)/[a-cA-C._-]{1,3}(/SKILL)?\\.md",
        "(skills/[ab]/)?(SKILL\\.md|LICENSE|README\\.md|plugin\\.json|x\\.j2)",
        "\\.parac/(policies|tools/custom|workflows/definitions)/[a-c]\\.(md|py|yaml)",
        "\\PC{1,12}(/\\PC{1,12}){0,2}",
    ]
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "(---\n)?(name: \\PC{0,20}\n)?(description: \\PC{0,30}\n)?(license: [A-Z ]{0,9}\n)?(tools: \\PC{0,20}\n)?(---\n)?(# \\PC{0,9}\n)?(## Role\n)?\\PC{0,20}"
            .prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..60),
    ]
}

proptest! {
    #[test]
    fn whatever_is_taken_packs_and_reads_and_is_the_same_again(
        files in proptest::collection::btree_map(path(), content(), 0..12),
    ) {
        let entries: Vec<Entry> = files
            .into_iter()
            .map(|(path, bytes)| Entry { path, executable: false, bytes })
            .collect();
        let mut other = entries.clone();
        other.reverse();
        if let Ok(taken) = package(entries, &hint()) {
            described(&taken);
            prop_assert_eq!(&taken, &package(other, &hint()).unwrap());
            for entry in &taken.entries {
                let id = entry.path.strip_prefix("skills/").and_then(|rest| rest.strip_suffix("/SKILL.md"));
                if let Some(id) = id.filter(|id| !id.contains('/')) {
                    let (read, _) = skill::read(id, std::str::from_utf8(&entry.bytes).unwrap());
                    prop_assert_eq!(read.unwrap().name, id);
                }
            }
        }
    }
}
