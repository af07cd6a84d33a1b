//! The one reader of a registry's folder. It collects what cannot be read as findings and goes on;
//! only a folder that is no registry at all is an error.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use semver::Version;

use crate::{
    finding::{Finding, Place, Severity},
    manifest::Manifest,
    name::PackageName,
    raw::{self, UnknownKeys, Written},
    record::Record,
    rules,
};

mod folder;

pub use folder::{FileKind, SourceFile};

/// Where things lie in a registry's folder.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
}

/// A folder that cannot be read as a registry.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No `registry-index/registry.toml` there or in any folder above.
    #[error("no registry in {} or any folder above it", .0.display())]
    NotARegistry(PathBuf),
    /// The disk said no.
    #[error("cannot read {}", .path.display())]
    Io {
        /// What was read.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl Layout {
    /// The registry that `folder` is in: the nearest folder at or above it that has
    /// `registry-index/registry.toml`.
    pub fn find(folder: &Path) -> Result<Self, LoadError> {
        folder
            .ancestors()
            .map(|root| Self {
                root: root.to_owned(),
            })
            .find(|layout| layout.index().join("registry.toml").is_file())
            .ok_or_else(|| LoadError::NotARegistry(folder.to_owned()))
    }

    /// The registry's root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The index.
    pub fn index(&self) -> PathBuf {
        self.root.join("registry-index")
    }

    /// The sources of packages that are kept here.
    pub fn templates(&self) -> PathBuf {
        self.root.join("templates")
    }

    /// A record's path from the root.
    pub fn record(name: &PackageName, version: &Version) -> String {
        format!("registry-index/packages/{name}/{version}.toml")
    }

    /// A package's mutable file's path from the root.
    pub fn entry(name: &PackageName) -> String {
        format!("registry-index/packages/{name}/package.toml")
    }
}

/// Which packages are read whole; the names of all are known either way.
pub enum Selection<'a> {
    /// Every package.
    All,
    /// Those with a path for which this says yes: a folder below `templates/`, or
    /// `registry-index/packages/<ns>/<name>`.
    Some(&'a (dyn Fn(&str) -> bool + Sync)),
}

impl Selection<'_> {
    fn has(&self, folder: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(wanted) => wanted(folder),
        }
    }
}

/// A folder below `templates/` that has a `paracle.toml`: a package's source.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path from the registry's root.
    pub folder: String,
    /// Every file below it, sorted by path; `paracle.toml` included.
    pub files: Vec<SourceFile>,
    /// What is written in `paracle.toml`, where it could be read.
    pub written: Option<Written<raw::Manifest>>,
    /// What it means, where all of it means something.
    pub manifest: Option<Manifest>,
}

impl Source {
    /// A file by its path in the package.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()
            .map(|at| &self.files[at])
    }

    /// A file's text, where it is UTF-8.
    pub fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(&self.file(path)?.bytes).ok()
    }

    /// The text of `path`, or of the template (`path` and `.j2`) that becomes it.
    pub fn text_or_template(&self, path: &str) -> Option<&str> {
        self.text(path).or_else(|| self.text(&format!("{path}.j2")))
    }

    /// The path of one of its files from the registry's root.
    pub fn path(&self, path: &str) -> String {
        format!("{}/{path}", self.folder)
    }

    /// Its name, where that is one; the rest of the manifest may mean nothing.
    pub fn name(&self) -> Option<PackageName> {
        self.written.as_ref()?.value.package.name.parse().ok()
    }

    /// Its version, where that is one.
    pub fn version(&self) -> Option<Version> {
        Version::parse(&self.written.as_ref()?.value.package.version).ok()
    }

    /// The place of one of its files as a whole.
    pub fn place(&self, path: &str) -> Place {
        Place::file(self.path(path))
    }

    /// The name as written, or the folder's where that cannot be read: what findings are filed under.
    pub fn label(&self) -> String {
        match &self.written {
            Some(written) => written.value.package.name.get().clone(),
            None => self.folder.clone(),
        }
    }
}

/// A source that was not selected: only what other packages must know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Path from the registry's root.
    pub folder: String,
    /// Its name.
    pub name: PackageName,
    /// Its version, where that is one.
    pub version: Option<Version>,
}

/// A folder `packages/<ns>/<name>` of the index.
#[derive(Clone, Debug)]
pub struct EntryFolder {
    /// The name the folder stands for.
    pub name: PackageName,
    /// Path from the registry's root.
    pub folder: String,
    /// `package.toml`, where it could be read.
    pub written: Option<Written<raw::Entry>>,
    /// The records that could be read, by version.
    pub records: BTreeMap<Version, Written<Record>>,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// `registry.toml`, where it could be read.
    pub registry: Option<Written<raw::Registry>>,
    /// By namespace.
    pub namespaces: BTreeMap<String, Written<raw::Namespace>>,
    /// `renames.toml`, where there is one.
    pub renames: Option<Written<raw::Renames>>,
    /// Every package of the index and its versions, whether it was read or not.
    pub listing: BTreeMap<PackageName, Vec<Version>>,
    /// The packages of the index that were selected, by name.
    pub entries: Vec<EntryFolder>,
    /// The sources that were selected, by folder.
    pub sources: Vec<Source>,
    /// The sources that were not selected and have a name, by folder.
    pub unread: Vec<Unread>,
    /// What could not be read.
    pub findings: Vec<Finding>,
}

/// The keys of every file of a registry.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) registry: UnknownKeys,
    pub(crate) namespace: UnknownKeys,
    pub(crate) renames: UnknownKeys,
    pub(crate) manifest: UnknownKeys,
    pub(crate) entry: UnknownKeys,
    pub(crate) record: UnknownKeys,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self {
            registry: UnknownKeys::of::<raw::Registry>(),
            namespace: UnknownKeys::of::<raw::Namespace>(),
            renames: UnknownKeys::of::<raw::Renames>(),
            manifest: UnknownKeys::of::<raw::Manifest>(),
            entry: UnknownKeys::of::<raw::Entry>(),
            record: UnknownKeys::of::<Record>(),
        }
    }
}

/// Reads the registry at `layout`.
pub fn load(layout: &Layout, selection: &Selection<'_>) -> Result<Loaded, LoadError> {
    let mut loaded = Loaded::default();
    let (root, keys) = (layout.root(), Keys::new());
    let findings = &mut loaded.findings;
    let registry = "registry-index/registry.toml";
    loaded.registry = one(root, registry, &keys.registry, findings)?;
    let renames = "registry-index/renames.toml";
    if root.join(renames).exists() {
        loaded.renames = one(root, renames, &keys.renames, findings)?;
    }
    for file in folder::names(&layout.index().join("namespaces"))? {
        if let Some(namespace) = file.strip_suffix(".toml") {
            let path = format!("registry-index/namespaces/{file}");
            if let Some(written) = one(root, &path, &keys.namespace, findings)? {
                loaded.namespaces.insert(namespace.to_owned(), written);
            }
        }
    }
    read_index(layout, selection, &keys, &mut loaded)?;
    read_sources(layout, selection, &keys, &mut loaded)?;
    Ok(loaded)
}

fn one<T: serde::de::DeserializeOwned + schemars::JsonSchema>(
    root: &Path,
    path: &str,
    keys: &UnknownKeys,
    findings: &mut Vec<Finding>,
) -> Result<Option<Written<T>>, LoadError> {
    let bytes = folder::read(&root.join(path))?;
    let (written, mut found) = raw::read(path, bytes, keys);
    findings.append(&mut found);
    Ok(written)
}

fn read_index(
    layout: &Layout,
    selection: &Selection<'_>,
    keys: &Keys,
    loaded: &mut Loaded,
) -> Result<(), LoadError> {
    let packages = layout.index().join("packages");
    let mut folders = Vec::new();
    for namespace in folder::names(&packages)? {
        for name in folder::names(&packages.join(&namespace))? {
            folders.push(format!("{namespace}/{name}"));
        }
    }
    let read: Vec<_> = folders
        .par_iter()
        .map(|full| read_entry(layout.root(), full, selection, keys))
        .collect::<Result<_, _>>()?;
    for (listed, entry, findings) in read {
        loaded.listing.extend(listed);
        loaded.entries.extend(entry);
        loaded.findings.extend(findings);
    }
    Ok(())
}

type EntryRead = (
    Option<(PackageName, Vec<Version>)>,
    Option<EntryFolder>,
    Vec<Finding>,
);

fn read_entry(
    root: &Path,
    full: &str,
    selection: &Selection<'_>,
    keys: &Keys,
) -> Result<EntryRead, LoadError> {
    let folder = format!("registry-index/packages/{full}");
    let mut findings = Vec::new();
    let name: PackageName = match full.parse() {
        Ok(name) => name,
        Err(error) => {
            let help = "rename the folder, or remove it if it holds no package";
            findings.push(misplaced(&folder, format!("{error}"), help));
            return Ok((None, None, findings));
        }
    };
    let mut versions = Vec::new();
    for file in folder::names(&root.join(&folder))? {
        let stem = file.strip_suffix(".toml").unwrap_or(&file);
        match Version::parse(stem) {
            Ok(version) => versions.push(version),
            Err(_) if stem == "package" => {}
            Err(error) => {
                let path = format!("{folder}/{file}");
                let message =
                    format!("{file:?} is neither package.toml nor <version>.toml: {error}");
                findings.push(misplaced(&path, message, "remove the file"));
            }
        }
    }
    versions.sort();
    if !selection.has(&folder) {
        return Ok((Some((name, versions)), None, findings));
    }
    let mut entry = EntryFolder {
        name: name.clone(),
        folder: folder.clone(),
        written: None,
        records: BTreeMap::new(),
    };
    let path = format!("{folder}/package.toml");
    if root.join(&path).exists() {
        let (written, found) = raw::read(&path, folder::read(&root.join(&path))?, &keys.entry);
        entry.written = written;
        findings.extend(found);
    }
    for version in &versions {
        let path = format!("{folder}/{version}.toml");
        let (written, found) = raw::read(&path, folder::read(&root.join(&path))?, &keys.record);
        findings.extend(found);
        entry
            .records
            .extend(written.map(|written| (version.clone(), written)));
    }
    for finding in &mut findings {
        finding.package = Some(full.to_owned());
    }
    Ok((Some((name, versions)), Some(entry), findings))
}

fn misplaced(path: &str, message: String, help: &str) -> Finding {
    Finding {
        place: Place::file(path),
        severity: Severity::Error,
        rule: "misplaced-file",
        package: None,
        message,
        help: help.to_owned(),
    }
}

fn read_sources(
    layout: &Layout,
    selection: &Selection<'_>,
    keys: &Keys,
    loaded: &mut Loaded,
) -> Result<(), LoadError> {
    let (selected, others): (Vec<_>, Vec<_>) = folder::packages(layout.root(), "templates")?
        .into_iter()
        .partition(|folder| selection.has(folder));
    let unread = others
        .par_iter()
        .map(|folder| glance(layout.root(), folder));
    loaded.unread = unread.flatten_iter().collect();
    let read: Vec<_> = selected
        .par_iter()
        .map(|folder| read_source(layout.root(), folder, &keys.manifest))
        .collect::<Result<_, _>>()?;
    for (source, findings) in read {
        loaded.sources.push(source);
        loaded.findings.extend(findings);
    }
    Ok(())
}

/// What others must know of the source in `folder`; `None` where it has no name that is one. What is
/// wrong with it is told when it is selected.
fn glance(root: &Path, folder: &str) -> Option<Unread> {
    let bytes = folder::read(&root.join(folder).join("paracle.toml")).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let table = toml::de::DeTable::parse(&text).ok()?;
    let package = table.get_ref().get("package")?.get_ref();
    let word = |key| package.get(key)?.get_ref().as_str();
    Some(Unread {
        folder: folder.to_owned(),
        name: word("name")?.parse().ok()?,
        version: word("version").and_then(|version| Version::parse(version).ok()),
    })
}

/// Reads one package's folder, `folder` below `root`, wherever it stands.
pub fn read_package(root: &Path, folder: &str) -> Result<(Source, Vec<Finding>), LoadError> {
    read_source(root, folder, &UnknownKeys::of::<raw::Manifest>())
}

fn read_source(
    root: &Path,
    folder: &str,
    keys: &UnknownKeys,
) -> Result<(Source, Vec<Finding>), LoadError> {
    let files = folder::files(&root.join(folder))?;
    Ok(source_of_files(folder, files, keys))
}

/// A source from files that were read elsewhere (a git tree, an archive). `files` need not be sorted.
pub fn source_of_files(
    folder: &str,
    mut files: Vec<SourceFile>,
    keys: &UnknownKeys,
) -> (Source, Vec<Finding>) {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut source = Source {
        folder: folder.to_owned(),
        files,
        written: None,
        manifest: None,
    };
    let path = source.path("paracle.toml");
    let Some(file) = source.file("paracle.toml") else {
        let help = "add a paracle.toml; the docs show the shortest one";
        return (
            source,
            vec![misplaced(
                &path,
                "there is no paracle.toml here".into(),
                help,
            )],
        );
    };
    let (written, mut findings) = raw::read::<raw::Manifest>(&path, file.bytes.clone(), keys);
    if let Some(written) = &written {
        match Manifest::from_raw(&written.value) {
            Ok(manifest) => source.manifest = Some(manifest),
            Err(wrong) => findings.extend(wrong.into_iter().map(|misread| {
                let rule = rules::of_misread(&misread, &written.value);
                Finding {
                    place: Place::at(&path, &written.text, misread.offset),
                    severity: Severity::Error,
                    rule: rule.id,
                    package: None,
                    message: format!("`{}`: {}", misread.key, misread.message),
                    help: rule.help.to_owned(),
                }
            })),
        }
    }
    source.written = written;
    let label = source.label();
    for finding in &mut findings {
        finding.package = Some(label.clone());
    }
    (source, findings)
}
