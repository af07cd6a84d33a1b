//! An answer, and the answers of one package: how they are written and read.

use std::collections::BTreeMap;

use registry_index::manifest::{Variable, VariableKind};
use serde::{Deserialize, Serialize};
use toml_writer::{TomlKeyBuilder, TomlStringBuilder};

/// An answer. That it fits its question is said elsewhere: a lock file may hold any of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "an answer is a text, a whole number, true or false, or a list of texts"
)]
pub enum Value {
    /// Of a `bool`.
    Bool(bool),
    /// Of an `int`.
    Int(i64),
    /// Of a `string`, a `choice` or a `path`; of a `secret`, the name of an environment variable.
    Text(String),
    /// Of a `multichoice`.
    List(Vec<String>),
}

impl Value {
    /// What `json` says, if an answer can say it.
    #[must_use]
    pub fn from_json(json: &serde_json::Value) -> Option<Self> {
        match json {
            serde_json::Value::Bool(yes) => Some(Self::Bool(*yes)),
            serde_json::Value::Number(number) => number.as_i64().map(Self::Int),
            serde_json::Value::String(text) => Some(Self::Text(text.clone())),
            serde_json::Value::Array(items) => {
                let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
                texts.collect::<Option<Vec<_>>>().map(Self::List)
            }
            _ => None,
        }
    }

    /// The same for templates and rules.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool(yes) => (*yes).into(),
            Self::Int(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::List(items) => items.as_slice().into(),
        }
    }

    /// What `text`, typed or computed, means as an answer to `variable`. Text that means nothing as
    /// one stays text, for the check to say what is wrong with it.
    #[must_use]
    pub fn typed(variable: &Variable, text: &str) -> Self {
        let trimmed = text.trim();
        let meant = match variable.kind {
            VariableKind::Int => trimmed.parse().ok().map(Self::Int),
            VariableKind::Bool => match trimmed.to_ascii_lowercase().as_str() {
                "true" | "yes" => Some(Self::Bool(true)),
                "false" | "no" => Some(Self::Bool(false)),
                _ => None,
            },
            VariableKind::Multichoice => Some(Self::List(chosen(&variable.choices, trimmed))),
            _ => None,
        };
        meant.unwrap_or_else(|| Self::Text(text.to_owned()))
    }

    fn to_toml(&self) -> String {
        match self {
            Self::Bool(yes) => yes.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Text(text) => toml_text(text),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| toml_text(item)).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }
}

/// A comma between two choices, unless the whole is one.
fn chosen(choices: &[String], text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    if choices.iter().any(|choice| choice == text) {
        return vec![text.to_owned()];
    }
    let items = text.split(',').map(str::trim);
    items.map(str::to_owned).collect()
}

/// In double quotes and on one line, whatever it holds.
fn toml_text(text: &str) -> String {
    use toml_writer::ToTomlValue as _;
    TomlStringBuilder::new(text).as_basic().to_toml_value()
}

fn toml_key(key: &str) -> String {
    use toml_writer::ToTomlKey as _;
    let key = TomlKeyBuilder::new(key);
    let bare = key.as_unquoted();
    bare.unwrap_or_else(|| key.as_basic()).to_toml_key()
}

/// The answers to the questions of one package, by variable, sorted. A question that was not asked
/// has none. Holds no secret: the answer to one is the name of an environment variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Value>);

impl Answers {
    /// The answer to `variable`.
    #[must_use]
    pub fn get(&self, variable: &str) -> Option<&Value> {
        self.0.get(variable)
    }

    /// Answers `variable`, in place of an earlier answer.
    pub fn insert(&mut self, variable: impl Into<String>, value: Value) {
        self.0.insert(variable.into(), value);
    }

    /// Whether nothing is answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Variables and answers, sorted by variable.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// An inline table of TOML: one line, and the same for the same answers.
    #[must_use]
    pub fn to_toml_inline(&self) -> String {
        if self.0.is_empty() {
            return "{}".to_owned();
        }
        let pairs = self.0.iter();
        let pairs = pairs.map(|(name, value)| format!("{} = {}", toml_key(name), value.to_toml()));
        format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
    }
}

impl FromIterator<(String, Value)> for Answers {
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            any::<String>().prop_map(Value::Text),
            prop::collection::vec(any::<String>(), 0..4).prop_map(Value::List),
        ]
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Package {
        answers: Answers,
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            answers in prop::collection::btree_map(any::<String>(), value(), 0..6)
        ) {
            let package = Package { answers: Answers(answers) };
            let line = format!("answers = {}", package.answers.to_toml_inline());
            prop_assert_eq!(line.lines().count(), 1, "{}", &line);
            prop_assert_eq!(&toml::from_str::<Package>(&line).unwrap(), &package);
            for (_, value) in package.answers.iter() {
                prop_assert_eq!(&Value::from_json(&value.to_json()), &Some(value.clone()));
            }
        }
    }

    #[test]
    fn a_line_of_the_lock_reads_well() {
        let answers: Answers = [
            ("team".to_owned(), Value::Text("a \"b\"\n".to_owned())),
            (
                "areas".to_owned(),
                Value::List(vec!["x".into(), "y".into()]),
            ),
            ("it's".to_owned(), Value::Int(-3)),
            ("on".to_owned(), Value::Bool(true)),
        ]
        .into_iter()
        .collect();
        assert_eq!(
            answers.to_toml_inline(),
            r#"{ areas = ["x", "y"], "it's" = -3, on = true, team = "a \"b\"\n" }"#
        );
        assert_eq!(Answers::default().to_toml_inline(), "{}");
        let error = toml::from_str::<Answers>("team = 1.5").unwrap_err();
        assert!(error.to_string().contains("an answer is a text"), "{error}");
    }
}
