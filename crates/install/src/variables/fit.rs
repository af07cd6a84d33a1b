//! Does an answer fit its question? What is said of one to a secret does not show it.

use registry_index::{
    Manifest,
    answer::{self, is_environment_name},
    manifest::{Variable, VariableKind},
};

use super::{AnswerError, Answers, Origin, Value};

/// Characters of the longest name that a secret may have.
const LONGEST_NAME: usize = 64;
/// From this length on, a word of capitals with a digit in it is a key and no part of a name:
/// `AKIAIOSFODNN7EXAMPLE` has 20.
const LONGEST_WORD: usize = 15;

/// Why `value` is no answer to `variable`, if it is not; on one line that steers no terminal.
#[must_use]
pub fn fault(variable: &Variable, value: &Value) -> Option<String> {
    if variable.kind == VariableKind::Secret {
        return match value {
            Value::Text(name) if is_secret_name(variable, name) => None,
            _ => Some(
                "it is not the name of an environment variable, of capitals, digits and `_`; \
                 the secret itself is never given to a package (what was given is not shown)"
                    .to_owned(),
            ),
        };
    }
    answer::fault(variable, &value.to_json()).map(|why| plain(&why))
}

/// Whether `name` is the name of an environment variable and hardly a secret itself. Systems allow
/// small letters too, but passwords have them more often than names do.
pub(crate) fn is_secret_name(variable: &Variable, name: &str) -> bool {
    let is_word =
        |word: &str| word.len() <= LONGEST_WORD || !word.bytes().any(|byte| byte.is_ascii_digit());
    name == default_name(variable)
        || (is_environment_name(name)
            && name.len() <= LONGEST_NAME
            && !name.bytes().any(|byte| byte.is_ascii_lowercase())
            && name.split('_').all(is_word))
}

/// The environment variable that a secret is in where nobody says another.
pub(super) fn default_name(variable: &Variable) -> String {
    variable.name.to_ascii_uppercase()
}

/// Checks answers that were not given here, as those of a lock file: each fits its question. What
/// answers no question of `manifest` is not looked at.
///
/// # Errors
/// [`AnswerError::Unfit`] for the first that does not.
pub fn check(manifest: &Manifest, answers: &Answers) -> Result<(), AnswerError> {
    for variable in &manifest.variables {
        let answer = answers.get(&variable.name);
        if let Some(why) = answer.and_then(|answer| fault(variable, answer)) {
            return Err(AnswerError::Unfit {
                package: manifest.name.clone(),
                variable: variable.name.clone(),
                origin: Origin::Earlier,
                why,
            });
        }
    }
    Ok(())
}

/// `text` with what cannot be seen written as `\u{…}`.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' => out.push(c),
            c => out.extend(c.escape_debug()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Variable {
        Variable {
            name: "api_key".to_owned(),
            kind: VariableKind::Secret,
            prompt: None,
            default: None,
            pattern: None,
            when: None,
            choices: Vec::new(),
        }
    }

    #[test]
    fn names_are_told_from_secrets() {
        for name in [
            "API_KEY",
            "GITHUB_TOKEN",
            "AWS_SECRET_ACCESS_KEY_2",
            "_X",
            "INTERNATIONALIZATION_KEY",
        ] {
            assert!(is_secret_name(&secret(), name), "{name}");
        }
        for value in [
            "",
            "hunter2",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "AKIAIOSFODNN7EXAMPLE",
            "sk-proj-abc",
            "GITHUB TOKEN",
            "${GITHUB_TOKEN}",
            "2FAST",
            &"A".repeat(65),
        ] {
            assert!(!is_secret_name(&secret(), value), "{value}");
            let why = fault(&secret(), &Value::Text(value.to_owned())).unwrap();
            assert!(value.is_empty() || !why.contains(value), "{why}");
        }
        let mut long = secret();
        long.name = "token_of_abcdefghijk1234567890".to_owned();
        assert!(is_secret_name(&long, &default_name(&long)));
    }

    #[test]
    fn what_is_said_steers_nothing() {
        let mut team = secret();
        team.kind = VariableKind::Int;
        let hostile = Value::Text("\u{202e}\u{9b}31m\"it's\"".to_owned());
        let why = fault(&team, &hostile).unwrap();
        assert_eq!(why, r#""\u{202e}\u{9b}31m\"it's\"" is not a whole number"#);
    }
}
