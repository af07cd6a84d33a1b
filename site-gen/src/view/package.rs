//! What the page of a package shows.

mod facts;
mod ruler;
mod uses;

use registry_index::{
    PackageName, Record, Registry,
    manifest::Variable,
    registry::{Package, Status},
};
use serde::Serialize;

use crate::{
    links, text,
    view::{
        Link, Row,
        files::{self, Files},
        label,
        ratings::RatingsView,
        row,
    },
};
use facts::Facts;
use uses::{Band, UseRow};

/// Everything on the page of a package.
#[derive(Debug, Serialize)]
pub(crate) struct PackageView {
    pub(crate) row: Row,
    pub(crate) notes: Vec<Note>,
    /// What installs it; absent for what cannot be installed.
    pub(crate) install: Option<Install>,
    pub(crate) archive: Option<Archive>,
    pub(crate) band: Band,
    /// Inert HTML; absent where its blob is.
    pub(crate) readme: Option<String>,
    pub(crate) readme_cut: bool,
    pub(crate) changelog: Option<String>,
    pub(crate) facts: Facts,
    pub(crate) files: Files,
    pub(crate) variables: Vec<Question>,
    pub(crate) uses: Vec<UseRow>,
    pub(crate) versions: Vec<Version>,
    pub(crate) dependencies: Vec<Dependency>,
    /// Packages about the same.
    pub(crate) similar: Vec<Row>,
    pub(crate) provenance: Provenance,
    /// Absent for drafts, and where nobody can rate.
    pub(crate) ratings: Option<RatingsView>,
}

/// Something that a reader must know before anything else.
#[derive(Debug, Serialize)]
pub(crate) struct Note {
    pub(crate) is_bad: bool,
    /// What happened, in a word or two.
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) link: Option<Link>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Install {
    pub(crate) command: String,
    /// `Adds 1 agent and 2 skills to`
    pub(crate) adds: String,
    /// `.parac/`
    pub(crate) place: &'static str,
}

/// The archive as it can be downloaded.
#[derive(Debug, Serialize)]
pub(crate) struct Archive {
    pub(crate) href: String,
    /// With scheme and host, where the site's own URL is known.
    pub(crate) url: Option<String>,
    pub(crate) file: String,
    pub(crate) bytes: String,
}

/// A question that it asks when it is installed.
#[derive(Debug, Serialize)]
pub(crate) struct Question {
    pub(crate) name: String,
    pub(crate) prompt: String,
    pub(crate) kind: &'static str,
    pub(crate) default: Option<String>,
    pub(crate) choices: Vec<String>,
    pub(crate) when: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Version {
    pub(crate) version: String,
    pub(crate) day: Option<text::Day>,
    pub(crate) size: String,
    /// The archive; absent where none is published.
    pub(crate) href: Option<String>,
    /// `yanked`, `revoked` or `draft`.
    pub(crate) state: Option<&'static str>,
    pub(crate) reason: Option<String>,
    pub(crate) source: Link,
    pub(crate) is_shown: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct Dependency {
    pub(crate) name: Link,
    pub(crate) range: String,
    pub(crate) optional: bool,
    /// Another registry, where it comes from one.
    pub(crate) registry: Option<Link>,
    pub(crate) summary: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Provenance {
    pub(crate) source: Link,
    pub(crate) rev: String,
    pub(crate) path: String,
    /// The content id in pieces of sixteen digits.
    pub(crate) content_id: Vec<String>,
    pub(crate) tar_bytes: String,
    pub(crate) forked_from: Option<Link>,
    pub(crate) licence: String,
    pub(crate) licence_text: bool,
}

/// What the page is made from.
pub(crate) struct Subject<'a> {
    pub(crate) registry: &'a Registry,
    /// The release or the draft that the page shows.
    pub(crate) record: &'a Record,
    /// The package, where it has been released.
    pub(crate) package: Option<&'a Package>,
    pub(crate) row: Row,
    /// Versions whose archive is published.
    pub(crate) downloads: &'a [semver::Version],
    /// The page of a draft of a newer version.
    pub(crate) newer_draft: Option<String>,
    pub(crate) base: Option<&'a links::Base>,
    /// The files of the archive, where it is at hand.
    pub(crate) entries: Option<&'a [archive::Entry]>,
}

impl PackageView {
    /// All but README and changelog, which need the rest to resolve their links.
    pub(crate) fn new(subject: &Subject<'_>) -> Self {
        let record = subject.record;
        let uses = label::uses(record);
        let files = files::files(record, subject.entries);
        let facts = Facts::new(subject);
        let install = subject.row.command.clone().map(|command| Install {
            command,
            adds: format!("Adds {} to", facts.installs),
            place: match record.manifest.kind {
                registry_index::Kind::Project => "your project",
                _ => ".parac/",
            },
        });
        Self {
            notes: notes(subject),
            install,
            archive: archive(subject),
            band: Band::new(&uses, record),
            readme: None,
            readme_cut: false,
            changelog: None,
            variables: record.manifest.variables.iter().map(question).collect(),
            uses: uses::rows(&uses, &files),
            versions: versions(subject),
            dependencies: dependencies(subject),
            similar: Vec::new(),
            provenance: provenance(subject),
            ratings: subject
                .package
                .filter(|_| subject.row.state != Some("draft"))
                .and_then(|package| RatingsView::of(package, &subject.registry.config)),
            row: subject.row.clone(),
            facts,
            files,
        }
    }
}

fn notes(subject: &Subject<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |is_bad, title: &str, text: &str, link| {
        notes.push(Note {
            is_bad,
            title: title.to_owned(),
            text: text::line(text, 400),
            link,
        });
    };
    if subject.row.state == Some("draft") {
        note(
            false,
            "Draft, not released.",
            "This is work in progress in the registry’s own sources: no client can install it yet, and it may still change.",
            None,
        );
    }
    if let Some(package) = subject
        .package
        .filter(|_| subject.row.state != Some("draft"))
    {
        match &package.latest().status {
            Status::Current => {}
            Status::Yanked(why) => note(false, "Yanked.", why, None),
            Status::Revoked(why) => note(true, "Revoked, do not use.", why, None),
        }
        if let Some(why) = &package.deprecated {
            let other = package.replaced_by.as_ref().map(|other| {
                let known = subject.registry.packages.contains_key(other);
                Link::inside(other.to_string(), known.then(|| links::package(other)))
            });
            note(false, "Deprecated.", why, other);
        }
    }
    if let Some(href) = &subject.newer_draft {
        let link = Link::inside("Look at the draft", Some(href.clone()));
        note(
            false,
            "In the making.",
            "The sources hold a draft of another version.",
            Some(link),
        );
    }
    notes
}

fn archive(subject: &Subject<'_>) -> Option<Archive> {
    let manifest = &subject.record.manifest;
    subject.row.command.as_ref()?;
    subject.downloads.contains(&manifest.version).then(|| {
        let href = download(&manifest.name, &manifest.version);
        Archive {
            url: subject.base.map(|base| base.absolute(&href)),
            file: format!("{}-{}.tar.gz", manifest.name.name(), manifest.version),
            bytes: text::number(subject.record.archive.length),
            href,
        }
    })
}

fn download(name: &PackageName, version: &semver::Version) -> String {
    registry_index::wire::Paths::default().archive(name, version)
}

fn question(variable: &Variable) -> Question {
    use registry_index::manifest::VariableKind as Kind;
    let kind = match variable.kind {
        Kind::String => "text",
        Kind::Int => "whole number",
        Kind::Bool => "yes or no",
        Kind::Choice => "one of",
        Kind::Multichoice => "any of",
        Kind::Secret => "name of a secret",
        Kind::Path => "path in the project",
    };
    let default = variable.default.as_ref().map(|value| match value.as_str() {
        Some(text) => text::line(text, 120),
        None => text::line(&value.to_string(), 120),
    });
    Question {
        name: text::line(&variable.name, 64),
        prompt: text::line(variable.prompt.as_deref().unwrap_or(&variable.name), 200),
        kind,
        default,
        choices: variable
            .choices
            .iter()
            .map(|choice| text::line(choice, 80))
            .collect(),
        when: variable.when.as_ref().map(|when| text::line(when, 200)),
    }
}

fn versions(subject: &Subject<'_>) -> Vec<Version> {
    let shown = &subject.record.manifest.version;
    let is_draft = subject.row.state == Some("draft");
    let mut versions = Vec::new();
    if is_draft {
        versions.push(version(subject.record, Some("draft"), None, None, true));
    }
    for release in subject.package.iter().flat_map(|package| &package.releases) {
        let (state, reason) = match &release.status {
            Status::Current => (None, None),
            Status::Yanked(why) => (Some("yanked"), Some(text::line(why, 400))),
            Status::Revoked(why) => (Some("revoked"), Some(text::line(why, 400))),
        };
        let name = &release.record.manifest.name;
        let has_archive = subject.downloads.contains(release.version());
        let href = has_archive.then(|| download(name, release.version()));
        let is_shown = !is_draft && release.version() == shown;
        versions.push(version(&release.record, state, reason, href, is_shown));
    }
    versions
}

fn version(
    record: &Record,
    state: Option<&'static str>,
    reason: Option<String>,
    href: Option<String>,
    is_shown: bool,
) -> Version {
    let rev = text::line(&record.source.rev, 40);
    Version {
        version: record.manifest.version.to_string(),
        day: text::day(&record.published).filter(|_| state != Some("draft")),
        size: text::size(record.archive.length),
        href,
        state,
        reason,
        source: Link::outside(rev.get(..7).unwrap_or(&rev), links::source(&record.source)),
        is_shown,
    }
}

fn dependencies(subject: &Subject<'_>) -> Vec<Dependency> {
    let dependencies = subject.record.manifest.dependencies.iter();
    dependencies
        .map(|(name, dependency)| {
            let here = match dependency.registry {
                None => subject.registry.packages.get(name),
                Some(_) => None,
            };
            Dependency {
                name: Link::inside(name.to_string(), here.map(|_| links::package(name))),
                range: dependency.version.to_string(),
                optional: dependency.optional,
                registry: dependency
                    .registry
                    .as_ref()
                    .map(|url| Link::outside(text::line(url, 200), links::outside(url))),
                summary: here.map(|p| text::line(&p.latest().record.manifest.summary, 200)),
            }
        })
        .collect()
}

fn provenance(subject: &Subject<'_>) -> Provenance {
    let record = subject.record;
    let id = record.archive.content_id.to_string();
    let forked_from = record.manifest.forked_from.as_ref().map(|fork| {
        let name = fork.split('@').next().unwrap_or_default();
        let known = name.parse::<PackageName>().ok();
        let known = known.filter(|name| subject.registry.packages.contains_key(name));
        Link::inside(
            text::line(fork, 160),
            known.map(|name| links::package(&name)),
        )
    });
    Provenance {
        source: Link::outside(
            text::line(&record.source.git, 200),
            links::source(&record.source),
        ),
        rev: text::line(&record.source.rev, 40),
        path: text::line(&record.source.path, 200),
        content_id: id
            .as_bytes()
            .chunks(16)
            .map(|c| String::from_utf8_lossy(c).into_owned())
            .collect(),
        tar_bytes: text::number(record.archive.tar_length),
        forked_from,
        licence: text::line(&record.manifest.license, 80),
        licence_text: record.files.iter().any(|file| file.path == "LICENSE"),
    }
}

/// The row of a release or a draft as its own page shows it.
pub(crate) fn row_of(package: Option<&Package>, record: &Record, address: String) -> Row {
    match package {
        Some(package) => row::Row::of(package),
        None => row::Row::of_draft(record, address),
    }
}
