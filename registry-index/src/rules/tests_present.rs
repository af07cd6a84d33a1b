//! `tests-present`: a package shows once that it can be installed, with answers to all it asks.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{Check, Report, Rule, Scene};
use crate::{
    answer,
    finding::{Place, Severity},
    load::Source,
    manifest::Variable,
    raw::{self, Answers, UnknownKeys, Written, nearest},
};

pub(super) static RULE: Rule = Rule {
    id: "tests-present",
    severity: Severity::Error,
    about: "There is a tests/<case>/answers.toml, and every case answers what the package asks",
    help: "add tests/default/answers.toml with `format = 1` and, below [answers], an answer for each variable",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let mut count = 0;
    for file in &source.files {
        let Some(inside) = file.path.strip_prefix("tests/") else {
            continue;
        };
        let is_case =
            matches!(inside.split_once('/'), Some((case, "answers.toml")) if !case.is_empty());
        if is_case {
            count += 1;
            let (written, faults) = read(source, &file.path);
            for (place, message, help) in faults {
                report.found_with_help(place, message, help);
            }
            if let Some(written) = written {
                answers(source, &written, report);
            }
        }
    }
    if count == 0 {
        report.found(
            source.place("tests/default/answers.toml"),
            "there is no tests/<case>/answers.toml",
        );
    }
}

/// Place, message, help.
type Fault = (Place, String, String);

/// The answers at `path`, and what cannot be read of them.
fn read(source: &Source, path: &str) -> (Option<Written<Answers>>, Vec<Fault>) {
    static KEYS: LazyLock<UnknownKeys> = LazyLock::new(UnknownKeys::of::<Answers>);
    let bytes = source.file(path).map(|file| file.bytes.clone());
    let (written, found) = raw::read(&source.path(path), bytes.unwrap_or_default(), &KEYS);
    let faults = found.into_iter().map(|f| (f.place, f.message, f.help));
    (written, faults.collect())
}

fn answers(source: &Source, written: &Written<Answers>, report: &mut Report<'_>) {
    let Some(manifest) = &source.written else {
        return;
    };
    if *written.value.format.get() != 1 {
        let message = format!(
            "format {} is not known; it is 1",
            written.value.format.get()
        );
        report.found_with_help(
            written.place(&written.value.format),
            message,
            "write `format = 1`",
        );
    }
    let variables = answer::variables(&manifest.value);
    let by_name: BTreeMap<&str, &Variable> = variables
        .iter()
        .map(|(_, variable)| (variable.name.as_str(), variable))
        .collect();
    let given = &written.value.answers;
    let place = || written.place_of_table("answers");
    for (name, value) in given {
        let Some(variable) = by_name.get(name.as_str()) else {
            let known = by_name.keys().copied();
            let help = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "remove the answer".to_owned(),
            };
            report.found_with_help(place(), format!("nothing asks for {name:?}"), help);
            continue;
        };
        if let Some(why) = answer::fault(variable, value) {
            report.found(place(), format!("the answer to {name:?}: {why}"));
        }
    }
    for (_, variable) in &variables {
        let must = variable.default.is_none() && variable.when.is_none();
        if must && !given.contains_key(&variable.name) {
            let message = format!("{:?} has no default and is not answered", variable.name);
            report.found(place(), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    const TEAM: &str = "[variables.team]\ntype = 'string'\npattern = '[a-z]+'";

    fn said(variables: &str, answers: &str) -> Vec<String> {
        package_said("tests-present", |p| {
            p.toml(variables)
                .file("tests/default/answers.toml", answers)
        })
    }

    #[test]
    fn there_is_a_case() {
        assert_eq!(package_said("tests-present", |p| p), [""; 0]);
        let none = package_said("tests-present", |p| p.without("tests/default/answers.toml"));
        assert!(
            none[0].ends_with("there is no tests/<case>/answers.toml"),
            "{none:?}"
        );
        let misplaced = package_said("tests-present", |p| {
            p.without("tests/default/answers.toml")
                .file("tests/answers.toml", "format = 1")
        });
        assert_eq!(misplaced.len(), 1);
    }

    #[test]
    fn every_question_is_answered() {
        assert_eq!(
            said(TEAM, "format = 1\n[answers]\nteam = 'core'\n"),
            [""; 0]
        );
        for (answers, why) in [
            (
                "format = 1\n",
                "\"team\" has no default and is not answered",
            ),
            ("format = 1\n[answers]\nteam = 'Core'\n", "does not match"),
            ("format = 1\n[answers]\nteam = 3\n", "is not a text"),
            (
                "format = 1\n[answers]\nteam = 'core'\ntaem = 'x'\n",
                "nothing asks for \"taem\"",
            ),
            (
                "format = 2\n[answers]\nteam = 'core'\n",
                "format 2 is not known",
            ),
            (
                "format = 1\nteam = 'core'\n[answers]\nteam = 'core'",
                "unknown key \"team\"",
            ),
            ("format = 1\n[answers\n", ""),
        ] {
            let said = said(TEAM, answers);
            assert_eq!(said.len(), 1, "{answers} {said:?}");
            assert!(said[0].contains(why), "{said:?}");
            assert!(
                said[0].starts_with("error templates/agents/code-thing/tests/default/answers.toml")
            );
        }
    }
}
