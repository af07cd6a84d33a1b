//! A process that is killed at any named point of an install, an update or a removal: the next command
//! finds the old project or the new one, and nothing between.

use std::{
    cell::Cell, ops::ControlFlow, os::unix::process::ExitStatusExt as _, path::Path,
    process::Command,
};

use install::{Goal, OnConflict, Plan, Progress, recover};

use crate::{
    packages::{Package, package},
    project::{Scratch, go_on},
};

const ROOT: &str = "INSTALL_TEST_ROOT";
const VERB: &str = "INSTALL_TEST_VERB";
const POINT: &str = "INSTALL_TEST_POINT";

fn old() -> Package {
    package("core/coder")
        .agent("coder")
        .file("policies/STYLE.md", "one\n")
        .file("policies/OLD.md", "goes\n")
}

fn new() -> Package {
    package("core/coder")
        .version("1.1.0")
        .agent("coder")
        .workflow("fix")
        .file("policies/STYLE.md", "two\n")
        .file("project/src/deep/NEW.md", "comes\n")
}

fn plan(scratch: &Scratch, verb: &str) -> Plan {
    let plan = match verb {
        "install" => scratch.plan(&[&old()]),
        "update" => scratch.update(&old(), &new(), OnConflict::Stop),
        _ => scratch.remove(&["core/coder"]),
    };
    plan.unwrap()
}

/// Run again, and killed, by the test below.
#[test]
#[ignore = "run by the other test of this module"]
#[allow(
    clippy::disallowed_methods,
    reason = "how the parent hands its wishes down"
)]
fn operate_until_killed() {
    let given = |name: &str| std::env::var(name).expect("set by the parent");
    let (root, verb) = (given(ROOT), given(VERB));
    let point: usize = given(POINT).parse().unwrap();
    let passed = Cell::new(0);
    let watch = |_: Progress| {
        if passed.get() == point {
            std::process::abort();
        }
        passed.set(passed.get() + 1);
        ControlFlow::Continue(())
    };
    plan(&Scratch::at(Path::new(&root)), &verb)
        .apply(&watch)
        .unwrap();
}

fn prepared(verb: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.put("README.md", "mine\n");
    scratch.put(".parac/agents/manifest.yaml", "# ours\nagents: []\n");
    if verb != "install" {
        scratch.install(&[&old()]).unwrap();
    }
    scratch
}

#[test]
fn killed_at_any_point_it_is_old_or_new() {
    for verb in ["install", "update", "remove"] {
        let scratch = prepared(verb);
        let before = scratch.tree();
        plan(&scratch, verb).apply(&go_on).unwrap();
        let after = scratch.tree();
        assert_ne!(before, after);
        let mut points = 0;
        let (mut olds, mut news) = (0, 0);
        loop {
            let scratch = prepared(verb);
            let status = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "killed::operate_until_killed"])
                .args(["--ignored", "--test-threads=1"])
                .env(ROOT, &scratch.root)
                .env(VERB, verb)
                .env(POINT, points.to_string())
                .output()
                .unwrap()
                .status;
            if status.success() {
                break;
            }
            assert!(status.signal().is_some(), "{status}");
            let recovered = recover(&scratch.project()).unwrap();
            let tree = scratch.tree();
            assert!(
                tree == before || tree == after,
                "{verb} {points}: {tree:#?}"
            );
            match &recovered {
                Some(done) => assert_eq!(done.is_complete, tree == after, "{verb} {points}"),
                None => assert!(tree == before || tree == after),
            }
            if tree == before {
                olds += 1
            } else {
                news += 1
            }
            assert_eq!(recover(&scratch.project()).unwrap(), None);
            plan_again(&scratch, verb);
            assert_eq!(scratch.tree(), after, "{verb} {points}: done again");
            points += 1;
        }
        println!("{verb}: {points} points, {olds} old, {news} new");
        assert!(olds > 5 && news > 0, "{verb}: {olds} old, {news} new");
    }
}

/// The same command once more; where it was done already there is nothing to do.
fn plan_again(scratch: &Scratch, verb: &str) {
    let is_removed = install::installed(&scratch.project()).unwrap().is_empty();
    let plan = match verb {
        "remove" if is_removed => install::plan(&scratch.project(), Goal::default()).unwrap(),
        _ => plan(scratch, verb),
    };
    plan.apply(&go_on).unwrap();
}

#[test]
fn broken_off_it_is_the_old_project() {
    for verb in ["install", "update", "remove"] {
        for point in 0.. {
            let scratch = prepared(verb);
            let before = scratch.tree();
            let passed = Cell::new(0);
            let watch = |progress: Progress| {
                passed.set(passed.get() + 1);
                match passed.get() > point && progress != Progress::Finished {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            };
            let done = plan(&scratch, verb).apply(&watch);
            let own = scratch.root.join(".parac/.paracle");
            assert!(!own.join("current").exists() && !own.join("guard").exists());
            match done {
                Ok(_) => break,
                Err(error) => {
                    assert_eq!(error.to_string(), "interrupted; nothing was changed");
                    assert_eq!(scratch.tree(), before, "{verb} {point}");
                }
            }
        }
    }
}

/// A journal that comes with a checkout is somebody else's words.
#[test]
fn a_journal_from_elsewhere_is_not_trusted() {
    for (journal, part) in [
        (
            r#"{"format":1,"number":1,"title":"x","time":"","steps":[{"do":"delete","path":".git/hooks/pre-commit","old":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}"#,
            ".git",
        ),
        (
            r#"{"format":1,"number":1,"title":"x","time":"","steps":[{"do":"delete","path":"../outside","old":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}"#,
            "../outside",
        ),
        (
            r#"{"format":1,"number":1,"title":"x","time":"","steps":[{"do":"add","path":"README.md","new":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}"#,
            "not made in this folder",
        ),
        (
            r#"{"format":9,"number":1,"title":"x","time":"","steps":[]}"#,
            "format 9",
        ),
    ] {
        let scratch = Scratch::new();
        scratch.put(".parac/.paracle/current/journal.json", journal);
        scratch.put(".parac/.paracle/current/0.old", "");
        std::fs::create_dir_all(scratch.root.join(".git/hooks")).unwrap();
        let before = scratch.tree();
        let error = recover(&scratch.project()).unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(part), "{source}");
        assert_eq!(scratch.tree(), before);
    }
}
