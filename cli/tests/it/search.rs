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
fn every_filter_is_a_flag_too() {
    let place = Place::new();
    let names = |args: &[&str]| -> Vec<String> {
        let mut all = vec!["template", "search", "--json", "--limit", "100"];
        all.extend(args);
        let json = place.done(&all).json();
        let hits = json["hits"].as_array().unwrap();
        hits.iter()
            .map(|hit| hit["name"].as_str().unwrap().to_owned())
            .collect()
    };
    for (flags, words) in [
        (
            &["--kind", "skill", "--kind", "agent"][..],
            "kind:skill kind:agent",
        ),
        (&["--uses", "network"], "uses:network"),
        (&["--license", "MIT", "review"], "license:MIT review"),
        (&["--sort", "name"], "sort:name"),
        (&["--sort", "newest", "review"], "review sort:newest"),
    ] {
        let found = names(flags);
        assert!(!found.is_empty(), "{flags:?}");
        assert_eq!(found, names(&[words]), "{flags:?}");
    }
    let by_name = names(&["--sort", "name"]);
    assert!(by_name.is_sorted() && by_name.len() > 5, "{by_name:?}");
    let uses = names(&["--uses", "network"]);
    let other = names(&["--without-uses", "network"]);
    assert!(!other.is_empty() && !other.iter().any(|name| uses.contains(name)));
    assert_eq!(uses.len() + other.len(), by_name.len());
    let reviews = names(&["review"]);
    let fewer = names(&["--without", "diff", "review"]);
    assert!(
        !fewer.is_empty() && fewer.len() < reviews.len(),
        "{fewer:?} of {reviews:?}"
    );
    assert_eq!(fewer, names(&["--", "-diff", "review"]));
}

#[test]
fn a_hit_says_what_the_index_knows() {
    let place = Place::new();
    let hit = &place
        .done(&["template", "search", "--json", "postgres-mcp"])
        .json()["hits"][0];
    assert_eq!(hit["name"], "core/postgres-mcp");
    assert_eq!(hit["kind"], "integration");
    assert_ne!(hit["label"]["commands"], "none");
    assert!(hit["cost"]["on-demand"].is_u64(), "{hit}");
    assert_eq!(hit["updated"].as_str().unwrap().len(), 10);
    assert_eq!(hit["registry"], "paracle");
}

#[test]
fn how_a_query_was_read_is_told() {
    let place = Place::new();
    let ran = place.done(&["template", "search", "incidnet"]);
    assert!(ran.err.contains("showing \"incident\""), "{}", ran.err);
    let ran = place.done(&["template", "search", "lang:rust review"]);
    assert!(ran.err.contains("is not a filter"), "{}", ran.err);
    // Marks and colours are for terminals.
    assert!(!ran.out.contains('\u{1b}'), "{:?}", ran.out);
    place.fails(
        &["template", "search", "review", "license:Zlib"],
        1,
        &["there is license:MIT ("],
    );
}

#[test]
fn similar_packages_are_found() {
    let place = Place::new();
    let ran = place.done(&["template", "similar", "code-reviewer"]);
    assert!(ran.out.starts_with("core/"), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("core/code-reviewer"), "{}", ran.out);
    let json = place
        .done(&[
            "template",
            "similar",
            "code-reviewer",
            "--json",
            "--limit",
            "1",
        ])
        .json();
    assert_eq!(json["hits"].as_array().unwrap().len(), 1);
    place.fails(
        &["template", "similar", "code-reviwer"],
        1,
        &["did you mean core/code-reviewer?"],
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

#[test]
fn several_registries_are_searched_as_one() {
    let place = crate::registry::site();
    let names = |words: &[&str]| -> Vec<(String, String)> {
        let mut all = vec!["template", "search", "--json", "--limit", "100"];
        all.extend(["--registry", "paracle", "--registry", "../hub"]);
        all.extend(words);
        let json = place.done(&all).json();
        let hits = json["hits"].as_array().unwrap().iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        hits.map(|hit| (text(&hit["name"]), text(&hit["registry"])))
            .collect()
    };
    let all = names(&["--sort", "name"]);
    assert!(all.is_sorted(), "{all:?}");
    let of = |registry: &str| all.iter().filter(|(_, from)| from == registry).count();
    assert!(of("paracle") > 5 && of("../hub") > 0, "{all:?}");
    let own = names(&["registry:paracle", "--sort", "name"]);
    assert_eq!(own.len(), of("paracle"));
    let other = names(&["--without", "registry:paracle", "--sort", "name"]);
    assert_eq!(other.len(), of("../hub"));
    // The list says whose is whose.
    let words = [
        "template",
        "search",
        "greeting",
        "--registry",
        "paracle",
        "--registry",
        "../hub",
    ];
    let ran = place.done(&words);
    assert!(ran.out.contains("acme/greeting"), "{}", ran.out);
}
