//! What a file says, as read by a parser that has no part in changing it: libyaml's grammar, which
//! Paracle reads YAML with, and strict JSON.

use registry_index::{
    Digest,
    component::entry::{Field, SharedFile},
};
use yaml_serde::{Mapping, Value};

use super::{Dialect, MergeError, language::Language};

/// A file that was understood. Its entries are counted in the order of the text.
pub(super) struct Meaning {
    root: Mapping,
    pub(super) dialect: Dialect,
}

impl Meaning {
    pub(super) fn read(
        language: Language,
        text: &str,
        file: SharedFile,
    ) -> Result<Self, MergeError> {
        let root = parse(language, text)?;
        let is_json = language == Language::Json;
        let dialect = Dialect::of(file, is_json, |key| root.contains_key(key));
        let read = Self { root, dialect };
        let key = dialect.key();
        match (dialect, read.root.get(key)) {
            (_, None | Some(Value::Null))
            | (Dialect::List { .. }, Some(Value::Sequence(_)))
            | (Dialect::Map { .. }, Some(Value::Mapping(_))) => Ok(read),
            (Dialect::List { .. }, Some(_)) => Err(shape(format!("{key:?}"), "a list")),
            (Dialect::Map { .. }, Some(_)) if is_json => {
                Err(shape(format!("{key:?}"), "an object"))
            }
            (Dialect::Map { .. }, Some(_)) => Err(shape(format!("{key:?}"), "a mapping")),
        }
    }

    /// How many entries there are.
    pub(super) fn count(&self) -> usize {
        match self.root.get(self.dialect.key()) {
            Some(Value::Sequence(list)) => list.len(),
            Some(Value::Mapping(map)) => map.len(),
            _ => 0,
        }
    }

    /// The first entry `id`, and which one it is.
    pub(super) fn entry(&self, id: &str) -> Option<(usize, &Value)> {
        match (self.dialect, self.root.get(self.dialect.key())?) {
            (Dialect::List { id_key, .. }, Value::Sequence(list)) => list
                .iter()
                .enumerate()
                .find(|(_, item)| item.get(id_key).and_then(Value::as_str) == Some(id)),
            (_, Value::Mapping(map)) => map
                .iter()
                .enumerate()
                .find(|(_, (name, _))| name.as_str() == Some(id))
                .map(|(at, (_, item))| (at, item)),
            _ => None,
        }
    }

    /// What the file says once `value` is in it under `id`, which is not there yet.
    pub(super) fn with(mut self, id: &str, value: Value) -> Self {
        let key = self.dialect.key();
        let there = self.root.remove(key).unwrap_or_default();
        let new = match (self.dialect, there) {
            (Dialect::List { .. }, Value::Sequence(mut list)) => {
                list.push(value);
                Value::Sequence(list)
            }
            (Dialect::List { .. }, _) => Value::Sequence(vec![value]),
            (Dialect::Map { .. }, Value::Mapping(mut map)) => {
                map.insert(id.into(), value);
                Value::Mapping(map)
            }
            (Dialect::Map { .. }, _) => Value::Mapping([(id.into(), value)].into_iter().collect()),
        };
        self.root.insert(key.into(), new);
        self
    }

    /// What the file says without its entry number `at`.
    pub(super) fn without(mut self, at: usize) -> Self {
        match self.root.get_mut(self.dialect.key()) {
            Some(Value::Sequence(list)) if at < list.len() => drop(list.remove(at)),
            Some(Value::Mapping(map)) => {
                let id = map.keys().nth(at).cloned();
                id.and_then(|id| map.shift_remove(&id));
            }
            _ => {}
        }
        self
    }

    /// What the file says when its entry number `at` is `value`.
    pub(super) fn changed(mut self, at: usize, value: Value) -> Self {
        let there = match self.root.get_mut(self.dialect.key()) {
            Some(Value::Sequence(list)) => list.get_mut(at),
            Some(Value::Mapping(map)) => map.values_mut().nth(at),
            _ => None,
        };
        if let Some(there) = there {
            *there = value;
        }
        self
    }

    /// Whether `text` says this. A list of nothing and none at all are the same.
    pub(super) fn is_said_by(&self, language: Language, text: &str) -> bool {
        let Ok(other) = parse(language, text) else {
            return false;
        };
        let key = self.dialect.key();
        let there = |root: &Mapping| root.get(key).filter(|list| !is_nothing(list)).cloned();
        let others = |root: &Mapping| root.len() - usize::from(root.contains_key(key));
        there(&self.root) == there(&other)
            && others(&self.root) == others(&other)
            && self
                .root
                .iter()
                .filter(|(name, _)| name.as_str() != Some(key))
                .all(|(name, value)| other.get(name) == Some(value))
    }
}

fn is_nothing(list: &Value) -> bool {
    match list {
        Value::Null => true,
        Value::Sequence(list) => list.is_empty(),
        Value::Mapping(map) => map.is_empty(),
        _ => false,
    }
}

fn parse(language: Language, text: &str) -> Result<Mapping, MergeError> {
    let syntax = |message: String| MergeError::Syntax {
        language: language.name(),
        message,
    };
    let root = match language {
        // The mark is no column, as PyYAML has it; yaml_serde counts one.
        Language::Yaml => yaml_serde::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))
            .map_err(|error| syntax(error.to_string()))?,
        // Paracle would stop at a file of nothing; it is made anew.
        Language::Json if text.trim().is_empty() => Value::Mapping(Mapping::new()),
        Language::Json => serde_json::from_str(text).map_err(|error| syntax(error.to_string()))?,
    };
    match (language, root) {
        (_, Value::Mapping(root)) => Ok(root),
        (Language::Yaml, Value::Null) => Ok(Mapping::new()),
        (Language::Yaml, _) => Err(shape("the file", "a mapping")),
        (Language::Json, _) => Err(shape("the file", "an object")),
    }
}

fn shape(what: impl Into<String>, wanted: &'static str) -> MergeError {
    let what = what.into();
    MergeError::Shape { what, wanted }
}

/// `fields` as the value of an entry.
pub(super) fn value(fields: &[(String, Field)]) -> Value {
    Value::Mapping(
        fields
            .iter()
            .map(|(key, field)| (Value::from(key.as_str()), field_value(field)))
            .collect(),
    )
}

pub(super) fn field_value(field: &Field) -> Value {
    match field {
        Field::Text(text) => Value::from(text.as_str()),
        Field::Flag(flag) => Value::from(*flag),
        Field::List(texts) => Value::from(texts.clone()),
        Field::Map(pairs) => Value::Mapping(
            pairs
                .iter()
                .map(|(key, text)| (Value::from(key.as_str()), Value::from(text.as_str())))
                .collect(),
        ),
    }
}

/// `value` as a field; `None` where it is something that packages do not bring.
fn field(value: &Value) -> Option<Field> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Value::String(text) => Some(Field::Text(text.clone())),
        Value::Bool(flag) => Some(Field::Flag(*flag)),
        Value::Sequence(list) => Some(Field::List(list.iter().map(text).collect::<Option<_>>()?)),
        Value::Mapping(map) => Some(Field::Map(
            map.iter()
                .map(|(key, value)| Some((text(key)?, text(value)?)))
                .collect::<Option<_>>()?,
        )),
        _ => None,
    }
}

/// The fields of an entry; `None` where one of them is something that packages do not bring.
pub(super) fn fields(value: &Value) -> Option<Vec<(String, Field)>> {
    let fields = value.as_mapping()?.iter();
    fields
        .map(|(key, value)| Some((key.as_str()?.to_owned(), field(value)?)))
        .collect()
}

/// sha256 of an entry: its fields as JSON (an array of key and value), sorted by key, because the
/// order in which they are written says nothing.
pub(super) fn digest(value: &Value) -> Digest {
    let Some(mut fields) = fields(value) else {
        // No entry of a package is like it: any digest that none of them has.
        return Digest::of(format!("{value:?}").as_bytes());
    };
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, field) in &mut fields {
        if let Field::Map(pairs) = field {
            pairs.sort();
        }
    }
    // Texts, flags, lists and maps of texts: nothing that JSON could refuse.
    Digest::of(&serde_json::to_vec(&fields).unwrap_or_default())
}
