//! `paracle template outdated`.

use std::{collections::BTreeSet, path::PathBuf, process::ExitCode};

use clap::Args;
use install::{Installed, Missing, OnConflict, resolve::Registries as _};
use registry_index::PackageName;
use serde::Serialize;

use super::{Asked, Family};
use crate::{
    context::Context,
    error::CliError,
    project::{
        Absent, Opened,
        goal::{Desk, How},
        supply::Supply,
    },
    ui::table,
};

/// Say which installed packages have newer releases
///
/// `update` goes to what fits the ranges of packages.toml; a newer one needs another range.
#[derive(Args, Debug)]
pub(crate) struct Outdated {
    /// Count releases younger than 72 hours as well
    #[arg(long)]
    now: bool,
    /// Count prereleases as well
    #[arg(long)]
    pre: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Serialize)]
struct Row {
    name: PackageName,
    installed: String,
    /// What `update` would go to.
    update: String,
    /// The newest there is; absent where its registry cannot be asked.
    newest: Option<String>,
    /// Whether the installed release was withdrawn, and why.
    withdrawn: Option<String>,
}

impl Outdated {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = Opened::at(context, &self.into, Absent::Refuse)?;
        let supply = Supply::open(context, &self.asked.registries)?;
        let desk = Desk {
            context,
            opened: &opened,
            supply: &supply,
            given: install::variables::Given::default(),
            on_conflict: OnConflict::default(),
            missing: Missing::default(),
        };
        let freed: BTreeSet<PackageName> = opened.lock.iter().map(|t| t.name.clone()).collect();
        let how = How {
            not_after: How::not_after(context, self.now)?,
            prereleases: self.pre,
            paracle: context.framework(&opened.project),
            ..How::default()
        };
        let resolution = desk.resolve(Vec::new(), &freed, how)?;
        let mut rows = Vec::new();
        for there in &opened.lock {
            let mut packages = resolution.packages.iter();
            let fitting = packages.find(|one| *one.name() == there.name);
            let update = fitting
                .map_or(&there.version, |one| one.version())
                .to_string();
            let row = row(there, update, &supply);
            let is_old = |version: &String| *version != row.installed;
            let is_outdated = is_old(&row.update) || row.newest.as_ref().is_some_and(is_old);
            if is_outdated || row.withdrawn.is_some() {
                rows.push(row);
            }
        }
        if self.json {
            context
                .ui
                .json(&serde_json::json!({ "format": 1, "outdated": rows }))?;
            return Ok(ExitCode::SUCCESS);
        }
        if rows.is_empty() {
            context
                .ui
                .did("Current", "every package is as new as it gets");
            return Ok(ExitCode::SUCCESS);
        }
        print(&rows, context)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn row(there: &Installed, update: String, supply: &Supply<'_>) -> Row {
    let package = supply.package(&there.registry, &there.name).ok().flatten();
    let newest = package
        .as_ref()
        .map(|package| package.latest().version().to_string());
    let release = package
        .as_ref()
        .and_then(|package| package.release(&there.version));
    let withdrawn = release
        .and_then(|r| r.revoked.as_ref().or(r.yanked.as_ref()))
        .cloned();
    Row {
        name: there.name.clone(),
        installed: there.version.to_string(),
        update,
        newest,
        withdrawn,
    }
}

fn print(rows: &[Row], context: &Context) -> Result<(), CliError> {
    let header = ["Package", "Installed", "Update", "Newest", ""].map(str::to_owned);
    let mut lines = vec![header];
    for row in rows {
        let withdrawn = row
            .withdrawn
            .as_ref()
            .map(|why| format!("withdrawn: {why}"));
        lines.push([
            row.name.to_string(),
            row.installed.clone(),
            row.update.clone(),
            row.newest.clone().unwrap_or_else(|| "?".to_owned()),
            withdrawn.unwrap_or_default(),
        ]);
    }
    for line in table::aligned(&lines) {
        context.ui.data(line)?;
    }
    Ok(())
}
