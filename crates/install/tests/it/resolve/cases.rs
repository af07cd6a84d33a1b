//! Situations that resolvers are known to differ in, a file a family. The first seven families are the
//! situations of the scenarios of packse that do not need Python's semantics.

use super::world::{Scene, chosen};

fn family(text: &str, count: usize) {
    let cases: Vec<&str> = text
        .split("\n\n")
        .filter(|c| !c.trim().is_empty())
        .collect();
    assert_eq!(cases.len(), count);
    let mut failed = String::new();
    for case in cases {
        let scene = Scene::parse(case);
        let expected = scene
            .expected
            .clone()
            .expect("a case says what comes of it");
        let got = match scene.resolve() {
            Ok(resolution) => chosen(&resolution),
            Err(_) => "nothing".to_owned(),
        };
        if got != expected {
            failed.push_str(&format!("{case}\ngot {got}\n\n"));
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn backtracking() {
    family(include_str!("cases/backtracking.txt"), 4);
}

#[test]
fn missing() {
    family(include_str!("cases/missing.txt"), 5);
}

#[test]
fn excluded() {
    family(include_str!("cases/excluded.txt"), 4);
}

#[test]
fn incompatible() {
    family(include_str!("cases/incompatible.txt"), 4);
}

#[test]
fn optional() {
    family(include_str!("cases/optional.txt"), 8);
}

#[test]
fn prereleases() {
    family(include_str!("cases/prereleases.txt"), 20);
}

#[test]
fn yanked() {
    family(include_str!("cases/yanked.txt"), 9);
}

#[test]
fn more() {
    family(include_str!("cases/more.txt"), 17);
}
