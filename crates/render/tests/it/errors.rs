//! What goes wrong is named, with its line, and never writes to a terminal what it likes.

use render::{Limits, RenderError, Renderer, Request, SyntaxError};
use serde_json::json;

use super::{alone, render, render_within, renderer, template};

fn text_of(error: &RenderError) -> String {
    error.to_string()
}

#[test]
fn a_mistake_names_template_and_line() {
    let _alone = alone();
    for (text, expected) in [
        (
            "a\n{{ x",
            "`x.j2`, line 2: unexpected end of input, expected end of variable block",
        ),
        (
            "{% if x %}\n\n",
            "`x.j2`, line 1: unexpected end of input, expected end of block",
        ),
        (
            "\n{{ 1 | nope }}",
            "`x.j2`, line 2: there is no filter `nope`",
        ),
        ("\n\n{{ team }}", "`x.j2`, line 3: undefined value"),
        ("{{ a.b.c }}", "`x.j2`, line 1: undefined value"),
        (
            "{{ nope() }}",
            "`x.j2`, line 1: unknown function: nope is unknown",
        ),
        (
            "{{ 'x' | center(9) }}",
            "`x.j2`, line 1: there is no filter `center`",
        ),
        (
            "{% include 'y.j2' %}",
            "`x.j2`, line 1: there is no `{% include %}`: a file is rendered on its own",
        ),
        (
            "{{ debug() }}",
            "`x.j2`, line 1: unknown function: debug is unknown",
        ),
        (
            "{{ 'x' | safe }}",
            "`x.j2`, line 1: there is no filter `safe`: nothing is escaped",
        ),
    ] {
        let error = render(text, json!({"a": {}})).unwrap_err();
        assert_eq!(error.template(), Some("x.j2"));
        assert!(text_of(&error).starts_with(expected), "{text}: {error}");
    }
}

#[test]
fn the_undefined_variable_is_named() {
    let _alone = alone();
    let error = render("Hello {{ team }}", json!({"name": "x"})).unwrap_err();
    assert!(text_of(&error).contains("team"), "{error}");
}

#[test]
fn parse_tells_of_each_and_goes_on() {
    let _alone = alone();
    let verdicts = renderer()
        .parse(&[
            template("good", "{{ unknown_variable }}"),
            template("bad", "\n\n{% endif %}"),
            template("large", "x".repeat(64 * 1024 + 1)),
            template("good too", "{{ 1 | upper }}"),
        ])
        .unwrap();
    let lines: Vec<Option<usize>> = verdicts
        .iter()
        .map(|verdict| verdict.as_ref().map(|error| error.line))
        .collect();
    assert_eq!(lines, [None, Some(3), Some(1), None]);
    assert_eq!(
        verdicts[2],
        Some(SyntaxError {
            line: 1,
            message: "is 65537 bytes long; a template has at most 64 KiB".to_owned()
        })
    );
}

#[test]
fn hostile_text_is_shown_not_obeyed() {
    let _alone = alone();
    let hostile = "\u{1b}[2J\u{202e}\u{9b}31m\r\n::set-output\u{e0041}";
    let texts = [
        format!("{{{{ '{hostile}' + 1 }}}}"),
        format!("{{{{ v | int }}}}{hostile}"),
        format!("{{% {hostile} %}}"),
        format!("{{{{ x | {hostile} }}}}"),
        format!("{{{{ 1 }}}} {{{{ {hostile} }}}}"),
        "{{ {}[v] + 1 }}".to_owned(),
        "{{ v | json + 1 }}".to_owned(),
        "{{ dict(**{v: 1})() }}".to_owned(),
    ];
    for text in texts {
        let request = Request {
            templates: vec![template(hostile, text.clone())],
            values: json!({"v": hostile}),
        };
        let error = renderer().render(&request).unwrap_err();
        let said = format!("{error} {}", error.hint().unwrap_or_default());
        assert!(
            said.chars()
                .all(|c| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c)),
            "{text:?}: {said:?}"
        );
        assert!(
            said.chars().count() < 1000 && said.contains("\\u{1b}"),
            "{said}"
        );
        let verdicts = renderer().parse(&request.templates).unwrap();
        for verdict in verdicts.into_iter().flatten() {
            assert!(
                !verdict.message.chars().any(char::is_control),
                "{verdict:?}"
            );
        }
    }
}

#[test]
fn a_wrong_worker_is_told_from_a_wrong_template() {
    let _alone = alone();
    let request = Request {
        templates: vec![template("x.j2", "x")],
        values: json!({}),
    };
    let missing = Renderer::new("/does/not/exist".into(), Vec::new());
    let error = missing.render(&request).unwrap_err();
    assert_eq!(
        text_of(&error),
        "cannot start `/does/not/exist` to render templates"
    );
    assert_eq!(error.template(), None);

    let not_object = Request {
        values: json!([1]),
        ..request.clone()
    };
    assert!(matches!(
        renderer().render(&not_object),
        Err(RenderError::Values)
    ));
}

#[cfg(unix)]
#[test]
fn programs_that_are_no_worker() {
    let _alone = alone();
    let request = Request {
        templates: vec![template("x.j2", "x")],
        values: json!({}),
    };
    let tight = Limits {
        wall: std::time::Duration::from_millis(300),
        ..Limits::default()
    };
    for (script, expected) in [
        ("echo hello", "exit status: 0"),
        ("cat", "exit status: 0"),
        // It is started with its arguments and with nothing in its environment.
        (
            "test -z \"$HOME$USER$CARGO_MANIFEST_DIR\" && exit 7",
            "exit status: 7",
        ),
        ("exec yes", "it said something else at length"),
        ("exec sleep 20", "nothing within 0.3 s"),
        (
            "echo '\"ready\"'; exec sleep 20",
            "rendering `x.j2` took longer than 0.3 s",
        ),
        (
            "echo '\"ready\"'; echo '\"parsed\"'",
            "it answered another question",
        ),
        (
            "echo '\"ready\"'; kill -9 $$",
            "rendering `x.j2` crashed the template engine (signal: 9 (SIGKILL))",
        ),
    ] {
        let sh = Renderer::new("/bin/sh".into(), vec!["-c".into(), script.into()]);
        let wall = if script.contains("yes") {
            Limits::default()
        } else {
            tight
        };
        let error = sh.with_limits(wall).render(&request).unwrap_err();
        assert!(text_of(&error).contains(expected), "{script}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn a_child_that_dies_is_told_of_by_what_it_said() {
    let _alone = alone();
    let templates = [template("a.j2", "x"), template("b.j2", "y")];
    for (script, expected) in [
        (
            "echo 'thread render has overflowed its stack' >&2; kill -ABRT $$",
            "crashed the template engine (nested too deeply)",
        ),
        (
            "echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$",
            "used more than 256 MiB",
        ),
        ("kill -XCPU $$", "took more than 2 s of processor time"),
        ("exit 5", "crashed the template engine (a panic)"),
    ] {
        let script = format!("echo '\"ready\"'; {script}");
        let sh = Renderer::new("/bin/sh".into(), vec!["-c".into(), script.into()]);
        let request = Request {
            templates: templates.to_vec(),
            values: json!({}),
        };
        let error = sh.render(&request).unwrap_err();
        assert_eq!(text_of(&error), format!("rendering `a.j2` {expected}"));
        // Looking at each is not stopped by one.
        let verdicts = sh.parse(&templates).unwrap();
        let said = |at: usize| verdicts[at].as_ref().unwrap().message.clone();
        assert_eq!(said(0), format!("rendering `a.j2` {expected}"));
        assert_eq!(said(1), format!("rendering `b.j2` {expected}"));
    }
}

#[test]
fn limits_only_get_tighter() {
    let _alone = alone();
    let wide = Limits {
        output: u64::MAX,
        template: usize::MAX,
        ..Limits::default()
    };
    let error = render_within(wide, "x".repeat(70_000), json!({})).unwrap_err();
    assert_eq!(
        text_of(&error),
        "`x.j2`, line 1: is 70000 bytes long; a template has at most 64 KiB"
    );
    let tight = Limits {
        output: 10,
        ..Limits::default()
    };
    assert_eq!(
        render_within(tight, "0123456789", json!({})).unwrap(),
        "0123456789"
    );
    let error = render_within(tight, "0123456789a", json!({})).unwrap_err();
    assert_eq!(text_of(&error), "rendering `x.j2` wrote more than 10 bytes");
}

#[test]
fn the_output_of_all_templates_counts() {
    let _alone = alone();
    let request = Request {
        templates: (0..9)
            .map(|at| template(&at.to_string(), "{{ 'x' * 1000000 }}"))
            .collect(),
        values: json!({}),
    };
    let error = renderer().render(&request).unwrap_err();
    assert_eq!(text_of(&error), "rendering `8` wrote more than 8 MiB");
}

#[test]
fn a_request_that_is_too_large_is_not_sent() {
    let request = Request {
        templates: vec![template("x.j2", "x")],
        values: json!({"v": "x".repeat(33 * 1024 * 1024)}),
    };
    let error = renderer().render(&request).unwrap_err();
    assert!(matches!(error, RenderError::TooLarge { .. }), "{error}");
}
