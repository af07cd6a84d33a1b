//! What is asked, by whom it is answered, and what is refused.

use install::variables::{AnswerError, AskError, Asker, Given, Nobody, Question, Value, answer};
use render::Renderer;

use super::answers::{
    ALL, CHAIN, Person, answers, facts, given_only, inline, manifest, no_renderer, renderer, set,
    text, worker,
};

const ANSWERED: &str = r#"{ areas = ["api", "web"], count = -3, loud = true, team = "core", token = "GITHUB_TOKEN", tracker = "jira", where = "src/app" }"#;

/// What `--set` says of each in [`ANSWERED`].
const TEXTS: [(&str, &str); 7] = [
    ("team", "core"),
    ("count", "-3"),
    ("loud", "Yes"),
    ("tracker", "jira"),
    ("areas", "api, web"),
    ("token", "GITHUB_TOKEN"),
    ("where", "src/app"),
];

const FILE: &str = "format = 1\nteam = 'core'\ncount = -3\nloud = true\ntracker = 'jira'\n\
                    areas = ['api', 'web']\ntoken = 'GITHUB_TOKEN'\nwhere = 'src/app'\n";

fn all_by_set() -> Given {
    let texts = TEXTS.map(|(name, text)| format!("{name}={text}"));
    set(&texts.each_ref().map(String::as_str))
}

#[test]
fn every_type_from_every_source() {
    let manifest = manifest(ALL);
    let said = |given: &Given| {
        // Nothing to compute: no child.
        inline(answer(
            &manifest,
            given,
            &facts(),
            &no_renderer(),
            &mut Nobody,
        ))
    };
    assert_eq!(said(&all_by_set()), ANSWERED);

    let mut by_file = Given::default();
    by_file.file("a.toml", FILE).unwrap();
    assert_eq!(said(&by_file), ANSWERED);
    // The form of a package's own test cases.
    let mut by_case = Given::default();
    let case = FILE.replace("format = 1", "format = 1\n[answers]");
    by_case.file("a.toml", &case).unwrap();
    assert_eq!(said(&by_case), ANSWERED);

    let mut by_environment = Given::default();
    let pairs = TEXTS.map(|(name, text)| {
        (
            format!("PARACLE_ANSWER_{}", name.to_uppercase()),
            text.to_owned(),
        )
    });
    by_environment.environment(pairs);
    assert_eq!(said(&by_environment), ANSWERED);

    let mut earlier = Given::default();
    earlier.earlier(
        &manifest.name,
        toml::from_str(FILE.split_once('\n').unwrap().1).unwrap(),
    );
    assert_eq!(said(&earlier), ANSWERED);

    let mut person = Person::who_says([
        Some(text("core")),
        Some(Value::Int(-3)),
        Some(Value::Bool(true)),
        Some(text("jira")),
        Some(Value::List(vec!["api".into(), "web".into()])),
        Some(text("GITHUB_TOKEN")),
        Some(text("src/app")),
    ]);
    let asked = answer(
        &manifest,
        &Given::default(),
        &facts(),
        &no_renderer(),
        &mut person,
    );
    assert_eq!(inline(asked), ANSWERED);
    assert_eq!(person.shown[0], "core/thing Which team?");
    assert_eq!(person.shown[1], "core/thing count");
}

#[test]
fn the_stronger_source_wins() {
    let manifest = manifest("[[variables]]\nname = 'team'\ntype = 'string'\ndefault = 'default'\n");
    let said = |given: &Given| inline(given_only(&manifest, given));
    let is = |who: &str| format!("{{ team = \"{who}\" }}");
    let mut given = Given::default();
    assert_eq!(said(&given), is("default"));
    given.earlier(&manifest.name, answers(&[("team", text("earlier"))]));
    assert_eq!(said(&given), is("earlier"));
    let pairs = [("PARACLE_ANSWER_TEAM", "environment"), ("HOME", "/x")];
    given.environment(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
    assert_eq!(said(&given), is("environment"));
    given.file("a.toml", "team = 'file'\n").unwrap();
    assert_eq!(said(&given), is("file"));
    given
        .file(
            "b.toml",
            "['core/thing']\nteam = 'own file'\n['core/other']\nteam = 'x'\n",
        )
        .unwrap();
    assert_eq!(said(&given), is("own file"));
    given.set("team=set").unwrap();
    assert_eq!(said(&given), is("set"));
    given.set("core/thing:team=a=b").unwrap();
    given.set("core/other:team=x").unwrap();
    assert_eq!(said(&given), is("a=b"));
    given.set("core/thing:team=later").unwrap();
    assert_eq!(said(&given), is("later"));
}

#[test]
fn when_and_defaults_follow_earlier_answers() {
    let manifest = manifest(CHAIN);
    assert_eq!(
        inline(given_only(&manifest, &set(&["tracker=jira"]))),
        r#"{ board = "MY-APP-jira", columns = 11, tracker = "jira", version = "core/thing 1.2.0" }"#
    );
    // `either` is asked, and its default comes upon a question that was not: it has none.
    let error = given_only(&manifest, &set(&["tracker=none"])).unwrap_err();
    assert_eq!(error.hint().unwrap(), "add `--set either=…`");
    assert_eq!(
        inline(given_only(&manifest, &set(&["tracker=none", "either=no"]))),
        r#"{ either = false, tracker = "none", version = "core/thing 1.2.0" }"#
    );
    // What is given to a question that is not asked is no answer.
    assert_eq!(
        inline(given_only(
            &manifest,
            &set(&["tracker=none", "either=no", "board=x", "columns=three"])
        )),
        r#"{ either = false, tracker = "none", version = "core/thing 1.2.0" }"#
    );
    let mut person = Person::who_says([Some(text("jira")), Some(text("y")), None, None, None]);
    let asked = answer(
        &manifest,
        &Given::default(),
        &facts(),
        &renderer(),
        &mut person,
    );
    assert_eq!(
        inline(asked),
        r#"{ board = "y", columns = 1, either = false, tracker = "jira", version = "core/thing 1.2.0" }"#
    );
    assert_eq!(person.shown[1], "core/thing board [\"MY-APP-jira\"]");
    assert_eq!(person.shown[2], "core/thing columns [1]");
}

#[test]
fn children_are_few() {
    let folder = tempfile::tempdir().unwrap();
    let count = folder.path().join("count");
    let script = format!("echo x >> {}; exec {}", count.display(), worker().display());
    let renderer = Renderer::new("/bin/sh".into(), vec!["-c".into(), script.into()]);
    let mut before = 0;
    let mut children = |variables: &str, given: &Given| {
        let manifest = manifest(variables);
        answer(&manifest, given, &facts(), &renderer, &mut Nobody).unwrap();
        let all = std::fs::read_to_string(&count)
            .unwrap_or_default()
            .lines()
            .count();
        std::mem::replace(&mut before, all).abs_diff(all)
    };
    // Constants.
    assert_eq!(
        children(
            "[[variables]]\nname = 'a'\ntype = 'int'\ndefault = 3\n",
            &Given::default()
        ),
        0
    );
    assert_eq!(children(ALL, &all_by_set()), 0);
    // `board` with `version`, then `columns` with `either`.
    assert_eq!(children(CHAIN, &set(&["tracker=jira"])), 2);
    // A default that is not needed is not computed.
    assert_eq!(
        children(
            "[[variables]]\nname = 'a'\ntype = 'string'\ndefault = '{{ project.name }}'\n",
            &set(&["a=x"])
        ),
        0
    );
    let ten: String = (0..10)
        .map(|n| format!("[[variables]]\nname = 'v{n}'\ntype = 'string'\ndefault = '{{{{ project.name }}}}'\n"))
        .collect();
    assert_eq!(children(&ten, &Given::default()), 1);
}

#[test]
fn a_person_is_asked_again_and_may_stop() {
    let manifest = manifest(&ALL[..ALL.find("[[variables]]\nname = 'count'").unwrap()]);
    let ask = |asker: &mut dyn Asker| {
        answer(
            &manifest,
            &Given::default(),
            &facts(),
            &no_renderer(),
            asker,
        )
    };
    let mut person =
        Person::who_says([Some(text("Core")), Some(Value::Int(1)), Some(text("core"))]);
    assert_eq!(inline(ask(&mut person)), r#"{ team = "core" }"#);
    assert_eq!(
        person.shown,
        [
            "core/thing Which team?",
            "core/thing Which team? ! \"Core\" does not match \"[a-z][a-z-]*\"",
            "core/thing Which team? ! 1 is not a text",
        ]
    );
    let stopped = ask(&mut Person::default()).unwrap_err();
    assert!(matches!(stopped, AnswerError::Ask(AskError::Cancelled)));

    struct Stubborn;
    impl Asker for Stubborn {
        fn ask(&mut self, _: &Question<'_>) -> Result<Option<Value>, AskError> {
            Ok(Some(Value::Int(1)))
        }
    }
    let error = ask(&mut Stubborn).unwrap_err().to_string();
    assert_eq!(
        error,
        "core/thing asks for `team`: what was typed gives what does not fit: 1 is not a text"
    );
}

#[test]
fn an_earlier_answer_that_no_longer_fits_is_asked_again() {
    let manifest = manifest(
        "[[variables]]\nname = 'tracker'\ntype = 'choice'\nchoices = ['a', 'b']\ndefault = 'b'\n",
    );
    let mut given = Given::default();
    given.earlier(
        &manifest.name,
        answers(&[("tracker", text("gone")), ("removed", text("x"))]),
    );
    let answered = given_only(&manifest, &given).unwrap();
    assert_eq!(answered.answers.to_toml_inline(), r#"{ tracker = "b" }"#);
    let notes: Vec<String> = answered.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "core/thing: the earlier answer to `tracker` was not kept: \"gone\" is not one of the choices"
        ]
    );
    let mut person = Person::who_says([Some(text("a"))]);
    let asked = answer(&manifest, &given, &facts(), &no_renderer(), &mut person);
    assert_eq!(inline(asked), r#"{ tracker = "a" }"#);
    assert_eq!(
        person.shown,
        ["core/thing tracker [\"b\"] ! \"gone\" is not one of the choices"]
    );
}
