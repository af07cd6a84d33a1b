//! Everything that rules may see, with quiet stand-ins for what the door would wire.

use std::{collections::BTreeMap, io};

use crate::{
    Digest, Finding,
    blobs::Blobs,
    load::{FileKind, Loaded, Source, SourceFile},
    record::Archive,
    registry::Config,
    rules::{self, Change, ChangeKind, History, Packer, Refusal, Scene, Templates},
};

/// Owns what a [`Scene`] borrows.
pub struct World {
    /// `registry.toml` with its defaults; where it cannot be read, that of a fresh fake registry.
    pub config: Config,
    /// Everything that was read.
    pub loaded: Loaded,
    /// Refuses nothing unless told.
    pub packer: FakePacker,
    /// Finds a syntax error in every `{% broken`.
    pub templates: FakeTemplates,
    /// The blobs of the fake releases.
    pub blobs: FakeBlobs,
    /// The base revision, where there is one.
    pub history: Option<FakeHistory>,
}

impl World {
    pub(super) fn new(
        loaded: Loaded,
        blobs: FakeBlobs,
        packer: FakePacker,
        history: Option<FakeHistory>,
    ) -> Self {
        let usual = || toml::from_str(super::REGISTRY_TOML).expect("it is valid");
        let registry = loaded
            .registry
            .as_ref()
            .map(|written| written.value.clone());
        Self {
            config: Config::from_raw(&registry.unwrap_or_else(usual)),
            loaded,
            packer,
            templates: FakeTemplates,
            blobs,
            history,
        }
    }

    /// The scene.
    pub fn scene(&self) -> Scene<'_> {
        Scene {
            config: &self.config,
            loaded: &self.loaded,
            packer: &self.packer,
            templates: &self.templates,
            blobs: &self.blobs,
            history: self.history.as_ref().map(|history| history as &dyn History),
            installer: None,
        }
    }

    /// What all rules find.
    pub fn findings(&self) -> Vec<Finding> {
        rules::check(&self.scene())
    }

    /// What the rule `id` finds.
    pub fn findings_of(&self, id: &str) -> Vec<Finding> {
        let mut findings = self.findings();
        findings.retain(|finding| finding.rule == id);
        findings
    }

    /// What the rule `id` says, as `severity file:line:column: message`.
    pub fn said_by(&self, id: &str) -> Vec<String> {
        self.findings_of(id)
            .iter()
            .map(|f| format!("{} {}: {}", f.severity, f.place, f.message))
            .collect()
    }
}

/// An archive format for tests: `path NUL mode NUL length NUL bytes` for every file.
#[derive(Clone, Debug, Default)]
pub struct FakePacker {
    pub(super) refused: BTreeMap<String, String>,
}

/// Packs `files` in the format of [`FakePacker`].
pub(super) fn pack(files: &[SourceFile]) -> (Vec<u8>, Archive) {
    let mut bytes = Vec::new();
    for file in files {
        let mode = if file.executable { "755" } else { "644" };
        let head = format!("{}\0{mode}\0{}\0", file.path, file.bytes.len());
        bytes.extend(head.into_bytes());
        bytes.extend(&file.bytes);
    }
    let archive = describe(&bytes);
    (bytes, archive)
}

fn describe(bytes: &[u8]) -> Archive {
    let tar = [b"tar:", bytes].concat();
    Archive {
        content_id: Digest::of(&tar),
        tar_length: tar.len() as u64,
        digest: Digest::of(bytes),
        length: bytes.len() as u64,
    }
}

fn next_file<'a>(bytes: &mut &'a [u8]) -> Option<SourceFile> {
    let mut field = || -> Option<&'a str> {
        let end = bytes.iter().position(|byte| *byte == 0)?;
        let field = std::str::from_utf8(&bytes[..end]).ok()?;
        *bytes = &bytes[end + 1..];
        Some(field)
    };
    let (path, mode, length) = (field()?, field()?, field()?.parse().ok()?);
    let (content, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(SourceFile {
        path: path.to_owned(),
        bytes: content.to_vec(),
        length: length as u64,
        executable: mode == "755",
        kind: FileKind::Regular,
    })
}

impl Packer for FakePacker {
    fn refusal(&self, source: &Source) -> Option<Refusal> {
        let refused = |path: &str| {
            self.refused.get(path).map(|message| Refusal {
                path: Some(path.to_owned()),
                message: message.clone(),
                help: "remove it".to_owned(),
            })
        };
        source.files.iter().find_map(|file| refused(&file.path))
    }

    fn describe(&self, gzip: &[u8]) -> Result<Archive, Refusal> {
        self.files(gzip).map(|_| describe(gzip))
    }

    fn files(&self, gzip: &[u8]) -> Result<Vec<SourceFile>, Refusal> {
        let (mut rest, mut files) = (gzip, Vec::new());
        while !rest.is_empty() {
            files.push(next_file(&mut rest).ok_or_else(|| Refusal {
                path: None,
                message: "cut off".to_owned(),
                help: "pack it again".to_owned(),
            })?);
        }
        Ok(files)
    }
}

/// A template engine that knows one syntax error: `{% broken`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FakeTemplates;

impl Templates for FakeTemplates {
    fn parse(&self, texts: &[(&str, &str)]) -> Result<Vec<Option<(usize, String)>>, String> {
        let judge = |text: &str| {
            let at = text.find("{% broken")?;
            Some((
                text[..at].matches('\n').count() + 1,
                "unknown statement broken".to_owned(),
            ))
        };
        Ok(texts.iter().map(|(_, text)| judge(text)).collect())
    }
}

/// Blobs in memory.
#[derive(Clone, Debug, Default)]
pub struct FakeBlobs {
    blobs: BTreeMap<Digest, Vec<u8>>,
}

impl FakeBlobs {
    /// Keeps `bytes` and names them.
    pub fn keep(&mut self, bytes: &[u8]) -> Digest {
        let digest = Digest::of(bytes);
        self.blobs.insert(digest, bytes.to_vec());
        digest
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &[u8]> {
        self.blobs.values().map(Vec::as_slice)
    }
}

impl Blobs for FakeBlobs {
    fn read(&self, digest: &Digest) -> io::Result<Option<Vec<u8>>> {
        Ok(self.blobs.get(digest).cloned())
    }
}

/// A base revision in memory.
#[derive(Clone, Debug, Default)]
pub struct FakeHistory {
    base: BTreeMap<String, Vec<u8>>,
    changes: Vec<Change>,
}

impl FakeHistory {
    /// The change from `base` to `now`, files by path.
    pub fn between(base: BTreeMap<String, Vec<u8>>, now: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut changes = Vec::new();
        let mut push = |path: &String, kind| {
            let path = path.clone();
            changes.push(Change { path, kind });
        };
        for (path, bytes) in now {
            match base.get(path) {
                None => push(path, ChangeKind::Added),
                Some(old) if old != bytes => push(path, ChangeKind::Modified),
                Some(_) => {}
            }
        }
        for path in base.keys().filter(|path| !now.contains_key(*path)) {
            push(path, ChangeKind::Removed);
        }
        changes.sort();
        Self { base, changes }
    }
}

impl History for FakeHistory {
    fn changes(&self) -> &[Change] {
        &self.changes
    }

    fn at_base(&self, path: &str) -> Option<Vec<u8>> {
        self.base.get(path).cloned()
    }
}
