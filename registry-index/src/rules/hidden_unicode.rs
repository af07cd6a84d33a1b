//! `hidden-unicode`: what a reviewer reads is what an agent, a compiler and a terminal get.

use toml::de::{DeTable, DeValue};

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    hidden::{Hidden, as_text, hidden, is_plain},
    load::{EntryFolder, FileKind, Source, SourceFile},
    raw::Written,
};

pub(super) static RULE: Rule = Rule {
    id: "hidden-unicode",
    severity: Severity::Error,
    about: "No file, path or value holds bidirectional, zero-width, tag or control characters",
    help: "remove the character; an editor that shows invisible characters helps to find it",
    check: Check::Several(&[
        Check::Source(source),
        Check::Entry(entry),
        Check::Whole(whole),
    ]),
};

/// So many are told for one file.
const TOLD: usize = 5;

fn source(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    for file in &source.files {
        if let Some(found) = hidden(&file.path).next() {
            let message = format!("the path {:?} holds {}", file.path, said(&found));
            report.found(source.place(&file.path), message);
        }
        if file.kind == FileKind::Regular && !is_plain(&file.bytes) {
            content(&source.path(&file.path), file, report);
        }
    }
    if let Some(written) = &source.written {
        escaped(written, report);
    }
}

fn entry(entry: &EntryFolder, _: &Scene<'_>, report: &mut Report<'_>) {
    if let Some(written) = &entry.written {
        both(written, report);
    }
    for record in entry.records.values() {
        both(record, report);
    }
}

fn whole(scene: &Scene<'_>, report: &mut Report<'_>) {
    let loaded = scene.loaded;
    if let Some(written) = &loaded.registry {
        both(written, report);
    }
    if let Some(written) = &loaded.renames {
        both(written, report);
    }
    for written in loaded.namespaces.values() {
        both(written, report);
    }
    for (name, written) in &loaded.ratings {
        both(written, report.about(name));
    }
}

fn both<T>(written: &Written<T>, report: &mut Report<'_>) {
    if !is_plain(written.text.as_bytes()) {
        text(&written.file, &written.text, report);
    }
    escaped(written, report);
}

/// A file's content, where it is text. One byte that is not UTF-8 does not hide the rest of a file
/// that its name says is text; what is neither is data.
fn content(path: &str, file: &SourceFile, report: &mut Report<'_>) {
    if let Some(content) = as_text(&file.path, &file.bytes) {
        text(path, &content, report);
    }
}

fn text(path: &str, text: &str, report: &mut Report<'_>) {
    let mut found = hidden(text);
    for one in found.by_ref().take(TOLD) {
        let place = Place::at(path, text, one.offset);
        report.found(place, format!("holds {}", said(&one)));
    }
    let more = found.count();
    if more > 0 {
        report.found(
            Place::file(path),
            format!("holds {more} more hidden characters"),
        );
    }
}

/// Characters that a TOML file writes as `\u202e`: plain to see in the file, hidden in the value.
fn escaped<T>(written: &Written<T>, report: &mut Report<'_>) {
    if !written.text.contains('\\') {
        return;
    }
    let Ok(table) = DeTable::parse(&written.text) else {
        return;
    };
    let mut found = Vec::new();
    in_table(table.get_ref(), &mut found);
    for (offset, one) in found.into_iter().take(TOLD) {
        // Where the character itself stands in the file, it was told already.
        if !written.text.contains(one.character) {
            let place = written.place_at(offset);
            report.found(place, format!("a value holds {}", said(&one)));
        }
    }
}

fn in_table(table: &DeTable<'_>, found: &mut Vec<(usize, Hidden)>) {
    for (key, value) in table {
        let key_at = key.span().start;
        found.extend(hidden(key.get_ref()).map(|one| (key_at, one)));
        in_value(value.get_ref(), value.span().start, found);
    }
}

fn in_value(value: &DeValue<'_>, offset: usize, found: &mut Vec<(usize, Hidden)>) {
    match value {
        DeValue::String(text) => found.extend(hidden(text).map(|one| (offset, one))),
        DeValue::Table(table) => in_table(table, found),
        DeValue::Array(values) => {
            for value in values {
                in_value(value.get_ref(), value.span().start, found);
            }
        }
        _ => {}
    }
}

fn said(found: &Hidden) -> String {
    format!("U+{:04X}, {}", u32::from(found.character), found.what)
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, package_said};

    #[test]
    fn hidden_characters_are_told_where_they_stand() {
        assert_eq!(
            package_said("hidden-unicode", |p| p.file("project/a.md", "gr\u{fc}n")),
            [""; 0]
        );
        let said = package_said("hidden-unicode", |p| {
            p.file("project/a.py", "x = 1\nif access != \"user\u{202e}\":\n")
        });
        assert_eq!(
            said,
            [
                "error templates/agents/code-thing/project/a.py:2:19: holds U+202E, a bidirectional override"
            ]
        );
        let path = package_said("hidden-unicode", |p| p.file("project/a\u{200b}.md", "x"));
        assert!(
            path[0].contains("the path \"project/a\\u{200b}.md\" holds U+200B"),
            "{path:?}"
        );
    }

    #[test]
    fn manifests_and_the_index_are_read_too() {
        let raw = package_said("hidden-unicode", |p| {
            p.summary("Reviews \u{200b}a diff for bugs")
        });
        assert!(
            raw[0].contains("paracle.toml:7:20: holds U+200B"),
            "{raw:?}"
        );
        let escaped = package_said("hidden-unicode", |p| {
            p.set("summary", "\"Reviews \\u202ea diff for bugs\"")
        });
        assert!(
            escaped[0].contains("paracle.toml:7:11: a value holds U+202E"),
            "{escaped:?}"
        );
        let entry = FakeRegistry::new().entry("core/thing", "deprecated = \"\u{2067}gone\"\n");
        assert_eq!(entry.world().said_by("hidden-unicode").len(), 1);
        let renames = FakeRegistry::new().renamed("core/a\u{200b}b", "core/ab");
        assert_eq!(renames.world().said_by("hidden-unicode").len(), 1);
    }

    #[test]
    fn data_is_not_text_but_a_broken_text_is() {
        let data = package_said("hidden-unicode", |p| {
            p.file("project/a.bin", b"\xff\x9b\x1b\xc2\x9b")
        });
        assert_eq!(data, [""; 0]);
        let text = package_said("hidden-unicode", |p| {
            p.file("project/a.md", b"\xff \xe2\x80\xae x")
        });
        assert_eq!(text.len(), 1);
        let flood = package_said("hidden-unicode", |p| {
            p.file("project/a.md", "\u{200b}".repeat(99))
        });
        assert_eq!(flood.len(), 6);
    }
}
