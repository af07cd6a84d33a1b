//! What is installed: listed, drawn, explained, verified.

use std::fs;

use super::{SKILL, install, offices, out, told};
use crate::place::Place;

#[test]
fn what_is_installed_is_listed_with_the_reason() {
    let place = offices();
    let empty = told(&place, &["list"]);
    assert!(
        empty.out.is_empty() && empty.err.contains("template install NAME"),
        "{}",
        empty.err
    );
    install(&place, &["acme/office"]);
    let json = place.done(&["template", "list", "--json"]).json();
    let seen: Vec<_> = json["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
            [
                text("name"),
                text("version"),
                text("kind"),
                text("why"),
                text("asked"),
            ]
            .join(" ")
        })
        .collect();
    assert_eq!(
        seen,
        [
            "acme/desk 1.0.0 skill needed -",
            "acme/greeting 1.1.0 skill needed -",
            "acme/office 1.0.0 skill asked ^1.0.0",
        ]
    );
    place.write(SKILL, "mine\n");
    let text = out(&place, &["list"]);
    let drifted: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("DRIFTED"))
        .collect();
    assert!(
        matches!(drifted[..], [line] if line.starts_with("acme/greeting")),
        "{text}"
    );
    // From anywhere else as well.
    fs::create_dir(place.path("elsewhere")).unwrap();
    assert!(out(&place, &["list", "--into", "../elsewhere"]).is_empty());
}

#[test]
fn needs_are_drawn_and_explained() {
    let place = offices();
    install(&place, &["acme/office"]);
    assert_eq!(
        out(&place, &["tree"]),
        "acme/office 1.0.0\n├── acme/desk 1.0.0\n│   └── acme/greeting 1.1.0\n└── acme/greeting 1.1.0\n"
    );
    assert_eq!(
        out(&place, &["why", "greeting"]),
        "acme/office -> acme/desk -> acme/greeting\nacme/office -> acme/greeting\n"
    );
    assert!(out(&place, &["why", "office"]).contains("asked for in packages.toml"));
    told(&place, &["remove", "--yes", "office"]);
    assert_eq!(
        out(&place, &["tree"]),
        "\nNobody needs\nacme/desk 1.0.0\n└── acme/greeting 1.1.0\n"
    );
    assert_eq!(out(&place, &["why", "desk"]), "nobody needs acme/desk\n");
    place.fails(&["template", "why", "greetin"], 1, &["acme/greeting"]);
    let tree = place.done(&["template", "tree", "--json"]).json();
    assert_eq!(tree["orphans"].as_array().unwrap().len(), 2);
    let why = place
        .done(&["template", "why", "greeting", "--json"])
        .json();
    assert_eq!(
        (&why["format"], &why["chains"]),
        (&1.into(), &serde_json::json!([]))
    );
}

/// A lock file comes with a checkout: needs in circles and needs without end are shown all the same.
#[test]
fn a_hostile_lock_is_drawn_in_time() {
    let place = Place::new();
    let id = "0".repeat(64);
    let mut lock = "format = 1\n".to_owned();
    for layer in 0..40 {
        for side in ["a", "b"] {
            let next = (layer + 1) % 40;
            lock += &format!(
                "[[package]]\nname = \"xx/{side}{layer}-x\"\nversion = \"1.0.0\"\ncontent-id = \"{id}\"\nneeds = [\"xx/a{next}-x\", \"xx/b{next}-x\"]\n"
            );
        }
    }
    place.write("project/.parac/packages.lock", lock);
    place.write(
        "project/.parac/packages.toml",
        "format = 1\n[packages]\n\"xx/a0-x\" = \"*\"\n",
    );
    let drawn = out(&place, &["tree"]);
    assert_eq!(drawn.lines().count(), 1 + 2 * 80, "{drawn}");
    assert_eq!(
        drawn.lines().filter(|line| line.ends_with("(*)")).count(),
        81,
        "{drawn}"
    );
    let why = told(&place, &["why", "xx/b39-x"]);
    assert_eq!(why.out.lines().count(), 100, "{}", why.err);
    assert!(why.err.contains("more chains"), "{}", why.err);
}

#[test]
fn verifying_names_every_difference() {
    let place = offices();
    install(&place, &["acme/office"]);
    let sound = told(&place, &["verify"]);
    assert_eq!((sound.code, sound.out.as_str()), (0, ""), "{}", sound.err);
    place.write(SKILL, "mine\n");
    fs::remove_file(place.path("project/.parac/agents/skills/desk/SKILL.md")).unwrap();
    place.write(
        "project/.parac/agents/skills/office/more.md",
        "loaded along\n",
    );
    let told = told(&place, &["verify"]);
    assert_eq!(told.code, 1);
    let words: Vec<&str> = told.out.lines().map(|line| &line[..9]).collect();
    assert_eq!(
        words,
        ["missing  ", "modified ", "extra    "],
        "{}",
        told.out
    );
}

#[test]
fn info_says_what_is_installed_here() {
    let place = offices();
    let fact = "Installed   ";
    assert!(!out(&place, &["info", "acme/greeting"]).contains(fact));
    install(&place, &["acme/greeting@=1.0.0"]);
    let text = out(&place, &["info", "acme/greeting"]);
    assert!(
        text.contains("acme/greeting 1.1.0") && text.contains("1.0.0 here, as installed"),
        "{text}"
    );
    place.write(SKILL, "mine\n");
    let text = out(&place, &["info", "acme/greeting"]);
    assert!(text.contains("1.0.0 here, DRIFTED in 1 place\n"), "{text}");
    let json = place
        .done(&["template", "info", "acme/greeting", "--json"])
        .json();
    assert_eq!(json["installed"]["version"], "1.0.0");
    assert_eq!(json["installed"]["drift"][0]["what"], "modified");
    // Its registry is gone: the lock and the cache know enough.
    fs::rename(place.path("hub"), place.path("gone")).unwrap();
    let text = out(&place, &["info", "acme/greeting"]);
    assert!(
        text.contains(fact) && text.contains("Licence     MIT"),
        "{text}"
    );
}
