//! What is said where nothing goes together.

use snapbox::{assert_data_eq, data::Inline, str};

use super::world::Scene;

/// The text is put behind the scene that it is about: `expected` is the message, then its hint.
fn explained(scene: &str, expected: Inline) {
    let error = Scene::parse(scene)
        .resolve()
        .expect_err("there is no answer");
    assert_data_eq!(format!("{error}\nhint: {}\n", error.hint()), expected);
}

#[test]
fn two_packages_want_different_releases_of_a_third() {
    explained(
        "core/aa 1.0.0; needs core/cc =1.0.0
         core/bb 1.0.0; needs core/cc =2.0.0
         core/cc 1.0.0
         core/cc 2.0.0
         wants core/aa *
         wants core/bb *",
        str![[r#"
no release of core/cc suits all who want it
  the project wants core/aa * and core/bb *
  core/aa 1.0.0 wants core/cc =1.0.0
  core/bb 1.0.0 wants core/cc =2.0.0
  core/cc has 2.0.0 and 1.0.0
hint: do without core/aa: the rest goes together
do without core/bb: the rest goes together

"#]],
    );
}

#[test]
fn an_older_release_would_do_if_it_were_asked_for() {
    explained(
        "core/aa 1.0.0; needs core/cc ^1
         core/aa 1.1.0; needs core/cc ^1
         core/aa 2.0.0; needs core/cc ^2
         core/cc 1.0.0
         core/cc 2.0.0
         wants core/aa ^1
         wants core/cc ^2",
        str![[r#"
no release of core/cc suits all who want it
  the project wants core/aa ^1 and core/cc ^2
  core/aa 1.0.0 to 1.1.0 wants core/cc ^1
  core/cc has 2.0.0 and 1.0.0
hint: ask for a range of core/aa other than ^1: 2.0.0 would do
ask for a range of core/cc other than ^2: 1.0.0 would do
do without core/aa: the rest goes together
do without core/cc: the rest goes together

"#]],
    );
}

#[test]
fn only_an_author_can_help() {
    explained(
        "core/aa 1.0.0; needs core/bb *; needs core/cc ^1
         core/bb 1.0.0; needs core/cc ^2
         core/cc 1.0.0
         core/cc 2.0.0
         wants core/aa *",
        str![[r#"
no release of core/cc suits all who want it
  the project wants core/aa *
  core/aa 1.0.0 wants core/bb * and core/cc ^1
  core/bb 1.0.0 wants core/cc ^2
  core/cc has 2.0.0 and 1.0.0
hint: ask the authors of core/aa to widen its range of core/cc: 2.0.0 would do
ask the authors of core/bb to widen its range of core/cc: 1.0.0 would do

"#]],
    );
}

#[test]
fn no_release_is_in_the_range() {
    explained(
        "core/aa 1.0.0
         core/aa 1.1.0
         wants core/aa ^2",
        str![[r#"
no release of core/aa that fits ^2 exists
  the project wants core/aa ^2
  core/aa has 1.1.0 and 1.0.0
hint: ask for a range of core/aa other than ^2: 1.1.0 would do

"#]],
    );
}

#[test]
fn what_is_in_the_range_was_yanked() {
    explained(
        "core/aa 1.0.0; needs core/bb ^2
         core/bb 1.0.0
         core/bb 2.0.0; yanked eats \"files\"
         core/bb 2.1.0; revoked malware
         wants core/aa *",
        str![[r#"
no release of core/bb that fits ^2 may be taken
  the project wants core/aa *
  core/aa 1.0.0 wants core/bb ^2
  core/bb has 2.1.0 (revoked: "malware"), 2.0.0 (yanked: "eats /"files/"") and 1.0.0
hint: ask the authors of core/aa to widen its range of core/bb: 1.0.0 would do

"#]],
    );
}

#[test]
fn there_are_only_prereleases() {
    explained(
        "core/aa 1.0.0-rc.1
         core/aa 1.0.0-rc.2
         wants core/aa *",
        str![[r#"
no release of core/aa may be taken
  the project wants core/aa *
  core/aa has 1.0.0-rc.2 (a prerelease) and 1.0.0-rc.1 (a prerelease)
hint: `--pre` takes core/aa 1.0.0-rc.2, a prerelease

"#]],
    );
}

#[test]
fn there_are_only_young_releases() {
    explained(
        "not after 2026-01-01T00:00:00Z
         core/aa 1.0.0; needs core/bb ^1.1
         core/bb 1.0.0; published 2025-12-01T00:00:00Z
         core/bb 1.1.0; published 2026-01-02T00:00:00Z
         core/aa 1.1.0; published 2025-12-01T00:00:00Z; needs core/bb ^1.1
         wants core/aa *",
        str![[r#"
no release of core/bb that fits ^1.1 may be taken
  the project wants core/aa *
  core/aa 1.1.0 wants core/bb ^1.1
  core/bb has 1.1.0 (younger than 72 hours) and 1.0.0
hint: `--now` takes core/bb 1.1.0, younger than 72 hours

"#]],
    );
}

#[test]
fn another_paracle_is_needed() {
    explained(
        "paracle 1.4.0
         core/aa 1.0.0; needs core/bb ^2
         core/bb 1.0.0
         core/bb 2.0.0; paracle >=2.0.0
         wants core/aa *",
        str![[r#"
core/bb 2.0.0 needs Paracle >=2.0.0, and Paracle 1.4.0 is used here
hint: use a Paracle that fits, or packages that do without

"#]],
    );
}

#[test]
fn another_program_is_needed() {
    explained(
        "core/aa 1.0.0; feature moon-phases
         wants core/aa ^1",
        str![[r#"
no release of core/aa that fits ^1 may be taken
  the project wants core/aa ^1
  core/aa has 1.0.0 (needs a newer `paracle` program: "moon-phases")
hint: upgrade `paracle`, which then takes core/aa 1.0.0, needs a newer `paracle` program: "moon-phases"

"#]],
    );
}

#[test]
fn a_package_does_not_exist() {
    explained(
        "wants core/aa *",
        str![[r#"
there is no package core/aa in "https://hub.example/"; the project wants it
hint: look at the spelling, and at the registry

"#]],
    );
}

#[test]
fn what_packages_need_does_not_exist() {
    explained(
        "core/aa 0.9.0
         core/aa 1.0.0; needs core/bb ^1
         core/aa 1.1.0; needs core/bb ^1
         core/aa 1.2.0; needs core/bb ^1
         wants core/aa ^1",
        str![[r#"
there is no package core/bb in "https://hub.example/"; core/aa 1.0.0 to 1.2.0 wants it
hint: look at the spelling, and at the registry

"#]],
    );
}

#[test]
fn each_release_has_its_own_trouble() {
    explained(
        "core/aa 1.0.0; needs core/bb ^1
         core/aa 2.0.0; needs core/cc ^1
         core/cc 3.0.0
         wants core/aa *",
        str![[r#"
what is wanted does not go together
  the project wants core/aa *
  core/aa 1.0.0 wants core/bb ^1
  core/aa 2.0.0 wants core/cc ^1
  there is no package core/bb in "https://hub.example/"
  core/cc has 3.0.0
hint: ask the authors of core/aa to widen its range of core/cc: 3.0.0 would do

"#]],
    );
}

#[test]
fn a_package_is_wanted_from_two_registries() {
    explained(
        "core/aa 1.0.0; needs core/bb ^1 from https://other.example/
         core/bb 1.0.0
         at https://other.example/
         core/bb 1.0.0
         wants core/aa * from https://hub.example/
         wants core/bb * from https://hub.example/",
        str![[r#"
core/bb is wanted from 2 registries, and a project has it from one
  the project wants core/aa * and core/bb * from "https://hub.example/"
  core/aa 1.0.0 wants core/bb ^1 from "https://other.example/"
  core/bb has 1.0.0 in "https://hub.example/"
  core/bb has 1.0.0 in "https://other.example/"
hint: do without core/aa: the rest goes together
do without core/bb: the rest goes together

"#]],
    );
}

#[test]
fn the_lock_holds_what_was_revoked() {
    explained(
        "core/aa 1.0.0; revoked stole tokens
         core/aa 1.1.0
         wants core/aa ^1
         locked core/aa 1.0.0",
        str![[r#"
core/aa 1.0.0, which the lock holds, was revoked: "stole tokens"
hint: do not use it; `paracle template update core/aa` takes another release

"#]],
    );
}

#[test]
fn a_renamed_package_is_told_by_both_names() {
    explained(
        "core/old is core/new
         core/new 1.0.0
         core/new 2.0.0
         core/aa 1.0.0; needs core/old ^1
         wants core/aa *
         wants core/new ^2",
        str![[r#"
no release of core/new suits all who want it
  the project wants core/aa * and core/new ^2
  core/aa 1.0.0 wants core/old ^1 (which is called core/new now)
  core/new has 2.0.0 and 1.0.0
hint: ask for a range of core/new other than ^2: 1.0.0 would do
do without core/aa: the rest goes together
do without core/new: the rest goes together

"#]],
    );
}

#[test]
fn many_releases_are_not_all_listed() {
    let releases: String = (0..30)
        .map(|minor| format!("core/bb 1.{minor}.0\n"))
        .collect();
    let wanting: String = (0..9)
        .map(|minor| format!("core/aa 1.{minor}.0; needs core/bb =1.{}.0\n", minor % 2))
        .collect();
    explained(
        &format!("{releases}{wanting}wants core/aa *\nwants core/bb >=1.3.0, <1.5.0"),
        str![[r#"
no release of core/bb suits all who want it
  the project wants core/aa * and core/bb >=1.3.0, <1.5.0
  core/aa 1.0.0, 1.2.0, 1.4.0, 1.6.0 and 1.8.0 wants core/bb =1.0.0
  core/aa 1.1.0, 1.3.0, 1.5.0 and 1.7.0 wants core/bb =1.1.0
  core/bb has 1.4.0, 1.3.0, 1.1.0, 1.0.0 and 26 more from 1.2.0 to 1.29.0
hint: ask for a range of core/bb other than >=1.3.0, <1.5.0: 1.0.0 would do
do without core/aa: the rest goes together
do without core/bb: the rest goes together

"#]],
    );
}

#[test]
fn an_excluded_middle() {
    let text = include_str!("cases/excluded.txt");
    explained(
        text.split("\n\n").next().unwrap(),
        str![[r#"
what is wanted does not go together
  the project wants core/bb >=2.0.0, <3.0.0 and core/cc *
  core/cc 1.0.0 wants core/aa <2.0.0
  core/cc 2.0.0 wants core/aa >=3.0.0
  core/aa 1.0.0 wants core/bb =1.0.0
  core/aa 3.0.0 wants core/bb =3.0.0
  core/bb has 3.0.0, 2.0.0 and 1.0.0
  core/aa has 3.0.0, 2.4.0, 2.3.0, 2.2.0, 2.1.0, 2.0.0 and 1.0.0
hint: ask for a range of core/bb other than >=2.0.0, <3.0.0: 3.0.0 would do
do without core/bb: the rest goes together
do without core/cc: the rest goes together

"#]],
    );
}

#[test]
fn a_package_wants_another_release_of_itself() {
    explained(
        "core/aa 1.0.0; needs core/aa ^2
         wants core/aa *",
        str![[r#"
core/aa 1.0.0 wants another release of itself
  the project wants core/aa *
  core/aa 1.0.0 wants core/aa ^2
  core/aa has 1.0.0
hint: ask the authors of core/aa to widen its range of core/aa: 1.0.0 would do

"#]],
    );
}

#[test]
fn the_project_wants_a_package_twice() {
    explained(
        "core/aa 1.0.0
         core/aa 2.0.0
         wants core/aa ^1
         wants core/aa ^2",
        str![[r#"
no release of core/aa suits all who want it
  the project wants core/aa ^1 and core/aa ^2
  core/aa has 2.0.0 and 1.0.0
hint: do without the range ^1 of core/aa
do without the range ^2 of core/aa

"#]],
    );
}

#[test]
fn a_registry_is_not_reached() {
    explained(
        "at https://unreachable.example/
         wants core/aa *",
        str![[r#"
cannot look up core/aa in "https://unreachable.example/"
hint: look at the network, or at the address of the registry

"#]],
    );
}

#[test]
fn an_answer_is_about_another_package() {
    let mut scene = Scene::parse("core/aa 1.0.0\ncore/bb 1.0.0\nwants core/aa *");
    let packages = &mut scene.world.packages;
    let stranger = packages.values().last().unwrap().releases[0].clone();
    packages
        .values_mut()
        .next()
        .unwrap()
        .releases
        .push(stranger);
    let error = scene.resolve().unwrap_err();
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"what "https://hub.example/" says of core/aa makes no sense: it holds a release of core/bb"#
        ]]
    );
}
