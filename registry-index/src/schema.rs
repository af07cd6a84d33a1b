//! The JSON Schemas that are published at `/schemas/`, made from the types that read the files.

use std::collections::BTreeMap;

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use crate::{raw, record::Record, wire};

/// Every schema, by its file's name, sorted. Those of files that people write refuse unknown keys, as
/// the checks do; those of published data do not, because it may gain fields.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("answers.schema.json", strict(of::<raw::Answers>())),
        ("index-config.schema.json", of::<wire::Config>()),
        ("index-names.schema.json", of::<Vec<wire::NameEntry>>()),
        ("index-package.schema.json", of::<wire::Package>()),
        ("index-shard.schema.json", of::<wire::Shard>()),
        ("mcp.schema.json", strict(of::<raw::McpServer>())),
        ("namespace.schema.json", strict(of::<raw::Namespace>())),
        ("package.schema.json", strict(of::<raw::Entry>())),
        ("paracle.schema.json", strict(of::<raw::Manifest>())),
        ("ratings.schema.json", strict(of::<raw::Ratings>())),
        ("record.schema.json", of::<Record>()),
        ("registry.schema.json", strict(of::<raw::Registry>())),
        ("renames.schema.json", strict(of::<raw::Renames>())),
        ("request.schema.json", strict(of::<raw::Request>())),
    ]
}

fn of<T: JsonSchema>() -> Value {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>();
    sorted(schema.to_value())
}

/// Keys in order: whether a JSON object keeps its own depends on who else is compiled with us.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let in_order: BTreeMap<String, Value> = object.into_iter().collect();
            let sorted_values = in_order
                .into_iter()
                .map(|(key, value)| (key, sorted(value)));
            Value::Object(sorted_values.collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// Refuses unknown keys in every object that lists its keys.
fn strict(schema: Value) -> Value {
    sorted(refusing(schema))
}

fn refusing(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(object) => {
            for value in object.values_mut() {
                *value = refusing(value.take());
            }
            let lists_keys = object.get("properties").is_some_and(Value::is_object);
            if lists_keys && !object.contains_key("additionalProperties") {
                object.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(values) => {
            for value in values {
                *value = refusing(value.take());
            }
        }
        _ => {}
    }
    schema
}
