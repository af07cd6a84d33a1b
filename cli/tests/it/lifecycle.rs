//! A package's life in a project: asked about, installed with what it needs, restored, updated over the
//! user's edits, removed, undone.

use std::fs;

use crate::place::{Place, tree};

const SPEC: &str = "---\nname: NAME\ndescription: Greets people by name. Use when a person arrives.\n---\n\n# Greeting\n\nGreets.\n\n## Style\n\nOne line.\nTwo lines.\nThree lines.\n";

fn manifest(name: &str, version: &str, more: &str) -> String {
    format!(
        "format = 1\nrender = 1\n[package]\nname = \"acme/{name}\"\nversion = \"{version}\"\nkind = \"skill\"\nsummary = \"Greets people who arrive by their names\"\nlicense = \"MIT\"\nauthors = [\"octocat\"]\ncategories = [\"general\"]\n{more}"
    )
}

const ASKS: &str = "[dependencies]\n\"acme/manners\" = \"1\"\n[variables.team]\ntype = \"string\"\nprompt = \"Which team?\"\npattern = \"[a-z]+\"\n[variables.token]\ntype = \"secret\"\n";

fn write(place: &Place, name: &str, version: &str, more: &str, spec: &str) {
    let folder = format!("hub/templates/skills/{name}");
    place.write(
        &format!("{folder}/paracle.toml"),
        manifest(name, version, more),
    );
    let readme = format!("# {name}\n\nSays hello to people who arrive.\n");
    place.write(&format!("{folder}/README.md"), &readme);
    let skill = format!("{folder}/skills/{name}/SKILL.md");
    place.write(&skill, spec.replace("NAME", name));
    place.write(
        &format!("{folder}/tests/default/answers.toml"),
        "format = 1\n",
    );
}

fn release(place: &Place) {
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Change"]);
    place.done(&["registry", "release", "--registry", "../hub"]);
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Release"]);
}

/// A registry with `acme/greeter`, which asks and needs `acme/manners`.
fn registry() -> Place {
    let place = Place::new();
    place.done(&["registry", "new", "--empty", "--offline", "../hub"]);
    place.write(
        "hub/registry-index/namespaces/acme.toml",
        "format = 1\nowners = [\"github:1\"]\n",
    );
    place.git("hub", &["init", "-q"]);
    write(&place, "manners", "1.0.0", "", SPEC);
    write(&place, "greeter", "1.0.0", ASKS, SPEC);
    place.write(
        "hub/templates/skills/greeter/policies/TEAM.md.j2",
        "Team {{ team }}, with {{ token }}.\n",
    );
    place.write(
        "hub/templates/skills/greeter/tests/default/answers.toml",
        "format = 1\n[answers]\nteam = \"core\"\ntoken = \"TOKEN\"\n",
    );
    release(&place);
    place.done(&["registry", "add", "acme", "../hub"]);
    place
}

const INSTALL: [&str; 7] = [
    "template",
    "install",
    "acme/greeter",
    "--set",
    "team=core",
    "--yes",
    "--accept=all",
];
const SPEC_FILE: &str = "project/.parac/agents/skills/greeter/SKILL.md";

/// The project without what is kept for undoing.
fn files(place: &Place) -> Vec<(String, String)> {
    let all = tree(&place.project()).into_iter();
    all.filter(|(path, _)| !path.contains(".paracle"))
        .map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned()))
        .collect()
}

fn newer(place: &Place) {
    let spec = SPEC.replace("Three lines.", "Four lines.");
    let more = format!("{ASKS}[uses]\nnetwork = [\"api.example\"]\n");
    write(place, "greeter", "1.1.0", &more, &spec);
    place.write(
        "hub/templates/skills/greeter/tests/default/answers.toml",
        "format = 1\n[answers]\nteam = \"core\"\ntoken = \"TOKEN\"\n",
    );
    release(place);
}

#[test]
fn it_comes_with_answers_and_what_it_needs() {
    let place = registry();
    let nobody = [
        "template",
        "install",
        "acme/greeter",
        "--yes",
        "--accept=all",
    ];
    place.fails(&nobody, 1, &["`team`", "--set team="]);
    place.fails(
        &[
            "template",
            "install",
            "acme/greeter",
            "--set",
            "team=NO",
            "--yes",
        ],
        1,
        &["--set", "does not match"],
    );
    assert!(files(&place).is_empty());
    let ran = place.done(&INSTALL);
    assert!(ran.err.contains("export TOKEN="), "{}", ran.err);
    assert_eq!(
        place.read("project/.parac/policies/TEAM.md"),
        "Team core, with ${TOKEN}.\n"
    );
    let lock = place.read("project/.parac/packages.lock");
    for part in ["acme/manners", "needs = [", "team = \"core\"", "render = 1"] {
        assert!(lock.contains(part), "{part}: {lock}");
    }
    let wanted = place.read("project/.parac/packages.toml");
    assert!(!wanted.contains("acme/manners"), "{wanted}");
    place.fails(
        &["template", "remove", "manners", "--yes"],
        1,
        &["acme/manners is needed by acme/greeter"],
    );
}

#[test]
fn a_lock_restores_the_same_project_elsewhere() {
    let place = registry();
    place.done(&INSTALL);
    let before = files(&place);
    let lock = place.read("project/.parac/packages.lock");
    let wanted = place.read("project/.parac/packages.toml");
    let fresh = |place: &Place| {
        fs::remove_dir_all(place.project()).unwrap();
        fs::create_dir(place.project()).unwrap();
        place.write("project/.parac/packages.lock", &lock);
        place.write("project/.parac/packages.toml", &wanted);
    };
    fresh(&place);
    place.done(&["template", "install", "--locked", "--yes", "--accept=all"]);
    assert_eq!(files(&place), before);
    // Years later, the registry gone: from the cache.
    fresh(&place);
    place.done(&["registry", "remove", "acme"]);
    fs::remove_dir_all(place.path("hub")).unwrap();
    place.done(&[
        "template",
        "install",
        "--locked",
        "--offline",
        "--yes",
        "--accept=all",
    ]);
    assert_eq!(files(&place), before);
    // What was edited is not restored over.
    place.write(SPEC_FILE, "mine\n");
    place.fails(
        &["template", "install", "--locked", "--yes"],
        1,
        &["was edited", "greeter/SKILL.md"],
    );
    place.write(
        "project/.parac/packages.toml",
        wanted.replace("^1.0.0", "^2"),
    );
    place.fails(
        &["template", "install", "--locked", "--yes"],
        1,
        &["acme/greeter ^2 is asked for, 1.0.0 is locked"],
    );
}

#[test]
fn an_update_keeps_edits_and_asks_for_new_uses() {
    let place = registry();
    place.done(&INSTALL);
    let spec = place.read(SPEC_FILE);
    place.write(SPEC_FILE, spec.replace("Greets.", "Greets warmly."));
    newer(&place);
    let update = ["template", "update", "--yes"];
    let too_young = place.done(&update);
    assert!(too_young.err.contains("72 hours"), "{}", too_young.err);
    let before = files(&place);
    place.fails(
        &["template", "update", "--now", "--yes"],
        4,
        &["network api.example", "--accept network"],
    );
    assert_eq!(files(&place), before);
    let outdated = place
        .done(&["template", "outdated", "--now", "--json"])
        .json();
    assert_eq!(outdated["outdated"][0]["update"], "1.1.0");
    place.fails(&["template", "update", "--check", "--now"], 1, &[]);
    place.done(&["template", "update", "--now", "--yes", "--accept=network"]);
    let merged = spec
        .replace("Greets.", "Greets warmly.")
        .replace("Three lines.", "Four lines.");
    assert_eq!(place.read(SPEC_FILE), merged);
    let after = files(&place);
    place.done(&["template", "update", "--now", "--yes"]);
    assert_eq!(files(&place), after, "a second time changes nothing");
    place.done(&[
        "template",
        "update",
        "greeter",
        "--to",
        "1.0.0",
        "--yes",
        "--accept=all",
    ]);
    let wanted = place.read("project/.parac/packages.toml");
    assert!(wanted.contains("^1.0.0"), "{wanted}");
    assert!(place.read(SPEC_FILE).contains("Three lines."));
}

#[test]
fn what_is_removed_leaves_nothing_and_comes_back() {
    let place = registry();
    place.write("project/notes.md", "mine\n");
    let empty = files(&place);
    place.done(&INSTALL);
    let full = files(&place);
    let removed = place.done(&["template", "remove", "greeter", "--yes"]);
    assert!(removed.err.contains("autoremove"), "{}", removed.err);
    place.done(&["template", "autoremove", "--yes"]);
    let left: Vec<_> = files(&place)
        .into_iter()
        .filter(|(path, _)| path != ".parac/")
        .collect();
    assert_eq!(left, empty);
    place.done(&INSTALL);
    assert_eq!(files(&place), full);
}

#[test]
fn agreement_is_never_taken_for_granted() {
    let place = registry();
    newer(&place);
    let plan = ["template", "install", "acme/greeter", "--set", "team=core"];
    place.fails(&plan, 4, &["nothing was agreed to", "--yes"]);
    let mut yes = plan.to_vec();
    yes.push("--yes");
    place.fails(&yes, 4, &["was not accepted", "--accept network"]);
    assert!(!place.path("project/.parac/packages.lock").exists());
}

#[test]
fn a_folder_is_a_source() {
    let place = registry();
    place.done(&[
        "template",
        "install",
        "../hub/templates/skills/manners",
        "--yes",
        "--accept=all",
    ]);
    let lock = place.read("project/.parac/packages.lock");
    assert!(
        lock.contains("folder+../hub/templates/skills/manners"),
        "{lock}"
    );
    let before = files(&place);
    place.done(&["template", "install", "--yes", "--accept=all"]);
    assert_eq!(files(&place), before);
    let spec = SPEC.replace("Greets.", "Greets twice.");
    write(&place, "manners", "1.0.0", "", &spec);
    place.done(&["template", "update", "--yes", "--accept=all"]);
    assert!(
        place
            .read("project/.parac/agents/skills/manners/SKILL.md")
            .contains("twice")
    );
}
