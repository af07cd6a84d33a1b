//! `paracle template files`.

use std::process::ExitCode;

use clap::Args;
use install::{Drift, Installed, What};
use registry_index::{
    component::{Destination, destination},
    wire::Release,
};
use serde::Serialize;

use super::{Asked, Family};
use crate::{
    context::Context,
    error::CliError,
    project::{
        Opened,
        reading::Reading,
        release::{Finder, Held, Named, Which, chosen},
        supply::Supply,
    },
    ui::{DIM, file_line, one_line, table},
};

/// Say which files a package brings
///
/// Of an installed package: what packages.lock has of it, and whether it is as it was installed. Of
/// another, or with a version: what its archive holds and where that goes.
#[derive(Args, Debug)]
pub(crate) struct Files {
    /// The package, and which release: `name`, `name@1.2.0`, `name@^1`
    #[arg(value_name = "NAME[@VERSION]", add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    name: String,
    /// Print the text of this file, as it was released; its path in the package or in the project
    #[arg(long, value_name = "PATH")]
    print: Option<String>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    asked: Asked,
}

/// One file or entry.
#[derive(Serialize)]
struct Row {
    path: String,
    /// The entry in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    /// Of an installed one: `ok`, or what became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// Of one in an archive: where it goes; absent where it stays in the package.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
}

impl Files {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let named = Named::parse(&self.name)?;
        let opened = self.reading.opened(context)?;
        let there = opened.find(&named.name).ok();
        if let (Which::Any, Some(there), None) = (&named.which, there, &self.print) {
            return self.show(
                there.name.as_str(),
                &there.version,
                installed(there, &opened)?,
                context,
            );
        }
        let supply = Supply::open(context, &self.asked.registries)?;
        let finder = Finder {
            opened: &opened,
            supply: &supply,
            family,
        };
        if let Some(path) = &self.print {
            return self.print(path, &finder.held(&named)?, context);
        }
        let (_, package) = finder.package(&named.name)?;
        let release = chosen(&package, &named.which)?;
        self.show(
            package.name.as_str(),
            release.version(),
            released(release),
            context,
        )
    }

    fn show(
        &self,
        name: &str,
        version: &semver::Version,
        rows: Vec<Row>,
        context: &Context,
    ) -> Result<ExitCode, CliError> {
        if self.reading.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "name": name,
                "version": version,
                "installed": rows.iter().any(|row| row.state.is_some()),
                "files": rows,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        let cells: Vec<[String; 3]> = rows.iter().map(cells).collect();
        for line in table::aligned(&cells) {
            context.ui.data(line)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn print(&self, path: &str, held: &Held, context: &Context) -> Result<ExitCode, CliError> {
        let name = held.name().name();
        let is_meant = |entry: &&archive::Entry| {
            entry.path == path
                || destination(name, &entry.path) == Destination::File(path.to_owned())
        };
        let Some(entry) = held.contents.entries.iter().find(is_meant) else {
            let (name, version) = (held.name(), held.version());
            return Err(
                CliError::failed(format!("{name} {version} has no file {path:?}")).hint(format!(
                    "`paracle template files {name}@{version}` says which it has"
                )),
            );
        };
        let text = std::str::from_utf8(&entry.bytes)
            .ok()
            .filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| CliError::failed(format!("{path:?} is no text")))?;
        if self.reading.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "name": held.name(),
                "version": held.version(),
                "path": entry.path,
                "text": text,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        for line in text.lines() {
            context.ui.data(file_line(line))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn cells(row: &Row) -> [String; 3] {
    let path = one_line(&row.path);
    let what = match &row.entry {
        Some(id) => format!("entry {} in {path}", one_line(id)),
        None => path,
    };
    match (row.state, row.length) {
        (Some(state), _) => [state.to_owned(), what, String::new()],
        (None, length) => {
            let size = format!("{} bytes", length.unwrap_or(0));
            let to = row.to.as_deref().map(one_line);
            let to = to.map_or_else(
                || "(stays in the package)".to_owned(),
                |to| format!("-> {to}"),
            );
            [what, format!("{DIM}{size}{DIM:#}"), to]
        }
    }
}

/// What the lock has of a package, and how it stands.
fn installed(there: &Installed, opened: &Opened) -> Result<Vec<Row>, CliError> {
    let mut drifts = install::verify(&opened.project)?;
    drifts.retain(|drift| drift.package == there.name);
    let state = |path: &str, entry: Option<&str>| {
        let mut drifts = drifts.iter();
        let drift = drifts.find(|drift| drift.path == path && drift.entry.as_deref() == entry);
        Some(drift.map_or("ok", |drift| super::drift_word(drift.what)))
    };
    let row = |path: &str, entry: Option<&str>| Row {
        path: path.to_owned(),
        entry: entry.map(str::to_owned),
        state: state(path, entry),
        to: None,
        length: None,
    };
    let mut rows: Vec<Row> = there
        .files
        .iter()
        .map(|file| row(&file.path, None))
        .collect();
    rows.extend(
        there
            .entries
            .iter()
            .map(|entry| row(&entry.file, Some(&entry.id))),
    );
    let extra = drifts
        .iter()
        .filter(|drift: &&Drift| drift.what == What::Extra);
    rows.extend(extra.map(|drift| row(&drift.path, None)));
    Ok(rows)
}

/// What a release's archive holds, and where it goes.
fn released(release: &Release) -> Vec<Row> {
    let record = &release.record;
    let name = record.manifest.name.name();
    let row = |file: &registry_index::record::FileEntry| Row {
        path: file.path.clone(),
        entry: None,
        state: None,
        to: match destination(name, &file.path) {
            Destination::File(to) => Some(to),
            Destination::Entry => Some("an entry in .parac/tools/mcp".to_owned()),
            _ => None,
        },
        length: Some(file.length),
    };
    record.files.iter().map(row).collect()
}
