//! Releases: listed, compared, opened, forked.

use std::fs;

use super::{SKILL, install, offices, out, told, withdraw};
use crate::place::{Place, tree};

#[test]
fn releases_are_listed_with_their_fate() {
    let place = offices();
    install(&place, &["acme/greeting@=1.0.0"]);
    withdraw(
        &place,
        "greeting",
        "[[yanked]]\nversion = \"1.1.0\"\nreason = \"Too loud\"\n",
    );
    let text = out(&place, &["versions", "acme/greeting"]);
    let rows: Vec<String> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        rows,
        [
            "Version Released Paracle",
            "1.1.0 2026-01-02 any yanked: Too loud",
            "1.0.0 2026-01-02 any installed",
        ]
    );
    let json = place
        .done(&["template", "versions", "greeting", "--json"])
        .json();
    assert_eq!(json["releases"][0]["yanked"], "Too loud");
    assert_eq!(json["releases"][1]["installed"], true);
}

#[test]
fn two_releases_are_compared_uses_first() {
    let place = offices();
    let args = [
        "template",
        "diff",
        "acme/greeting@1.0.0",
        "acme/greeting@1.1.0",
    ];
    let text = place.done(&args).out;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "newly uses  commands git log", "{text}");
    assert!(
        lines[1].starts_with("context  ") && lines[1].contains(" -> "),
        "{text}"
    );
    for words in [
        "acme/greeting 1.0.0 -> acme/greeting 1.1.0",
        "--- a/skills/greeting/SKILL.md\n+++ b/skills/greeting/SKILL.md\n@@ ",
        "-Say hello.\n+Say hello twice.\n",
        "skills/greeting/logo.bin  added (binary)",
    ] {
        assert!(text.contains(words), "no {words:?} in\n{text}");
    }
    let stat = place.done(&[&args[..], &["--stat"]].concat()).out;
    assert!(
        !stat.contains("@@") && stat.contains("3 files, +"),
        "{stat}"
    );
    let json = place.done(&[&args[..], &["--json"]].concat()).json();
    assert_eq!(json["format"], 1);
    assert_eq!(json["new-uses"][0]["value"], "git log");
    assert_eq!(json["files"].as_array().unwrap().len(), 3);
    let back = out(
        &place,
        &["diff", "acme/greeting@1.1.0", "acme/greeting@1.0.0"],
    );
    assert!(
        back.starts_with("no longer uses  commands git log"),
        "{back}"
    );
    place.fails(
        &[
            "template",
            "diff",
            "acme/greeting@3.0.0",
            "acme/greeting@1.0.0",
        ],
        1,
        &["1.1.0"],
    );
    place.fails(
        &["template", "diff", "acme/greeting@x y"],
        2,
        &["neither a version"],
    );
}

#[test]
fn an_installed_release_is_compared_with_your_files_and_with_others() {
    let place = offices();
    install(&place, &["acme/greeting@=1.0.0"]);
    let same = told(&place, &["diff", "greeting"]);
    assert_eq!((same.code, same.out.as_str()), (0, ""), "{}", same.err);
    let newer = out(&place, &["diff", "greeting@^1.1"]);
    assert!(
        newer.contains("acme/greeting 1.0.0 -> acme/greeting 1.1.0"),
        "{newer}"
    );
    let mine = place
        .read(SKILL)
        .replace("Say hello.", "Say \u{1b}[31mhello\u{202e}.\tNow.");
    place.write(SKILL, mine);
    let text = out(&place, &["diff", "greeting"]);
    assert!(
        text.contains("-Say hello.\n+Say \\u{1b}[31mhello\\u{202e}.\tNow.\n"),
        "{text:?}"
    );
    let json = place
        .done(&["template", "diff", "greeting", "--json"])
        .json();
    assert_eq!(
        (&json["files"][0]["added"], &json["files"][0]["removed"]),
        (&1.into(), &1.into())
    );
    // The release is in the cache: no registry is needed.
    fs::rename(place.path("hub"), place.path("gone")).unwrap();
    assert_eq!(out(&place, &["diff", "greeting"]), text);
}

#[test]
fn entries_in_shared_files_are_compared() {
    let place = Place::new();
    install(&place, &["code-reviewer"]);
    let path = "project/.parac/agents/manifest.yaml";
    place.write(path, place.read(path).replace("Code reviewer", "Nitpicker"));
    let text = out(&place, &["diff", "code-reviewer"]);
    assert!(
        text.starts_with("modified  .parac/agents/manifest.yaml (entry reviewer)"),
        "{text}"
    );
}

#[test]
fn files_are_listed_and_printed() {
    let place = offices();
    let text = out(&place, &["files", "acme/greeting@1.0.0"]);
    assert!(
        text.contains("-> .parac/agents/skills/greeting/SKILL.md"),
        "{text}"
    );
    assert!(
        text.contains("README.md") && text.contains("stays in the package"),
        "{text}"
    );
    let print = ["files", "acme/greeting@1.0.0", "--print"];
    for path in [
        "skills/greeting/SKILL.md",
        ".parac/agents/skills/greeting/SKILL.md",
    ] {
        let text = out(&place, &[&print[..], &[path]].concat());
        assert!(text.ends_with("\nSay hello.\n\nThat is all.\n"), "{text}");
    }
    let missing = told(&place, &[&print[..], &["nowhere"]].concat());
    assert_eq!(
        (missing.code, missing.err.contains("\"nowhere\"")),
        (1, true),
        "{}",
        missing.err
    );
    let binary = told(
        &place,
        &[
            "files",
            "acme/greeting@1.1.0",
            "--print",
            "skills/greeting/logo.bin",
        ],
    );
    assert_eq!(
        (binary.code, binary.err.contains("is no text")),
        (1, true),
        "{}",
        binary.err
    );
    install(&place, &["acme/greeting"]);
    place.write(SKILL, "mine\n");
    let json = place
        .done(&["template", "files", "greeting", "--json"])
        .json();
    assert_eq!(json["installed"], true);
    let state = |path: &str| {
        let mut files = json["files"].as_array().unwrap().iter();
        files
            .find(|file| file["path"] == path)
            .map(|file| file["state"].clone())
    };
    assert_eq!(state(&SKILL["project/".len()..]), Some("modified".into()));
    assert_eq!(
        state(".parac/agents/skills/greeting/logo.bin"),
        Some("ok".into())
    );
}

#[test]
fn a_fork_is_a_package_that_installs() {
    let place = offices();
    place.done(&["template", "fork", "acme/desk", "me/table", "--dry-run"]);
    assert!(!place.path("project/table").exists());
    place.done(&["template", "fork", "acme/desk", "me/table"]);
    let manifest = place.read("project/table/paracle.toml");
    for words in [
        "# Kept as it is.\n",
        "name = \"me/table\"\nversion = \"0.1.0\"\n",
        "forked-from = \"acme/desk@1.0.0\"\n",
        "\"acme/greeting\" = { version = \"^1\", registry = \"",
        "# to begin with",
    ] {
        assert!(manifest.contains(words), "no {words:?} in\n{manifest}");
    }
    assert_eq!(
        place.read("project/table/README.md"),
        "# desk\n\nIt does.\n"
    );
    // What it needs is found in the registry of what it was forked from.
    install(&place, &["./table"]);
    let lock = place.read("project/.parac/packages.lock");
    assert!(
        lock.contains("me/table") && lock.contains("acme/greeting"),
        "{lock}"
    );
    let before = tree(&place.project());
    place.fails(
        &["template", "fork", "acme/desk", "me/table"],
        1,
        &["is there already"],
    );
    place.fails(
        &["template", "fork", "acme/desk", "acme/desk", "other"],
        2,
        &["a name of its own"],
    );
    assert_eq!(tree(&place.project()), before);
    // Of what no registry has, the project knows all the same.
    let info = out(&place, &["info", "me/table"]);
    assert!(
        info.contains("0.1.0 here, as installed") && info.contains("folder+table"),
        "{info}"
    );
    place.fails(
        &["template", "versions", "me/table"],
        1,
        &["has no releases"],
    );
}
