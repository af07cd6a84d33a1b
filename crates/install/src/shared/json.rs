//! Entries in `mcp.json`: strict JSON, because that is what Paracle reads.

use jsonc_parser::{
    ParseOptions,
    cst::{CstInputValue, CstRootNode},
};
use registry_index::component::entry::{Field, SharedEntry};
use serde_json::{Map, Value};

use super::{Dialect, MergeError, Merged};

pub(super) fn merge(text: &str, entry: &SharedEntry) -> Result<Merged, MergeError> {
    // A file of nothing is made anew; Paracle would stop at it.
    let text = match text.trim().is_empty() {
        true => "{}\n",
        false => text,
    };
    let Value::Object(old) = parse(text)? else {
        return Err(shape("the file", "an object"));
    };
    let dialect = Dialect::of(entry.file, true, |key| old.contains_key(key));
    let fields = dialect.fields(entry);
    let value = object(&fields);
    let expected = match expected(old, dialect, entry, value)? {
        Expected::Same => return Ok(Merged::Same),
        Expected::Taken => return Ok(Merged::Taken),
        Expected::New(expected) => expected,
    };
    insert(text, dialect, entry, &fields)
        .filter(|new| parse(new).ok().as_ref() == Some(&expected))
        .map(Merged::New)
        .ok_or(MergeError::Style { key: dialect.key() })
}

enum Expected {
    Same,
    Taken,
    New(Value),
}

/// What the file has to say once `value` is in it.
fn expected(
    mut old: Map<String, Value>,
    dialect: Dialect,
    entry: &SharedEntry,
    value: Value,
) -> Result<Expected, MergeError> {
    let key = dialect.key();
    let what = || format!("{key:?}");
    let there = match dialect {
        Dialect::List { id_key, .. } => {
            let list = old.entry(key).or_insert_with(|| Value::Array(Vec::new()));
            let Value::Array(list) = list else {
                return Err(shape(what(), "a list"));
            };
            let there = list
                .iter()
                .find(|item| item[id_key] == entry.id.as_str())
                .cloned();
            list.push(value.clone());
            there
        }
        Dialect::Map { .. } => {
            let map = old
                .entry(key)
                .or_insert_with(|| Value::Object(Map::default()));
            let Value::Object(map) = map else {
                return Err(shape(what(), "an object"));
            };
            map.insert(entry.id.clone(), value.clone())
        }
    };
    Ok(match there {
        Some(there) if there == value => Expected::Same,
        Some(_) => Expected::Taken,
        None => Expected::New(Value::Object(old)),
    })
}

fn parse(text: &str) -> Result<Value, MergeError> {
    serde_json::from_str(text).map_err(|error| MergeError::Syntax {
        language: "JSON",
        message: error.to_string(),
    })
}

fn shape(what: impl Into<String>, wanted: &'static str) -> MergeError {
    let what = what.into();
    MergeError::Shape { what, wanted }
}

fn insert(
    text: &str,
    dialect: Dialect,
    entry: &SharedEntry,
    fields: &[(String, Field)],
) -> Option<String> {
    let root = CstRootNode::parse(text, &ParseOptions::default()).ok()?;
    let object = root.object_value()?;
    let value = CstInputValue::Object(
        fields
            .iter()
            .map(|(key, field)| (key.clone(), input(field)))
            .collect(),
    );
    match dialect {
        Dialect::List { key, .. } => drop(object.array_value_or_create(key)?.append(value)),
        Dialect::Map { key } => {
            drop(object.object_value_or_create(key)?.append(&entry.id, value));
        }
    }
    Some(root.to_string())
}

fn input(field: &Field) -> CstInputValue {
    match field {
        Field::Text(text) => text.clone().into(),
        Field::Flag(flag) => (*flag).into(),
        Field::List(texts) => CstInputValue::Array(texts.iter().cloned().map(Into::into).collect()),
        Field::Map(pairs) => CstInputValue::Object(
            pairs
                .iter()
                .map(|(key, text)| (key.clone(), text.clone().into()))
                .collect(),
        ),
    }
}

fn object(fields: &[(String, Field)]) -> Value {
    let value = |field: &Field| match field {
        Field::Text(text) => Value::from(text.as_str()),
        Field::Flag(flag) => Value::from(*flag),
        Field::List(texts) => Value::from(texts.clone()),
        Field::Map(pairs) => pairs
            .iter()
            .map(|(key, text)| (key.clone(), Value::from(text.as_str())))
            .collect(),
    };
    fields
        .iter()
        .map(|(key, field)| (key.clone(), value(field)))
        .collect()
}
