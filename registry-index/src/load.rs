//! The one reader of a registry's folder. It collects what cannot be read as findings and goes on;
//! only a folder that is no registry at all is an error.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

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
mod index;
mod needed;
mod ratings;
mod sources;

pub use folder::{FileKind, SourceFile};

/// Where things lie in a registry's folder.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
    /// Ratings that were taken elsewhere.
    ratings: Option<PathBuf>,
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
                ratings: None,
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

    /// The same registry with the ratings in `folder`, which holds `<ns>/<name>.toml`.
    #[must_use]
    pub fn with_ratings(self, folder: PathBuf) -> Self {
        Self {
            ratings: Some(folder),
            ..self
        }
    }

    /// Where ratings are read from: `ratings/` in the root unless said otherwise.
    pub fn ratings_folder(&self) -> PathBuf {
        let own = || self.root.join("ratings");
        self.ratings.clone().unwrap_or_else(own)
    }

    /// A record's path from the root.
    pub fn record(name: &PackageName, version: &Version) -> String {
        format!("registry-index/packages/{name}/{version}.toml")
    }

    /// A package's mutable file's path from the root.
    pub fn entry(name: &PackageName) -> String {
        format!("registry-index/packages/{name}/package.toml")
    }

    /// The path, from the root, of what an author asks to be released.
    pub fn request(name: &PackageName) -> String {
        format!("registry-index/packages/{name}/request.toml")
    }

    /// A package's ratings' path from the root.
    pub fn ratings(name: &PackageName) -> String {
        format!("ratings/{name}.toml")
    }
}

/// Which packages are read whole; the names of all are known either way.
pub enum Selection<'a> {
    /// Every package.
    All,
    /// Those with a path for which this says yes: a folder below `templates/`, or
    /// `registry-index/packages/<ns>/<name>`, `ratings/<ns>/<name>.toml`.
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
    /// What it needs of its own registry.
    pub needs: Vec<PackageName>,
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
    /// `request.toml`, where it could be read.
    pub request: Option<Written<raw::Request>>,
    /// The records that could be read, by version.
    pub records: BTreeMap<Version, Written<Record>>,
}

impl EntryFolder {
    /// The version that its author asks to be released, where it is one and not released yet.
    pub fn requested(&self) -> Option<Version> {
        let version = Version::parse(&self.request.as_ref()?.value.version).ok()?;
        (!self.records.contains_key(&version)).then_some(version)
    }
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
    /// Packages of the index that were not selected and that selected sources are or need, directly
    /// or through others, or whose ratings were selected. Rules may look things up in them; they are not judged.
    pub needed: Vec<EntryFolder>,
    /// What people think of the packages that were selected, by name.
    pub ratings: BTreeMap<PackageName, Written<raw::Ratings>>,
    /// What could not be read.
    pub findings: Vec<Finding>,
}

impl Loaded {
    /// Whether any version of `name` is in the index. A folder there may hold no more than owners, or a
    /// request.
    pub fn is_released(&self, name: &PackageName) -> bool {
        let versions = self.listing.get(name);
        versions.is_some_and(|versions| !versions.is_empty())
    }
}

/// The keys of every file of a registry.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) registry: UnknownKeys,
    pub(crate) namespace: UnknownKeys,
    pub(crate) renames: UnknownKeys,
    pub(crate) manifest: UnknownKeys,
    pub(crate) entry: UnknownKeys,
    pub(crate) request: UnknownKeys,
    pub(crate) record: UnknownKeys,
    pub(crate) ratings: UnknownKeys,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self {
            registry: UnknownKeys::of::<raw::Registry>(),
            namespace: UnknownKeys::of::<raw::Namespace>(),
            renames: UnknownKeys::of::<raw::Renames>(),
            manifest: UnknownKeys::of::<raw::Manifest>(),
            entry: UnknownKeys::of::<raw::Entry>(),
            request: UnknownKeys::of::<raw::Request>(),
            record: UnknownKeys::of::<Record>(),
            ratings: UnknownKeys::of::<raw::Ratings>(),
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
    index::read(layout, selection, &keys, &mut loaded)?;
    sources::read(layout, selection, &keys, &mut loaded)?;
    ratings::read(layout, selection, &keys, &mut loaded)?;
    needed::read(root, &keys, &mut loaded);
    Ok(loaded)
}

/// Reads the file at `path`. What is not a regular file is not followed and not read.
fn one<T: serde::de::DeserializeOwned + schemars::JsonSchema>(
    root: &Path,
    path: &str,
    keys: &UnknownKeys,
    findings: &mut Vec<Finding>,
) -> Result<Option<Written<T>>, LoadError> {
    let Some(bytes) = folder::read_regular(&root.join(path))? else {
        let message = format!("{path:?} is not a regular file");
        findings.push(misplaced(
            path,
            message,
            "put a file there, not a link or a folder",
        ));
        return Ok(None);
    };
    let (written, mut found) = raw::read(path, bytes, keys);
    findings.append(&mut found);
    Ok(written)
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

/// Reads one package's folder, `folder` below `root`, wherever it stands.
pub fn read_package(root: &Path, folder: &str) -> Result<(Source, Vec<Finding>), LoadError> {
    sources::read_one(root, folder, &UnknownKeys::of::<raw::Manifest>())
}

/// The files of a folder that need not be a package, or the one file at `path`; links and devices are
/// named and not followed, folders of version control not entered. Reading stops after `most` + 1 files.
///
/// # Errors
/// Where something cannot be read.
pub fn loose_files(path: &Path, most: usize) -> Result<Vec<SourceFile>, LoadError> {
    folder::loose(path, most)
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
                    place: written.place_at(misread.offset),
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
