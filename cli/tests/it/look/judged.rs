//! What registries say of what is installed, and what was done to it.

use std::fs;

use super::{SKILL, install, offices, out, told, withdraw};
use crate::place::tree;

#[test]
fn verifying_and_auditing_know_what_was_revoked() {
    let place = offices();
    install(&place, &["acme/office"]);
    withdraw(
        &place,
        "desk",
        "[[revoked]]\nversion = \"1.0.0\"\nreason = \"It bites\"\n",
    );
    let verified = told(&place, &["verify"]);
    assert_eq!(verified.code, 1);
    assert_eq!(verified.out, "revoked   acme/desk 1.0.0: It bites\n");
    let json = told(&place, &["verify", "--json"]).json();
    assert_eq!(
        (&json["sound"], &json["revoked"][0]["name"]),
        (&false.into(), &"acme/desk".into())
    );
    let audit = told(&place, &["audit"]);
    assert_eq!(audit.code, 1);
    assert!(
        audit
            .out
            .contains("error  revoked  acme/desk  1.0.0 was revoked: It bites"),
        "{}",
        audit.out
    );
    // Nobody can be asked: that is said, and is no failure.
    fs::rename(place.path("hub"), place.path("gone")).unwrap();
    let alone = told(&place, &["verify"]);
    assert_eq!(
        (alone.code, alone.err.contains("is not known")),
        (0, true),
        "{}",
        alone.err
    );
}

#[test]
fn what_was_done_is_told_and_taken_back() {
    let place = offices();
    assert_eq!(
        out(&place, &["history", "--json"]),
        "{\n  \"format\": 1,\n  \"operations\": []\n}\n"
    );
    place.fails(
        &["template", "undo", "--yes"],
        1,
        &["nothing was done here yet"],
    );
    install(&place, &["acme/greeting@=1.0.0"]);
    let first = tree(&place.path("project/.parac/agents"));
    let args = [
        "template", "update", "--yes", "--accept", "all", "--to", "1.1.0", "greeting",
    ];
    place.done(&args);
    let second = tree(&place.path("project/.parac/agents"));
    assert!(first != second);
    let json = place.done(&["template", "history", "--json"]).json();
    assert_eq!(json["operations"][0]["number"], 2);
    assert_eq!(
        json["operations"][0]["added"][0],
        ".parac/agents/skills/greeting/logo.bin"
    );
    // Nobody agrees: nothing is done.
    place.fails(&["template", "undo"], 4, &["--yes"]);
    let shown = out(&place, &["undo", "--dry-run"]);
    assert!(
        shown.contains("comes back .parac/agents/skills/greeting/SKILL.md"),
        "{shown}"
    );
    assert!(
        shown.contains("goes       .parac/agents/skills/greeting/logo.bin"),
        "{shown}"
    );
    assert!(tree(&place.path("project/.parac/agents")) == second);
    place.done(&["template", "undo", "--yes"]);
    assert!(tree(&place.path("project/.parac/agents")) == first);
    let listed = place.done(&["template", "list", "--json"]).json();
    assert_eq!(listed["packages"][0]["version"], "1.0.0");
    // Undoing twice is doing it again.
    place.done(&["template", "undo", "--yes"]);
    assert!(tree(&place.path("project/.parac/agents")) == second);
    let text = out(&place, &["history", "--files"]);
    assert!(text.contains("undo: undo: update greeting"), "{text}");
    assert!(
        text.contains("   removed  .parac/agents/skills/greeting/logo.bin"),
        "{text}"
    );
}

#[test]
fn an_audit_weighs_what_it_finds() {
    let place = offices();
    install(&place, &["acme/office"]);
    let rules = |args: &[&str]| {
        let ran = told(&place, &[&["audit", "--json"], args].concat());
        let json = ran.json();
        let findings = json["findings"].as_array().unwrap().iter();
        let text = |finding: &serde_json::Value| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            format!("{} {} {}", text("severity"), text("rule"), text("package"))
        };
        (ran.code, findings.map(text).collect::<Vec<_>>())
    };
    assert_eq!(rules(&[]), (0, vec![]));
    assert!(out(&place, &["audit"]).contains("licence MIT: acme/desk, acme/greeting, acme/office"));
    let (code, denied) = rules(&["--deny", "MIT,GPL-3.0-only"]);
    assert_eq!(
        (code, denied.len(), denied[0].as_str()),
        (1, 3, "error licence-denied acme/desk")
    );
    place.fails(
        &["template", "audit", "--deny", "MTI"],
        2,
        &["\"MTI\"", "SPDX"],
    );
    place.write(SKILL, "edited\n");
    withdraw(
        &place,
        "office",
        "deprecated = \"Work at home\"\n[[yanked]]\nversion = \"1.0.0\"\nreason = \"Old\"\n",
    );
    let warnings = vec![
        "warning deprecated acme/office".to_owned(),
        "warning drift acme/greeting".to_owned(),
        "warning yanked acme/office".to_owned(),
    ];
    assert_eq!(rules(&[]), (0, warnings.clone()));
    assert_eq!(rules(&["--strict"]), (1, warnings));
    // A byte that is no text does not hide the rest.
    place.write(SKILL, b"\xff edi\xe2\x80\x8bted\n");
    fs::remove_file(place.path("project/.parac/agents/skills/desk/SKILL.md")).unwrap();
    let (code, found) = rules(&[]);
    assert_eq!(code, 1);
    assert_eq!(
        found[..2],
        [
            "error drift acme/desk",
            "error hidden-unicode acme/greeting"
        ]
    );
    let text = told(&place, &["audit"]).out;
    assert!(
        text.contains("line 1 holds a zero-width space (U+200B)"),
        "{text}"
    );
}
