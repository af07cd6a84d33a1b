//! The record and the blobs of a fake release.

use super::{FakeRegistry, loading::KEYS};
use crate::{
    Digest, component,
    load::{SourceFile, source_of_files},
    manifest::Manifest,
    record::{Blob, ComponentSummary, Cost, Documents, FileEntry, Found, Record, Source},
};

impl FakeRegistry {
    pub(super) fn record(&mut self, path: &str, files: Vec<SourceFile>) -> Record {
        let (source, findings) = source_of_files(path, files, &KEYS.manifest);
        let manifest: Manifest = source
            .manifest
            .clone()
            .unwrap_or_else(|| panic!("a released package is valid: {findings:#?}"));
        let installed: Vec<SourceFile> = source
            .files
            .iter()
            .filter(|file| !file.path.starts_with("tests/") && !file.path.starts_with("gallery/"))
            .cloned()
            .collect();
        let (bytes, archive) = (self.pack)(&installed);
        self.blobs.keep(&bytes);
        let mut document = |path: &str| {
            source.file(path).map(|file| Blob {
                digest: self.blobs.keep(&file.bytes),
                length: file.length,
            })
        };
        let documents = Documents {
            readme: document("README.md").expect("a released package has a README"),
            changelog: document("CHANGELOG.md"),
            pictures: Vec::new(),
        };
        let rev = Digest::of(format!("{}@{}", manifest.name, manifest.version).as_bytes());
        Record {
            format: 1,
            needs: Vec::new(),
            published: "2026-01-02T03:04:05Z".to_owned(),
            source: Source {
                git: "https://github.com/example/hub".to_owned(),
                rev: rev.to_string()[..40].to_owned(),
                path: path.to_owned(),
            },
            archive,
            documents,
            cost: Cost::default(),
            manifest,
            found: Found::default(),
            components: component::components(installed.iter().map(|file| file.path.as_str()))
                .into_iter()
                .map(|found| ComponentSummary {
                    kind: found.kind,
                    id: found.id,
                    title: None,
                    description: None,
                })
                .collect(),
            files: installed
                .iter()
                .map(|file| FileEntry {
                    path: file.path.clone(),
                    digest: Digest::of(&file.bytes),
                    length: file.length,
                    executable: file.executable,
                })
                .collect(),
        }
    }
}
