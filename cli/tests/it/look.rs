//! Looking at what is installed, and at what could be.

mod installed;
mod judged;
mod releases;

use crate::{
    place::{Place, Ran},
    registry::registry,
};

/// A package of the registry in `hub`: one skill of the same name. `more` goes behind its `[package]`.
fn package(place: &Place, name: &str, version: &str, more: &str, body: &str) {
    let folder = format!("hub/templates/skills/{name}");
    let manifest = format!(
        "format = 1\n# Kept as it is.\n[package]\nname = \"acme/{name}\"\nversion = \"{version}\"\nkind = \"skill\"\nsummary = \"Does the work of {name} for people\"\nlicense = \"MIT\"\nauthors = [\"octocat\"]\ncategories = [\"general\"]\n{more}"
    );
    let skill = format!(
        "---\nname: {name}\ndescription: Does the work of {name}. Use when a person asks.\n---\n\n# Work\n\n{body}\n"
    );
    place.write(&format!("{folder}/paracle.toml"), manifest);
    place.write(
        &format!("{folder}/README.md"),
        format!("# {name}\n\nIt does.\n"),
    );
    place.write(&format!("{folder}/skills/{name}/SKILL.md"), skill);
    place.write(
        &format!("{folder}/tests/default/answers.toml"),
        "format = 1\n",
    );
}

fn release(place: &Place) {
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Go on"]);
    place.done(&["registry", "release", "--registry", "../hub"]);
}

const NEEDS_GREETING: &str = "[dependencies]\n\"acme/greeting\" = \"^1\" # to begin with\n";
const NEEDS_BOTH: &str = "[dependencies]\n\"acme/greeting\" = \"^1\"\n\"acme/desk\" = \"^1\"\n";

/// A registry that the user's list has: greeting 1.0.0 and 1.1.0, desk that needs it, office that needs
/// both.
fn offices() -> Place {
    let place = registry();
    package(&place, "desk", "1.0.0", NEEDS_GREETING, "Sit down.");
    package(&place, "office", "1.0.0", NEEDS_BOTH, "Sit down together.");
    package(
        &place,
        "greeting",
        "1.0.0",
        "",
        "Say hello.\n\nThat is all.",
    );
    release(&place);
    let uses = "[uses]\ncommands = [\"git log\"]\n";
    let body = "Say hello twice.\n\nThat is all.\n\n```sh\ngit log\n```";
    package(&place, "greeting", "1.1.0", uses, body);
    place.write(
        "hub/templates/skills/greeting/skills/greeting/logo.bin",
        b"\xff\xfe\0",
    );
    release(&place);
    place.done(&["registry", "add", "acme", "../hub"]);
    place
}

fn install(place: &Place, names: &[&str]) {
    let args = [&["template", "install", "--yes", "--accept", "all"], names].concat();
    place.done(&args);
}

/// `paracle template …`, which may fail.
fn told(place: &Place, args: &[&str]) -> Ran {
    place.paracle(&[&["template"], args].concat())
}

fn out(place: &Place, args: &[&str]) -> String {
    place.done(&[&["template"], args].concat()).out
}

/// What became of releases and of the package, in the index.
fn withdraw(place: &Place, name: &str, text: &str) {
    let path = format!("hub/registry-index/packages/acme/{name}/package.toml");
    place.write(&path, format!("format = 1\n{text}"));
}

const SKILL: &str = "project/.parac/agents/skills/greeting/SKILL.md";
