//! The published schemas, as files that a reviewer can read.

use std::path::Path;

use snapbox::{Assert, Data};

#[test]
fn schemas_are_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas");
    let assert = Assert::new().action_env("SNAPSHOTS");
    let mut names = Vec::new();
    for (name, schema) in registry_index::schema::all() {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let expected = Data::read_from(&folder.join(name), Some(snapbox::data::DataFormat::Text));
        assert.eq(text, expected.raw());
        names.push(name.to_owned());
    }
    let mut kept: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    kept.sort();
    assert_eq!(kept, names, "every kept schema is one that is made");
}

/// A schema that refuses unknown keys must know all that the reader knows.
#[test]
fn hand_written_files_refuse_unknown_keys() {
    for (name, schema) in registry_index::schema::all() {
        let is_published = name.starts_with("index-") || name.starts_with("record");
        if schema["properties"].is_object() {
            let is_strict = schema["additionalProperties"] == false;
            assert_eq!(is_strict, !is_published, "{name}");
        }
    }
}
