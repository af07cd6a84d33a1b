//! One package of a fake registry.

use std::collections::BTreeMap;

use super::contents;
use crate::{
    Kind,
    load::{FileKind, SourceFile},
};

/// A package that is complete and valid unless it is told otherwise.
#[derive(Clone, Debug)]
pub struct FakePackage {
    name: String,
    kind: Kind,
    folder: Option<String>,
    /// `[package]`, key to TOML.
    keys: Vec<(String, String)>,
    /// What follows `[package]`.
    tables: String,
    manifest: Option<String>,
    files: BTreeMap<String, SourceFile>,
    left_out: Vec<String>,
}

impl FakePackage {
    pub(super) fn new(name: &str) -> Self {
        let package = Self {
            name: name.to_owned(),
            kind: Kind::Agent,
            folder: None,
            keys: Vec::new(),
            tables: String::new(),
            manifest: None,
            files: BTreeMap::new(),
            left_out: Vec::new(),
        };
        package
            .set("name", &format!("{name:?}"))
            .version("1.0.0")
            .set("kind", "\"agent\"")
            .summary("Does one thing and does it well")
            .license("MIT")
            .set("authors", "[\"octocat\"]")
            .set("categories", "[\"development\"]")
    }

    /// Its version; 1.0.0 unless told.
    #[must_use]
    pub fn version(self, version: &str) -> Self {
        self.set("version", &format!("{version:?}"))
    }

    /// What it mainly is; an agent unless told.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self.set("kind", &format!("{:?}", kind.as_str()))
    }

    /// Its summary.
    #[must_use]
    pub fn summary(self, summary: &str) -> Self {
        self.set("summary", &quoted(summary))
    }

    /// Its licence expression; MIT unless told.
    #[must_use]
    pub fn license(self, license: &str) -> Self {
        self.set("license", &quoted(license))
    }

    /// Its keywords.
    #[must_use]
    pub fn keywords(self, keywords: &[&str]) -> Self {
        self.set("keywords", &format!("{keywords:?}"))
    }

    /// Sets `key` of `[package]` to a piece of TOML.
    #[must_use]
    pub fn set(mut self, key: &str, toml: &str) -> Self {
        match self.keys.iter_mut().find(|(known, _)| known == key) {
            Some((_, value)) => toml.clone_into(value),
            None => self.keys.push((key.to_owned(), toml.to_owned())),
        }
        self
    }

    /// Leaves `key` out of `[package]`.
    #[must_use]
    pub fn unset(mut self, key: &str) -> Self {
        self.keys.retain(|(known, _)| known != key);
        self
    }

    /// Adds TOML after `[package]`, such as a whole table.
    #[must_use]
    pub fn toml(mut self, toml: &str) -> Self {
        self.tables.push_str(toml);
        self.tables.push('\n');
        self
    }

    /// Needs `range` of another package.
    #[must_use]
    pub fn dependency(self, name: &str, range: &str) -> Self {
        self.toml(&format!("[dependencies.{name:?}]\nversion = {range:?}"))
    }

    /// Replaces the whole `paracle.toml`.
    #[must_use]
    pub fn paracle_toml(mut self, text: &str) -> Self {
        self.manifest = Some(text.to_owned());
        self
    }

    /// Its folder from the registry's root; `templates/<kind>s/<name>` unless told.
    #[must_use]
    pub fn folder(mut self, folder: &str) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// A file.
    #[must_use]
    pub fn file(self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.put(path, bytes.into(), false, FileKind::Regular)
    }

    /// A file that may be run.
    #[must_use]
    pub fn executable(self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.put(path, bytes.into(), true, FileKind::Regular)
    }

    /// A symbolic link.
    #[must_use]
    pub fn link(self, path: &str, target: &str) -> Self {
        let kind = FileKind::Link(target.to_owned());
        self.put(path, Vec::new(), false, kind)
    }

    /// Leaves out a file that would come by itself.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        self.left_out.push(path.to_owned());
        self
    }

    fn put(mut self, path: &str, bytes: Vec<u8>, executable: bool, kind: FileKind) -> Self {
        let file = SourceFile {
            path: path.to_owned(),
            length: bytes.len() as u64,
            bytes,
            executable,
            kind,
        };
        self.files.insert(path.to_owned(), file);
        self
    }

    pub(super) fn folder_in_templates(&self) -> String {
        let name = self.name.rsplit('/').next().unwrap_or(&self.name);
        let usual = || format!("templates/{}/{name}", self.kind.plural());
        self.folder.clone().unwrap_or_else(usual)
    }

    fn text_of_manifest(&self) -> String {
        if let Some(text) = &self.manifest {
            return text.clone();
        }
        let keys: String = self
            .keys
            .iter()
            .map(|(key, toml)| format!("{key} = {toml}\n"))
            .collect();
        format!("format = 1\n\n[package]\n{keys}\n{}", self.tables)
    }

    /// Its component, where it was told none.
    fn component(&self) -> Option<(String, Vec<u8>)> {
        const HOMES: [&str; 8] = [
            "agents/",
            "workflows/",
            "skills/",
            "mcp/",
            "tools/",
            "policies/",
            "project/",
            "plugin/",
        ];
        let has_one = |path: &String| HOMES.iter().any(|home| path.starts_with(home));
        if self.files.keys().any(has_one) {
            return None;
        }
        let id = self.name.rsplit('/').next().unwrap_or(&self.name);
        let (path, bytes) = match self.kind {
            Kind::Agent => (format!("agents/{id}.md"), contents::agent(id).into_bytes()),
            Kind::Workflow => (
                format!("workflows/{id}.yaml"),
                contents::workflow(id).into_bytes(),
            ),
            Kind::Skill => (
                format!("skills/{id}/SKILL.md"),
                contents::skill(id).into_bytes(),
            ),
            Kind::Integration => (
                format!("mcp/{id}.toml"),
                contents::mcp_server(id).into_bytes(),
            ),
            Kind::Project => (
                "project/src/main.py".to_owned(),
                b"print(\"hello\")\n".to_vec(),
            ),
            Kind::Plugin => ("plugin/plugin.wasm".to_owned(), b"\0asm\x01\0\0\0".to_vec()),
        };
        Some((path, bytes))
    }

    /// All its files, sorted by path.
    pub fn into_files(self) -> Vec<SourceFile> {
        let title = self.name.rsplit('/').next().unwrap_or(&self.name);
        let mut usual = vec![
            ("paracle.toml".to_owned(), self.text_of_manifest().into()),
            (
                "README.md".to_owned(),
                format!("# {title}\n\nDoes one thing and does it well.\n").into(),
            ),
            (
                "tests/default/answers.toml".to_owned(),
                b"format = 1\n".to_vec(),
            ),
        ];
        usual.extend(self.component());
        if self.kind == Kind::Integration && !self.tables.contains("[uses]") && usual.len() == 4 {
            let uses = format!("\n[uses]\ncommands = [\"{title}-server\"]\n");
            usual[0].1.extend(uses.into_bytes());
        }
        let mut package = self;
        for (path, bytes) in usual {
            let told = package.files.contains_key(&path) || package.left_out.contains(&path);
            if !told {
                package = package.put(&path, bytes, false, FileKind::Regular);
            }
        }
        package.files.into_values().collect()
    }
}

/// `text` as a TOML basic string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
