use registry_index::{
    Digest,
    component::entry::{Field, SharedEntry, SharedFile},
};

use super::{
    Changed, Clash, Language, Meaning, MergeError, Merged, Removed, change, digest, find, meaning,
    merge, remove,
};

mod changing;
mod hostile;
mod merging;
mod projects;
mod removing;

fn text(text: &str) -> Field {
    Field::Text(text.to_owned())
}

fn texts(texts: &[&str]) -> Field {
    Field::List(texts.iter().map(|&text| text.to_owned()).collect())
}

fn entry(file: SharedFile, id: &str, fields: &[(&str, Field)]) -> SharedEntry {
    SharedEntry {
        file,
        id: id.to_owned(),
        fields: fields
            .iter()
            .map(|(key, field)| ((*key).to_owned(), field.clone()))
            .collect(),
    }
}

fn agent() -> SharedEntry {
    let fields = [
        ("id", text("reviewer")),
        ("name", text("Code Reviewer")),
        ("role", text("Reads: a diff # closely")),
        ("tools", texts(&["read_file", "on"])),
        ("skills", texts(&[])),
    ];
    entry(SharedFile::Agents, "reviewer", &fields)
}

fn server() -> SharedEntry {
    let env = vec![("TOKEN".to_owned(), "${TOKEN}".to_owned())];
    let fields = [
        ("id", text("github")),
        ("name", text("GitHub")),
        ("command", text("npx")),
        ("args", texts(&["-y", "server@1.0.0"])),
        ("env", Field::Map(env)),
        ("enabled", Field::Flag(true)),
    ];
    entry(SharedFile::Mcp, "github", &fields)
}

fn merged(path: &str, before: &str, entry: &SharedEntry) -> String {
    match merge(path, before, entry) {
        Ok(Merged::New(after)) => after,
        other => panic!("{before:?}: {other:?}"),
    }
}

/// What `remove` gives, which has to be a text.
fn removed(path: &str, text: &str, entry: &SharedEntry, before: Option<&str>) -> String {
    let before = before.map(|before| Digest::of(before.as_bytes()));
    match remove(path, text, entry.file, &entry.id, before) {
        Ok(Removed::New(after)) => after,
        other => panic!("{text:?}: {other:?}"),
    }
}

/// `entry` under another id.
fn named(entry: &SharedEntry, id: &str) -> SharedEntry {
    let mut entry = entry.clone();
    entry.id = id.to_owned();
    entry.fields[0].1 = text(id);
    entry
}

/// Whether the file says of `entry` what its package says.
fn says(path: &str, text: &str, entry: &SharedEntry) -> bool {
    let found = find(path, text, entry.file, &entry.id).unwrap();
    found == Some(digest(path, text, entry).unwrap())
}
