//! A registry in memory with real archives, for tests and for looking at.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::Path,
};

use registry_index::{
    Digest, Manifest, PackageName, Record, Registry,
    artifact::SiteWriter,
    blobs::Blobs,
    component,
    load::{Source, SourceFile},
    record::{
        Archive, Blob, ComponentSummary, Cost, Documents, FileEntry, Found, Picture, Sighting,
        Source as Origin,
    },
    registry::{Config, Package, Release, Status},
    testing::{FakePackage, FakeRegistry},
};
use site_gen::{DocPage, Input, Mode, Summary};

/// Blobs in memory.
#[derive(Clone, Default)]
pub(crate) struct Store(HashMap<Digest, Vec<u8>>);

impl Store {
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Blob {
        let digest = Digest::of(bytes);
        self.0.insert(digest, bytes.to_vec());
        Blob {
            digest,
            length: bytes.len() as u64,
        }
    }

    pub(crate) fn forget(&mut self, digest: &Digest) {
        assert!(self.0.remove(digest).is_some());
    }
}

impl Blobs for Store {
    fn read(&self, digest: &Digest) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(digest).cloned())
    }
}

/// A registry, its blobs and its drafts.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) registry: Registry,
    pub(crate) store: Store,
    pub(crate) drafts: Vec<Record>,
    pub(crate) docs: Vec<DocPage>,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let registry = FakeRegistry::new().registry();
        Self {
            registry,
            store: Store::default(),
            drafts: Vec::new(),
            docs: Vec::new(),
        }
    }

    pub(crate) fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.registry.config);
        self
    }

    pub(crate) fn doc(mut self, slug: &str, title: &str, markdown: &str) -> Self {
        self.docs.push(DocPage {
            slug: slug.into(),
            title: title.into(),
            markdown: markdown.into(),
        });
        self
    }

    /// A release of a fake package.
    pub(crate) fn release(
        self,
        name: &str,
        version: &str,
        published: &str,
        say: impl FnOnce(FakePackage) -> FakePackage,
    ) -> Self {
        self.release_with(name, version, published, say, |_| {})
    }

    /// A release whose record is changed before it is kept.
    pub(crate) fn release_with(
        mut self,
        name: &str,
        version: &str,
        published: &str,
        say: impl FnOnce(FakePackage) -> FakePackage,
        change: impl FnOnce(&mut Record),
    ) -> Self {
        let source = source(name, version, say);
        let mut record = record(&mut self.store, &source, published);
        change(&mut record);
        self.add(record, Status::Current);
        self
    }

    pub(crate) fn draft(
        mut self,
        name: &str,
        version: &str,
        say: impl FnOnce(FakePackage) -> FakePackage,
    ) -> Self {
        let source = source(name, version, say);
        let draft = record(&mut self.store, &source, "");
        self.drafts.push(draft);
        self
    }

    pub(crate) fn add(&mut self, record: Record, status: Status) {
        let name = record.manifest.name.clone();
        let packages = &mut self.registry.packages;
        let package = packages.entry(name.clone()).or_insert_with(|| Package {
            name,
            owners: vec!["github:1".into()],
            deprecated: None,
            replaced_by: None,
            releases: Vec::new(),
            ratings: None,
        });
        package.releases.insert(0, Release { record, status });
        package
            .releases
            .sort_by(|a, b| b.version().cmp(a.version()));
    }

    pub(crate) fn status(mut self, name: &str, version: &str, status: Status) -> Self {
        let package = self.package(name);
        let release = package
            .releases
            .iter_mut()
            .find(|r| r.version().to_string() == version);
        release.unwrap().status = status;
        self
    }

    pub(crate) fn package(&mut self, name: &str) -> &mut Package {
        let name: PackageName = name.parse().unwrap();
        self.registry.packages.get_mut(&name).unwrap()
    }

    pub(crate) fn build(&self, base_url: Option<&str>, live: Mode) -> Site {
        let scratch = tempfile::tempdir().unwrap();
        let summary = self.build_into(&scratch.path().join("site"), base_url, live);
        let files = read_all(&scratch.path().join("site"));
        Site { files, summary }
    }

    pub(crate) fn build_into(&self, folder: &Path, base_url: Option<&str>, live: Mode) -> Summary {
        let writer = SiteWriter::begin(folder).unwrap();
        let input = Input {
            registry: &self.registry,
            blobs: &self.store,
            base_url,
            docs: self.docs.clone(),
            drafts: &self.drafts,
            live,
        };
        let summary = site_gen::build(&input, &writer).unwrap();
        writer.finish().unwrap();
        summary
    }
}

/// A built site in memory.
pub(crate) struct Site {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) summary: Summary,
}

impl Site {
    pub(crate) fn text(&self, path: &str) -> &str {
        let bytes = self
            .files
            .get(path)
            .unwrap_or_else(|| panic!("there is no {path}"));
        std::str::from_utf8(bytes).unwrap()
    }

    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(self.text(path)).unwrap()
    }

    pub(crate) fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        let pages = self.files.keys().filter(|path| path.ends_with(".html"));
        pages.map(|path| (path.as_str(), self.text(path)))
    }
}

fn read_all(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                files.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    files.remove(".paracle-site").expect("the writer's mark");
    files
}

fn source(name: &str, version: &str, say: impl FnOnce(FakePackage) -> FakePackage) -> Source {
    let loaded = FakeRegistry::new()
        .package(name, |package| say(package.version(version)))
        .loaded();
    assert!(
        loaded.sources[0].manifest.is_some(),
        "{:#?}",
        loaded.findings
    );
    loaded.sources.into_iter().next().unwrap()
}

pub(crate) fn record(store: &mut Store, source: &Source, published: &str) -> Record {
    let manifest = source.manifest.clone().unwrap();
    let packed: Vec<&SourceFile> = source
        .files
        .iter()
        .filter(|f| !f.path.starts_with("tests/") && !f.path.starts_with("gallery/"))
        .collect();
    let entries = packed.iter().map(|file| archive::Entry {
        path: file.path.clone(),
        executable: file.executable,
        bytes: file.bytes.clone(),
    });
    let packed_bytes = archive::pack(entries.collect()).unwrap();
    let blob = store.keep(&packed_bytes.gzip);
    let document =
        |store: &mut Store, path: &str| source.file(path).map(|file| store.keep(&file.bytes));
    let pictures = source
        .files
        .iter()
        .filter(|file| file.path.starts_with("gallery/"));
    Record {
        format: 1,
        needs: Vec::new(),
        published: published.to_owned(),
        source: Origin {
            git: "https://github.com/example/hub".into(),
            rev: "4f2c9e1d".repeat(5),
            path: source.folder.clone(),
        },
        archive: Archive {
            content_id: packed_bytes.content_id.hex().parse().unwrap(),
            tar_length: packed_bytes.tar_len,
            digest: blob.digest,
            length: blob.length,
        },
        documents: Documents {
            readme: document(store, "README.md").unwrap(),
            changelog: document(store, "CHANGELOG.md"),
            pictures: pictures
                .map(|file| Picture {
                    path: file.path.clone(),
                    blob: store.keep(&file.bytes),
                })
                .collect(),
        },
        cost: cost(&packed),
        found: found(&manifest, &packed),
        components: components(&packed),
        files: packed
            .iter()
            .map(|file| FileEntry {
                path: file.path.clone(),
                digest: Digest::of(&file.bytes),
                length: file.length,
                executable: file.executable,
            })
            .collect(),
        manifest,
    }
}

/// Near enough for looking at.
fn cost(files: &[&SourceFile]) -> Cost {
    let text = |file: &&&SourceFile| {
        let path = &file.path;
        path.starts_with("agents/") || path.starts_with("skills/") || path.starts_with("workflows/")
    };
    let bytes: u64 = files.iter().filter(text).map(|file| file.length).sum();
    Cost {
        always: 60 * files.iter().filter(text).count() as u64,
        on_demand: bytes / 4,
    }
}

/// Declared commands that some file names.
fn found(manifest: &Manifest, files: &[&SourceFile]) -> Found {
    let seen = |values: &[String]| {
        let sightings = values.iter().map(|value| Sighting {
            value: value.clone(),
            files: files
                .iter()
                .filter(|f| {
                    f.path.contains('/')
                        && String::from_utf8_lossy(&f.bytes).contains(value.as_str())
                })
                .map(|f| f.path.clone())
                .collect(),
        });
        sightings
            .filter(|sighting| !sighting.files.is_empty())
            .collect()
    };
    Found {
        network: seen(&manifest.uses.network),
        commands: seen(&manifest.uses.commands),
        environment: seen(&manifest.uses.environment),
        self_running: Vec::new(),
    }
}

fn components(files: &[&SourceFile]) -> Vec<ComponentSummary> {
    let components = component::components(files.iter().map(|file| file.path.as_str()));
    let summaries = components.into_iter().map(|component| ComponentSummary {
        kind: component.kind,
        id: component.id,
        title: None,
        description: None,
    });
    summaries.collect()
}
