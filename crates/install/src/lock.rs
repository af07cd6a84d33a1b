//! `packages.lock`: what was installed. Sorted, so that the order of installing leaves no trace;
//! without machine paths, times or secrets, so that it can be committed and reviewed.

use archive::check_path;
use registry_index::{Digest, PackageName};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{InstallError, project::Project, quote::Quoted, tree::Tree};

const FORMAT: u32 = 1;
const HEAD: &str = "# Written by `paracle`, not meant to be edited. Keep it in version control.\n";

/// The packages of a project, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Lock {
    format: u32,
    #[serde(default, rename = "package")]
    pub(crate) packages: Vec<Installed>,
}

/// A package that is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Installed {
    /// Full name.
    pub name: PackageName,
    /// The exact version.
    pub version: Version,
    /// Canonical URL of the registry it came from.
    pub registry: String,
    /// sha256 of its tar.
    pub content_id: Digest,
    /// Its files, sorted by path.
    #[serde(default)]
    pub files: Vec<InstalledFile>,
    /// Its entries in shared files, sorted by file and id.
    #[serde(default)]
    pub entries: Vec<InstalledEntry>,
}

/// A file that a package brought.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstalledFile {
    /// Path from the project's root.
    pub path: String,
    /// sha256 of its bytes as installed.
    pub digest: Digest,
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
    /// sha256 of its fields as JSON (an array of key and value), as installed.
    pub digest: Digest,
    /// Whether the very same entry was there before any package brought it: removing leaves it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub existing: bool,
}

impl Lock {
    /// The project's lock; an empty one where there is none.
    pub(crate) fn read(tree: &Tree, project: &Project) -> Result<Self, InstallError> {
        let path = project.lock();
        let text = tree.text(&path)?;
        text.map_or_else(|| Ok(Self::default()), |text| Self::parse(&path, &text))
    }

    fn parse(path: &str, text: &str) -> Result<Self, InstallError> {
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
        for file in lock.packages.iter().flat_map(|package| &package.files) {
            check_path(&file.path).map_err(|refusal| account(refusal.to_string()))?;
        }
        Ok(lock)
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

    /// The text of the file. One line a file and an entry, so that a reviewer sees what changed.
    pub(crate) fn to_text(&self) -> String {
        let mut out = format!("{HEAD}format = {FORMAT}\n");
        for package in &self.packages {
            out.push_str("\n[[package]]\n");
            line(&mut out, "name", package.name.as_str());
            line(&mut out, "version", &package.version.to_string());
            line(&mut out, "registry", &package.registry);
            line(&mut out, "content-id", &package.content_id.to_string());
            list(&mut out, "files", &package.files, |file| {
                format!(
                    "path = {}, digest = \"{}\"{}",
                    string(&file.path),
                    file.digest,
                    flag(file.existing)
                )
            });
            list(&mut out, "entries", &package.entries, |entry| {
                format!(
                    "file = {}, id = {}, digest = \"{}\"{}",
                    string(&entry.file),
                    string(&entry.id),
                    entry.digest,
                    flag(entry.existing)
                )
            });
        }
        out
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

fn string(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn flag(existing: bool) -> &'static str {
    if existing { ", existing = true" } else { "" }
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
        out.push_str(&format!("  {{ {} }},\n", item(one)));
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

impl Installed {
    /// One line, for messages.
    pub(crate) fn told(&self) -> String {
        format!(
            "{} {} from {}",
            self.name,
            self.version,
            Quoted(&self.registry)
        )
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
            content_id: Digest::of(name.as_bytes()),
            files: vec![InstalledFile {
                path: "it's \"here\"".replace('"', "").to_owned(),
                digest: Digest::of(b""),
                existing: true,
            }],
            entries: Vec::new(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut one = Lock {
            format: FORMAT,
            packages: Vec::new(),
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
