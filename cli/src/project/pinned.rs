//! Packages that no registry has: a folder on this disk, a folder of a git repository at a commit. One
//! without a `paracle.toml` is made a package of what other tools keep in it.

use std::path::Path;

use archive::{Contents, Entry, Limits};
use client::repository::{self, GitPackage};
use install::{
    Project,
    foreign::{self, Hint, Taken},
};
use registry_index::{
    Digest, PackageName,
    load::{FileKind, Source, loose_files, read_package},
    record,
    wire::{self, Release},
};

use crate::{context::Context, error::CliError};

/// A package and the bytes of the one release it has.
#[derive(Clone, Debug)]
pub(crate) struct Pinned {
    /// What stands in the lock: `git+https://host/repository#commit:path`, or `folder+` and its path.
    pub(crate) source: String,
    /// What stands in `packages.toml`, so that an update looks there again: a repository as it was typed, a
    /// folder by its path from the project's root.
    pub(crate) typed: String,
    pub(crate) package: wire::Package,
    pub(crate) contents: Contents,
    pub(crate) gzip: Vec<u8>,
    /// What was changed and left out where it was no package as it lay there.
    pub(crate) notes: Vec<String>,
}

impl Pinned {
    pub(crate) fn name(&self) -> &PackageName {
        &self.package.name
    }
}

/// Before the folder's path in a lock.
const FOLDER: &str = "folder+";

/// The package in the folder that is called `typed` from `base`. It is written down by its path from the
/// project's root, so that it is found from everywhere.
pub(crate) fn folder(typed: &str, base: &Path, project: &Project) -> Result<Pinned, CliError> {
    let folder = base.join(typed);
    let folder = folder
        .canonicalize()
        .map_err(|error| CliError::failed(format!("cannot read the folder {typed:?}: {error}")))?;
    let root = project.root().canonicalize()?;
    let written = match folder.strip_prefix(&root) {
        Ok(inside) => inside.to_string_lossy().into_owned(),
        Err(_) => relative(&root, &folder),
    };
    let (parent, name) = match (folder.parent(), folder.file_name()) {
        (Some(parent), Some(name)) => (parent, name.to_string_lossy().into_owned()),
        _ => {
            return Err(CliError::failed(format!(
                "{typed:?} is no package's folder"
            )));
        }
    };
    let pin = record::Source {
        git: String::new(),
        rev: String::new(),
        path: written.clone(),
    };
    let place = format!("{FOLDER}{written}");
    let from_root = match written.starts_with("..") {
        true => written,
        false => format!("./{written}"),
    };
    if !folder.join(MANIFEST).is_file() {
        let entries = loose(&folder)?;
        let hint = Hint {
            name: foreign::name("local", name.trim_end_matches(".md")),
            author: None,
            repository: None,
        };
        let (source, notes) = taken(typed, entries, &hint)?;
        let made = made(&source, &from_root, place, pin)?;
        return Ok(Pinned { notes, ..made });
    }
    let (source, findings) = read_package(parent, &name)?;
    if let Some(finding) = findings.first() {
        return Err(
            CliError::failed(format!("{}: {}", finding.place, finding.message))
                .hint(finding.help.clone()),
        );
    }
    let mut files = source.files.iter();
    if let Some(file) = files.find(|file| file.kind != FileKind::Regular) {
        return Err(
            CliError::failed(format!("{:?} in {typed:?} is no regular file", file.path))
                .hint("a package has regular files only: put the file itself there"),
        );
    }
    made(&source, &from_root, place, pin)
}

const MANIFEST: &str = "paracle.toml";

/// The files of a folder that has no manifest, or a single file.
fn loose(folder: &Path) -> Result<Vec<Entry>, CliError> {
    let limits = Limits::default();
    let files = loose_files(folder, limits.entries)?;
    let total: u64 = files.iter().map(|file| file.length).sum();
    if let Some(large) = files.iter().find(|file| file.length > limits.file) {
        return Err(CliError::failed(format!(
            "{:?} has more than {} bytes",
            large.path, limits.file
        )));
    }
    if files.len() > limits.entries || total > limits.total {
        return Err(CliError::failed(format!(
            "{} holds more than a package may: {} files or {} bytes",
            folder.display(),
            limits.entries,
            limits.total
        )));
    }
    let regular = files
        .into_iter()
        .filter(|file| file.kind == FileKind::Regular);
    Ok(regular
        .map(|file| Entry {
            path: file.path,
            executable: file.executable,
            bytes: file.bytes,
        })
        .collect())
}

/// `folder` from `root`, over `..`: as long as both move together it stays right.
fn relative(root: &std::path::Path, folder: &std::path::Path) -> String {
    let (mut up, mut above) = (String::new(), root);
    while !folder.starts_with(above) {
        up.push_str("../");
        above = match above.parent() {
            Some(parent) => parent,
            None => break,
        };
    }
    let rest = folder.strip_prefix(above).unwrap_or(folder);
    format!("{up}{}", rest.to_string_lossy())
}

/// The package in a folder of a git repository; `commit` where a lock says which.
pub(crate) fn repository(
    typed: &str,
    git: &GitPackage,
    commit: Option<&str>,
    context: &Context,
) -> Result<Pinned, CliError> {
    let fetched = repository::fetch(git, &context.world, commit)?;
    for skipped in &fetched.skipped {
        context
            .ui
            .warn(&format!("{skipped} is a link or a submodule, and left out"));
    }
    let url = fetched.url.strip_prefix("git+").unwrap_or(&fetched.url);
    let written = format!("git+{url}#{}:{}", fetched.commit, fetched.path);
    let pin = record::Source {
        git: url.to_owned(),
        rev: fetched.commit,
        path: fetched.path,
    };
    let (source, notes) = match fetched.files.iter().any(|file| file.path == MANIFEST) {
        true => (install::source("package", &fetched.files), Vec::new()),
        false => taken(typed, fetched.files, &called(&pin))?,
    };
    let made = made(&source, typed, written, pin)?;
    Ok(Pinned { notes, ..made })
}

/// What a lock says where it is from, read again.
pub(crate) fn again(
    written: &str,
    project: &Project,
    context: &Context,
) -> Result<Pinned, CliError> {
    if let Some(path) = written.strip_prefix(FOLDER) {
        return folder(path, project.root(), project);
    }
    let wrong = || CliError::failed(format!("packages.lock: {written:?} is no source"));
    let (url, pin) = written.rsplit_once('#').ok_or_else(wrong)?;
    let (commit, path) = pin.split_once(':').ok_or_else(wrong)?;
    let path = match path {
        "" => String::new(),
        path => format!("#{path}"),
    };
    let git = GitPackage::parse(&format!("{url}@{commit}{path}"))?;
    repository(written, &git, Some(commit), context)
}

/// What a lock pins, from the archive that was kept of it: its source need not be there any more.
pub(crate) fn kept(written: &str, contents: &Contents) -> Result<Pinned, CliError> {
    let pin = record::Source {
        git: String::new(),
        rev: String::new(),
        path: String::new(),
    };
    made(
        &install::source("package", &contents.entries),
        written,
        written.to_owned(),
        pin,
    )
}

/// What a folder of a repository is called, and by whom: its own name where it is one skill or agent, the
/// repository's where it is the whole or only a folder for such.
fn called(pin: &record::Source) -> Hint {
    let plain = pin.git.trim_end_matches('/');
    let plain = plain.strip_suffix(".git").unwrap_or(plain);
    let mut parts = plain
        .rsplit(['/', ':', '\\'])
        .filter(|part| !part.is_empty());
    let repository = parts.next().unwrap_or("repository");
    let is_file = pin.git.starts_with("file:");
    let owner = match (is_file, parts.next()) {
        (false, Some(owner)) => owner,
        _ => "local",
    };
    const SHELVES: [&str; 6] = [
        "skills", "agents", "plugins", ".claude", ".agents", ".parac",
    ];
    let mut folders = pin.path.rsplit('/').filter(|part| !part.is_empty());
    let folder = folders.next().filter(|folder| !SHELVES.contains(folder));
    let folder = folder.map(|folder| folder.trim_end_matches(".md"));
    let is_github = pin.git.starts_with("https://github.com/");
    Hint {
        name: foreign::name(owner, folder.unwrap_or(repository)),
        author: is_github.then(|| owner.to_owned()),
        repository: pin.git.starts_with("https://").then(|| plain.to_owned()),
    }
}

/// A folder that is no package, made one; and what was changed or left out.
fn taken(typed: &str, entries: Vec<Entry>, hint: &Hint) -> Result<(Source, Vec<String>), CliError> {
    let Taken { entries, notes } = foreign::package(entries, hint)
        .map_err(|error| CliError::failed(format!("{typed:?} is no package: {error}")))?;
    Ok((install::source("package", &entries), notes))
}

fn made(
    source: &Source,
    typed: &str,
    written: String,
    pin: record::Source,
) -> Result<Pinned, CliError> {
    let no_package = |why: String| CliError::failed(format!("{typed:?} is no package: {why}"));
    let manifest = source
        .manifest
        .as_ref()
        .ok_or_else(|| no_package("it has no paracle.toml that can be read".to_owned()))?;
    let described = publish::describe(source, manifest, pin, "1970-01-01T00:00:00Z")
        .map_err(|refusal| no_package(refusal.to_string()))?;
    let is_archive = |blob: &&Vec<u8>| Digest::of(blob) == described.record.archive.digest;
    let gzip = described.blobs.iter().find(is_archive).cloned();
    let gzip = gzip.ok_or_else(|| no_package("it could not be packed".to_owned()))?;
    let contents = archive::read(&gzip, &Limits::default())
        .map_err(|refusal| no_package(refusal.to_string()))?;
    let package = wire::Package {
        format: wire::FORMAT,
        name: manifest.name.clone(),
        owners: Vec::new(),
        deprecated: None,
        replaced_by: None,
        releases: vec![Release {
            yanked: None,
            revoked: None,
            record: described.record,
        }],
        ratings: None,
    };
    Ok(Pinned {
        source: written,
        typed: typed.to_owned(),
        package,
        contents,
        gzip,
        notes: Vec::new(),
    })
}
