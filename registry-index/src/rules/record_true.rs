//! `record-true`: where the bytes are at hand, a record says what they are.

use std::io;

use super::{Check, Report, Rule, Scene};
use crate::{
    digest::Digest,
    finding::{Place, Severity},
    load::{EntryFolder, SourceFile},
    manifest::Manifest,
    raw::{self, Written},
    record::{Archive, Blob, FileEntry, Record},
};

pub(super) static RULE: Rule = Rule {
    id: "record-true",
    severity: Severity::Error,
    about: "A record's digests, lengths, files and manifest are those of its blobs, where these are at hand",
    help: "do not write records by hand; `paracle registry release` does",
    check: Check::Entry(check),
};

fn check(entry: &EntryFolder, scene: &Scene<'_>, report: &mut Report<'_>) {
    for record in entry.records.values() {
        if let Some(gzip) = blob(&record.value.archive.digest, record, scene, report) {
            let fault = archive(&gzip, &record.value, scene);
            if let Some((table, message)) = fault {
                report.found(table_place(record, table), message);
            }
        }
        let documents = &record.value.documents;
        let pictures = documents.pictures.iter().map(|picture| &picture.blob);
        let blobs = [&documents.readme].into_iter().chain(&documents.changelog);
        for stated in blobs.chain(pictures) {
            length(stated, record, scene, report);
        }
    }
}

/// A blob that is at hand. That none is, is no fault; that it cannot be read may be one of the disk.
fn blob(
    digest: &Digest,
    record: &Written<Record>,
    scene: &Scene<'_>,
    report: &mut Report<'_>,
) -> Option<Vec<u8>> {
    scene.blobs.read(digest).unwrap_or_else(|error: io::Error| {
        let message = format!("the blob {digest} cannot be read: {error}");
        let help = "look at the blob store; nothing is said about the record";
        report.found_as(Severity::Warning, Place::file(&record.file), message, help);
        None
    })
}

fn length(stated: &Blob, record: &Written<Record>, scene: &Scene<'_>, report: &mut Report<'_>) {
    if let Some(bytes) = blob(&stated.digest, record, scene, report)
        && bytes.len() as u64 != stated.length
    {
        let message = format!(
            "{} is said to have {} bytes and has {}",
            stated.digest,
            stated.length,
            bytes.len()
        );
        report.found(table_place(record, "documents"), message);
    }
}

fn table_place(record: &Written<Record>, table: &str) -> Place {
    match record.place_of_table(&format!("[{table}")) {
        place if place.line > 0 => place,
        _ => record.place_of_table(table),
    }
}

type Fault = (&'static str, String);

fn archive(gzip: &[u8], record: &Record, scene: &Scene<'_>) -> Option<Fault> {
    let described = match scene.packer.describe(gzip) {
        Ok(described) => described,
        Err(refusal) => {
            return Some((
                "archive",
                format!("no archive of ours: {}", refusal.message),
            ));
        }
    };
    if let Some(message) = numbers(&record.archive, &described) {
        return Some(("archive", message));
    }
    let inside = match scene.packer.files(gzip) {
        Ok(inside) => inside,
        Err(refusal) => {
            return Some((
                "archive",
                format!("no archive of ours: {}", refusal.message),
            ));
        }
    };
    if let Some(path) = difference(&record.files, &inside) {
        return Some((
            "files",
            format!("{path:?} is not in the archive as it is said here"),
        ));
    }
    manifest(record, &inside).map(|message| ("manifest", message))
}

fn numbers(said: &Archive, is: &Archive) -> Option<String> {
    let told = |key: &str, said: &dyn std::fmt::Display, is: &dyn std::fmt::Display| {
        Some(format!("`{key}` is {said} here and {is} in the blob"))
    };
    if said.content_id != is.content_id {
        told("content-id", &said.content_id, &is.content_id)
    } else if said.tar_length != is.tar_length {
        told("tar-length", &said.tar_length, &is.tar_length)
    } else if said.digest != is.digest {
        told("digest", &said.digest, &is.digest)
    } else if said.length != is.length {
        told("length", &said.length, &is.length)
    } else {
        None
    }
}

/// The first path at which the list and the archive differ.
fn difference(said: &[FileEntry], is: &[SourceFile]) -> Option<String> {
    let agrees = |said: &FileEntry, is: &SourceFile| {
        said.path == is.path
            && said.length == is.bytes.len() as u64
            && said.executable == is.executable
            && said.digest == Digest::of(&is.bytes)
    };
    for at in 0..said.len().max(is.len()) {
        match (said.get(at), is.get(at)) {
            (Some(said), Some(is)) if agrees(said, is) => {}
            (Some(said), _) => return Some(said.path.clone()),
            (None, Some(is)) => return Some(is.path.clone()),
            (None, None) => {}
        }
    }
    None
}

fn manifest(record: &Record, inside: &[SourceFile]) -> Option<String> {
    let file = inside.iter().find(|file| file.path == "paracle.toml")?;
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let meant = toml::from_str::<raw::Manifest>(text)
        .ok()
        .and_then(|raw| Manifest::from_raw(&raw).ok());
    match meant {
        Some(manifest) if manifest == record.manifest => None,
        Some(_) => Some("the manifest is not the one in the archive".to_owned()),
        None => Some("the archive holds no manifest that means something".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    const PATH: &str = "registry-index/packages/core/thing/1.0.0.toml";

    fn registry() -> FakeRegistry {
        FakeRegistry::new().released_with("core/thing", "1.0.0", |p| {
            p.executable("project/run.sh", "#!/bin/sh\n").toml(
                "[variables.team]\ntype = 'int'\ndefault = 3\n[requires.programs]\ngit = '>=2.30'",
            )
        })
    }

    #[test]
    fn a_record_says_what_its_blobs_are() {
        let good = registry();
        assert_eq!(good.world().said_by("record-true"), [""; 0]);
        let text = good.text(PATH);
        for (from, to, why) in [
            ("tar-length = ", "tar-length = 1", "`tar-length` is 1"),
            (
                "executable = true",
                "executable = false",
                "\"project/run.sh\" is not in the archive",
            ),
            (
                "summary = \"Does one",
                "summary = \"Did one",
                "the manifest is not the one",
            ),
            (
                "kind = \"agent\"",
                "kind = \"skill\"",
                "the manifest is not the one",
            ),
        ] {
            assert!(text.contains(from), "{from} in {text}");
            let bad = good.clone().file(PATH, text.replacen(from, to, 1));
            let said = bad.world().said_by("record-true");
            assert_eq!(said.len(), 1, "{to} {said:?}");
            assert!(said[0].contains(why), "{to} {said:?}");
            assert_eq!(bad.without_blobs().world().said_by("record-true"), [""; 0]);
        }
    }

    #[test]
    fn lengths_of_documents_are_told() {
        let good = registry();
        let text = good.text(PATH);
        let readme = text.find("[documents.readme]").unwrap();
        let (before, after) = text.split_at(readme);
        let after = after.replacen("length = ", "length = 9", 1);
        let said = good
            .file(PATH, format!("{before}{after}"))
            .world()
            .said_by("record-true");
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("is said to have 9"), "{said:?}");
    }
}
