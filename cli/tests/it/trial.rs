//! Packages that look right and cannot be installed: what the rule `trial-install` is for.

use crate::{
    place::{Place, Ran, repository},
    registry::registry,
};

const FOLDER: &str = "hub/templates/skills/greeting";

/// The registry's one package with `manifest` below its own, and these files.
fn package(manifest: &str, files: &[(&str, &str)]) -> Place {
    let place = registry();
    let path = format!("{FOLDER}/paracle.toml");
    place.write(&path, format!("{}\n{manifest}", place.read(&path)));
    for (path, text) in files {
        place.write(&format!("{FOLDER}/{path}"), text);
    }
    place
}

fn check(place: &Place) -> Ran {
    place.paracle(&[
        "template",
        "check",
        &format!("../{FOLDER}"),
        "--format",
        "json",
    ])
}

/// What the rule says, as `severity file: message`; and that the check fails if there is an error.
fn said(place: &Place) -> Vec<String> {
    let ran = check(place);
    let findings = ran.json()["findings"].as_array().unwrap().clone();
    let found: Vec<String> = findings
        .iter()
        .filter(|finding| finding["rule"] == "trial-install")
        .map(|f| {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            let file = text(&f["place"]["file"]).replace("templates/skills/greeting/", "");
            format!("{} {file}: {}", text(&f["severity"]), text(&f["message"]))
        })
        .collect();
    let has_failed = found.iter().any(|said| said.starts_with("error"));
    assert!(!has_failed || ran.code == 1, "{}", ran.out);
    found
}

const CASE: &str = "tests/default/answers.toml";

#[test]
fn our_own_packages_can_be_installed_and_removed() {
    let place = Place::new();
    let root = repository().canonicalize().unwrap();
    let root = root.to_str().unwrap();
    let ran = place.paracle(&[
        "registry",
        "check",
        "--registry",
        root,
        "--trials",
        "all",
        "--format",
        "json",
    ]);
    assert!(!ran.out.contains("trial-install"), "{}", ran.out);
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[test]
fn a_template_that_writes_outside_is_caught() {
    let variables = "[variables.place]\ntype = \"string\"\n";
    for answer in ["..", ".git", "con"] {
        let place = package(
            variables,
            &[
                ("project/__place__/x.md", "X.\n"),
                (
                    CASE,
                    &format!("format = 1\n[answers]\nplace = \"{answer}\"\n"),
                ),
            ],
        );
        let said = said(&place);
        assert_eq!(said.len(), 1, "{answer} {said:?}");
        assert!(
            said[0].contains("error") && said[0].contains("project/__place__/x.md"),
            "{said:?}"
        );
    }
}

#[test]
fn a_case_that_leaves_a_question_open_is_caught() {
    // Whether it is asked depends on another answer, which no rule that only reads can tell.
    let variables = "[variables.first]\ntype = \"bool\"\n[variables.second]\ntype = \"string\"\nwhen = \"first\"\n";
    let place = package(
        variables,
        &[(CASE, "format = 1\n[answers]\nfirst = true\n")],
    );
    let told = said(&place);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("second") && told[0].starts_with(&format!("error {CASE}")),
        "{told:?}"
    );
    place.write(
        &format!("{FOLDER}/{CASE}"),
        "format = 1\n[answers]\nfirst = false\n",
    );
    assert_eq!(said(&place), [""; 0]);
}

#[test]
fn what_a_template_becomes_is_read_as_paracle_reads_it() {
    let variables = "[variables.word]\ntype = \"string\"\n";
    let answers = "format = 1\n[answers]\nword = \"a: [b\"\n";
    for (path, text, why) in [
        (
            "workflows/hello.yaml.j2",
            "name: hello\nsteps:\n  - id: a\n    agent: coder\n    prompt: {{ word }}\n",
            "not YAML",
        ),
        ("agents/helper.md.j2", "# Helper\n\n{{ word }}\n", "Role"),
        (
            "project/.parac/config/x.json.j2",
            "{\"word\": {{ word }}}\n",
            "not JSON",
        ),
        (
            "mcp/it.toml.j2",
            "id = \"other\"\nname = \"{{ word }}\"\ndescription = \"It\"\ncommand = \"true\"\n",
            "`id` is",
        ),
        (
            "project/notes.md.j2",
            "{{ word.nothing.there }}\n",
            "notes.md.j2",
        ),
    ] {
        let place = package(variables, &[(path, text), (CASE, answers)]);
        let said = said(&place);
        assert!(
            said.iter()
                .any(|said| said.starts_with("error") && said.contains(why)),
            "{path} {said:?}"
        );
    }
}

#[test]
fn a_component_that_somebody_has_is_caught() {
    // A whole file in place of an entry: fine in an empty project, in the way in every other.
    let manifest = "agents:\n  - id: helper\n    name: Helper\n";
    let place = package("", &[("project/.parac/agents/manifest.yaml", manifest)]);
    let told = said(&place);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("with things of others") && told[0].contains("manifest.yaml"),
        "{told:?}"
    );
    // Two packages that come together and bring the same agent, differently.
    let agent = helper("One.");
    let place = package(
        "[dependencies]\n\"acme/other\" = \"1\"\n",
        &[("agents/helper.md", &agent)],
    );
    let other = "hub/templates/agents/other";
    let text = place.read(&format!("{FOLDER}/paracle.toml"));
    let text = text
        .split("\n[dependencies]")
        .next()
        .unwrap()
        .replace("acme/greeting", "acme/other");
    place.write(&format!("{other}/paracle.toml"), text);
    place.write(&format!("{other}/README.md"), "# Other\n\nAnother one.\n");
    place.write(&format!("{other}/{CASE}"), "format = 1\n");
    place.write(&format!("{other}/agents/helper.md"), helper("Two."));
    let told = said(&place);
    assert!(
        told[0].starts_with("error") && told[0].contains("helper"),
        "{told:?}"
    );
    place.write(&format!("{other}/agents/helper.md"), agent);
    assert_eq!(said(&place), [""; 0]);
}

fn helper(word: &str) -> String {
    format!(
        "# Helper Agent\n\n## Role\n\n{word}\n\n## Governance Integration\n\n### Before Starting Any Task\n\n\
         - Read `.parac/memory/context/current_state.yaml` and `.parac/roadmap/roadmap.yaml`.\n\n\
         ### After Completing Work\n\n- Write to `.parac/memory/logs/agent_actions.log`.\n\n## Skills\n\n- None.\n\n\
         ## Responsibilities\n\n### Helping\n\n- Help.\n"
    )
}

#[test]
fn what_only_the_program_writes_is_caught() {
    let agent = helper("One.");
    for files in [
        &[("project/.parac/packages.toml", "format = 1\n")][..],
        &[("project/.parac/.paracle/history/1/journal", "{}\n")],
        // One file of the project, twice.
        &[
            ("agents/helper.md", agent.as_str()),
            ("project/.parac/agents/specs/helper.md", agent.as_str()),
        ],
    ] {
        let told = said(&package("", files));
        assert!(
            told.len() == 1 && told[0].starts_with("error"),
            "{files:?} {told:?}"
        );
    }
}

#[test]
fn what_another_registry_has_is_noted_and_not_fetched() {
    let place = package(
        "[dependencies.\"far/away\"]\nversion = \"1\"\nregistry = \"https://registry.invalid/\"\n",
        &[],
    );
    let said = said(&place);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("note") && said[0].contains("far/away is not at hand"),
        "{said:?}"
    );
}

#[test]
fn a_change_is_tried_and_a_large_registry_is_not() {
    let place = package(
        "[variables.place]\ntype = \"string\"\n",
        &[
            ("project/__place__/x.md", "X.\n"),
            (CASE, "format = 1\n[answers]\nplace = \"..\"\n"),
        ],
    );
    let check = |more: &[&str]| {
        let mut args = vec!["registry", "check", "--registry", "../hub"];
        args.extend(more);
        place.paracle(&args)
    };
    for more in [&["--base", "HEAD"][..], &["--only", "greeting"], &[]] {
        let ran = check(more);
        assert!(
            ran.code == 1 && ran.out.contains("error[trial-install]"),
            "{more:?} {}",
            ran.out
        );
    }
    assert_eq!(check(&["--trials", "none"]).code, 0);
    for at in 0..100 {
        let folder = format!("hub/templates/skills/other-{at}");
        place.write(
            &format!("{folder}/paracle.toml"),
            place.read(&format!("{FOLDER}/paracle.toml")),
        );
    }
    let ran = check(&[]);
    assert!(!ran.out.contains("trial-install"), "{}", ran.out);
    assert!(
        ran.err
            .contains("101 packages were not installed for trial"),
        "{}",
        ran.err
    );
    assert!(
        check(&["--base", "HEAD", "--trials", "all"])
            .out
            .contains("trial-install")
    );
}
