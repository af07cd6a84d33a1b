//! The release job: packs from the git tree at HEAD, never from a checkout; writes blobs, then records.

use std::path::Path;

use registry_index::{
    Finding, Layout, PackageName, Place, Record, Selection, Severity, Source,
    artifact::{self, Existing},
    blobs::FolderBlobs,
    load, record,
};
use semver::Version;

use crate::{Check, PublishError, check, describe, error::io_error};

/// What is released, and with what.
pub struct Release<'a> {
    /// The registry's folder or one below it.
    pub folder: &'a Path,
    /// Full names; none for every package that has something new.
    pub names: &'a [String],
    /// When: RFC 3339, UTC, whole seconds.
    pub published: &'a str,
    /// Where blobs go.
    pub store: &'a FolderBlobs,
    /// Parses contributed templates.
    pub renderer: &'a render::Renderer,
}

/// What became of one package.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Its record is written; the record's path from the registry's root.
    Released(PackageName, Version, String),
    /// This version is in the index already, with the same content.
    Unchanged(PackageName, Version),
    /// This version is in the index already, with other content: it needs a new version.
    NeedsVersion(PackageName, Version),
    /// The git tree at HEAD does not have it as it stands in the folder.
    NotCommitted(String),
    /// It has errors.
    Refused(String, Vec<Finding>),
}

/// Releases. One package that cannot be released does not stop the others.
pub fn release(request: &Release<'_>) -> Result<Vec<Outcome>, PublishError> {
    let layout = Layout::find(request.folder)?;
    let loaded = load::load(&layout, &Selection::All)?;
    let config = check::config(&loaded)?;
    let repository = git::Repository::open(layout.root())?;
    if repository.root().canonicalize().ok() != layout.root().canonicalize().ok() {
        return Err(PublishError::NotAtRoot(layout.root().to_owned()));
    }
    let job = Job {
        request,
        layout: &layout,
        head: repository.head()?,
        url: config.repository.ok_or(PublishError::NoRepository)?,
        repository: &repository,
    };
    let sources = named(&loaded.sources, request.names)?;
    let record_of = |name: &PackageName, version: &Version| {
        let entry = loaded.entries.iter().find(|entry| entry.name == *name)?;
        entry.records.get(version).map(|written| &written.value)
    };
    let mut outcomes = Vec::new();
    let mut fresh = Vec::new();
    for source in sources {
        match job.at_head(source)? {
            None => outcomes.push(Outcome::NotCommitted(source.label())),
            Some(tree) => match tree.manifest.as_ref() {
                Some(manifest) => match record_of(&manifest.name, &manifest.version) {
                    Some(known) => outcomes.push(judge(&tree, known)),
                    None => fresh.push(tree),
                },
                None => fresh.push(tree),
            },
        }
    }
    outcomes.extend(job.release(fresh)?);
    Ok(outcomes)
}

fn named<'a>(sources: &'a [Source], names: &[String]) -> Result<Vec<&'a Source>, PublishError> {
    if names.is_empty() {
        return Ok(sources.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            let found = sources.iter().find(|source| source.label() == *name);
            found.ok_or_else(|| PublishError::UnknownPackage(name.clone()))
        })
        .collect()
}

/// What to say of a version that is in the index already.
fn judge(tree: &Source, known: &Record) -> Outcome {
    let (name, version) = (known.manifest.name.clone(), known.manifest.version.clone());
    let same = client::filling::pack(tree)
        .is_ok_and(|p| p.content_id.0 == known.archive.content_id.bytes());
    match same {
        true => Outcome::Unchanged(name, version),
        false => Outcome::NeedsVersion(name, version),
    }
}

struct Job<'a> {
    request: &'a Release<'a>,
    layout: &'a Layout,
    repository: &'a git::Repository,
    head: git::Commit,
    url: String,
}

impl Job<'_> {
    /// The package as the tree at HEAD has it; `None` where the folder has something else.
    fn at_head(&self, source: &Source) -> Result<Option<Source>, PublishError> {
        let tree = client::filling::source_at(self.repository, &self.head, &source.folder)?;
        let same = tree.files.len() == source.files.len()
            && tree
                .files
                .iter()
                .zip(&source.files)
                .all(|(a, b)| a.path == b.path && a.bytes == b.bytes);
        Ok(same.then_some(tree))
    }

    fn release(&self, fresh: Vec<Source>) -> Result<Vec<Outcome>, PublishError> {
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = fresh.iter().map(Source::label).collect();
        let checked = check(&Check {
            folder: self.layout.root(),
            base: None,
            only: &names,
            blobs: self.request.store,
            renderer: self.request.renderer,
        })?;
        let mut outcomes = Vec::new();
        for tree in fresh {
            let label = tree.label();
            let errors: Vec<Finding> = checked
                .findings
                .iter()
                .filter(|f| f.severity == Severity::Error && f.package.as_ref() == Some(&label))
                .cloned()
                .collect();
            outcomes.push(match errors.is_empty() {
                true => self.write(&tree)?,
                false => Outcome::Refused(label, errors),
            });
        }
        Ok(outcomes)
    }

    /// Blobs first, so that no record ever names what is not there.
    fn write(&self, tree: &Source) -> Result<Outcome, PublishError> {
        let refused = |message: String, help: &str| {
            let finding = Finding {
                place: Place::file(tree.path("paracle.toml")),
                severity: Severity::Error,
                rule: "archive-form",
                package: Some(tree.label()),
                message,
                help: help.to_owned(),
            };
            Ok(Outcome::Refused(tree.label(), vec![finding]))
        };
        let Some(manifest) = &tree.manifest else {
            return refused(
                "paracle.toml means nothing".into(),
                "`paracle registry check` says why",
            );
        };
        let pin = record::Source {
            git: self.url.clone(),
            rev: self.head.to_string(),
            path: tree.folder.clone(),
        };
        let described = match describe(tree, manifest, pin, self.request.published) {
            Ok(described) => described,
            Err(refusal) => return refused(refusal.to_string(), refusal.hint()),
        };
        for blob in &described.blobs {
            self.request
                .store
                .write(blob)
                .map_err(io_error(self.request.store.folder()))?;
        }
        let path = Layout::record(&manifest.name, &manifest.version);
        let text = toml::to_string(&described.record)
            .map_err(|error| io_error(Path::new(&path))(std::io::Error::other(error)))?;
        let full = self.layout.root().join(&path);
        artifact::write_file(&full, text.as_bytes(), Existing::Keep).map_err(io_error(&full))?;
        Ok(Outcome::Released(
            manifest.name.clone(),
            manifest.version.clone(),
            path,
        ))
    }
}
