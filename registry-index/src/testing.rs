//! A fake registry that reads like a sentence, for the tests of every crate.
//!
//! ```
//! use registry_index::{Kind, testing::FakeRegistry};
//!
//! let registry = FakeRegistry::new()
//!     .package("core/code-reviewer", |p| p.version("1.2.0").summary("Reviews a diff for bugs"))
//!     .package("core/diff-reading", |p| p.kind(Kind::Skill).file("NOTES.md", "stray"))
//!     .released("core/other", "1.0.0")
//!     .released_with("core/other", "1.1.0", |p| p.dependency("core/base", "^1"));
//!
//! assert_eq!(registry.loaded().sources.len(), 2);
//! assert_eq!(registry.registry().packages.len(), 1);
//! let scratch = tempfile::tempdir().unwrap();
//! registry.write_to(scratch.path());
//! ```
//!
//! A package is complete and valid unless it is told otherwise: a README, a test case and one
//! component of its kind come by themselves. Everything here panics rather than returning errors.

use std::collections::BTreeMap;

use crate::{
    Registry,
    load::{FileKind, SourceFile},
    record::Archive,
};

mod contents;
mod disk;
mod loading;
mod package;
mod release;
mod world;

pub use contents::{agent, mcp_server, skill, workflow};
pub use package::FakePackage;
pub use world::{FakeBlobs, FakeHistory, FakePacker, FakeTemplates, World};

/// What the rule `id` says of a registry whose one package, the agent `core/code-thing` in
/// `templates/agents/code-thing`, is told `say`; see [`World::said_by`].
pub fn package_said(id: &str, say: impl FnOnce(FakePackage) -> FakePackage) -> Vec<String> {
    FakeRegistry::new()
        .package("core/code-thing", say)
        .world()
        .said_by(id)
}

/// Turns a package's files into the bytes of its archive and what a record says of them.
pub type Pack = fn(&[SourceFile]) -> (Vec<u8>, Archive);

/// A registry in memory: files by path from its root, and blobs.
#[derive(Clone, Debug)]
pub struct FakeRegistry {
    files: BTreeMap<String, FakeFile>,
    blobs: FakeBlobs,
    pack: Pack,
    packer: FakePacker,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct FakeFile {
    bytes: Vec<u8>,
    executable: bool,
    kind: FileKind,
}

/// The `registry.toml` of a [`FakeRegistry`] that was told nothing else.
pub const REGISTRY_TOML: &str = r#"format = 1
name = "example"
title = "Example Hub"
url = "https://hub.example/"
description = "A registry for tests"
reserved-names = ["admin", "official"]
hosts = ["github.com"]

[forge]
repository = "https://github.com/example/hub"

[categories]
development = "Development"
quality = "Quality"
security = "Security"

[policies.licences]
also = ["CC0-1.0", "CC-BY-4.0"]
"#;

impl Default for FakeRegistry {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeRegistry {
    /// A registry with [`REGISTRY_TOML`], the namespaces `core` and `acme`, and no package.
    pub fn new() -> Self {
        let empty = Self {
            files: BTreeMap::new(),
            blobs: FakeBlobs::default(),
            pack: world::pack,
            packer: FakePacker::default(),
        };
        empty
            .registry_toml(REGISTRY_TOML)
            .namespace("core", &["github:1"])
            .namespace("acme", &["github:2"])
    }

    /// Packs releases with `pack` from here on, where a test needs real archives. Those made
    /// otherwise are read by [`FakePacker`] only.
    #[must_use]
    pub fn packed_by(mut self, pack: Pack) -> Self {
        self.pack = pack;
        self
    }

    /// Replaces `registry.toml`.
    #[must_use]
    pub fn registry_toml(self, text: &str) -> Self {
        self.file("registry-index/registry.toml", text)
    }

    /// Puts `bytes` at `path` from the root, whatever that is.
    #[must_use]
    pub fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let file = FakeFile {
            bytes: bytes.into(),
            executable: false,
            kind: FileKind::Regular,
        };
        self.files.insert(path.to_owned(), file);
        self
    }

    /// The text of the file at `path`.
    pub fn text(&self, path: &str) -> String {
        let file = self.files.get(path);
        let bytes = file
            .unwrap_or_else(|| panic!("there is no {path}"))
            .bytes
            .clone();
        String::from_utf8(bytes).expect("the file is text")
    }

    /// Removes the file at `path`.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        assert!(self.files.remove(path).is_some(), "there is no {path}");
        self
    }

    /// `namespaces/<namespace>.toml`.
    #[must_use]
    pub fn namespace(self, namespace: &str, owners: &[&str]) -> Self {
        let path = format!("registry-index/namespaces/{namespace}.toml");
        self.file(&path, format!("format = 1\nowners = {owners:?}\n"))
    }

    /// Adds a line to `renames.toml`.
    #[must_use]
    pub fn renamed(self, old: &str, new: &str) -> Self {
        let path = "registry-index/renames.toml";
        let mut text = match self.files.get(path) {
            Some(file) => String::from_utf8_lossy(&file.bytes).into_owned(),
            None => "format = 1\n[renames]\n".to_owned(),
        };
        text.push_str(&format!(
            "{} = {}\n",
            package::quoted(old),
            package::quoted(new)
        ));
        self.file(path, text)
    }

    /// `packages/<name>/package.toml`; `format = 1` is added.
    #[must_use]
    pub fn entry(self, name: &str, toml: &str) -> Self {
        let path = format!("registry-index/packages/{name}/package.toml");
        self.file(&path, format!("format = 1\n{toml}"))
    }

    /// `ratings/<name>.toml`; `format = 1` is added.
    #[must_use]
    pub fn rated(self, name: &str, toml: &str) -> Self {
        self.file(
            &format!("ratings/{name}.toml"),
            format!("format = 1\n{toml}"),
        )
    }

    /// A package's source below `templates/`.
    #[must_use]
    pub fn package(mut self, name: &str, say: impl FnOnce(FakePackage) -> FakePackage) -> Self {
        let package = say(FakePackage::new(name));
        let folder = package.folder_in_templates();
        for file in package.into_files() {
            let path = format!("{folder}/{}", file.path);
            let file = FakeFile {
                bytes: file.bytes,
                executable: file.executable,
                kind: file.kind,
            };
            self.files.insert(path, file);
        }
        self
    }

    /// A release: its record, and its blobs.
    #[must_use]
    pub fn released(self, name: &str, version: &str) -> Self {
        self.released_with(name, version, |package| package)
    }

    /// A release of a package that is told more.
    #[must_use]
    pub fn released_with(
        mut self,
        name: &str,
        version: &str,
        say: impl FnOnce(FakePackage) -> FakePackage,
    ) -> Self {
        let package = say(FakePackage::new(name).version(version));
        let path = package.folder_in_templates();
        let record = self.record(&path, package.into_files());
        let text = toml::to_string(&record).expect("a record is TOML");
        self.file(
            &format!("registry-index/packages/{name}/{version}.toml"),
            text,
        )
    }

    /// Makes the fake packer refuse packages that hold `path`.
    #[must_use]
    pub fn refusing(mut self, path: &str, message: &str) -> Self {
        self.packer
            .refused
            .insert(path.to_owned(), message.to_owned());
        self
    }

    /// Forgets the blobs, as on a fresh clone.
    #[must_use]
    pub fn without_blobs(mut self) -> Self {
        self.blobs = FakeBlobs::default();
        self
    }

    /// The frozen whole.
    pub fn registry(&self) -> Registry {
        Registry::freeze(self.loaded()).expect("the registry.toml is valid")
    }

    /// The blobs of its releases.
    pub fn blobs(&self) -> &FakeBlobs {
        &self.blobs
    }

    /// Everything that rules may see, without a base revision.
    pub fn world(&self) -> World {
        World::new(self.loaded(), self.blobs.clone(), self.packer.clone(), None)
    }

    /// Everything that rules may see of the change that leads from `base` to this registry.
    pub fn world_since(&self, base: &Self) -> World {
        let bytes = |registry: &Self| -> BTreeMap<String, Vec<u8>> {
            let files = registry.files.iter();
            files
                .map(|(path, file)| (path.clone(), file.bytes.clone()))
                .collect()
        };
        let history = FakeHistory::between(bytes(base), &bytes(self));
        World::new(
            self.loaded(),
            self.blobs.clone(),
            self.packer.clone(),
            Some(history),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Layout, Selection, load};

    #[test]
    fn memory_and_disk_load_the_same() {
        let registry = FakeRegistry::new()
            .package("core/code-reviewer", |p| p.executable("tools/run.py", "1"))
            .package("core/broken", |p| p.kind(Kind::Skill).set("version", "3"))
            .released("core/other", "1.0.0")
            .released_with("core/other", "1.1.0", |p| p.dependency("core/base", "^1"))
            .entry("core/other", "owners = [\"github:5\"]\nsurprise = 1\n")
            .renamed("core/old", "core/other")
            .rated("core/other", "surprise = 1\n");
        let scratch = tempfile::tempdir().unwrap();
        registry.write_to(scratch.path());
        let layout = Layout::find(scratch.path()).unwrap();
        let from_disk = load::load(&layout, &Selection::All).unwrap();
        assert!(!from_disk.findings.is_empty());
        assert_eq!(
            format!("{from_disk:#?}"),
            format!("{:#?}", registry.loaded())
        );
    }

    #[test]
    fn every_kind_is_valid_as_it_comes() {
        for kind in Kind::ALL {
            let registry = FakeRegistry::new()
                .package("core/code-thing", |p| p.kind(kind))
                .released_with("core/other-one", "1.0.0", |p| p.kind(kind));
            let findings: Vec<_> = registry.world().findings();
            assert_eq!(findings, [], "{kind}");
            assert_eq!(registry.registry().packages.len(), 1);
        }
    }
}
