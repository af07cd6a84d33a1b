//! `record-form`: a record is what clients believe, so it must be one that the release job could have
//! written, also where no blob is at hand to prove it.

use std::collections::BTreeSet;

use super::{Check, Report, Rule, Scene};
use crate::{
    address,
    component::{self, ComponentKind},
    finding::Severity,
    hidden,
    load::EntryFolder,
    raw::Written,
    record::{Blob, Record},
};

pub(super) static RULE: Rule = Rule {
    id: "record-form",
    severity: Severity::Error,
    about: "A record agrees with itself: time, sorted safe paths, documents and components that are its files",
    help: "do not write records by hand; `paracle registry release` does",
    check: Check::Entry(check),
};

fn check(entry: &EntryFolder, _: &Scene<'_>, report: &mut Report<'_>) {
    for record in entry.records.values() {
        if !is_time(&record.value.published) {
            let message = format!(
                "{:?} is not a time like 2026-01-31T12:00:00Z",
                record.value.published
            );
            report.found(record.place_of_key("published"), message);
        }
        let faults = [
            ("files", files(&record.value)),
            ("documents", documents(&record.value)),
            ("components", components(&record.value)),
            ("manifest", manifest(&record.value)),
        ];
        for (table, fault) in faults {
            if let Some(message) = fault {
                report.found(table_place(record, table), message);
            }
        }
    }
}

fn table_place(record: &Written<Record>, table: &str) -> crate::Place {
    match record.place_of_table(&format!("[{table}")) {
        place if place.line > 0 => place,
        _ => record.place_of_table(table),
    }
}

/// `YYYY-MM-DDTHH:MM:SSZ`, with numbers that a calendar has.
fn is_time(text: &str) -> bool {
    let shape = b"dddd-dd-ddTdd:dd:ddZ";
    let fits = text.len() == shape.len()
        && text.bytes().zip(shape).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            other => byte == *other,
        });
    let number = |from: usize| {
        text.get(from..from + 2)
            .and_then(|two| two.parse::<u8>().ok())
    };
    let within = |from, low: u8, high: u8| number(from).is_some_and(|n| (low..=high).contains(&n));
    fits && within(5, 1, 12)
        && within(8, 1, 31)
        && within(11, 0, 23)
        && within(14, 0, 59)
        && within(17, 0, 60)
}

fn files(record: &Record) -> Option<String> {
    let is_safe = |path: &str| {
        !path.chars().any(char::is_control)
            && !path.contains(['\\', ':'])
            && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
    };
    let files = &record.files;
    if let Some(bad) = files.iter().find(|file| !is_safe(&file.path)) {
        return Some(format!("{:?} is no path in a package", bad.path));
    }
    if let Some(pair) = files.windows(2).find(|pair| pair[0].path >= pair[1].path) {
        return Some(format!(
            "{:?} does not come after {:?}",
            pair[1].path, pair[0].path
        ));
    }
    let missing = ["README.md", "paracle.toml"]
        .into_iter()
        .find(|path| !files.iter().any(|file| file.path == *path));
    if let Some(path) = missing {
        return Some(format!("{path:?} is not among the files"));
    }
    let total = files
        .iter()
        .fold(0u64, |sum, file| sum.saturating_add(file.length));
    let tar = record.archive.tar_length;
    (total > tar).then(|| format!("the files have {total} bytes, more than their tar ({tar})"))
}

fn documents(record: &Record) -> Option<String> {
    let documents = &record.documents;
    let agrees = |path: &str, blob: Option<&Blob>| {
        let file = record.files.iter().find(|file| file.path == path);
        file.map(|f| (f.digest, f.length)) == blob.map(|b| (b.digest, b.length))
    };
    let shown = [
        ("README.md", Some(&documents.readme)),
        ("CHANGELOG.md", documents.changelog.as_ref()),
    ];
    if let Some((path, _)) = shown.into_iter().find(|(path, blob)| !agrees(path, *blob)) {
        return Some(format!(
            "the document and the file {path:?} are not the same"
        ));
    }
    let is_picture = |path: &str| {
        let name = path.strip_prefix("gallery/").unwrap_or_default();
        !name.is_empty() && !name.contains(['/', '\\']) && !name.starts_with('.')
    };
    let bad = documents
        .pictures
        .iter()
        .find(|picture| !is_picture(&picture.path));
    bad.map(|picture| format!("{:?} is not a picture in gallery/", picture.path))
}

fn components(record: &Record) -> Option<String> {
    let paths = record.files.iter().map(|file| file.path.as_str());
    let made: BTreeSet<(ComponentKind, String)> = component::components(paths)
        .into_iter()
        .map(|found| (found.kind, found.id))
        .collect();
    let said: BTreeSet<(ComponentKind, String)> = record
        .components
        .iter()
        .map(|stated| (stated.kind, stated.id.clone()))
        .collect();
    let (kind, id) = made.symmetric_difference(&said).next()?;
    Some(match made.contains(&(*kind, id.clone())) {
        true => format!("the files hold the {kind:?} {id:?}, which is not among the components"),
        false => format!("no file is the {kind:?} {id:?}"),
    })
}

/// What of the manifest becomes links and lines on a page.
fn manifest(record: &Record) -> Option<String> {
    let manifest = &record.manifest;
    let one_line = manifest
        .summary
        .chars()
        .find(|c| c.is_control() || hidden::name(*c).is_some());
    if let Some(bad) = one_line {
        return Some(format!("the summary holds {bad:?}"));
    }
    [
        &manifest.repository,
        &manifest.homepage,
        &manifest.documentation,
    ]
    .into_iter()
    .flatten()
    .find_map(|url| Some(format!("{url:?} {}", address::fault(url)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeRegistry;

    const PATH: &str = "registry-index/packages/core/thing/1.0.0.toml";

    #[test]
    fn a_record_agrees_with_itself() {
        let good = FakeRegistry::new().released_with("core/thing", "1.0.0", |p| {
            p.file("CHANGELOG.md", "# 1.0.0\n")
                .set("homepage", "\"https://example.org\"")
        });
        assert_eq!(good.world().said_by("record-form"), [""; 0]);
        let text = good.text(PATH);
        for (from, to, why) in [
            (
                "2026-01-02T03:04:05Z",
                "yesterday",
                "\"yesterday\" is not a time",
            ),
            (
                "2026-01-02T03:04:05Z",
                "2026-13-02T03:04:05Z",
                "is not a time",
            ),
            (
                "\"agents/thing.md\"",
                "\"../thing.md\"",
                "is no path in a package",
            ),
            (
                "\"agents/thing.md\"",
                "\"zz/thing.md\"",
                "does not come after",
            ),
            (
                "\"agents/thing.md\"",
                "\"agents/other.md\"",
                "which is not among the components",
            ),
            (
                "path = \"README.md\"",
                "path = \"READMF.md\"",
                "\"README.md\" is not among the files",
            ),
            ("tar-length = ", "tar-length = 1 # ", "more than their tar"),
            (
                "[documents.changelog]",
                "[documents.readme2]",
                "the file \"CHANGELOG.md\" are not the same",
            ),
            (
                "https://example.org",
                "http://example.org",
                "does not start with",
            ),
        ] {
            assert!(text.contains(from), "{from} {text}");
            let bad = good.clone().file(PATH, text.replacen(from, to, 1));
            let said = bad.world().said_by("record-form");
            assert!(said.iter().any(|said| said.contains(why)), "{to} {said:?}");
        }
    }

    #[test]
    fn times_are_of_a_calendar() {
        assert!(is_time("2026-12-31T23:59:60Z"));
        for bad in [
            "2026-12-31 23:59:59Z",
            "2026-12-31T23:59:59+00:00",
            "2026-00-01T00:00:00Z",
            "\u{e9}",
        ] {
            assert!(!is_time(bad), "{bad}");
        }
    }
}
