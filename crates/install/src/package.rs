//! A chosen release as what it brings: files and where they go, entries and what they say.

use archive::{Contents, check_collisions, check_path};
use registry_index::{
    Digest, PackageName,
    component::{
        Destination, destination,
        entry::{SharedEntry, entries},
    },
    load::{FileKind, SourceFile, source_of_files},
    raw::{self, UnknownKeys},
    record::KNOWN_FEATURES,
    wire::Release,
};
use semver::Version;

use crate::{
    InstallError,
    project::{LOCK, PARAC, WANTED},
    supported,
};

/// A release that was looked up, and its bytes.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Canonical URL of the registry it comes from.
    pub registry: String,
    /// The release as the registry describes it.
    pub release: Release,
    /// The range that is written into `packages.toml`, as in `^1.0`.
    pub requested: String,
    /// Its archive, read and checked; the content id is the one in the record.
    pub contents: Contents,
}

/// A release, ready to be compared with a project.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) registry: String,
    pub(crate) requested: String,
    pub(crate) release: Release,
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

impl Package {
    pub(crate) fn name(&self) -> &PackageName {
        &self.release.record.manifest.name
    }

    pub(crate) fn version(&self) -> &Version {
        &self.release.record.manifest.version
    }

    pub(crate) fn content_id(&self) -> Digest {
        self.release.record.archive.content_id
    }

    /// What `chosen` brings.
    pub(crate) fn read(chosen: Chosen) -> Result<Self, InstallError> {
        let Chosen {
            registry,
            release,
            requested,
            contents,
        } = chosen;
        check_release(&release, &contents)?;
        let manifest = &release.record.manifest;
        let package = &manifest.name;
        supported::check(manifest, contents.entries.iter().map(|e| e.path.as_str()))?;
        let entries = read_entries(&release, &contents)?;
        let mut files = Vec::new();
        for entry in contents.entries {
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
        Ok(Self {
            registry,
            requested,
            release,
            files,
            entries,
        })
    }
}

/// What the record says and what the archive is have to agree; the caller compared the digest, and
/// it is compared here once more because everything else rests on it.
fn check_release(release: &Release, contents: &Contents) -> Result<(), InstallError> {
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
    let found = Digest::from(contents.content_id.0);
    let wanted = record.archive.content_id;
    if found != wanted {
        let what = format!("its content id is {found}, not {wanted}");
        return Err(InstallError::Mismatch { package, what });
    }
    Ok(())
}

fn read_entries(release: &Release, contents: &Contents) -> Result<Vec<SharedEntry>, InstallError> {
    let manifest = &release.record.manifest;
    let files = contents.entries.iter().map(|entry| SourceFile {
        path: entry.path.clone(),
        bytes: entry.bytes.clone(),
        length: entry.bytes.len() as u64,
        executable: entry.executable,
        kind: FileKind::Regular,
    });
    let keys = UnknownKeys::of::<raw::Manifest>();
    let (source, _) = source_of_files(manifest.name.as_str(), files.collect(), &keys);
    // A newer manifest may have keys that are not known here, but it says the same as the record.
    match &source.manifest {
        Some(own) if own == manifest => Ok(entries(&source)),
        _ => Err(InstallError::Mismatch {
            package: manifest.name.clone(),
            what: "its paracle.toml says something else".to_owned(),
        }),
    }
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
fn is_reserved(path: &str) -> bool {
    let path = path.to_lowercase();
    let inside = path
        .strip_prefix(PARAC)
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(&path);
    let first = inside.split('/').next().unwrap_or_default();
    first == WANTED
        || first == LOCK
        || first.starts_with(".stage-")
        || first.starts_with(".paracle-")
}
