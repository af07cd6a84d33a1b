//! Questions and answers: does an answer fit its question, and which names does an expression use?

use std::{iter::Peekable, str::CharIndices};

use regex::RegexBuilder;
use serde_json::Value;

use crate::{
    manifest::{Variable, VariableKind},
    raw::{self, At},
};

/// Most bytes that a contributed pattern may take once compiled. Matching is linear in any case.
const PATTERN_SIZE: usize = 256 << 10;

/// What every expression may name besides earlier answers: facts about the project and the package.
pub const ALWAYS_KNOWN: [&str; 2] = ["project", "package"];

/// The variables of a manifest whose type is one, in the order they are asked, whatever else is
/// wrong with them.
pub fn variables(manifest: &raw::Manifest) -> Vec<(&At<raw::Variable>, Variable)> {
    let variables = manifest.variables.iter();
    variables
        .filter_map(|(name, written)| {
            let kind: VariableKind = written.kind.parse().ok()?;
            Some((written, Variable::new(name, kind, written)))
        })
        .collect()
}

/// Why `answer` is no answer to `variable`, if it is not.
pub fn fault(variable: &Variable, answer: &Value) -> Option<String> {
    let wants = |what: &str| Some(format!("{} is not {what}", short(answer)));
    match (variable.kind, answer) {
        (VariableKind::Int, Value::Number(number)) if number.is_i64() || number.is_u64() => None,
        (VariableKind::Int, _) => wants("a whole number"),
        (VariableKind::Bool, Value::Bool(_)) => None,
        (VariableKind::Bool, _) => wants("true or false"),
        (VariableKind::Multichoice, Value::Array(chosen)) => {
            let wrong = chosen.iter().find(|one| !is_choice(variable, one))?;
            Some(format!("{} is not one of the choices", short(wrong)))
        }
        (VariableKind::Multichoice, _) => wants("a list of choices"),
        (VariableKind::Choice, _) if is_choice(variable, answer) => None,
        (VariableKind::Choice, _) => wants("one of the choices"),
        (VariableKind::Secret, Value::String(name)) if is_environment_name(name) => None,
        (VariableKind::Secret, _) => wants("the name of an environment variable"),
        (VariableKind::Path, Value::String(path)) if !is_inner_path(path) => {
            wants("a relative path inside the project")
        }
        (VariableKind::String | VariableKind::Path, Value::String(text)) => {
            if text.chars().any(char::is_control) {
                return wants("one line of text");
            }
            let pattern = variable.pattern.as_deref()?;
            // A pattern that does not compile is a fault of the question.
            let is_match = whole_pattern(pattern).is_ok_and(|regex| regex.is_match(text));
            (!is_match).then(|| format!("{} does not match {pattern:?}", short(answer)))
        }
        (VariableKind::String | VariableKind::Path, _) => wants("a text"),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn is_choice(variable: &Variable, answer: &Value) -> bool {
    let text = answer.as_str();
    text.is_some_and(|text| variable.choices.iter().any(|choice| choice == text))
}

/// Whether `text` can be the name of an environment variable.
pub fn is_environment_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && text.len() <= 128
}

/// Whether `path` stays inside the folder it is relative to, on every system.
fn is_inner_path(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', ':'])
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
}

/// A pattern that a whole answer must match.
pub fn whole_pattern(pattern: &str) -> Result<regex::Regex, regex::Error> {
    // Alone first: `a)|(b` is a pattern only where it is put into parentheses.
    limited(pattern)?;
    limited(&format!("^(?:{pattern})$"))
}

fn limited(pattern: &str) -> Result<regex::Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE)
        .nest_limit(50)
        .build()
}

/// The expressions in `{{ … }}` of a default that is text with places to fill in.
pub fn expressions(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{")
        .skip(1)
        .map(|rest| rest.split("}}").next().unwrap_or(rest))
}

/// The names that an expression uses: `tracker` in `tracker == 'jira'`, `project` in `project.name`.
/// Filters, tests, attributes, texts and the language's own words are not names. A character that no
/// expression of ours needs is an error: that character.
pub fn names(expression: &str) -> Result<Vec<&str>, char> {
    let mut chars = expression.char_indices().peekable();
    let mut names = Vec::new();
    // What stood before: after `.`, `|` and `is` comes no name of ours.
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' | '"' => skip_text(&mut chars, c)?,
            c if c.is_ascii_alphabetic() || c == '_' => {
                let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = skip_while(&mut chars, is_word).unwrap_or(expression.len());
                let word = &expression[at..end];
                match word {
                    "is" => before = '|',
                    // `is not defined`
                    "not" if before == '|' => {}
                    _ => {
                        if before != '.' && before != '|' && !is_own_word(word) {
                            names.push(word);
                        }
                        before = 'a';
                    }
                }
                continue;
            }
            c if c.is_ascii_digit() => {
                skip_while(&mut chars, |c| c.is_ascii_digit());
            }
            c if c.is_whitespace() => continue,
            c if "=!<>+-*/%~()[],.|".contains(c) => {}
            c => return Err(c),
        }
        before = c;
    }
    Ok(names)
}

fn skip_text(chars: &mut Peekable<CharIndices<'_>>, quote: char) -> Result<(), char> {
    while let Some((_, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            c if c == quote => return Ok(()),
            _ => {}
        }
    }
    Err(quote)
}

fn skip_while(
    chars: &mut Peekable<CharIndices<'_>>,
    wanted: impl Fn(char) -> bool,
) -> Option<usize> {
    while let Some((at, c)) = chars.peek() {
        if !wanted(*c) {
            return Some(*at);
        }
        chars.next();
    }
    None
}

/// Words of the template language.
pub fn is_own_word(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "not"
            | "in"
            | "is"
            | "if"
            | "else"
            | "true"
            | "false"
            | "none"
            | "True"
            | "False"
            | "None"
            | "loop"
            | "self"
            | "for"
            | "set"
            | "range"
            | "dict"
            | "namespace"
            | "debug"
            | "macro"
            | "block"
            | "include"
            | "import"
            | "from"
            | "extends"
            | "with"
            | "do"
            | "filter"
            | "raw"
            | "call"
            | "autoescape"
            | "recursive"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn variable(kind: VariableKind) -> Variable {
        Variable {
            name: "x".into(),
            kind,
            prompt: None,
            default: None,
            pattern: None,
            when: None,
            choices: vec!["a".into(), "b".into()],
        }
    }

    #[test]
    fn answers_fit_their_questions() {
        use VariableKind::{Bool, Choice, Int, Multichoice, Path, Secret, String};
        for (kind, answer, fits) in [
            (String, json!("text"), true),
            (String, json!("two\nlines"), false),
            (String, json!(1), false),
            (Int, json!(-3), true),
            (Int, json!(1.5), false),
            (Bool, json!(true), true),
            (Bool, json!("true"), false),
            (Choice, json!("a"), true),
            (Choice, json!("c"), false),
            (Multichoice, json!(["a", "b"]), true),
            (Multichoice, json!(["a", "c"]), false),
            (Multichoice, json!("a"), false),
            (Secret, json!("GITHUB_TOKEN"), true),
            (Secret, json!("ghp-0123"), false),
            (Path, json!("src/app"), true),
            (Path, json!("../app"), false),
            (Path, json!("/app"), false),
            (Path, json!("C:/app"), false),
        ] {
            let found = fault(&variable(kind), &answer);
            assert_eq!(found.is_none(), fits, "{kind:?} {answer} {found:?}");
        }
    }

    #[test]
    fn a_pattern_is_matched_whole() {
        let mut team = variable(VariableKind::String);
        team.pattern = Some("[a-z]+|x".into());
        assert_eq!(fault(&team, &json!("core")), None);
        assert!(fault(&team, &json!("core1")).is_some());
        assert!(whole_pattern("a)|(b").is_err());
        assert!(whole_pattern("(x{1000}){1000}").is_err());
        assert!(whole_pattern(&"(".repeat(5000)).is_err());
    }

    #[test]
    fn names_are_what_an_expression_asks_for() {
        for (expression, expected) in [
            ("tracker == 'jira'", &["tracker"][..]),
            ("project.name | lower ~ \"x.y\"", &["project"]),
            ("a and not b or c in ['a', d]", &["a", "b", "c", "d"]),
            ("x is defined and y is not none", &["x", "y"]),
            ("names[0].first", &["names"]),
            ("true", &[]),
            ("'it\\'s' == q", &["q"]),
        ] {
            assert_eq!(names(expression), Ok(expected.to_vec()), "{expression}");
        }
        assert_eq!(names("x %} {% for"), Err('}'));
        assert_eq!(names("'open"), Err('\''));
        assert_eq!(names("a;b"), Err(';'));
        assert_eq!(
            expressions("{{ a }}-{{b}} c {{ d").collect::<Vec<_>>(),
            [" a ", "b", " d"]
        );
    }
}
