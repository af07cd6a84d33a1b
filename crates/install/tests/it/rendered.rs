//! The files of a package with its answers in them.

use archive::{Contents, Entry, pack, read};
use install::{
    rendered::{RenderedError, render},
    variables::{Answers, Value},
};
use proptest::prelude::*;
use registry_index::Manifest;

use super::answers::{answers, facts, manifest, no_renderer, renderer, text};

const ALL: &str = "
[[variables]]
name = 'name'
type = 'string'
[[variables]]
name = 'number'
type = 'int'
[[variables]]
name = 'kind'
type = 'choice'
choices = ['a', 'b/c']
[[variables]]
name = 'where'
type = 'path'
[[variables]]
name = 'loud'
type = 'bool'
[[variables]]
name = 'many'
type = 'multichoice'
choices = ['x', 'y']
[[variables]]
name = 'token'
type = 'secret'
[[variables]]
name = 'skipped'
type = 'string'
when = 'loud'
";

fn all() -> Manifest {
    manifest(ALL)
}

fn answered() -> Answers {
    answers(&[
        ("name", text("demo")),
        ("number", Value::Int(-7)),
        ("kind", text("a")),
        ("where", text("src/app")),
        ("loud", Value::Bool(false)),
        ("many", Value::List(vec!["x".into(), "y".into()])),
        ("token", text("API_TOKEN")),
    ])
}

/// Path and bytes.
type Written<'a> = (&'a str, &'a [u8]);

/// An archive of these, read as it would be from a registry; what ends in `*` is executable.
fn contents(files: &[Written<'_>]) -> Contents {
    let entries = files.iter().map(|(path, bytes)| Entry {
        path: path.trim_end_matches('*').to_owned(),
        executable: path.ends_with('*'),
        bytes: bytes.to_vec(),
    });
    let packed = pack(entries.collect()).unwrap();
    read(&packed.gzip, &archive::Limits::default()).unwrap()
}

fn with(path: &str, given: &Answers) -> Result<String, RenderedError> {
    let files = contents(&[(path, b"x")]);
    let mut entries = render(files, &all(), given, &facts(), &no_renderer())?;
    Ok(entries.remove(0).path)
}

/// The answers with another `name`.
fn named(name: &str) -> Answers {
    let mut given = answered();
    given.insert("name", text(name));
    given
}

#[test]
fn only_templates_are_rendered() {
    let workflow = b"steps: {{ inputs.x }}\n\xff\xfe";
    let files = contents(&[
        ("paracle.toml", b"{{ x }}"),
        (
            "project/a.md.j2*",
            b"{{ name }} {{ number }} {{ many | join('+') }} {{ token }}\n",
        ),
        ("project/b.yaml", workflow),
        (
            "project/c.txt.j2",
            b"{% if skipped is defined %}{{ skipped }}{% else %}no{% endif %}",
        ),
        (
            "project/__name__/d.j2",
            b"{{ project.name }} {{ package.version }} {{ where }} {{ loud }}",
        ),
        ("project/run*", b"#!/bin/sh\n"),
    ]);
    let once = render(files.clone(), &all(), &answered(), &facts(), &renderer()).unwrap();
    let shown: Vec<(&str, bool, &[u8])> = once
        .iter()
        .map(|entry| {
            (
                entry.path.as_str(),
                entry.executable,
                entry.bytes.as_slice(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("paracle.toml", false, b"{{ x }}".as_slice()),
            ("project/a.md", true, b"demo -7 x+y ${API_TOKEN}\n"),
            ("project/b.yaml", false, workflow),
            ("project/c.txt", false, b"no"),
            ("project/demo/d", false, b"my-app 1.2.0 src/app False"),
            ("project/run", true, b"#!/bin/sh\n"),
        ]
    );
    let again = render(files, &all(), &answered(), &facts(), &renderer()).unwrap();
    assert_eq!(once, again);
}

#[test]
fn names_in_paths_are_answers() {
    for (path, becomes) in [
        ("project/__name__.md", "project/demo.md"),
        ("project/__name__/__number__/__kind__", "project/demo/-7/a"),
        ("project/x-__name__-__kind__.md", "project/x-demo-a.md"),
        ("project/__where__/main.py", "project/src/app/main.py"),
        ("project/__init__.py", "project/__init__.py"),
        ("project/__name____main__.py", "project/demo__main__.py"),
        ("project/__main____name__.py", "project/__main__demo.py"),
        ("project/a__b.py", "project/a__b.py"),
        ("project/__name__a__b", "project/demoa__b"),
        ("project/a__b__name__c", "project/a__b__name__c"),
        ("project/___name___", "project/___name___"),
        ("project/__Name__", "project/__Name__"),
        ("project/____", "project/____"),
    ] {
        // A hyphen at the start is refused, and tested elsewhere.
        let mut given = answered();
        if path.contains("/__number__") {
            given.insert("number", Value::Int(7));
        }
        let found = with(path, &given).unwrap();
        assert_eq!(found, becomes.replace("-7", "7"), "{path}");
    }
    // What an answer brings is neither looked through nor a template.
    assert_eq!(
        with("project/__name__", &named("__kind__")).unwrap(),
        "project/__kind__"
    );
    let error = with("project/__name__", &named("x.j2")).unwrap_err();
    assert!(
        error.to_string().contains("would be a template once more"),
        "{error}"
    );
}

#[test]
fn what_a_path_becomes_is_checked() {
    for (name, expected) in [
        ("../x", "`name`: it holds a `/`"),
        ("a/b", "`name`: it holds a `/`"),
        ("/etc", "`name`: it holds a `/`"),
        ("", "`name`: it is empty"),
        ("..", "leads out of its folder"),
        (".", "has a component `.`"),
        ("CON", "names a Windows device"),
        ("nul.txt", "names a Windows device"),
        (".git", "reaches into a `.git` folder"),
        (".GiT", "reaches into a `.git` folder"),
        ("git~1", "reaches into a `.git` folder"),
        ("dot.", "ends in a dot or a space"),
        ("space ", "ends in a dot or a space"),
        (" space", "begins with a space"),
        ("-rf", "begins with a hyphen"),
        ("a\\b", "has a backslash"),
        ("c:", "has a colon"),
        ("a\u{202e}b", "invisible or direction-changing"),
        ("a*", "cannot store"),
        (&"x".repeat(300), "longer than 200 bytes"),
    ] {
        let error = with("project/__name__/f", &named(name))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("core/thing: ") && error.contains(expected),
            "{name:?}: {error}"
        );
        assert!(error.contains("project/__name__/f"), "{error}");
    }
    let hidden = with("skills/__name__/SKILL.md", &named(".x")).unwrap_err();
    assert!(
        hidden
            .to_string()
            .contains("only project/ may hold hidden files"),
        "{hidden}"
    );
    assert_eq!(
        with("project/__name__/f", &named(".x")).unwrap(),
        "project/.x/f"
    );
}

#[test]
fn not_every_answer_can_be_a_name() {
    for (path, expected) in [
        (
            "project/__loud__",
            "only a string, an int, a choice or a path",
        ),
        (
            "project/__many__",
            "only a string, an int, a choice or a path",
        ),
        (
            "project/__token__",
            "only a string, an int, a choice or a path",
        ),
        ("project/__skipped__", "it was not asked"),
        ("project/x__where__", "only as a whole segment"),
        ("__name__/x", "what a file is hangs on no answer"),
    ] {
        let error = with(path, &answered()).unwrap_err().to_string();
        assert!(error.contains(expected), "{path}: {error}");
    }
    let mut given = answered();
    given.insert("kind", text("b/c"));
    let error = with("project/__kind__", &given).unwrap_err().to_string();
    assert!(error.contains("`kind`: it holds a `/`"), "{error}");
}

#[test]
fn two_files_stay_two() {
    let files: [(&[Written<'_>], &str); 5] = [
        (
            &[("project/__name__", b""), ("project/demo", b"")],
            "\"project/__name__\" and \"project/demo\" both become \"project/demo\"",
        ),
        (
            &[("project/a", b""), ("project/a.j2", b"")],
            "\"project/a\" and \"project/a.j2\" both become \"project/a\"",
        ),
        (
            &[("paracle.toml", b""), ("paracle.toml.j2", b"")],
            "both become \"paracle.toml\"",
        ),
        (
            &[("project/__name__", b""), ("project/DEMO", b"")],
            "are one name on some systems",
        ),
        (
            &[("project/__name__", b""), ("project/demo/x", b"")],
            "is a file, and",
        ),
    ];
    for (files, expected) in files {
        let error = render(
            contents(files),
            &all(),
            &answered(),
            &facts(),
            &no_renderer(),
        );
        let error = error.unwrap_err().to_string();
        assert!(
            error.starts_with("core/thing: with the answers, \"p") && error.contains(expected),
            "{error}"
        );
    }
}

#[test]
fn a_template_that_fails_is_named() {
    let dashes = format!("{{{{ {}1 }}}}", "-".repeat(20_000));
    let cases: [(&[u8], &str); 5] = [
        (
            b"\n{{ nobody }}",
            "core/thing: `project/x.j2`, line 2: undefined value",
        ),
        (
            b"{{ skipped }}",
            "core/thing: `project/x.j2`, line 1: undefined value",
        ),
        (
            dashes.as_bytes(),
            "core/thing: `project/x.j2`, line 1: more than",
        ),
        (b"{% include 'y' %}", "there is no `{% include %}`"),
        (
            b"\xff",
            "core/thing: the template \"project/x.j2\" is not UTF-8",
        ),
    ];
    for (bytes, expected) in cases {
        let files = contents(&[("project/a.j2", b"fine"), ("project/x.j2", bytes)]);
        let error = render(files, &all(), &answered(), &facts(), &renderer()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn answers_of_a_lock_are_not_trusted() {
    for (name, value) in [
        ("number", text("7; rm")),
        ("where", text("../../x")),
        ("name", text("two\nlines")),
        ("token", text("ghp_16C7e42F292c6912E7710c838347Ae178B4a")),
    ] {
        let mut given = answered();
        given.insert(name, value);
        let error = with("project/x", &given).unwrap_err();
        assert!(matches!(error, RenderedError::Answer(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains("ghp_"), "{error}");
    }
}

proptest! {
    /// Whatever the answers: what comes out is a set of files that an archive may hold, in the
    /// folder where each was written, or an error.
    #[test]
    fn a_path_never_leaves(name in "[^\\p{Cc}]{0,12}", place in "[a-zA-Z0-9._ /~-]{1,24}") {
        let mut given = named(&name);
        given.insert("where", text(&place));
        let files = contents(&[
            ("project/__name__/a", b"1"),
            ("project/__where__/b", b"2"),
            ("skills/x/__name__.md", b"3"),
        ]);
        if let Ok(entries) = render(files, &all(), &given, &facts(), &no_renderer()) {
            prop_assert_eq!(entries.len(), 3);
            for entry in &entries {
                let folder = if entry.bytes == b"3" { "skills/x/" } else { "project/" };
                prop_assert!(entry.path.starts_with(folder), "{}", entry.path);
            }
            prop_assert!(pack(entries).is_ok());
        }
    }
}
