//! Keys that a type does not know, found by walking a TOML file beside the type's JSON Schema.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::finding;
use crate::{
    finding::{Finding, Place},
    text::quote,
};

/// The keys that a file of one type may hold, at every depth. Make one per type and keep it:
/// generating the schema costs more than reading a manifest.
#[derive(Clone, Debug)]
pub struct UnknownKeys {
    schema: Value,
}

impl UnknownKeys {
    /// The keys of `T`.
    pub fn of<T: JsonSchema>() -> Self {
        Self {
            schema: SchemaGenerator::default()
                .into_root_schema_for::<T>()
                .to_value(),
        }
    }

    pub(super) fn check(&self, file: &str, text: &str, table: &DeTable<'_>) -> Vec<Finding> {
        let mut walk = Walk {
            root: &self.schema,
            file,
            text,
            findings: Vec::new(),
            untold: 0,
        };
        walk.table(table, &self.schema);
        if walk.untold > 0 {
            let message = format!("{} more unknown keys", walk.untold);
            let help = "remove them; the schemas at /schemas/ list the keys that are known";
            walk.findings
                .push(finding("unknown-key", Place::file(file), message, help));
        }
        walk.findings
    }
}

/// So many unknown keys of one file are told; a file of nothing else would take minutes to tell.
const TOLD: usize = 20;

struct Walk<'a> {
    root: &'a Value,
    file: &'a str,
    text: &'a str,
    findings: Vec<Finding>,
    untold: usize,
}

impl<'a> Walk<'a> {
    /// The object schemas that `schema` stands for: itself, what it refers to, its alternatives.
    fn objects(&self, schema: &'a Value, into: &mut Vec<&'a Map<String, Value>>) {
        let Some(object) = schema.as_object() else {
            return;
        };
        if let Some(reference) = object.get("$ref").and_then(Value::as_str)
            && let Some(target) = reference
                .strip_prefix('#')
                .and_then(|at| self.root.pointer(at))
        {
            self.objects(target, into);
        }
        for alternatives in ["anyOf", "oneOf", "allOf"] {
            for one in object
                .get(alternatives)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.objects(one, into);
            }
        }
        into.push(object);
    }

    fn table(&mut self, table: &DeTable<'_>, schema: &'a Value) {
        let mut objects = Vec::new();
        self.objects(schema, &mut objects);
        let known: Vec<&Map<String, Value>> = objects
            .iter()
            .filter_map(|o| o.get("properties")?.as_object())
            .collect();
        let any = objects.iter().find_map(|o| o.get("additionalProperties"));
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match known
                .iter()
                .find_map(|properties| properties.get(name))
                .or(any)
            {
                Some(Value::Bool(_)) => {}
                Some(inner) => self.value(value.get_ref(), inner),
                None if known.is_empty() => {}
                None => self.report(key.span().start, name, &known),
            }
        }
    }

    fn value(&mut self, value: &DeValue<'_>, schema: &'a Value) {
        match value {
            DeValue::Table(table) => self.table(table, schema),
            DeValue::Array(values) => {
                let mut objects = Vec::new();
                self.objects(schema, &mut objects);
                if let Some(items) = objects.iter().find_map(|o| o.get("items")) {
                    for value in values {
                        self.value(value.get_ref(), items);
                    }
                }
            }
            _ => {}
        }
    }

    fn report(&mut self, offset: usize, name: &str, known: &[&Map<String, Value>]) {
        if self.findings.len() >= TOLD {
            self.untold += 1;
            return;
        }
        let names = || known.iter().flat_map(|properties| properties.keys());
        let help = match nearest(name, names().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let all: Vec<_> = names().map(|n| format!("`{n}`")).collect();
                format!("remove it; the keys known here are {}", all.join(", "))
            }
        };
        let place = Place::at(self.file, self.text, offset);
        self.findings.push(finding(
            "unknown-key",
            place,
            format!("unknown key {}", quote(name)),
            &help,
        ));
    }
}

/// The candidate that `text` was most likely meant to be, if any is near.
pub(crate) fn nearest<'a>(
    text: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::osa_distance(text, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1.max(candidate.len().min(text.len()) / 3))
        .min()
        .map(|(_, candidate)| candidate)
}
