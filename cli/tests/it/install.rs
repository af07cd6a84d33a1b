//! Installing what travels with the program.

use std::{fs, path::Path};

use crate::place::{Place, Ran, has, repository, tree};

/// Every package of this repository.
fn packages() -> Vec<String> {
    let mut names = Vec::new();
    for kind in fs::read_dir(repository().join("templates")).unwrap() {
        let kind = kind.unwrap().path();
        if kind.is_dir() {
            let folders = fs::read_dir(kind)
                .unwrap()
                .map(|folder| folder.unwrap().file_name());
            names.extend(folders.map(|name| format!("core/{}", name.to_string_lossy())));
        }
    }
    names.sort();
    names
}

#[test]
fn a_package_is_installed_and_accounted_for() {
    let place = Place::new();
    place.done(&[
        "template",
        "install",
        "--yes",
        "--accept=all",
        "code-reviewer",
    ]);
    assert!(
        place
            .read("project/.parac/agents/specs/reviewer.md")
            .starts_with("# ")
    );
    assert!(
        place
            .read("project/.parac/agents/manifest.yaml")
            .contains("id: reviewer")
    );
    let wanted = place.read("project/.parac/packages.toml");
    assert!(wanted.contains("core/code-reviewer"), "{wanted}");
    let lock = place.read("project/.parac/packages.lock");
    assert!(
        lock.contains("core/code-reviewer") && lock.contains("content-id"),
        "{lock}"
    );
    assert!(
        !lock.contains(place.project().to_str().unwrap()),
        "a machine path in the lock"
    );
}

#[test]
fn what_is_there_is_never_overwritten() {
    let place = Place::new();
    place.write("project/.parac/agents/specs/reviewer.md", "mine\n");
    let before = tree(&place.project());
    place.fails(
        &[
            "template",
            "install",
            "--yes",
            "--accept=all",
            "code-reviewer",
        ],
        1,
        &["nothing was written", ".parac/agents/specs/reviewer.md"],
    );
    assert_eq!(tree(&place.project()), before);
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Place::new();
    let ran = place.done(&[
        "template",
        "install",
        "--yes",
        "--accept=all",
        "code-reviewer",
        "--dry-run",
    ]);
    assert!(ran.out.contains("new") && ran.out.contains(".parac/agents/specs/reviewer.md"));
    assert!(tree(&place.project()).is_empty());
    let json = place
        .done(&[
            "template",
            "install",
            "--yes",
            "--accept=all",
            "code-reviewer",
            "--dry-run",
            "--json",
        ])
        .json();
    assert_eq!(json["packages"][0]["name"], "core/code-reviewer");
}

#[test]
fn versions_are_asked_for_by_range() {
    let place = Place::new();
    place.fails(
        &[
            "template",
            "install",
            "--yes",
            "--accept=all",
            "code-reviewer@^99",
        ],
        1,
        &["fits ^99", "1.0.0 would do"],
    );
    place.fails(
        &[
            "template",
            "install",
            "--yes",
            "--accept=all",
            "code-reviewer@x y",
        ],
        2,
        &["not a version range"],
    );
    place.done(&[
        "template",
        "install",
        "--yes",
        "--accept=all",
        "code-reviewer@=1.0.0",
    ]);
}

/// strace shows every socket that is opened: none, for any package.
#[test]
fn installing_opens_no_socket() {
    if !has("strace") {
        println!("strace is not here: `installing_opens_no_socket` shows nothing");
        return;
    }
    for name in packages() {
        let place = Place::new();
        let trace = place.path("trace");
        let ran = Ran::of(
            place
                .command("strace")
                .args(["-f", "-qq", "-e", "trace=network", "-o"])
                .arg(&trace)
                .args([
                    env!("CARGO_BIN_EXE_paracle"),
                    "template",
                    "install",
                    "--yes",
                    "--accept=all",
                    &name,
                ])
                .output()
                .unwrap(),
        );
        assert_eq!(ran.code, 0, "{name}: {}", ran.err);
        let traced = fs::read_to_string(&trace).unwrap();
        let sockets: Vec<_> = traced
            .lines()
            .filter(|line| line.contains("socket("))
            .collect();
        assert!(sockets.is_empty(), "{name} opened {sockets:?}");
    }
}

/// Paracle's own classes load what was installed: each package alone, and all that go together.
#[test]
fn paracle_itself_loads_every_package() {
    let Ok(python) = std::env::var("PARACLE_JUDGE_PYTHON") else {
        println!("PARACLE_JUDGE_PYTHON is not set: `cargo xtask test` sets it");
        return;
    };
    let places: Vec<(String, Place)> = packages()
        .into_iter()
        .map(|name| (name, Place::new()))
        .collect();
    for (name, place) in &places {
        place.done(&["template", "install", "--yes", "--accept=all", name]);
    }
    let together = Place::new();
    let names = packages();
    let mut args = vec!["template", "install", "--yes", "--accept=all"];
    args.extend(
        names
            .iter()
            .map(String::as_str)
            .filter(|name| !name.starts_with("core/starter-")),
    );
    together.done(&args);
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/paracle/judge.py");
    let ran = Ran::of(
        together
            .command(python)
            .env("LC_ALL", "C.UTF-8")
            .arg(judge)
            .args(places.iter().map(|(_, place)| place.project()))
            .arg(together.project())
            .output()
            .unwrap(),
    );
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    println!("{}", ran.out);
}
