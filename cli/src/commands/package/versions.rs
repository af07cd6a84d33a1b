//! `paracle template versions`.

use std::process::ExitCode;

use clap::Args;
use registry_index::wire::Release;
use semver::Version;
use serde::Serialize;

use super::{Asked, Family};
use crate::{
    context::Context,
    error::CliError,
    project::{reading::Reading, release::Finder, supply::Supply},
    ui::{one_line, table},
};

/// Say which releases a package has
///
/// Newest first: when each came, which Paracle it needs, which one is installed, and which were yanked
/// (not chosen any more) or revoked (refused everywhere), and why.
#[derive(Args, Debug)]
pub(crate) struct Versions {
    /// `namespace/name`, or a short name of `core` or of what is installed
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    name: String,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Serialize)]
struct Row<'a> {
    version: &'a Version,
    published: &'a str,
    paracle: Option<String>,
    yanked: Option<&'a str>,
    revoked: Option<&'a str>,
    installed: bool,
}

impl Versions {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = self.reading.opened(context)?;
        let supply = Supply::open(context, &self.asked.registries)?;
        let finder = Finder {
            opened: &opened,
            supply: &supply,
            family,
        };
        let (registry, package) = finder.package(&self.name)?;
        let there = opened.installed(&package.name);
        let there = there.filter(|there| there.registry == registry);
        let is_installed =
            |release: &Release| there.is_some_and(|there| there.version == *release.version());
        let rows = package.releases.iter().map(|release| Row {
            version: release.version(),
            published: &release.record.published,
            paracle: release
                .record
                .manifest
                .paracle
                .as_ref()
                .map(ToString::to_string),
            yanked: release.yanked.as_deref(),
            revoked: release.revoked.as_deref(),
            installed: is_installed(release),
        });
        let rows: Vec<Row<'_>> = rows.collect();
        if self.reading.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "name": package.name,
                "registry": registry,
                "releases": rows,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut lines = vec![["Version", "Released", "Paracle", ""].map(str::to_owned)];
        lines.extend(rows.iter().map(cells));
        for line in table::aligned(&lines) {
            context.ui.data(line)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn cells(row: &Row<'_>) -> [String; 4] {
    let marks = [
        row.installed.then(|| "installed".to_owned()),
        row.yanked.map(|why| format!("yanked: {why}")),
        row.revoked.map(|why| format!("REVOKED: {why}")),
    ];
    let marks: Vec<String> = marks.into_iter().flatten().collect();
    [
        row.version.to_string(),
        one_line(row.published.get(..10).unwrap_or("?")),
        one_line(row.paracle.as_deref().unwrap_or("any")),
        one_line(&marks.join(", ")),
    ]
}
