//! A registry as `registry new` makes it, used at once.

use crate::place::{Place, tree};

const PROGRAM: &str = "0123456789abcdef0123456789abcdef01234567";

/// A registry in `hub`, as a user with a repository would make it.
fn made(place: &Place) {
    place.done(&[
        "registry",
        "new",
        "../hub",
        "--no-input",
        "--title",
        "The \"hub\"",
        "--repository",
        "https://github.com/Octocat/hub",
        "--program",
        PROGRAM,
    ]);
}

#[test]
fn every_command_works_with_a_new_registry_at_once() {
    let place = Place::new();
    made(&place);
    // Before anything is committed.
    let checked = place.done(&["registry", "check", "--registry", "../hub"]);
    assert_eq!(checked.out, "");
    assert!(
        checked
            .err
            .contains("1 package, 0 errors, 0 warnings, 0 notes")
            || checked
                .err
                .contains("1 package: 0 errors, 0 warnings, 0 notes"),
        "{}",
        checked.err
    );
    place.done(&["registry", "add", "hub", "../hub"]);
    place.git("hub", &["init", "-q"]);
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Begin"]);
    let released = place.done(&["registry", "release", "--registry", "../hub"]);
    let record = "registry-index/packages/octocat/plain-words/1.0.0.toml";
    assert_eq!(released.out.trim(), record);
    let url = "https://octocat.github.io/hub/";
    place.done(&[
        "registry",
        "build",
        "--registry",
        "../hub",
        "--out",
        "../site",
        "--base-url",
        url,
    ]);
    assert!(
        place
            .path("site/p/octocat/plain-words/index.html")
            .is_file()
    );
    let found = place.done(&[
        "template",
        "search",
        "--registry",
        "hub",
        "--json",
        "newcomer plain",
    ]);
    assert_eq!(found.json()["hits"][0]["name"], "octocat/plain-words");
    let install = [
        "template",
        "install",
        "octocat/plain-words",
        "--registry",
        "../site",
        "--yes",
    ];
    place.done(&install);
    assert!(
        place
            .path("project/.parac/agents/skills/plain-words/SKILL.md")
            .is_file()
    );
}

#[test]
fn it_says_what_was_answered_and_what_comes_next() {
    let place = Place::new();
    made(&place);
    let toml = place.read("hub/registry-index/registry.toml");
    for line in [
        "name = \"hub\"",
        "title = 'The \"hub\"'",
        "url = \"https://octocat.github.io/hub/\"",
        "repository = \"https://github.com/Octocat/hub\"",
    ] {
        assert!(toml.contains(line), "{line}\n{toml}");
    }
    let release = place.read("hub/.github/workflows/release.yml");
    assert!(release.contains(&format!("paracle@{PROGRAM} # as given\n")));
    assert!(!place.path("hub/.git").exists());
    let again = place.fails(
        &["registry", "new", "../hub", "--offline"],
        1,
        &["not empty"],
    );
    assert_eq!(again.out, "");
    // Nothing is known of a commit: none is made up.
    let next = place.done(&["registry", "new", "../next", "--offline", "--no-input"]);
    for word in ["git init", "set url and repository", "0000000000"] {
        assert!(next.err.contains(word), "{word}\n{}", next.err);
    }
    for (flag, value) in [
        ("--program", "main"),
        ("--url", "hub.example"),
        ("--repository", "https://u:p@x.example/a/b"),
        ("--title", "a\nb"),
    ] {
        place.fails(
            &["registry", "new", "../bad", "--offline", flag, value],
            2,
            &[],
        );
        assert!(!place.path("bad").exists(), "{flag}");
    }
}

#[test]
fn rechecking_offline_looks_at_rules_and_ages() {
    let place = Place::new();
    made(&place);
    place.git("hub", &["init", "-q"]);
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Begin"]);
    place.done(&["registry", "release", "--registry", "../hub"]);
    let before = tree(&place.path("hub/registry-index"));
    let recheck = ["registry", "recheck", "--registry", "../hub", "--offline"];
    let found = place.done(&[&recheck[..], &["--json", "--stale-after", "1"]].concat());
    let found = found.json();
    assert_eq!(
        (&found["format"], &found["packages"]),
        (&1.into(), &1.into())
    );
    assert_eq!((&found["sources"], &found["links"]), (&0.into(), &0.into()));
    assert_eq!(found["findings"].as_array().unwrap().len(), 0, "{found}");
    // Something that the rules find: said as annotations, and it fails.
    place.write(
        "hub/templates/skills/plain-words/README.md",
        "# Plain words\n\n[x](gone.md)\n",
    );
    let wrong = place.paracle(&[&recheck[..], &["--format", "github"]].concat());
    assert_eq!(wrong.code, 1, "{}", wrong.err);
    assert!(
        wrong
            .out
            .starts_with("::error file=templates/skills/plain-words/README.md,line=3"),
        "{}",
        wrong.out
    );
    assert_eq!(tree(&place.path("hub/registry-index")), before);
}
