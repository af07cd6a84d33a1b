//! Answers that are none, questions that are none, and how both are told.

use install::variables::{Given, Nobody, answer, answer_all, check, secrets};

use super::answers::{
    ALL, CHAIN, Person, answers, facts, given_only, inline, manifest, manifest_of, no_renderer,
    renderer, set, text,
};

#[test]
fn what_is_given_wrongly_is_told_with_its_source() {
    let mut file = Given::default();
    file.file("my answers.toml", "\n  count = 'three'\n")
        .unwrap();
    let mut environment = Given::default();
    environment.environment([("PARACLE_ANSWER_LOUD".to_owned(), "perhaps".to_owned())]);
    for (given, expected) in [
        (
            set(&["team=Core"]),
            "core/thing asks for `team`: `--set` gives what does not fit: \"Core\" does not match \"[a-z][a-z-]*\"",
        ),
        (
            set(&["team=core", "count=1.5"]),
            "core/thing asks for `count`: `--set` gives what does not fit: \"1.5\" is not a whole number",
        ),
        (
            set(&["team=x", "count=1", "loud=no", "tracker=svn"]),
            "core/thing asks for `tracker`: `--set` gives what does not fit: \"svn\" is not one of the choices",
        ),
        (
            set(&[
                "team=x",
                "count=1",
                "loud=no",
                "tracker=none",
                "areas=api,gui",
            ]),
            "core/thing asks for `areas`: `--set` gives what does not fit: \"gui\" is not one of the choices",
        ),
        (
            set(&["where=../x"]),
            "core/thing asks for `where`: `--set` gives what does not fit: \"../x\" is not a relative path inside the project",
        ),
        (
            file,
            "core/thing asks for `count`: \"my answers.toml\", line 2, column 11 gives what does not fit: \"three\" is not a whole number",
        ),
        (
            environment,
            "core/thing asks for `loud`: `PARACLE_ANSWER_LOUD` gives what does not fit: \"perhaps\" is not true or false",
        ),
    ] {
        let error = given_only(&manifest(ALL), &given).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let comma = set(&["areas=docs, too"]);
    let areas = manifest(
        &ALL[ALL.find("[[variables]]\nname = 'areas'").unwrap()
            ..ALL.find("[[variables]]\nname = 'token'").unwrap()],
    );
    assert_eq!(
        inline(given_only(&areas, &comma)),
        r#"{ areas = ["docs, too"] }"#
    );
}

#[test]
fn all_that_nobody_answers_is_told_at_once() {
    let other = manifest_of(
        "core/other",
        "[[variables]]\nname = 'team'\ntype = 'string'\n[[variables]]\nname = 'goal'\ntype = 'string'\npattern = '[a-z]+'\ndefault = '{{ project.name }}'\n",
    );
    let manifests = [manifest(ALL), other];
    let error = answer_all(
        &manifests,
        &set(&["count=1"]),
        &facts(),
        &renderer(),
        &mut Nobody,
    );
    let error = error.unwrap_err();
    let lines: Vec<String> = error
        .to_string()
        .lines()
        .map(|line| line.trim().to_owned())
        .collect();
    assert_eq!(
        lines,
        [
            "nothing answers this:",
            "core/thing asks for `team` (\"Which team?\")",
            "core/thing asks for `loud`",
            "core/thing asks for `tracker`, one of \"jira\", \"github\", \"none\"",
            "core/thing asks for `areas`, one of \"api\", \"web\", \"docs, too\"",
            "core/thing asks for `where`",
            "core/other asks for `team`",
            "core/other asks for `goal`; its default does not fit: \"my-app\" does not match \"[a-z]+\"",
        ]
    );
    assert_eq!(
        error.hint().unwrap(),
        "add `--set core/thing:team=…` `--set loud=…` `--set tracker=…` `--set areas=…` `--set where=…` `--set core/other:team=…` `--set goal=…`"
    );
    // Whether `board` is asked hangs on `tracker`: only that is told.
    let error = given_only(&manifest(CHAIN), &Given::default()).unwrap_err();
    assert_eq!(error.hint().unwrap(), "add `--set tracker=…`");
}

const SECRET: &str = "[[variables]]\nname = 'api_key'\ntype = 'secret'\n";

/// What people would be sorry to see again.
const VALUES: [&str; 4] = [
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "hunter2",
    "AKIAIOSFODNN7EXAMPLE",
    "a b\u{1b}[31m",
];

#[test]
fn a_secret_is_answered_with_a_name() {
    let manifest = manifest(SECRET);
    let answered = given_only(&manifest, &Given::default()).unwrap().answers;
    assert_eq!(answered.to_toml_inline(), r#"{ api_key = "API_KEY" }"#);
    let pair = ("api_key".to_owned(), "API_KEY".to_owned());
    assert_eq!(secrets(&manifest, &answered), [pair]);
}

#[test]
fn a_secret_that_is_given_is_not_shown() {
    for value in VALUES {
        let literal = toml::Value::String(value.to_owned());
        let mut file = Given::default();
        file.file("a.toml", &format!("api_key = {literal}\n"))
            .unwrap();
        let mut environment = Given::default();
        environment.environment([("PARACLE_ANSWER_API_KEY".to_owned(), value.to_owned())]);
        for given in [set(&[&format!("api_key={value}")]), file, environment] {
            let error = given_only(&manifest(SECRET), &given).unwrap_err();
            let said = format!("{error} {error:?} {:?} {given:?}", error.hint());
            assert!(said.contains("not the name of an environment"), "{said}");
            assert!(!said.contains(&value[1..]), "{said}");
        }
    }
}

#[test]
fn a_secret_in_a_lock_or_typed_is_not_shown() {
    let manifest = manifest(SECRET);
    for value in VALUES {
        let leaked = answers(&[("api_key", text(value))]);
        let mut earlier = Given::default();
        earlier.earlier(&manifest.name, leaked.clone());
        let answered = given_only(&manifest, &earlier).unwrap();
        assert_eq!(
            answered.answers.to_toml_inline(),
            r#"{ api_key = "API_KEY" }"#
        );
        assert!(!format!("{:?}{}", answered.notes, answered.notes[0]).contains(value));
        assert_eq!(secrets(&manifest, &leaked), []);
        let error = check(&manifest, &leaked).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(value));

        let mut person = Person::who_says([Some(text(value)), None]);
        let nothing = Given::default();
        answer(&manifest, &nothing, &facts(), &no_renderer(), &mut person).unwrap();
        assert_eq!(person.shown.len(), 2);
        assert!(!person.shown.concat().contains(value), "{:?}", person.shown);
    }
}

#[test]
fn a_secret_in_a_malformed_file_is_not_shown() {
    for broken in [
        "api_key = ghp_SECRET\n",
        "api_key = 'ghp_SECRET\n",
        "api_key = ['ghp_SECRET', 1]\n",
        "x = 1\napi_key = \"\\qghp_SECRET\"\n",
        "a='ghp_SECRET' b=1\n",
    ] {
        let error = Given::default().file("a.toml", broken).unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(!said.contains("SECRET"), "{said}");
    }
    let error = Given::default().set("ghp_SECRET").unwrap_err();
    let said = format!("{error} {error:?} {:?}", error.hint());
    assert!(!said.contains("SECRET"), "{said}");
}

#[test]
fn what_nothing_asks_for_is_told_with_what_was_meant() {
    let mut given = set(&[
        "taem=x",
        "team=x",
        "core/thing:cuont=1",
        "core/thign:team=x",
        "zzzzzz=1",
    ]);
    given
        .file("a.toml", "loudd = true\n['core/thing']\nwhere = 'x'\n")
        .unwrap();
    given.environment([("PARACLE_ANSWER_NOBODY".to_owned(), "x".to_owned())]);
    let unused: Vec<String> = given
        .unused([&manifest(ALL)])
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        unused,
        [
            "nothing asks for \"taem\" of `--set`; did you mean `team`?",
            "nothing asks for \"zzzzzz\" of `--set`",
            "nothing asks for \"core/thign:team\" of `--set`; did you mean `core/thing:team`?",
            "nothing asks for \"core/thing:cuont\" of `--set`; did you mean `core/thing:count`?",
            "nothing asks for \"loudd\" of \"a.toml\", line 1, column 9; did you mean `loud`?",
        ]
    );
}

#[test]
fn a_malformed_file_is_told_by_line_and_column() {
    for (file, expected) in [
        (
            "team = 'core'\ncount = \n",
            "\"a.toml\", line 2, column 9: ",
        ),
        ("team = 'core\n", "\"a.toml\", line 1, column 13: "),
        (
            "x = 1\nx = 2\n",
            "\"a.toml\", line 2, column 1: duplicate key",
        ),
        ("é = 1\n", "\"a.toml\", line 1, column 1: "),
        (
            "Team = 'core'\n",
            "\"a.toml\", line 1, column 1: no variable is called \"Team\"",
        ),
        (
            "# é\nn = 1.5 # x\n",
            "\"a.toml\", line 2, column 5: the answer to `n` is a text, a whole number, true or false, or a list of texts, not this float",
        ),
        (
            "n = ['é', 1]\n",
            "\"a.toml\", line 1, column 5: the answer to `n` is",
        ),
        (
            "n = 99999999999999999999\n",
            "\"a.toml\", line 1, column 5: the answer to `n` is",
        ),
        (
            "d = 2026-01-01\n",
            "\"a.toml\", line 1, column 5: the answer to `d` is",
        ),
        (
            "[thing]\nn = 1\n",
            "\"a.toml\", line 1, column 2: a table is named after a package, and \"thing\" is not of the form `namespace/name`",
        ),
        (
            "['core/thing']\nn = { a = 1 }\n",
            "\"a.toml\", line 2, column 5: the answer to `n` is",
        ),
        (
            "format = 2\n",
            "\"a.toml\", line 1, column 10: this format is not known",
        ),
        (
            "['../x']\n",
            "\"a.toml\", line 1, column 2: a table is named after a package",
        ),
    ] {
        let error = Given::default().file("a.toml", file).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{file:?}: {error}");
        assert!(error.hint().unwrap().contains("NAME = ANSWER"));
    }
}

#[test]
fn a_malformed_set_is_told() {
    for (bad, expected) in [
        ("team", "`--set` has no `=` between a name and its answer"),
        (
            "Team=x",
            "`--set` cannot answer \"Team\": no variable is called so",
        ),
        ("=x", "`--set` cannot answer \"\": no variable is called so"),
        (
            "core:team=x",
            "`--set` names no package: \"core\" is not of the form `namespace/name`",
        ),
    ] {
        assert_eq!(Given::default().set(bad).unwrap_err().to_string(), expected);
    }
}

#[test]
fn hostile_questions_end_in_an_error() {
    let dashes = "-".repeat(20_000);
    for (variable, expected) in [
        (format!("default = '{{{{ {dashes}1 }}}}'"), "default of x"),
        (format!("when = '{dashes}1'"), "when of x"),
        ("when = 'true %}{% if true'".to_owned(), "holds '}'"),
        (
            "default = '{% for i in range(9) %}x{% endfor %}{{ 1 }}'".to_owned(),
            "more than text",
        ),
        (
            "default = \"{{ 'x' * 100000000 ~ 'y' * 100000000 }}\"".to_owned(),
            "default of x",
        ),
        ("default = '{{ nobody }}'".to_owned(), "undefined value"),
        ("default = '{{ x }}'".to_owned(), "undefined value"),
        ("default = '{{ later }}'".to_owned(), "undefined value"),
    ] {
        let text = format!(
            "[[variables]]\nname = 'x'\ntype = 'string'\n{variable}\n[[variables]]\nname = 'later'\ntype = 'string'\ndefault = 'x'\n"
        );
        let error = given_only(&manifest(&text), &Given::default())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("core/thing asks for `x`") && error.contains(expected),
            "{error}"
        );
        assert!(error.len() < 1000, "{} bytes", error.len());
    }
    // What an expression makes is an answer only if it fits like any other.
    let two_lines = "[[variables]]\nname = 'x'\ntype = 'string'\ndefault = '{{ \"a\\nb\" }}'\n";
    let error = given_only(&manifest(two_lines), &Given::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("is not one line of text"), "{error}");
}
