//! A newer release in the place of an older one, and what the user did meanwhile.

use install::{OnConflict, Status, verify};
use registry_index::PackageName;

use crate::{
    packages::{Package, package},
    project::{Scratch, go_on},
};

const SPEC: &str = ".parac/agents/specs/coder.md";
const STYLE: &str = ".parac/policies/STYLE.md";

fn old() -> Package {
    package("core/coder")
        .agent("coder")
        .server("db")
        .file("policies/STYLE.md", "one\ntwo\nthree\nfour\nfive\n")
        .file("policies/OLD.md", "goes\n")
}

fn new() -> Package {
    package("core/coder")
        .version("1.1.0")
        .manifest("[agents.coder]\ntools = [\"read_file\"]\n")
        .agent("coder")
        .server("db")
        .file("policies/STYLE.md", "one\ntwo\nthree\nfour\nFIVE\n")
        .file("policies/NEW.md", "comes\n")
}

fn updated(scratch: &Scratch, on_conflict: OnConflict) -> Vec<(String, Status)> {
    let plan = scratch.update(&old(), &new(), on_conflict).unwrap();
    let files = plan.packages[0].files.iter();
    let states = files.map(|file| (file.path.clone(), file.status)).collect();
    plan.apply(&go_on).unwrap();
    states
}

#[test]
fn without_edits_it_is_a_fresh_install() {
    let scratch = Scratch::new();
    scratch.install(&[&old()]).unwrap();
    updated(&scratch, OnConflict::Stop);
    let fresh = Scratch::new();
    fresh.install(&[&new()]).unwrap();
    assert_eq!(scratch.tree(), fresh.tree());
    let after = scratch.tree();
    updated(&scratch, OnConflict::Stop);
    assert_eq!(scratch.tree(), after, "again changes nothing");
    assert_eq!(verify(&scratch.project()).unwrap(), []);
}

#[test]
fn edits_and_the_release_come_together() {
    let scratch = Scratch::new();
    scratch.install(&[&old()]).unwrap();
    scratch.put(STYLE, "ONE\ntwo\nthree\nfour\nfive\n");
    scratch.put(".parac/policies/OLD.md", "edited\n");
    std::fs::remove_file(scratch.root.join(SPEC)).unwrap();
    let states = updated(&scratch, OnConflict::Stop);
    assert_eq!(scratch.text(STYLE), "ONE\ntwo\nthree\nfour\nFIVE\n");
    assert!(states.contains(&(STYLE.to_owned(), Status::Merged)));
    assert!(states.contains(&(SPEC.to_owned(), Status::Absent)));
    assert!(!scratch.root.join(SPEC).exists(), "deleted stays deleted");
    assert_eq!(scratch.text(".parac/policies/OLD.md"), "edited\n");
    let manifest = scratch.text(".parac/agents/manifest.yaml");
    assert!(manifest.contains("- read_file"), "{manifest}");
    let after = scratch.tree();
    updated(&scratch, OnConflict::Stop);
    assert_eq!(scratch.tree(), after, "again changes nothing");
}

#[test]
fn the_same_lines_are_settled_as_asked() {
    for (on_conflict, wanted) in [
        (OnConflict::Ours, "five, mine\n"),
        (OnConflict::Theirs, "FIVE\n"),
        (
            OnConflict::Markers,
            "<<<<<<< ours\nfive, mine\n||||||| original\nfive\n=======\nFIVE\n>>>>>>> theirs\n",
        ),
    ] {
        let scratch = Scratch::new();
        scratch.install(&[&old()]).unwrap();
        scratch.put(STYLE, "one\ntwo\nthree\nfour\nfive, mine\n");
        updated(&scratch, on_conflict);
        assert_eq!(
            scratch.text(STYLE),
            format!("one\ntwo\nthree\nfour\n{wanted}")
        );
        let after = scratch.tree();
        updated(&scratch, on_conflict);
        assert_eq!(
            scratch.tree(),
            after,
            "{on_conflict:?} again changes nothing"
        );
    }
    let scratch = Scratch::new();
    scratch.install(&[&old()]).unwrap();
    scratch.put(STYLE, "one\ntwo\nthree\nfour\nfive, mine\n");
    let before = scratch.tree();
    let plan = scratch.update(&old(), &new(), OnConflict::Stop).unwrap();
    assert_eq!(plan.conflicts()[0].path, STYLE);
    plan.apply(&go_on).unwrap_err();
    assert_eq!(scratch.tree(), before);
}

#[test]
fn new_uses_are_told() {
    let scratch = Scratch::new();
    scratch.install(&[&old()]).unwrap();
    let hungry = new().manifest("[uses]\nnetwork = [\"api.example\"]\n");
    let plan = scratch.update(&old(), &hungry, OnConflict::Stop).unwrap();
    let uses = plan.new_uses();
    assert_eq!(uses.len(), 1, "{uses:?}");
    assert_eq!(
        (uses[0].kind, uses[0].value.as_str()),
        ("network", "api.example")
    );
}

#[test]
fn removing_takes_back_what_installing_brought() {
    let scratch = Scratch::new();
    scratch.put("README.md", "mine\n");
    scratch.put(
        ".parac/agents/manifest.yaml",
        "# ours\nagents:\n  - id: mine\n    name: M\n",
    );
    let before = scratch.tree();
    scratch.install(&[&old()]).unwrap();
    scratch
        .install(&[&package("core/other").agent("other")])
        .unwrap();
    let both = scratch.remove(&["core/coder", "core/other"]).unwrap();
    both.apply(&go_on).unwrap();
    assert_eq!(scratch.tree(), before);
    // One after the other, the first first.
    scratch.install(&[&old()]).unwrap();
    scratch
        .install(&[&package("core/other").agent("other")])
        .unwrap();
    for name in ["core/coder", "core/other"] {
        scratch.remove(&[name]).unwrap().apply(&go_on).unwrap();
    }
    assert_eq!(scratch.tree(), before);
}

#[test]
fn removing_keeps_what_the_user_edited_and_names_it() {
    let scratch = Scratch::new();
    scratch.install(&[&old()]).unwrap();
    scratch.put(STYLE, "mine now\n");
    let plan = scratch.remove(&["core/coder"]).unwrap();
    let left: Vec<_> = plan
        .dropped
        .iter()
        .filter(|d| d.status == Status::Left)
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].path, STYLE);
    plan.apply(&go_on).unwrap();
    assert_eq!(scratch.files(), [STYLE]);
}

#[test]
fn what_is_needed_is_not_removed() {
    let scratch = Scratch::new();
    let needy = package("core/needy")
        .manifest("[dependencies]\n\"core/coder\" = \"1\"\n")
        .agent("needy");
    scratch.install(&[&old(), &needy]).unwrap();
    let error = scratch.remove(&["core/coder"]).unwrap_err();
    assert_eq!(error.to_string(), "core/coder is needed by core/needy");
    let error = scratch.remove(&["core/nobody"]).unwrap_err();
    assert_eq!(error.to_string(), "core/nobody is not installed here");
    let _ = scratch.remove(&["core/coder", "core/needy"]).unwrap();
    let _: PackageName = "core/needy".parse().unwrap();
}

#[test]
fn the_last_operation_is_undone_and_done_again() {
    let scratch = Scratch::new();
    scratch.put("README.md", "mine\n");
    scratch
        .install(&[&package("core/other").agent("other")])
        .unwrap();
    let one = scratch.tree();
    scratch.install(&[&old()]).unwrap();
    let two = scratch.tree();
    scratch.put(STYLE, "edited since\n");
    let undo = install::undo(&scratch.project()).unwrap();
    assert_eq!(undo.left, [STYLE]);
    scratch.put(STYLE, "one\ntwo\nthree\nfour\nfive\n");
    let undo = || install::undo(&scratch.project()).unwrap();
    undo().apply("2026-01-01T00:00:01Z", &go_on).unwrap();
    assert_eq!(scratch.tree(), one);
    undo().apply("2026-01-01T00:00:02Z", &go_on).unwrap();
    assert_eq!(scratch.tree(), two);
    let titles: Vec<_> = install::history(&scratch.project())
        .unwrap()
        .into_iter()
        .map(|operation| operation.title)
        .collect();
    assert_eq!(
        titles,
        ["install", "install", "undo: install", "undo: undo: install"]
    );
}

/// A program that was agreed to may do anything else with other arguments, and a file that runs by itself
/// is one wherever an answer put it.
#[test]
fn what_starts_by_itself_is_a_use() {
    let starter = package("core/starter")
        .server("db")
        .file("project/.envrc", "export X=1\n")
        .file("project/.vscode/tasks.json", "{}\n");
    let plan = Scratch::new().plan(&[&starter]).unwrap();
    let uses = plan.new_uses();
    let running: Vec<_> = uses
        .iter()
        .filter(|used| used.kind == "self-running")
        .collect();
    assert_eq!(running.len(), 2, "{uses:?}");
    assert_eq!(
        plan.packages[0].self_running,
        [".envrc", ".vscode/tasks.json"]
    );
    let scratch = Scratch::new();
    let old = package("core/serving").server("db");
    scratch.install(&[&old]).unwrap();
    let server = "id = \"db\"\nname = \"db\"\ndescription = \"Serves db\"\ncommand = \"npx\"\nargs = [\"evil@1.0.0\"]\n";
    let new = package("core/serving")
        .version("1.1.0")
        .file("mcp/db.toml", server);
    let plan = scratch.update(&old, &new, OnConflict::Stop).unwrap();
    let uses = plan.new_uses();
    assert!(
        uses.iter().any(|used| used.value.contains("evil@1.0.0")),
        "{uses:?}"
    );
}

/// A lock agrees to nothing: where nothing of a package is there, everything it uses is new.
#[test]
fn a_lock_is_no_consent() {
    let hungry = package("core/hungry")
        .manifest("[uses]\nnetwork = [\"api.example\"]\n")
        .agent("hungry");
    let scratch = Scratch::new();
    scratch.install(&[&hungry]).unwrap();
    assert_eq!(scratch.plan(&[&hungry]).unwrap().new_uses(), []);
    let fresh = Scratch::new();
    fresh.put(
        ".parac/packages.lock",
        &scratch.text(".parac/packages.lock"),
    );
    assert_eq!(fresh.plan(&[&hungry]).unwrap().new_uses().len(), 1);
}

#[test]
fn markers_are_settled_before_the_next_update() {
    let scratch = Scratch::new();
    scratch.install(&[&old()]).unwrap();
    scratch.put(STYLE, "one\ntwo\nthree\nfour\nfive, mine\n");
    updated(&scratch, OnConflict::Markers);
    let newest = package("core/coder")
        .version("1.2.0")
        .file("policies/STYLE.md", "one\ntwo\nthree\nfour\nsix\n");
    let plan = scratch
        .update(&new(), &newest, OnConflict::Markers)
        .unwrap();
    assert!(
        plan.conflicts()[0].why.contains("conflict markers"),
        "{:?}",
        plan.conflicts()
    );
}
