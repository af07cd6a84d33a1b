//! What comes with an answer: notes, offers, and what was looked up for it.

use snapbox::{assert_data_eq, data::Inline, str};

use super::world::{Scene, chosen};
use install::resolve::{Note, Why};

fn told(scene: &str, expected: Inline) {
    let resolution = Scene::parse(scene).resolve().unwrap();
    let notes: String = resolution
        .notes
        .iter()
        .map(|note| format!("\n{note}"))
        .collect();
    assert_data_eq!(format!("{}{notes}\n", chosen(&resolution)), expected);
}

#[test]
fn a_renamed_package_is_found_and_told() {
    told(
        "core/old is core/new
         core/new 1.0.0
         core/aa 1.0.0; needs core/new ^1
         wants core/old ^1
         wants core/aa *",
        str![[r#"
core/new 1.0.0, core/aa 1.0.0
core/old is called core/new now

"#]],
    );
}

#[test]
fn a_deprecated_package_is_told() {
    told(
        "core/aa 1.0.0; needs core/bb *
         core/aa deprecated nobody keeps it
         core/bb 1.0.0
         core/bb replaced by core/cc
         wants core/aa *",
        str![[r#"
core/bb 1.0.0, core/aa 1.0.0
core/aa should not be chosen any more: "nobody keeps it"
core/bb should not be chosen any more; use core/cc instead

"#]],
    );
}

#[test]
fn what_was_passed_over_is_told() {
    told(
        "paracle 1.4.0
         not after 2026-01-01T00:00:00Z
         core/aa 1.0.0; published 2025-01-01T00:00:00Z; needs core/bb ^1
         core/aa 1.1.0; published 2026-02-01T00:00:00Z
         core/aa 1.2.0; published 2026-02-01T00:00:00Z
         core/aa 1.3.0; published 2025-01-01T00:00:00Z; paracle >=2
         core/aa 1.4.0; published 2025-01-01T00:00:00Z; feature moon-phases
         core/aa 1.5.0-rc.1; published 2025-01-01T00:00:00Z
         core/aa 1.6.0; published 2025-01-01T00:00:00Z; yanked broken
         core/aa 2.0.0; published 2026-02-01T00:00:00Z
         core/bb 1.0.0; published 2025-01-01T00:00:00Z
         core/bb 2.0.0; published 2026-02-01T00:00:00Z
         wants core/aa ^1",
        str![[r#"
core/bb 1.0.0, core/aa 1.0.0
core/aa 1.5.0-rc.1 was passed over: a prerelease
core/aa 1.4.0 was passed over: needs a newer `paracle` program: "moon-phases"
core/aa 1.3.0 was passed over: needs Paracle >=2
core/aa 1.2.0 was passed over: younger than 72 hours

"#]],
    );
}

#[test]
fn what_the_lock_holds_and_is_gone_or_yanked_is_told() {
    told(
        "core/aa 1.0.0; yanked broken
         core/aa 1.1.0
         core/bb 1.1.0
         wants core/aa ^1
         wants core/bb ^1
         locked core/aa 1.0.0
         locked core/bb 1.0.0",
        str![[r#"
core/aa 1.0.0, core/bb 1.1.0
core/aa 1.0.0 was yanked, and is kept because the lock holds it: "broken"
core/bb 1.0.0, which the lock holds, is not in its registry any more

"#]],
    );
}

#[test]
fn what_is_not_offered_is_told() {
    told(
        "core/aa 1.0.0; offers core/cc *
         core/cc 1.0.0
         wants core/aa *
         with core/aa core/bb
         with core/zz core/bb",
        str![[r#"
core/aa 1.0.0
core/aa does not offer core/bb, which was asked for

"#]],
    );
}

#[test]
fn what_is_offered_and_not_there_is_offered() {
    let scene = Scene::parse(
        "core/aa 1.0.0; offers core/bb ^1; offers core/cc ^1 from https://other.example/; offers core/dd *; needs core/ee *
         core/bb 1.0.0
         core/dd 1.0.0
         core/ee 1.0.0; needs core/dd *
         wants core/aa *
         with core/aa core/bb",
    );
    let resolution = scene.resolve().unwrap();
    let aa = resolution.packages.last().unwrap();
    let needs: Vec<&str> = aa.needs.iter().map(|name| name.as_str()).collect();
    assert_eq!(needs, ["core/bb", "core/ee"]);
    let offered: Vec<String> = aa
        .offered
        .iter()
        .map(|o| format!("{} {} {}", o.name, o.range, o.registry))
        .collect();
    assert_eq!(offered, ["core/cc ^1 https://other.example/"]);
}

#[test]
fn only_what_is_reached_is_looked_up_and_once() {
    let scene = Scene::parse(
        "core/old is core/new
         core/aa 1.0.0; needs core/cc *
         core/aa 2.0.0; needs core/old *; offers core/ff *
         core/new 1.0.0
         core/cc 1.0.0
         core/dd 1.0.0; needs core/new *; needs core/old *; needs core/aa *
         core/ee 1.0.0
         core/ff 1.0.0
         wants core/aa *
         wants core/dd *
         locked core/ee 1.0.0",
    );
    let resolution = scene.resolve().unwrap();
    assert_eq!(
        chosen(&resolution),
        "core/new 1.0.0, core/aa 2.0.0, core/dd 1.0.0"
    );
    let asked = scene.world.asked.borrow();
    let asked: Vec<&str> = asked.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(asked, ["core/aa", "core/dd", "core/old"]);
}

#[test]
fn a_reason_can_be_told_apart() {
    let scene = Scene::parse(
        "core/aa 1.0.0
         core/aa 1.1.0-rc.1
         wants core/aa ^1",
    );
    let expected = Note::Passed {
        name: "core/aa".parse().unwrap(),
        version: "1.1.0-rc.1".parse().unwrap(),
        why: Why::Prerelease,
    };
    assert_eq!(scene.resolve().unwrap().notes, [expected]);
}
