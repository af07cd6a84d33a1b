//! `paracle template list`.

use std::process::ExitCode;

use clap::Args;
use install::{Drift, Installed};
use registry_index::{Kind, PackageName};
use serde::Serialize;

use super::{Family, remove::orphans};
use crate::{
    context::Context,
    error::CliError,
    project::{Opened, reading::Reading, supply::Supply},
    ui::{counted, one_line, table},
};

/// Say what is installed
///
/// Every package of the project, templates and plugins: its version, its kind, where it comes from, why
/// it is there, and whether something of it is not as it was installed. Asks no registry.
#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    reading: Reading,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row<'a> {
    name: &'a PackageName,
    version: String,
    /// Absent where this machine does not have the release.
    kind: Option<Kind>,
    registry: &'a str,
    source: Option<&'a str>,
    why: Why,
    /// The range of packages.toml.
    asked: Option<&'a str>,
    drift: Vec<&'a Drift>,
}

/// Why a package is there.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Why {
    Asked,
    Needed,
    Orphan,
}

impl List {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = self.reading.opened(context)?;
        let supply = Supply::at_hand(context);
        let drifts = install::verify(&opened.project)?;
        let orphans = orphans(&opened);
        let rows: Vec<Row<'_>> = opened
            .lock
            .iter()
            .map(|there| row(there, &opened, &orphans, &drifts, &supply))
            .collect();
        if self.reading.json {
            context
                .ui
                .json(&serde_json::json!({ "format": 1, "packages": rows }))?;
            return Ok(ExitCode::SUCCESS);
        }
        if rows.is_empty() {
            let word = family.word();
            context.ui.did("Empty", "no package is installed here");
            context.ui.hint(&format!(
                "`paracle {word} search WORDS` finds some, `paracle {word} install NAME` installs one"
            ));
            return Ok(ExitCode::SUCCESS);
        }
        print(&rows, context)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn row<'a>(
    there: &'a Installed,
    opened: &'a Opened,
    orphans: &[PackageName],
    drifts: &'a [Drift],
    supply: &Supply<'_>,
) -> Row<'a> {
    let asked = opened
        .wanted
        .iter()
        .find(|wanted| wanted.name == there.name);
    let why = match asked {
        Some(_) => Why::Asked,
        None if orphans.contains(&there.name) => Why::Orphan,
        None => Why::Needed,
    };
    Row {
        name: &there.name,
        version: there.version.to_string(),
        kind: kind(there, supply),
        registry: &there.registry,
        source: there.source.as_deref(),
        why,
        asked: asked.map(|wanted| wanted.version.as_str()),
        drift: drifts
            .iter()
            .filter(|drift| drift.package == there.name)
            .collect(),
    }
}

/// What it mainly is, as far as this machine can tell.
fn kind(there: &Installed, supply: &Supply<'_>) -> Option<Kind> {
    if let Some((described, _)) = supply.cached(there) {
        return Some(described.manifest.kind);
    }
    let known = supply
        .hub()
        .package(&there.registry, &there.name)
        .ok()
        .flatten();
    known.map(|package| package.latest().record.manifest.kind)
}

fn print(rows: &[Row<'_>], context: &Context) -> Result<(), CliError> {
    let header = ["Package", "Version", "Kind", "Why", "From", ""].map(str::to_owned);
    let mut lines = vec![header];
    for row in rows {
        let why = match (row.why, row.asked) {
            (Why::Asked, range) => format!("asked for ({})", one_line(range.unwrap_or("*"))),
            (Why::Needed, _) => "needed".to_owned(),
            (Why::Orphan, _) => "nobody needs it".to_owned(),
        };
        let drift = match row.drift.len() {
            0 => String::new(),
            count => format!("DRIFTED ({})", counted(count, "place")),
        };
        lines.push([
            row.name.to_string(),
            row.version.clone(),
            row.kind.map_or("?", Kind::as_str).to_owned(),
            why,
            one_line(row.source.unwrap_or(row.registry)),
            drift,
        ]);
    }
    for line in table::aligned(&lines) {
        context.ui.data(line)?;
    }
    if rows.iter().any(|row| !row.drift.is_empty()) {
        context
            .ui
            .hint("`paracle template verify` says what drifted, `diff NAME` shows it");
    }
    Ok(())
}
