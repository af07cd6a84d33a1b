//! Searching what travels with the program.

use crate::place::Place;

#[test]
fn the_first_thing_anybody_types_finds_the_right_package() {
    let place = Place::new();
    let found = place.done(&["template", "search", "review a diff"]);
    let first = found.out.lines().next().unwrap();
    assert!(first.starts_with("core/code-reviewer "), "{}", found.out);
    let json = place
        .done(&["template", "search", "--json", "review", "a", "diff"])
        .json();
    assert_eq!(json["format"], 1);
    assert_eq!(json["hits"][0]["name"], "core/code-reviewer");
    assert_eq!(json["hits"][0]["registry"], "paracle");
}

#[test]
fn filters_prefixes_and_typos() {
    let place = Place::new();
    let first = |args: &[&str]| {
        let mut all = vec!["template", "search", "--json"];
        all.extend(args);
        let json = place.done(&all).json();
        json["hits"][0]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(first(&["postg"]), "core/postgres-mcp");
    assert_eq!(first(&["incidnet"]), "core/incident-responder");
    assert_eq!(first(&["core/commit-messages"]), "core/commit-messages");
    assert_eq!(first(&["kind:workflow", "bug"]), "core/bugfix");
    assert_eq!(first(&["--kind", "skill", "sql"]), "core/sql-review");
    let kinds = place.done(&["template", "search", "--json", "--kind", "project", "a"]);
    assert!(
        !kinds.json()["hits"]
            .as_array()
            .unwrap()
            .iter()
            .any(|hit| hit["kind"] != "project")
    );
}

#[test]
fn nothing_found_says_what_to_do() {
    let place = Place::new();
    place.fails(
        &["template", "search", "xyzzyplugh"],
        1,
        &["no template matches", "hint"],
    );
    place.fails(&["template", "search"], 2, &["WORDS"]);
    place.fails(
        &["template", "search", "--kind", "plugin", "x"],
        2,
        &["paracle plugin search"],
    );
}

#[test]
fn info_tells_what_it_uses_and_writes() {
    let place = Place::new();
    let info = place.done(&["template", "info", "code-reviewer"]);
    for words in [
        "core/code-reviewer",
        "MIT",
        "Uses",
        "Writes",
        ".parac/agents/specs/reviewer.md",
    ] {
        assert!(info.out.contains(words), "no {words:?} in\n{}", info.out);
    }
    let json = place
        .done(&["template", "info", "code-reviewer", "--json"])
        .json();
    assert_eq!(json["package"]["name"], "core/code-reviewer");
    place.fails(
        &["template", "info", "code-reviwer"],
        1,
        &["did you mean core/code-reviewer?"],
    );
    place.fails(
        &["plugin", "info", "code-reviewer"],
        2,
        &["paracle template"],
    );
}
