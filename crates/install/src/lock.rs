//! `packages.lock`: what was installed. Sorted, without machine paths, times or secrets, so that it can
//! be committed and reviewed.

use std::collections::BTreeMap;

use archive::check_path;
use registry_index::{Digest, PackageName};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{
    Answers, Facts, InstallError, package::is_reserved, project::Project, quote::Quoted, tree::Tree,
};

const FORMAT: u32 = 1;
const HEAD: &str = "# Written by `paracle`, not meant to be edited. Keep it in version control.\n";

/// The packages of a project, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Lock {
    format: u32,
    /// What templates took the project to be called when the first was rendered: the folder may be
    /// called something else on the next machine.
    pub(crate) project: Option<String>,
    /// Folders and shared files that were not there before any package was installed: they go with the
    /// last thing in them. Sorted; a folder's path ends with `/`.
    #[serde(default)]
    pub(crate) made: Vec<String>,
    /// What the shared files were without any package's entry: what taking the last one out aims at.
    #[serde(default)]
    pub(crate) shared: Vec<SharedBefore>,
    #[serde(default, rename = "package")]
    pub(crate) packages: Vec<Installed>,
}

/// A shared file as it was when the first entry was merged into it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct SharedBefore {
    /// Path from the project's root.
    pub(crate) file: String,
    /// sha256 of its text; of no text where there was no such file.
    pub(crate) before: Digest,
}

/// A package that is installed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Installed {
    /// Full name.
    pub name: PackageName,
    /// The exact version.
    pub version: Version,
    /// Canonical URL of the registry it came from; empty where it came from none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub registry: String,
    /// Where it came from, pinned, where that is no registry: `git+https://host/repository#commit:path`,
    /// or a folder by its path from the project's root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// sha256 of its tar.
    pub content_id: Digest,
    /// The template dialect that its files were rendered with; absent where none was rendered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub render: Option<u32>,
    /// The packages it needs, optional ones that were taken included. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<PackageName>,
    /// The answers to its questions.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub answers: Answers,
    /// Its files, sorted by path.
    #[serde(default)]
    pub files: Vec<InstalledFile>,
    /// Its entries in shared files, sorted by file and id.
    #[serde(default)]
    pub entries: Vec<InstalledEntry>,
}

impl Eq for Installed {}

/// A file that a package brought.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstalledFile {
    /// Path from the project's root.
    pub path: String,
    /// sha256 of its bytes as released (and rendered).
    pub digest: Digest,
    /// Whether it may be run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub executable: bool,
    /// Whether the very same file was there before any package brought it: removing leaves it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub existing: bool,
}

/// An entry that a package merged into a shared file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstalledEntry {
    /// The shared file's path from the project's root.
    pub file: String,
    /// The entry's id there.
    pub id: String,
    /// sha256 of its fields as the file keeps them, as released: JSON, an array of key and value.
    pub digest: Digest,
    /// Whether the very same entry was there before any package brought it: removing leaves it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub existing: bool,
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            format: FORMAT,
            project: None,
            made: Vec::new(),
            shared: Vec::new(),
            packages: Vec::new(),
        }
    }
}

impl Lock {
    /// The project's lock; an empty one where there is none.
    pub(crate) fn read(tree: &Tree, project: &Project) -> Result<Self, InstallError> {
        let path = project.lock();
        let text = tree.text(&path)?;
        text.map_or_else(|| Ok(Self::default()), |text| Self::parse(&path, &text))
    }

    pub(crate) fn parse(path: &str, text: &str) -> Result<Self, InstallError> {
        let account = |message: String| InstallError::Account {
            path: path.to_owned(),
            message,
        };
        let lock: Self = toml::from_str(text).map_err(|error| account(error.to_string()))?;
        if lock.format != FORMAT {
            let format = lock.format;
            return Err(account(format!(
                "format {format} is not known to this version; it reads format {FORMAT}"
            )));
        }
        // A lock file comes with a checkout: its paths are somebody else's words.
        for path in lock.paths() {
            check_path(path).map_err(|refusal| account(refusal.to_string()))?;
        }
        let mut brought = lock.packages.iter().flat_map(|package| &package.files);
        if let Some(file) = brought.find(|file| is_reserved(&file.path)) {
            let path = Quoted(&file.path);
            return Err(account(format!(
                "no package brings {path}, which only `paracle` writes"
            )));
        }
        let is_name = |name: &String| Facts::of_folder(name).project_name == *name;
        if let Some(project) = lock.project.as_ref().filter(|name| !is_name(name)) {
            return Err(account(format!(
                "{} is no name of a project",
                Quoted(project)
            )));
        }
        let mut names = lock.packages.iter().map(|package| &package.name);
        let twice =
            |name: &PackageName| lock.packages.iter().filter(|p| p.name == *name).count() > 1;
        match names.find(|name| twice(name)) {
            Some(name) => Err(account(format!("it lists {name} twice"))),
            None => Ok(lock),
        }
    }

    /// Every path that it names.
    fn paths(&self) -> impl Iterator<Item = &str> {
        let files = self.packages.iter().flat_map(|p| &p.files);
        let entries = self.packages.iter().flat_map(|p| &p.entries);
        let made = self.made.iter().map(|path| path.trim_end_matches('/'));
        let shared = self.shared.iter().map(|shared| shared.file.as_str());
        files
            .map(|file| file.path.as_str())
            .chain(entries.map(|entry| entry.file.as_str()))
            .chain(made)
            .chain(shared)
    }

    pub(crate) fn package(&self, name: &PackageName) -> Option<&Installed> {
        self.packages.iter().find(|package| package.name == *name)
    }

    /// Puts `package` in place of the one of its name.
    pub(crate) fn put(&mut self, mut package: Installed) {
        package.files.sort();
        package.entries.sort();
        self.packages.retain(|other| other.name != package.name);
        self.packages.push(package);
        self.packages.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Who brought the file at `path`, and their account of it.
    pub(crate) fn file(&self, path: &str) -> Option<(&Installed, &InstalledFile)> {
        self.packages.iter().find_map(|package| {
            let file = package.files.iter().find(|file| file.path == path)?;
            Some((package, file))
        })
    }

    /// Who brought the entry `id` of `file`, and their account of it.
    pub(crate) fn entry(&self, file: &str, id: &str) -> Option<(&Installed, &InstalledEntry)> {
        self.packages.iter().find_map(|package| {
            let mut entries = package.entries.iter();
            let entry = entries.find(|entry| entry.file == file && entry.id == id)?;
            Some((package, entry))
        })
    }

    /// sha256 of the shared file's text without any package's entry, where it is known.
    pub(crate) fn before(&self, file: &str) -> Option<Digest> {
        let mut shared = self.shared.iter();
        shared
            .find(|shared| shared.file == file)
            .map(|shared| shared.before)
    }

    /// Whether a package merged an entry into the file.
    pub(crate) fn has_entries(&self, file: &str) -> bool {
        let mut entries = self.packages.iter().flat_map(|package| &package.entries);
        entries.any(|entry| entry.file == file && !entry.existing)
    }

    /// Files by path, each with its first owner: for looking up many.
    pub(crate) fn files_by_path(&self) -> BTreeMap<&str, (&Installed, &InstalledFile)> {
        let mut files = BTreeMap::new();
        for package in &self.packages {
            for file in &package.files {
                files.entry(file.path.as_str()).or_insert((package, file));
            }
        }
        files
    }

    /// The text of the file. One line a file and an entry, so that a reviewer sees what changed.
    pub(crate) fn to_text(&self) -> String {
        let mut out = format!("{HEAD}format = {FORMAT}\n");
        if let Some(project) = &self.project {
            line(&mut out, "project", project);
        }
        list(&mut out, "made", &self.made, |path| string(path));
        list(&mut out, "shared", &self.shared, |shared| {
            let file = string(&shared.file);
            format!("{{ file = {file}, before = \"{}\" }}", shared.before)
        });
        for package in &self.packages {
            out.push_str("\n[[package]]\n");
            package.write(&mut out);
        }
        out
    }
}

impl Installed {
    fn write(&self, out: &mut String) {
        line(out, "name", self.name.as_str());
        line(out, "version", &self.version.to_string());
        if !self.registry.is_empty() {
            line(out, "registry", &self.registry);
        }
        if let Some(source) = &self.source {
            line(out, "source", source);
        }
        line(out, "content-id", &self.content_id.to_string());
        if let Some(render) = self.render {
            out.push_str(&format!("render = {render}\n"));
        }
        list(out, "needs", &self.needs, |name| string(name.as_str()));
        if !self.answers.is_empty() {
            out.push_str(&format!("answers = {}\n", self.answers.to_toml_inline()));
        }
        list(out, "files", &self.files, |file| {
            format!(
                "{{ path = {}, digest = \"{}\"{}{} }}",
                string(&file.path),
                file.digest,
                flag("executable", file.executable),
                flag("existing", file.existing)
            )
        });
        list(out, "entries", &self.entries, |entry| {
            format!(
                "{{ file = {}, id = {}, digest = \"{}\"{} }}",
                string(&entry.file),
                string(&entry.id),
                entry.digest,
                flag("existing", entry.existing)
            )
        });
    }

    /// One line, for messages.
    pub(crate) fn told(&self) -> String {
        let from = match &self.source {
            Some(source) => source,
            None => &self.registry,
        };
        format!("{} {} from {}", self.name, self.version, Quoted(from))
    }
}

/// The packages that are installed in `project`, sorted by name.
///
/// # Errors
/// Where the lock cannot be read or understood.
pub fn installed(project: &Project) -> Result<Vec<Installed>, InstallError> {
    let tree = Tree::open(project.root())?;
    Ok(Lock::read(&tree, project)?.packages)
}

/// What templates may know of `project`: from its lock, or else from its folder.
///
/// # Errors
/// Where the lock cannot be read or understood.
pub fn facts(project: &Project) -> Result<Facts, InstallError> {
    let tree = Tree::open(project.root())?;
    if let Some(project_name) = Lock::read(&tree, project)?.project {
        return Ok(Facts { project_name });
    }
    let root = project.root().canonicalize();
    let root = root.unwrap_or_else(|_| project.root().to_owned());
    let folder = root.file_name().unwrap_or_default().to_string_lossy();
    Ok(Facts::of_folder(&folder))
}

fn string(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn flag(name: &str, is_set: bool) -> String {
    if is_set {
        format!(", {name} = true")
    } else {
        String::new()
    }
}

fn line(out: &mut String, key: &str, value: &str) {
    out.push_str(&format!("{key} = {}\n", string(value)));
}

fn list<T>(out: &mut String, key: &str, items: &[T], item: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    out.push_str(&format!("{key} = [\n"));
    for one in items {
        out.push_str(&format!("  {},\n", item(one)));
    }
    out.push_str("]\n");
}

/// A package that the project asks for from elsewhere than `registry`.
pub(crate) fn other_registry(package: &PackageName, known: &str, wanted: &str) -> InstallError {
    InstallError::OtherRegistry {
        package: package.clone(),
        known: known.to_owned(),
        wanted: wanted.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str) -> Installed {
        Installed {
            name: name.parse().unwrap(),
            version: Version::new(1, 0, 0),
            registry: "https://example.org/\"x\"/".to_owned(),
            source: Some("github:x/y".to_owned()),
            content_id: Digest::of(name.as_bytes()),
            render: Some(1),
            needs: vec!["core/other".parse().unwrap()],
            answers: Answers::default(),
            files: vec![InstalledFile {
                path: "it's \"here\"".replace('"', "").to_owned(),
                digest: Digest::of(b""),
                executable: true,
                existing: true,
            }],
            entries: vec![InstalledEntry {
                file: "servers.yaml".to_owned(),
                id: "it's".to_owned(),
                digest: Digest::of(b""),
                existing: true,
            }],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut one = Lock {
            project: Some("demo".to_owned()),
            made: vec![".parac/".to_owned()],
            shared: vec![SharedBefore {
                file: "servers.yaml".to_owned(),
                before: Digest::of(b"b"),
            }],
            ..Lock::default()
        };
        let mut other = one.clone();
        for name in ["core/ab", "core/cd"] {
            one.put(package(name));
        }
        for name in ["core/cd", "core/ab", "core/cd"] {
            other.put(package(name));
        }
        assert_eq!(one.to_text(), other.to_text());
        assert_eq!(Lock::parse("l", &one.to_text()).unwrap(), one);
    }

    #[test]
    fn a_lock_from_elsewhere_is_not_trusted() {
        let text = Lock::default().to_text();
        assert!(Lock::parse("l", &text.replace("= 1", "= 2")).is_err());
        let mut lock = Lock::parse("l", &text).unwrap();
        let mut outside = package("core/ab");
        outside.files[0].path = "../outside".to_owned();
        lock.put(outside);
        let error = Lock::parse("l", &lock.to_text()).unwrap_err().to_string();
        assert!(error.contains("../outside"), "{error}");
        let error = Lock::parse("l", "format = 1\n[[package]]\nname = 1").unwrap_err();
        assert!(error.to_string().contains("line 3, column 8"), "{error}");
    }
}
