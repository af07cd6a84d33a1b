//! Help, completions, man pages, other programs of the same name, and hostile text.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;

use crate::place::{Place, Ran, tree};

#[cfg(unix)]
#[test]
fn unknown_commands_go_to_the_next_paracle() {
    let place = Place::new();
    place.fails(
        &["agents", "list"],
        2,
        &["no command of paracle", "pip install paracle"],
    );
    place.fails(
        &["templat", "search"],
        2,
        &["did you mean `paracle template`?"],
    );
    place.write("bin/paracle", "#!/bin/sh\necho python \"$@\"\nexit 7\n");
    fs::set_permissions(place.path("bin/paracle"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", place.path("bin").display());
    let run = |args: &[&str]| {
        Ran::of(
            place
                .command(env!("CARGO_BIN_EXE_paracle"))
                .env("PATH", &path)
                .args(args)
                .output()
                .unwrap(),
        )
    };
    let ran = run(&["agents", "list", "--strict"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (7, "python agents list --strict\n")
    );
    // Ours are never handed over.
    assert!(
        run(&["template", "search", "review"])
            .out
            .contains("core/code-reviewer")
    );
    let doctor = run(&["doctor"]);
    assert!(
        doctor
            .out
            .contains(place.path("bin/paracle").to_str().unwrap()),
        "{}",
        doctor.out
    );
    assert!(doctor.out.contains("paracle-hub"));
}

#[test]
fn the_second_name_is_the_same_program() {
    let place = Place::new();
    let ran = Ran::of(
        place
            .command(env!("CARGO_BIN_EXE_paracle-hub"))
            .arg("--version")
            .output()
            .unwrap(),
    );
    assert_eq!(ran.code, 0);
    assert_eq!(ran.out, place.done(&["--version"]).out);
}

#[test]
fn doctor_is_well_in_a_healthy_place() {
    let place = Place::new();
    let json = place.done(&["doctor", "--json"]).json();
    let checks = json["checks"].as_array().unwrap();
    assert!(
        checks
            .iter()
            .any(|check| check["name"] == "registry paracle" && check["ok"] == true),
        "{json}"
    );
}

#[test]
fn shells_complete_package_names() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            place.done(&["completions", shell]).out.contains("paracle"),
            "{shell}"
        );
    }
    let completed = |words: &[&str]| {
        let ran = place
            .command(env!("CARGO_BIN_EXE_paracle"))
            .envs([
                ("COMPLETE", "bash"),
                ("_CLAP_COMPLETE_INDEX", &(words.len() - 1).to_string()),
                ("_CLAP_IFS", "\n"),
                ("_CLAP_COMPLETE_COMP_TYPE", "9"),
                ("_CLAP_COMPLETE_SPACE", "true"),
            ])
            .arg("--")
            .args(words)
            .output()
            .unwrap();
        Ran::of(ran).out
    };
    for (words, expected) in [
        (
            &["template", "install", "core/code-r"][..],
            "core/code-reviewer",
        ),
        (
            &["template", "similar", "core/code-r"],
            "core/code-reviewer",
        ),
        (&["template", "search", "review", "kind:ag"], "kind:agent"),
        (&["browse", "uses:net"], "uses:network"),
        (&["template", "search", "--license", "m"], "MIT"),
        (&["template", "search", "--kind", "wor"], "workflow"),
        (&["template", "search", "--without-uses", "ne"], "network"),
        (&["template", "search", "--sort", "ne"], "newest"),
    ] {
        let words = [&["paracle"], words].concat();
        let out = completed(&words);
        assert!(
            out.lines().any(|line| line == expected),
            "{words:?}: {out:?}"
        );
    }
}

#[test]
fn man_pages_are_written() {
    let place = Place::new();
    place.done(&["man", "pages"]);
    let names: Vec<_> = tree(&place.path("project/pages"))
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    for page in [
        "paracle.1",
        "paracle-template-install.1",
        "paracle-registry-check.1",
    ] {
        assert!(names.iter().any(|name| name == page), "{names:?}");
    }
}

#[test]
fn archives_get_a_verdict_and_a_reason() {
    let place = Place::new();
    place.write("project/x.tar.gz", b"not gzip");
    let ran = place.fails(
        &["dev", "unpack", "x.tar.gz", "--into", "out"],
        1,
        &["hint"],
    );
    assert!(ran.out.starts_with("refused ("), "{}", ran.out);
    assert!(!place.path("project/out").exists());
    place.fails(&["dev", "unpack", "missing.tar.gz"], 1, &["missing.tar.gz"]);
    let hub = crate::registry::site();
    hub.done(&[
        "dev",
        "unpack",
        "../site/dl/acme/greeting/1.0.0.tar.gz",
        "--into",
        "out",
    ]);
    assert!(
        hub.read("project/out/skills/greeting/SKILL.md")
            .contains("# Greeting")
    );
}

/// Nothing a package says reaches the terminal as anything but visible text.
#[test]
fn hostile_text_is_shown_not_obeyed() {
    let place = crate::registry::site();
    let hostile = "red \\u001b[31m \\u009b2J \\u202egnp.exe \\u200b \\u0007";
    let packages = place.path("site/index/packages/acme");
    for entry in fs::read_dir(&packages).unwrap() {
        // The digest is the file's name, so a changed file is refused...
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(
            &path,
            text.replace("Greets people who arrive by their names", hostile),
        )
        .unwrap();
    }
    place.fails(
        &["template", "info", "acme/greeting", "--registry", "../site"],
        1,
        &["digest"],
    );
    // ...and one that the registry itself states is shown without its claws.
    let record = "hub/registry-index/packages/acme/greeting/1.0.0.toml";
    let text = place
        .read(record)
        .replace("Greets people who arrive by their names", hostile);
    place.write(record, text);
    for args in [
        &["template", "info", "acme/greeting", "--registry", "../hub"][..],
        &[
            "template",
            "info",
            "acme/greeting",
            "--registry",
            "../hub",
            "--json",
        ],
        &["template", "search", "hello", "--registry", "../hub"],
        &[
            "template",
            "search",
            "hello",
            "--registry",
            "../hub",
            "--json",
        ],
        &[
            "template",
            "install",
            "--yes",
            "--accept=all",
            "acme/greeting",
            "--registry",
            "../hub",
            "--dry-run",
        ],
    ] {
        let ran = place.paracle(args);
        let bad = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{200b}' | '\u{9b}')
        };
        assert!(!ran.out.contains(bad), "{args:?}: {:?}", ran.out);
        assert!(!ran.err.contains(bad), "{args:?}: {:?}", ran.err);
    }
}

/// Help texts and their page in the docs are one source; `cargo xtask bless` renews the page.
#[test]
fn the_page_of_commands_is_what_help_says() {
    let place = Place::new();
    let page = place.done(&["dev", "reference"]).out;
    let file = crate::place::repository().join("docs/commands.md");
    snapbox::assert_data_eq!(page, snapbox::Data::read_from(&file, None).raw());
}
