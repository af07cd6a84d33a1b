//! One line of a list.

use registry_index::{
    Kind, Record,
    registry::{Package, Status},
};
use serde::Serialize;

use crate::{
    links, text,
    view::{
        KindView,
        label::{self, Label},
        ratings::Average,
    },
};

/// A package in a list. The only thing that is kept of all packages at once.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) namespace: String,
    /// The part behind the slash.
    pub(crate) short: String,
    pub(crate) href: String,
    pub(crate) kind: KindView,
    pub(crate) summary: String,
    pub(crate) version: String,
    pub(crate) licence: String,
    pub(crate) day: Option<text::Day>,
    pub(crate) label: Label,
    pub(crate) cost: Cost,
    /// Absent where too few have rated it.
    pub(crate) average: Option<Average>,
    /// What installs it; `None` where nothing does.
    pub(crate) command: Option<String>,
    /// `draft`, `deprecated`, `yanked`, `revoked`, or nothing to say.
    pub(crate) state: Option<&'static str>,
    /// When it was taken, for sorting; empty for drafts.
    #[serde(skip)]
    pub(crate) published: String,
    /// When the first release was taken.
    #[serde(skip)]
    pub(crate) first_published: String,
    #[serde(skip)]
    pub(crate) categories: Vec<String>,
    #[serde(skip)]
    pub(crate) keywords: Vec<String>,
    #[serde(skip)]
    pub(crate) authors: Vec<String>,
}

/// Context cost as a row shows it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cost {
    pub(crate) always: String,
    /// Absent where nothing is loaded on demand.
    pub(crate) on_demand: Option<String>,
}

impl Row {
    /// The line of a released package.
    pub(crate) fn of(package: &Package) -> Self {
        let release = package.latest();
        let mut row = Self::new(&release.record, links::package(&package.name));
        row.state = match (&release.status, &package.deprecated) {
            (Status::Revoked(_), _) => Some("revoked"),
            (Status::Yanked(_), _) => Some("yanked"),
            (Status::Current, Some(_)) => Some("deprecated"),
            (Status::Current, None) => None,
        };
        row.command = match release.status {
            Status::Current => Some(install_command(&release.record)),
            _ => None,
        };
        row.average = Average::of(package);
        row.published.clone_from(&release.record.published);
        row.day = text::day(&row.published);
        let times = package.releases.iter().map(|r| &r.record.published);
        row.first_published = times.min().cloned().unwrap_or_default();
        row
    }

    /// The line of a draft whose page is at `href`.
    pub(crate) fn of_draft(record: &Record, href: String) -> Self {
        let mut row = Self::new(record, href);
        row.state = Some("draft");
        row
    }

    fn new(record: &Record, href: String) -> Self {
        let manifest = &record.manifest;
        let cleaned = |texts: &[String]| texts.iter().map(|t| text::line(t, 80)).collect();
        Self {
            name: manifest.name.to_string(),
            namespace: manifest.name.namespace().to_owned(),
            short: manifest.name.name().to_owned(),
            href,
            kind: manifest.kind.into(),
            summary: text::line(&manifest.summary, 200),
            version: manifest.version.to_string(),
            licence: text::line(&manifest.license, 80),
            day: None,
            label: label::label(&label::uses(record)),
            cost: Cost {
                always: text::tokens(record.cost.always),
                on_demand: (record.cost.on_demand > 0).then(|| text::tokens(record.cost.on_demand)),
            },
            average: None,
            command: None,
            state: None,
            published: String::new(),
            first_published: String::new(),
            categories: cleaned(&manifest.categories),
            keywords: cleaned(&manifest.keywords),
            authors: cleaned(&manifest.authors),
        }
    }
}

/// What a person types to install it.
pub(crate) fn install_command(record: &Record) -> String {
    let manifest = &record.manifest;
    format!("{} {}", install_verb(manifest.kind), manifest.name)
}

/// What stands in front of the name there.
pub(crate) fn install_verb(kind: Kind) -> String {
    let noun = match kind.is_template() {
        true => "template",
        false => "plugin",
    };
    format!("paracle {noun} install")
}
