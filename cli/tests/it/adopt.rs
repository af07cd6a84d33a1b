//! What is no package, and what is there already.

use std::fs;

use crate::place::{Place, tree};

const SKILL: &str = "---\nname: reading\ndescription: Reads what is there to be read\nlicense: MIT\n---\n\nRead it.\n";
const AGENT: &str =
    "---\nname: helper\ndescription: Helps with whatever it is\ntools: Read\n---\n\nYou help.\n";

/// A repository of skills in the place's folder `repo`; what names it.
fn repository(place: &Place) -> String {
    place.write("repo/skills/reading/SKILL.md", SKILL);
    place.write("repo/skills/reading/notes.md", "One\n");
    place.write("repo/agents/helper.md", AGENT);
    place.write("repo/commands/go.md", "Go\n");
    place.git("repo", &["init", "-q"]);
    commit(place);
    format!("git+file://{}", place.path("repo").display())
}

fn commit(place: &Place) {
    place.git("repo", &["add", "-A"]);
    place.git("repo", &["commit", "-q", "-m", "a commit"]);
}

fn head(place: &Place) -> String {
    place.read("repo/.git/refs/heads/main").trim().to_owned()
}

#[test]
fn a_repository_without_a_manifest_is_installed_pinned_and_updated() {
    let place = Place::new();
    let url = repository(&place);
    let first = head(&place);
    let ran = place.done(&["template", "install", &url, "--yes"]);
    assert!(ran.err.contains("\"commands/\" (1)"), "{}", ran.err);
    assert!(ran.err.contains("local/repo 0.0.0"), "{}", ran.err);
    assert_eq!(
        place.read("project/.parac/agents/skills/reading/SKILL.md"),
        SKILL
    );
    let spec = place.read("project/.parac/agents/specs/helper.md");
    assert!(
        spec.contains("## Role") && spec.contains("You help."),
        "{spec}"
    );
    assert!(
        place
            .read("project/.parac/agents/manifest.yaml")
            .contains("read_file")
    );
    let lock = place.read("project/.parac/packages.lock");
    assert!(lock.contains(&format!("{url}#{first}:")), "{lock}");

    // The source is gone, and so is what was installed: the lock and the cache are enough.
    fs::rename(place.path("repo"), place.path("away")).unwrap();
    fs::remove_dir_all(place.path("project/.parac/agents")).unwrap();
    place.done(&["--offline", "template", "install", "--locked", "--yes"]);
    assert_eq!(
        place.read("project/.parac/agents/skills/reading/SKILL.md"),
        SKILL
    );
    assert_eq!(place.read("project/.parac/packages.lock"), lock);
    fs::rename(place.path("away"), place.path("repo")).unwrap();

    place.write("repo/skills/reading/notes.md", "Two\n");
    commit(&place);
    place.done(&["template", "update", "repo", "--yes"]);
    assert_eq!(
        place.read("project/.parac/agents/skills/reading/notes.md"),
        "Two\n"
    );
    let updated = place.read("project/.parac/packages.lock");
    assert!(
        updated.contains(&format!("{url}#{}:", head(&place))),
        "{updated}"
    );
    place.done(&["template", "remove", "repo", "--yes"]);
    let left = tree(&place.project());
    let left: Vec<&String> = left.iter().map(|(path, _)| path).collect();
    // What was done can still be undone; nothing else is left.
    assert!(
        left.iter().all(|path| path.starts_with(".parac/.paracle/")),
        "{left:?}"
    );
}

#[test]
fn one_folder_of_a_repository_is_enough() {
    let place = Place::new();
    let url = repository(&place);
    place.done(&[
        "template",
        "install",
        &format!("{url}#skills/reading"),
        "--yes",
    ]);
    assert!(
        place
            .read("project/.parac/packages.lock")
            .contains("\"local/reading\"")
    );
    place.fails(
        &["template", "install", &format!("{url}#commands"), "--yes"],
        1,
        &["is no package", "neither a paracle.toml nor a skill"],
    );
}

#[test]
fn a_folder_or_a_file_on_this_disk_is_installed() {
    let place = Place::new();
    place.write("project/mine/SKILL.md", SKILL);
    place.write("project/helper.md", AGENT);
    place.done(&["template", "install", "./mine", "./helper.md", "--yes"]);
    let lock = place.read("project/.parac/packages.lock");
    assert!(
        lock.contains("folder+mine") && lock.contains("folder+helper.md"),
        "{lock}"
    );
    assert!(
        lock.contains("local/helper") && lock.contains("local/mine"),
        "{lock}"
    );
}

/// The lock without what was there before any package was: that is another once files are adopted.
fn packages(lock: &str) -> &str {
    &lock[lock.find("[[package]]").unwrap()..]
}

#[test]
fn what_was_published_is_known_by_its_files() {
    let place = Place::new();
    place.done(&[
        "template",
        "install",
        "code-reviewer",
        "--yes",
        "--accept",
        "all",
    ]);
    let lock = place.read("project/.parac/packages.lock");
    let wanted = place.read("project/.parac/packages.toml");
    for file in ["packages.lock", "packages.toml"] {
        fs::remove_file(place.path("project/.parac").join(file)).unwrap();
    }
    let before = tree(&place.project());
    let shown = place.done(&["adopt", "--dry-run"]);
    assert!(
        shown.out.contains("match") && shown.out.contains("core/code-reviewer"),
        "{}",
        shown.out
    );
    assert_eq!(tree(&place.project()), before);
    let json = place.done(&["adopt", "--dry-run", "--json"]).json();
    assert_eq!(json["matched"][0]["name"], "core/code-reviewer");
    assert_eq!(json["plan"]["packages"][0]["files"][0]["status"], "same");
    place.fails(&["adopt", "--no-input"], 4, &["--yes"]);

    place.done(&["adopt", "--yes", "--accept", "all"]);
    assert_eq!(
        packages(&place.read("project/.parac/packages.lock")),
        packages(&lock)
    );
    assert_eq!(place.read("project/.parac/packages.toml"), wanted);
    let again = place.done(&["adopt"]);
    assert!(again.err.contains("nothing to adopt"), "{}", again.err);

    // It is the package's now: removing takes it.
    place.done(&["template", "remove", "code-reviewer", "--yes"]);
    assert!(
        !place
            .path("project/.parac/agents/specs/reviewer.md")
            .exists()
    );
}

#[test]
fn what_another_tool_keeps_is_adopted_as_well_and_stays_there() {
    let place = Place::new();
    place.done(&[
        "template",
        "install",
        "code-reviewer",
        "--yes",
        "--accept",
        "all",
    ]);
    for (from, to) in [("skills", "skills"), ("specs", "agents")] {
        fs::create_dir_all(place.path("project/.claude")).unwrap();
        let from = place.path("project/.parac/agents").join(from);
        fs::rename(from, place.path("project/.claude").join(to)).unwrap();
    }
    fs::remove_dir_all(place.path("project/.parac")).unwrap();
    let ran = place.done(&["adopt", "--yes", "--accept", "all"]);
    assert!(
        ran.out.contains("new      .parac/agents/specs/reviewer.md"),
        "{}",
        ran.out
    );
    let spec = place.read("project/.claude/agents/reviewer.md");
    assert_eq!(place.read("project/.parac/agents/specs/reviewer.md"), spec);
}

#[test]
fn what_differs_a_little_is_told_and_adopted_only_when_asked() {
    let place = Place::new();
    place.done(&[
        "template",
        "install",
        "code-reviewer",
        "--yes",
        "--accept",
        "all",
    ]);
    for file in ["packages.lock", "packages.toml"] {
        fs::remove_file(place.path("project/.parac").join(file)).unwrap();
    }
    let path = "project/.parac/agents/specs/reviewer.md";
    let edited = format!("{}\nMine.\n", place.read(path));
    place.write(path, &edited);
    let ran = place.done(&["adopt"]);
    assert!(
        ran.out.contains("near") && ran.err.contains("--near"),
        "{}\n{}",
        ran.out,
        ran.err
    );
    assert!(!place.path("project/.parac/packages.lock").exists());
    place.done(&["adopt", "--near", "--yes", "--accept", "all"]);
    assert_eq!(place.read(path), edited);
    let drift = place.paracle(&["template", "update", "--check", "--now"]);
    assert_eq!(drift.code, 1);
    assert!(
        drift.out.contains("modified") && drift.out.contains("reviewer.md"),
        "{}",
        drift.out
    );
}

#[test]
fn what_nobody_knows_is_named_and_left_alone() {
    let place = Place::new();
    place.write("project/.claude/skills/reading/SKILL.md", SKILL);
    place.write("project/.parac/agents/specs/own.md", "# Own\n");
    let before = tree(&place.project());
    let ran = place.done(&["adopt", "--yes"]);
    assert!(
        ran.out.contains("unknown  .claude/skills/reading"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("unknown  .parac/agents/specs/own.md"),
        "{}",
        ran.out
    );
    assert_eq!(tree(&place.project()), before);
    place.done(&["adopt", "--as-local", "--yes"]);
    let lock = place.read("project/.parac/packages.lock");
    assert!(lock.contains("folder+.claude/skills/reading"), "{lock}");
    assert_eq!(
        place.read("project/.parac/agents/skills/reading/SKILL.md"),
        SKILL
    );
    place.fails(&["adopt", "nowhere"], 2, &["there is no nowhere"]);
}
