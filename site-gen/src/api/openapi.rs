//! The description of the API: OpenAPI 3.1, whose schemas are JSON Schema 2020-12 as it stands.

use std::collections::BTreeMap;

use registry_index::{Registry, wire};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::api::{Packages, Terms};

/// One address.
struct Path {
    path: &'static str,
    id: &'static str,
    about: &'static str,
    schema: Value,
    parameters: Value,
}

/// The whole description.
pub(super) fn description(registry: &Registry) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .for_serialize()
        .into_generator();
    let paths: BTreeMap<&str, Value> = paths(&mut generator)
        .into_iter()
        .map(|path| (path.path, item(path)))
        .collect();
    sorted(json!({
        "openapi": "3.1.0",
        "info": {
            "title": registry.config.title,
            "summary": "A static registry of building blocks for AI agents: every answer is a file",
            "version": "1"
        },
        "servers": [{ "url": "..", "description": "The site this description was read from" }],
        "paths": paths,
        "components": { "schemas": generator.take_definitions(true) }
    }))
}

fn paths(generator: &mut SchemaGenerator) -> Vec<Path> {
    let mut paths = vec![
        plain::<Packages<'_>>(
            generator,
            "/api/v1/packages.json",
            "packages",
            "All packages in short",
        ),
        plain::<wire::Config>(
            generator,
            "/index/config.json",
            "config",
            "Where a client begins",
        ),
        plain::<Vec<wire::NameEntry>>(
            generator,
            "/index/names.json",
            "names",
            "All names, for completion",
        ),
        Path {
            parameters: json!([
                part("namespace", "The part of its name before the slash"),
                part("name", "The part behind it")
            ]),
            ..plain::<wire::Package>(
                generator,
                "/api/v1/packages/{namespace}/{name}.json",
                "package",
                "All of one package",
            )
        },
    ];
    for (path, id, about) in [
        ("/api/v1/kinds.json", "kinds", "The kinds"),
        (
            "/api/v1/categories.json",
            "categories",
            "The categories that have packages",
        ),
        ("/api/v1/keywords.json", "keywords", "The keywords"),
        ("/api/v1/authors.json", "authors", "The authors"),
    ] {
        paths.push(plain::<Terms<'_>>(generator, path, id, about));
    }
    paths
}

fn plain<T: JsonSchema>(
    generator: &mut SchemaGenerator,
    path: &'static str,
    id: &'static str,
    about: &'static str,
) -> Path {
    Path {
        path,
        id,
        about,
        schema: generator.subschema_for::<T>().to_value(),
        parameters: json!([]),
    }
}

fn part(name: &str, about: &str) -> Value {
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": about,
        "schema": { "type": "string" }
    })
}

fn item(path: Path) -> Value {
    json!({ "get": {
        "operationId": path.id,
        "summary": path.about,
        "parameters": path.parameters,
        "responses": {
            "200": {
                "description": path.about,
                "content": { "application/json": { "schema": path.schema } }
            },
            "404": { "description": "There is none" }
        }
    }})
}

/// Keys in order: whether a JSON object keeps its own depends on who else is compiled with us.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let in_order: BTreeMap<String, Value> = object.into_iter().collect();
            let entries = in_order
                .into_iter()
                .map(|(key, value)| (key, sorted(value)));
            Value::Object(entries.collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        other => other,
    }
}
