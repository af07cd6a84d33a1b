//! Entries in YAML files.
//!
//! ```text
//! locate   text -> where the list stands and how it is written     (granit-parser's events)
//! write    entry -> YAML in that style
//! insert   both -> new texts that may be right
//! merge    the first of them that libyaml's grammar, which Paracle reads with, says is right
//! ```

use registry_index::component::entry::{Field, SharedEntry};
use yaml_serde::{Mapping, Value};

use super::{Dialect, MergeError, Merged};

mod insert;
mod locate;
mod write;

pub(super) fn merge(text: &str, entry: &SharedEntry) -> Result<Merged, MergeError> {
    let old = match parse(text)? {
        Value::Null => Mapping::new(),
        Value::Mapping(old) => old,
        _ => return Err(shape("the file", "a mapping")),
    };
    let dialect = Dialect::of(entry.file, false, |key| old.contains_key(key));
    let fields = dialect.fields(entry);
    let expected = match expected(old, dialect, entry, value(&fields))? {
        Expected::Same => return Ok(Merged::Same),
        Expected::Taken => return Ok(Merged::Taken),
        Expected::New(expected) => expected,
    };
    let style = MergeError::Style { key: dialect.key() };
    let located = locate::locate(text, dialect.key()).ok_or_else(|| style.clone())?;
    let element = write::Element {
        name: match dialect {
            Dialect::List { .. } => None,
            Dialect::Map { .. } => Some(&entry.id),
        },
        fields: &fields,
    };
    insert::candidates(text, dialect.key(), &located, &element)
        .into_iter()
        .find(|new| parse(new).ok().as_ref() == Some(&expected))
        .map(Merged::New)
        .ok_or(style)
}

enum Expected {
    Same,
    Taken,
    New(Value),
}

/// What the file has to say once `value` is in it.
fn expected(
    mut old: Mapping,
    dialect: Dialect,
    entry: &SharedEntry,
    value: Value,
) -> Result<Expected, MergeError> {
    let key = dialect.key();
    let there = old.remove(key).unwrap_or_default();
    let found = |there: &Value| match *there == value {
        true => Expected::Same,
        false => Expected::Taken,
    };
    let new = match (dialect, there) {
        (Dialect::List { .. }, Value::Null) => Value::Sequence(vec![value]),
        (Dialect::List { id_key, .. }, Value::Sequence(mut list)) => {
            let same_id =
                |item: &&Value| item.get(id_key).and_then(Value::as_str) == Some(&entry.id);
            if let Some(there) = list.iter().find(same_id) {
                return Ok(found(there));
            }
            list.push(value);
            Value::Sequence(list)
        }
        (Dialect::Map { .. }, Value::Null) => {
            Value::Mapping([(entry.id.as_str().into(), value)].into_iter().collect())
        }
        (Dialect::Map { .. }, Value::Mapping(mut map)) => {
            if let Some(there) = map.get(entry.id.as_str()) {
                return Ok(found(there));
            }
            map.insert(entry.id.as_str().into(), value);
            Value::Mapping(map)
        }
        (Dialect::List { .. }, _) => return Err(shape(format!("{key:?}"), "a list")),
        (Dialect::Map { .. }, _) => return Err(shape(format!("{key:?}"), "a mapping")),
    };
    old.insert(key.into(), new);
    Ok(Expected::New(Value::Mapping(old)))
}

fn parse(text: &str) -> Result<Value, MergeError> {
    yaml_serde::from_str(text).map_err(|error| MergeError::Syntax {
        language: "YAML",
        message: error.to_string(),
    })
}

fn shape(what: impl Into<String>, wanted: &'static str) -> MergeError {
    let what = what.into();
    MergeError::Shape { what, wanted }
}

fn value(fields: &[(String, Field)]) -> Value {
    let value = |field: &Field| match field {
        Field::Text(text) => Value::from(text.as_str()),
        Field::Flag(flag) => Value::from(*flag),
        Field::List(texts) => Value::from(texts.clone()),
        Field::Map(pairs) => Value::Mapping(
            pairs
                .iter()
                .map(|(key, text)| (Value::from(key.as_str()), Value::from(text.as_str())))
                .collect(),
        ),
    };
    Value::Mapping(
        fields
            .iter()
            .map(|(key, field)| (Value::from(key.as_str()), value(field)))
            .collect(),
    )
}
