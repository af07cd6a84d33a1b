//! `variable-form`: questions that can be asked, in order, and whose defaults are answers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Check, Report, Rule, Scene};
use crate::{
    answer,
    finding::{Place, Severity},
    load::Source,
    manifest::{Variable, VariableKind},
    raw::{self, At, Written},
    text::quote,
};

pub(super) static RULE: Rule = Rule {
    id: "variable-form",
    severity: Severity::Error,
    about: "Variables have plain names, patterns that compile, defaults that fit, and ask only about earlier answers",
    help: "correct the variable; the docs have one example of each type",
    check: Check::Several(&[Check::Reading, Check::Source(check)]),
};

const LONGEST_NAME: usize = 40;

/// `__init__.py` is a file of Python, not one whose name is asked for.
pub(super) const NOT_NAMES: [&str; 10] = [
    "init",
    "main",
    "pycache",
    "tests",
    "test",
    "mocks",
    "fixtures",
    "snapshots",
    "future",
    "version",
];

type Fault = (Place, String);

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let mut known: BTreeSet<String> = answer::ALWAYS_KNOWN.map(str::to_owned).into();
    for (raw, variable) in answer::variables(&written.value) {
        let mut faults: Vec<Fault> = Vec::new();
        let place = written.place(raw);
        if let Some(message) = name_fault(&variable.name) {
            faults.push((place.clone(), message));
        }
        faults.extend(choices_fault(&variable).map(|message| (place.clone(), message)));
        pattern(written, raw, &variable, &mut faults);
        default(written, raw, &variable, &known, &mut faults);
        if let Some(when) = &raw.when {
            let fault = expression_fault(when, &known);
            faults.extend(fault.map(|why| (written.place(when), format!("`when` {why}"))));
        }
        for (place, message) in faults {
            report.found(place, format!("variable {:?}: {message}", variable.name));
        }
        known.insert(variable.name);
    }
}

fn name_fault(name: &str) -> Option<String> {
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !name.ends_with('_')
        && !name.contains("__")
        && name.len() <= LONGEST_NAME;
    let is_taken = answer::is_own_word(name)
        || NOT_NAMES.contains(&name)
        || answer::ALWAYS_KNOWN.contains(&name);
    match (is_plain, is_taken) {
        (false, _) => {
            Some("a name is lower-case letters, digits and single `_`, at most 40".into())
        }
        (true, true) => Some("the name means something else in templates or paths".into()),
        (true, false) => None,
    }
}

fn choices_fault(variable: &Variable) -> Option<String> {
    let chooses = matches!(
        variable.kind,
        VariableKind::Choice | VariableKind::Multichoice
    );
    let choices = &variable.choices;
    let different: BTreeSet<&String> = choices.iter().collect();
    if chooses && choices.is_empty() {
        Some("there is nothing to choose from; add `choices`".into())
    } else if !chooses && !choices.is_empty() {
        Some("only choice and multichoice have `choices`".into())
    } else if different.len() < choices.len() {
        Some("a choice is listed twice".into())
    } else {
        let is_bad =
            |choice: &&String| choice.trim().is_empty() || choice.chars().any(char::is_control);
        let bad = choices.iter().find(is_bad);
        bad.map(|choice| format!("{choice:?} is no choice that can be shown"))
    }
}

fn pattern(
    written: &Written<raw::Manifest>,
    raw: &At<raw::Variable>,
    variable: &Variable,
    faults: &mut Vec<Fault>,
) {
    let Some(pattern) = &raw.pattern else {
        return;
    };
    let place = written.place(pattern);
    if !matches!(variable.kind, VariableKind::String | VariableKind::Path) {
        faults.push((place, "only a string or a path has a `pattern`".into()));
    } else if let Err(error) = answer::whole_pattern(pattern) {
        let why = match error {
            regex::Error::CompiledTooBig(_) => "it needs too much memory".to_owned(),
            // The last line says why; those before draw the pattern once more.
            other => {
                let text = other.to_string();
                let last = text.lines().last().unwrap_or_default();
                last.trim_start_matches("error: ").to_owned()
            }
        };
        let short = quote(pattern);
        faults.push((place, format!("{short} is no pattern: {why}")));
    }
}

fn default(
    written: &Written<raw::Manifest>,
    raw: &At<raw::Variable>,
    variable: &Variable,
    known: &BTreeSet<String>,
    faults: &mut Vec<Fault>,
) {
    let Some(default) = &raw.default else {
        return;
    };
    let fault = match default.get() {
        _ if variable.kind == VariableKind::Secret => Some("a secret has no default".to_owned()),
        Value::String(text) if text.contains("{%") || text.contains("{#") => {
            Some("a default holds only text and {{ … }}".to_owned())
        }
        Value::String(text) if text.contains("{{") => answer::expressions(text)
            .find_map(|expression| expression_fault(expression, known))
            .map(|why| format!("the default {why}")),
        value => answer::fault(variable, value).map(|why| format!("the default {why}")),
    };
    faults.extend(fault.map(|message| (written.place(default), message)));
}

fn expression_fault(expression: &str, known: &BTreeSet<String>) -> Option<String> {
    match answer::names(expression) {
        Err(c) => Some(format!("holds {c:?}, which no expression here needs")),
        Ok(names) => {
            let unknown = names.into_iter().find(|name| !known.contains(*name))?;
            Some(format!(
                "asks for {unknown:?}, which is not answered before it"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    fn said(toml: &str) -> Vec<String> {
        package_said("variable-form", |p| p.toml(toml))
    }

    #[test]
    fn good_variables_pass() {
        let good = "[variables.tracker]\ntype = 'choice'\nchoices = ['jira', 'none']\ndefault = 'none'\n\
                    [variables.team]\ntype = 'string'\ndefault = '{{ project.name }}-{{ tracker }}'\n\
                    pattern = '[a-z][a-z-]*'\nwhen = \"tracker == 'jira'\"\n\
                    [variables.token]\ntype = 'secret'\n\
                    [variables.areas]\ntype = 'multichoice'\nchoices = ['a', 'b']\ndefault = ['a']\n\
                    [variables.count]\ntype = 'int'\ndefault = 3\n\
                    [variables.where]\ntype = 'path'\ndefault = 'src/app'\n";
        assert_eq!(said(good), [""; 0]);
    }

    const BAD: &[(&str, &str)] = &[
        ("[variables.Team]\ntype = 'string'", "a name is lower-case"),
        ("[variables.__x]\ntype = 'string'", "a name is lower-case"),
        ("[variables.init]\ntype = 'string'", "means something else"),
        (
            "[variables.project]\ntype = 'string'",
            "means something else",
        ),
        (
            "[variables.a]\ntype = 'text'",
            "\"text\" is not a type of variable",
        ),
        ("[variables.a]\ntype = 'choice'", "nothing to choose from"),
        (
            "[variables.a]\ntype = 'string'\nchoices = ['x']",
            "only choice and multichoice",
        ),
        (
            "[variables.a]\ntype = 'choice'\nchoices = ['x', 'x']",
            "listed twice",
        ),
        (
            "[variables.a]\ntype = 'choice'\nchoices = ['x', ' ']",
            "no choice that can be shown",
        ),
        (
            "[variables.a]\ntype = 'int'\ndefault = '3'",
            "the default \"3\" is not a whole number",
        ),
        (
            "[variables.a]\ntype = 'string'\ndefault = 'X'\npattern = '[a-z]'",
            "does not match",
        ),
        (
            "[variables.a]\ntype = 'string'\npattern = '['",
            "is no pattern: unclosed",
        ),
        (
            "[variables.a]\ntype = 'string'\npattern = '(x{999}){999}'",
            "too much memory",
        ),
        (
            "[variables.a]\ntype = 'bool'\npattern = 'x'",
            "only a string or a path",
        ),
        (
            "[variables.a]\ntype = 'secret'\ndefault = 'TOKEN'",
            "a secret has no default",
        ),
        (
            "[variables.a]\ntype = 'path'\ndefault = '../x'",
            "a relative path inside",
        ),
        (
            "[variables.a]\ntype = 'string'\nwhen = 'b'\n[variables.b]\ntype = 'bool'",
            "`when` asks for \"b\", which is not answered before it",
        ),
        (
            "[variables.a]\ntype = 'string'\nwhen = 'a'",
            "which is not answered before it",
        ),
        (
            "[variables.a]\ntype = 'string'\nwhen = \"x %}\"",
            "`when` holds '}'",
        ),
        (
            "[variables.a]\ntype = 'string'\ndefault = '{% x %}'",
            "only text and",
        ),
        (
            "[variables.a]\ntype = 'string'\ndefault = '{{ b }}'",
            "the default asks for \"b\"",
        ),
    ];

    #[test]
    fn each_fault_is_told() {
        for (variable, why) in BAD {
            let said = said(variable);
            assert_eq!(said.len(), 1, "{variable} {said:?}");
            assert!(said[0].contains(why), "{variable} {said:?}");
            assert!(said[0].starts_with("error templates/agents/code-thing/paracle.toml:1"));
        }
    }
}
