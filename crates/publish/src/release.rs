//! The release job: packs from the git tree at HEAD, never from a checkout, and from the commits that
//! authors ask for; writes blobs, then records.
//!
//! ```text
//! head       what git has at HEAD, read once   -> each source as it is there, and whether it is as it stands
//! requested  request.toml                      -> the source at the pinned commit, or findings
//! judged     every rule over what is new       -> findings by package
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use git::UrlPolicy;
use rayon::prelude::*;
use registry_index::{
    Finding, Layout, PackageName, Place, Record, Selection, Severity, Source,
    artifact::{self, Existing},
    blobs::FolderBlobs,
    load::{self, Loaded},
    record,
};
use semver::Version;

use crate::{PublishError, check, describe, error::io_error};

mod head;
mod judged;
mod requested;

use head::Head;

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
    /// How authors' repositories are reached. Where it is offline, what they ask for waits.
    pub world: &'a client::World,
    /// Which of their URLs are asked; the hosts are those of `registry.toml`.
    pub policy: UrlPolicy,
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
    /// Its author asks for it, and the network is not to be used.
    Waits(PackageName, Version),
}

/// Something that is not in the index yet.
struct Fresh {
    source: Source,
    pin: record::Source,
    /// Where it was asked for, where its author keeps it.
    request: Option<Place>,
}

/// Releases. One package that cannot be released does not stop the others.
pub fn release(request: &Release<'_>) -> Result<Vec<Outcome>, PublishError> {
    let layout = Layout::find(request.folder)?;
    let mut loaded = load::load(&layout, &Selection::All)?;
    let config = check::config(&loaded)?;
    let repository = git::Repository::open(layout.root())?;
    if repository.root().canonicalize().ok() != layout.root().canonicalize().ok() {
        return Err(PublishError::NotAtRoot(layout.root().to_owned()));
    }
    let url = config
        .repository
        .clone()
        .ok_or(PublishError::NoRepository)?;
    let wanted = Wanted::of(&loaded, request.names)?;
    let head = Head::read(&repository)?;
    let (mut outcomes, mut fresh) = of_sources(&mut loaded, &wanted, &head, &url);
    let policy = UrlPolicy {
        hosts: config.hosts.clone(),
        ..request.policy.clone()
    };
    for entry in &loaded.entries {
        if wanted.has(entry.name.as_str())
            && let Some(version) = entry.requested()
        {
            match requested::fetch(entry, &version, request.world, &policy)? {
                requested::Fetched::Fresh(one) => fresh.push(*one),
                requested::Fetched::Other(outcome) => outcomes.push(outcome),
            }
        }
    }
    let findings = judged::errors(&mut fresh, loaded, &config, request);
    let job = Job {
        request,
        layout: &layout,
    };
    let released: Vec<Outcome> = fresh
        .par_iter()
        .zip(findings)
        .map(|(one, errors)| match errors.is_empty() {
            true => job.write(one),
            false => Ok(Outcome::Refused(one.source.label(), errors)),
        })
        .collect::<Result<_, _>>()?;
    outcomes.extend(released);
    Ok(outcomes)
}

/// The names that were given; all where none was.
struct Wanted<'a>(BTreeSet<&'a str>);

impl<'a> Wanted<'a> {
    fn of(loaded: &Loaded, names: &'a [String]) -> Result<Self, PublishError> {
        let wanted: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let mut unknown = wanted.clone();
        if !unknown.is_empty() {
            for source in &loaded.sources {
                unknown.remove(source.label().as_str());
            }
            let entries = loaded.entries.iter();
            for entry in entries.filter(|entry| entry.request.is_some()) {
                unknown.remove(entry.name.as_str());
            }
        }
        match unknown.first() {
            Some(name) => Err(PublishError::UnknownPackage((*name).to_owned())),
            None => Ok(Self(wanted)),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.contains(name)
    }
}

/// Takes the sources that are new out of `loaded`, as HEAD has them; says what there is to say of the others.
fn of_sources(
    loaded: &mut Loaded,
    wanted: &Wanted<'_>,
    head: &Head,
    url: &str,
) -> (Vec<Outcome>, Vec<Fresh>) {
    let records: BTreeMap<&PackageName, &BTreeMap<Version, _>> = loaded
        .entries
        .iter()
        .map(|entry| (&entry.name, &entry.records))
        .collect();
    let judge = |source: &Source| -> Result<Option<Outcome>, ()> {
        if !wanted.has(&source.label()) {
            return Ok(None);
        }
        let Some(tree) = head.of(source) else {
            return Ok(Some(Outcome::NotCommitted(source.label())));
        };
        let record = source.manifest.as_ref().and_then(|manifest| {
            let of_package = records.get(&manifest.name)?;
            of_package.get(&manifest.version)
        });
        match record {
            Some(known) => Ok(Some(verdict(&tree, &known.value))),
            None => Err(()),
        }
    };
    let judged: Vec<Result<Option<Outcome>, ()>> = loaded.sources.par_iter().map(judge).collect();
    let (mut outcomes, mut fresh) = (Vec::new(), Vec::new());
    let mut others = Vec::new();
    for (source, judged) in std::mem::take(&mut loaded.sources).into_iter().zip(judged) {
        match judged {
            Err(()) => fresh.push(Fresh {
                pin: record::Source {
                    git: url.to_owned(),
                    rev: head.commit.to_string(),
                    path: source.folder.clone(),
                },
                source: head.of(&source).unwrap_or(source),
                request: None,
            }),
            Ok(outcome) => {
                outcomes.extend(outcome);
                others.push(source);
            }
        }
    }
    loaded.sources = others;
    (outcomes, fresh)
}

/// What to say of a version that is in the index already. An archive has one form: the same paths, modes
/// and bytes are the same archive.
fn verdict(tree: &Source, known: &Record) -> Outcome {
    let (name, version) = (known.manifest.name.clone(), known.manifest.version.clone());
    match describe::files(tree) == known.files {
        true => Outcome::Unchanged(name, version),
        false => Outcome::NeedsVersion(name, version),
    }
}

struct Job<'a> {
    request: &'a Release<'a>,
    layout: &'a Layout,
}

impl Job<'_> {
    /// Blobs first, so that no record ever names what is not there.
    fn write(&self, fresh: &Fresh) -> Result<Outcome, PublishError> {
        let tree = &fresh.source;
        let refused = |message: String, help: &str| {
            let place = fresh.request.clone();
            let finding = Finding {
                place: place.unwrap_or_else(|| Place::file(tree.path("paracle.toml"))),
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
        let pin = fresh.pin.clone();
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
