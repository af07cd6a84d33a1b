//! A chosen release as what it brings: files and where they go, entries and what they say.

use archive::{Contents, Entry, check_collisions, check_path};
use registry_index::{
    Digest, Manifest, PackageName,
    component::{
        Destination, destination,
        entry::{SharedEntry, entries},
    },
    cost,
    load::{Source, SourceFile, source_of_files},
    raw::{self, UnknownKeys},
    record::{Cost, Found, KNOWN_FEATURES},
    uses,
    wire::Release,
};
use render::Renderer;
use semver::Version;

use crate::{
    Answers, Facts, InstallError,
    project::{LOCK, OWN, PARAC, WANTED},
    rendered,
};

/// What is known of a release besides its bytes.
#[derive(Clone, Debug)]
pub struct Described {
    /// Its manifest.
    pub manifest: Manifest,
    /// sha256 of its tar.
    pub content_id: Digest,
    /// What the checks found in its files.
    pub found: Found,
    /// What an agent pays for it.
    pub cost: Cost,
}

impl Described {
    /// As a registry describes it.
    ///
    /// # Errors
    /// Where the release was revoked, or needs a feature that this version does not know.
    pub fn of_release(release: &Release) -> Result<Self, InstallError> {
        let record = &release.record;
        let package = record.manifest.name.clone();
        if let Some(why) = &release.revoked {
            return Err(InstallError::Revoked {
                package,
                version: record.manifest.version.clone(),
                why: why.clone(),
            });
        }
        let is_known = |feature: &&String| !KNOWN_FEATURES.contains(&feature.as_str());
        if let Some(feature) = record.needs.iter().find(is_known) {
            let wants = format!("needs the feature {feature:?} of the format");
            return Err(InstallError::NotYet { package, wants });
        }
        Ok(Self {
            manifest: record.manifest.clone(),
            content_id: record.archive.content_id,
            found: record.found.clone(),
            cost: record.cost,
        })
    }

    /// As its own files describe it: for what no registry describes (any more).
    ///
    /// # Errors
    /// Where it has no manifest that can be read; `what` is what to call it then.
    pub fn of_contents(what: &str, contents: &Contents) -> Result<Self, InstallError> {
        let source = source(what, &contents.entries);
        let manifest = source
            .manifest
            .clone()
            .ok_or_else(|| InstallError::NoManifest {
                what: what.to_owned(),
            })?;
        Ok(Self {
            manifest,
            content_id: Digest::from(contents.content_id.0),
            found: uses::summary(&source),
            cost: cost::of(&source),
        })
    }
}

/// A release that was looked up, its bytes, and the answers to its questions.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Canonical URL of the registry it comes from; empty where it comes from none.
    pub registry: String,
    /// Where it comes from, pinned, where that is no registry.
    pub source: Option<String>,
    /// What is known of it.
    pub described: Described,
    /// The packages it needs, optional ones that were taken included.
    pub needs: Vec<PackageName>,
    /// The answers to its questions.
    pub answers: Answers,
    /// Its archive, read and checked.
    pub contents: Contents,
}

/// A release, its templates rendered, ready to be compared with a project.
#[derive(Clone, Debug)]
pub struct Package {
    pub(crate) registry: String,
    pub(crate) source: Option<String>,
    pub(crate) described: Described,
    pub(crate) needs: Vec<PackageName>,
    pub(crate) answers: Answers,
    pub(crate) render: Option<u32>,
    /// What its templates took the project to be called.
    pub(crate) project: Option<String>,
    pub(crate) files: Vec<File>,
    pub(crate) entries: Vec<SharedEntry>,
}

/// A file that a package brings.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Path in the package.
    pub(crate) from: String,
    /// Path from the project's root.
    pub(crate) to: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
    pub(crate) executable: bool,
}

/// The one dialect of templates there is.
const DIALECT: u32 = 1;

impl Chosen {
    /// Renders its templates, in a confined child, and says what it brings.
    ///
    /// # Errors
    /// Where the archive is not what the description says, a template fails, or a file of it has no
    /// place in a project.
    pub fn prepare(self, facts: &Facts, renderer: &Renderer) -> Result<Package, InstallError> {
        check_contents(&self)?;
        let manifest = &self.described.manifest;
        let contents = self.contents.clone();
        let rendered = rendered::render(contents, manifest, &self.answers, facts, renderer)?;
        Package::of(self, rendered, facts)
    }
}

impl Package {
    /// Full name.
    pub fn name(&self) -> &PackageName {
        &self.described.manifest.name
    }

    /// The version.
    pub fn version(&self) -> &Version {
        &self.described.manifest.version
    }

    /// sha256 of its tar.
    pub fn content_id(&self) -> Digest {
        self.described.content_id
    }

    /// Canonical URL of the registry it comes from; empty where it comes from none.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Where it comes from, pinned, where that is no registry.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// The answers to its questions.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// What is known of it.
    pub fn described(&self) -> &Described {
        &self.described
    }

    /// Its files as they are to be: path from the project's root, and bytes.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let files = self.files.iter();
        files.map(|file| (file.to.as_str(), file.bytes.as_slice()))
    }

    /// What `chosen` brings, once its files are `rendered`.
    fn of(chosen: Chosen, rendered: Vec<Entry>, facts: &Facts) -> Result<Self, InstallError> {
        let mut described = chosen.described;
        let is_template = |entry: &Entry| entry.path.ends_with(".j2") || entry.path.contains("__");
        let is_rendered = chosen.contents.entries.iter().any(is_template);
        let source = source(described.manifest.name.as_str(), &rendered);
        // What a registry says it found may be old, or a lie, and was found in the templates.
        described.found = uses::summary(&source);
        if is_rendered {
            described.cost = cost::of(&source);
        }
        let files = files(&described.manifest.name, rendered)?;
        Ok(Self {
            registry: chosen.registry,
            source: chosen.source,
            described,
            needs: chosen.needs,
            answers: chosen.answers,
            render: is_rendered.then_some(DIALECT),
            project: is_rendered.then(|| facts.project_name.clone()),
            files,
            entries: entries(&source),
        })
    }
}

/// What is known of a release and what the archive is have to agree; the caller compared the digest,
/// and it is compared here once more because everything else rests on it.
fn check_contents(chosen: &Chosen) -> Result<(), InstallError> {
    let manifest = &chosen.described.manifest;
    let mismatch = |what: String| InstallError::Mismatch {
        package: manifest.name.clone(),
        what,
    };
    let found = Digest::from(chosen.contents.content_id.0);
    let wanted = chosen.described.content_id;
    if found != wanted {
        return Err(mismatch(format!("its content id is {found}, not {wanted}")));
    }
    // A newer manifest may have keys that are not known here, but it says the same as the record.
    match &source(manifest.name.as_str(), &chosen.contents.entries).manifest {
        Some(own) if own == manifest => Ok(()),
        _ => Err(mismatch("its paracle.toml says something else".to_owned())),
    }
}

/// The files of an archive as the source that they were packed from; `name` is what to call it in messages.
pub fn source(name: &str, entries: &[Entry]) -> Source {
    let files = entries.iter().map(|entry| {
        SourceFile::regular(entry.path.clone(), entry.bytes.clone(), entry.executable)
    });
    let keys = UnknownKeys::of::<raw::Manifest>();
    source_of_files(name, files.collect(), &keys).0
}

fn files(package: &PackageName, entries: Vec<Entry>) -> Result<Vec<File>, InstallError> {
    let mut files = Vec::new();
    for entry in entries {
        match destination(package.name(), &entry.path) {
            Destination::File(to) => files.push(File {
                digest: Digest::of(&entry.bytes),
                from: entry.path,
                to,
                bytes: entry.bytes,
                executable: entry.executable,
            }),
            Destination::Entry | Destination::Package | Destination::Aside => {}
            Destination::Unknown => {
                return Err(InstallError::NoPlace {
                    package: package.clone(),
                    path: entry.path,
                });
            }
        }
    }
    files.sort_by(|a, b| a.to.cmp(&b.to));
    check_places(package, &files)?;
    Ok(files)
}

/// Destinations are paths made from paths: they are checked like those that came in.
fn check_places(package: &PackageName, files: &[File]) -> Result<(), InstallError> {
    let refused = |refusal| InstallError::Path {
        package: package.clone(),
        refusal,
    };
    for file in files {
        check_path(&file.to).map_err(refused)?;
        if is_reserved(&file.to) {
            return Err(InstallError::Reserved {
                package: package.clone(),
                path: file.to.clone(),
            });
        }
    }
    check_collisions(files.iter().map(|file| file.to.as_str())).map_err(refused)
}

/// Whether a path is where the account of packages or work in progress is kept, in whatever case.
pub(crate) fn is_reserved(path: &str) -> bool {
    let path = path.to_lowercase();
    let inside = path
        .strip_prefix(PARAC)
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(&path);
    let first = inside.split('/').next().unwrap_or_default();
    [WANTED, LOCK, OWN].contains(&first)
}
