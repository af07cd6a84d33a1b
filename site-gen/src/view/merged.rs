//! Entries that a package adds to files which packages share, as they will read.

use std::collections::BTreeMap;

use registry_index::{
    Record,
    component::entry::{self, Field, SharedEntry, SharedFile},
    load::{Source, SourceFile},
};

use crate::{highlight, text, view::files::File};

/// One pane for each shared file that gets entries.
pub(crate) fn panes(record: &Record, entries: &[archive::Entry]) -> Vec<File> {
    let files = entries.iter().map(|entry| {
        SourceFile::regular(entry.path.clone(), entry.bytes.clone(), entry.executable)
    });
    let source = Source {
        folder: record.source.path.clone(),
        files: files.collect(),
        written: None,
        manifest: Some(record.manifest.clone()),
    };
    let mut by_file: BTreeMap<SharedFile, Vec<SharedEntry>> = BTreeMap::new();
    for entry in entry::entries(&source) {
        by_file.entry(entry.file).or_default().push(entry);
    }
    by_file
        .into_iter()
        .zip(1..)
        .map(|((file, entries), number)| pane(file, &entries, number))
        .collect()
}

fn pane(file: SharedFile, entries: &[SharedEntry], number: usize) -> File {
    let path = file.paths().last().copied().unwrap_or_default();
    let yaml = yaml(file, entries);
    File {
        id: format!("m{number}"),
        name: String::new(),
        is_nested: false,
        heading: None,
        size: format!("+ {}", text::count(entries.len(), "entry", "entries")),
        path: path.to_owned(),
        remark: Some("merged with what you have".to_owned()),
        lines: Some(highlight::lines(yaml.lines(), highlight::Language::Keys)),
    }
}

/// For reading only: what is installed is written by whoever merges, in the file's own form.
fn yaml(file: SharedFile, entries: &[SharedEntry]) -> String {
    let mut yaml = format!("{}:\n", file.list_key());
    for entry in entries {
        for (number, (key, field)) in entry.fields.iter().enumerate() {
            let lead = if number == 0 { "  - " } else { "    " };
            let value = match field {
                Field::Text(text) => quoted(text),
                Field::Flag(flag) => flag.to_string(),
                Field::List(items) => {
                    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
                    format!("[{}]", items.join(", "))
                }
                Field::Map(pairs) => {
                    let pairs = pairs
                        .iter()
                        .map(|(key, value)| format!("{key}: {}", quoted(value)));
                    format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
                }
            };
            yaml.push_str(&format!("{lead}{key}: {value}\n"));
        }
    }
    yaml
}

fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    match !value.is_empty() && value.chars().all(plain) {
        true => value.to_owned(),
        false => format!("{:?}", text::line(value, 400)),
    }
}
