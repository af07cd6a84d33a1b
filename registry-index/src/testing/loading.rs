//! What `load` would read, without a disk.

use std::{collections::BTreeMap, sync::LazyLock};

use semver::Version;

use super::FakeRegistry;
use crate::{
    PackageName,
    load::{EntryFolder, Keys, Loaded, SourceFile, source_of_files},
    raw::{self, UnknownKeys},
};

/// Making a schema costs more than reading a file, and tests make many registries.
pub(super) static KEYS: LazyLock<Keys> = LazyLock::new(Keys::new);

impl FakeRegistry {
    /// What `load` would read from this registry's folder.
    pub fn loaded(&self) -> Loaded {
        let mut loaded = Loaded::default();
        let findings = &mut loaded.findings;
        loaded.registry = self.read("registry-index/registry.toml", &KEYS.registry, findings);
        loaded.renames = self.read("registry-index/renames.toml", &KEYS.renames, findings);
        for path in self.files.keys() {
            let namespace = path
                .strip_prefix("registry-index/namespaces/")
                .and_then(|file| file.strip_suffix(".toml"));
            if let Some(namespace) = namespace
                && let Some(written) = self.read(path, &KEYS.namespace, findings)
            {
                loaded.namespaces.insert(namespace.to_owned(), written);
            }
        }
        self.load_index(&mut loaded);
        self.load_sources(&mut loaded);
        self.load_ratings(&mut loaded);
        loaded
    }

    fn load_index(&self, loaded: &mut Loaded) {
        let mut folders: BTreeMap<PackageName, Vec<&str>> = BTreeMap::new();
        for path in self.files.keys() {
            if let Some(inside) = path.strip_prefix("registry-index/packages/")
                && let Some((name, file)) = inside.rsplit_once('/')
            {
                let name = name.parse().expect("a fake entry has a valid name");
                folders
                    .entry(name)
                    .or_default()
                    .extend(file.strip_suffix(".toml"));
            }
        }
        for (name, stems) in folders {
            let folder = format!("registry-index/packages/{name}");
            let path = format!("{folder}/package.toml");
            let written = self.read(&path, &KEYS.entry, &mut loaded.findings);
            let request = format!("{folder}/request.toml");
            let request = match self.files.contains_key(&request) {
                true => self.read(&request, &KEYS.request, &mut loaded.findings),
                false => None,
            };
            let mut versions: Vec<Version> =
                stems.iter().filter_map(|stem| stem.parse().ok()).collect();
            versions.sort();
            let mut records = BTreeMap::new();
            for version in &versions {
                let path = format!("{folder}/{version}.toml");
                let record = self.read(&path, &KEYS.record, &mut loaded.findings);
                records.extend(record.map(|record| (version.clone(), record)));
            }
            loaded.listing.insert(name.clone(), versions);
            loaded.entries.push(EntryFolder {
                name,
                folder,
                written,
                request,
                records,
            });
        }
    }

    fn load_ratings(&self, loaded: &mut Loaded) {
        for path in self.files.keys() {
            let name = path.strip_prefix("ratings/");
            let Some(name) = name.and_then(|file| file.strip_suffix(".toml")) else {
                continue;
            };
            let name: PackageName = name.parse().expect("a fake rating is of a valid name");
            let written = self.read(path, &KEYS.ratings, &mut loaded.findings);
            loaded
                .ratings
                .extend(written.map(|written| (name, written)));
        }
    }

    fn load_sources(&self, loaded: &mut Loaded) {
        let mut folders: BTreeMap<&str, Vec<SourceFile>> = self
            .files
            .keys()
            .filter(|path| path.starts_with("templates/"))
            .filter_map(|path| Some((path.strip_suffix("/paracle.toml")?, Vec::new())))
            .collect();
        for (path, file) in &self.files {
            let home = path
                .match_indices('/')
                .map(|(at, _)| at)
                .find(|at| folders.contains_key(&path[..*at]));
            if let Some(at) = home
                && let Some(files) = folders.get_mut(&path[..at])
            {
                files.push(SourceFile {
                    path: path[at + 1..].to_owned(),
                    length: file.bytes.len() as u64,
                    bytes: file.bytes.clone(),
                    executable: file.executable,
                    kind: file.kind.clone(),
                });
            }
        }
        for (folder, files) in folders {
            let (source, findings) = source_of_files(folder, files, &KEYS.manifest);
            loaded.sources.push(source);
            loaded.findings.extend(findings);
        }
    }

    fn read<T: serde::de::DeserializeOwned + schemars::JsonSchema>(
        &self,
        path: &str,
        keys: &UnknownKeys,
        findings: &mut Vec<crate::Finding>,
    ) -> Option<raw::Written<T>> {
        let bytes = self.files.get(path)?.bytes.clone();
        let (written, mut found) = raw::read(path, bytes, keys);
        let package = path
            .strip_prefix("registry-index/packages/")
            .and_then(|inside| inside.rsplit_once('/'))
            .map(|(name, _)| name.to_owned())
            .or_else(|| {
                let rated = path.strip_prefix("ratings/")?.strip_suffix(".toml")?;
                Some(rated.to_owned())
            });
        for finding in &mut found {
            finding.package.clone_from(&package);
        }
        findings.extend(found);
        written
    }
}
