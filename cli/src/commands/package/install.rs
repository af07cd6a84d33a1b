//! `paracle template install`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use client::{Found, Hub};
use install::{Chosen, Project};
use registry_index::wire::Release;
use semver::VersionReq;
use serde::Serialize;

use super::{Asked, Family, look_up};
use crate::{
    context::Context,
    error::{CliError, Kind},
};

/// Install packages into a project
///
/// Shows every file before it is written and refuses to overwrite what is there. A terminal asks; where
/// nobody can be asked the plan is printed and carried out, so look at it first with --dry-run. What was
/// asked for is kept in packages.toml, what was installed in packages.lock.
#[derive(Args, Debug)]
pub(crate) struct Install {
    /// `namespace/name`, a short name of `core`, or either with `@` and a version range
    #[arg(value_name = "NAME", required = true, add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    names: Vec<String>,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    /// Agree to the plan without being asked
    #[arg(long, short)]
    yes: bool,
    /// Show the plan and stop
    #[arg(long)]
    dry_run: bool,
    /// Print the plan, or the receipt, as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    asked: Asked,
}

/// A plan or a receipt and the version of its shape.
#[derive(Serialize)]
struct Versioned<'a, T> {
    format: u32,
    #[serde(flatten)]
    data: &'a T,
}

impl Install {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let hub = context.hub(&self.asked.registries)?;
        let mut names = self.names.clone();
        names.sort();
        names.dedup();
        let chosen = names
            .iter()
            .map(|text| choose(&hub, text, family, context))
            .collect::<Result<Vec<_>, CliError>>()?;
        let (project, _empty) = self.project(context)?;
        let plan = install::plan(&project, chosen)?;
        if self.dry_run && self.json {
            context.ui.json(&Versioned {
                format: 1,
                data: &plan,
            })?;
        }
        if !self.json {
            context.ui.data(crate::ui::plan::text(&plan).trim_end())?;
        }
        let conflicts = plan.conflicts();
        if !conflicts.is_empty() {
            let error =
                CliError::failed("nothing was written: the plan conflicts with what is there");
            let tell = |error: CliError, conflict: &install::Conflict| {
                error.hint(format!(
                    "{}: {}; {}",
                    conflict.path, conflict.why, conflict.hint
                ))
            };
            return Err(conflicts.iter().fold(error, tell));
        }
        if self.dry_run {
            return Ok(ExitCode::SUCCESS);
        }
        self.agree(context)?;
        let names: Vec<_> = plan
            .packages
            .iter()
            .map(|p| format!("{} {}", p.name, p.version))
            .collect();
        let receipt = plan.apply()?;
        if self.json {
            context.ui.json(&Versioned {
                format: 1,
                data: &receipt,
            })?;
        }
        for package in names {
            context.ui.did("Installed", package);
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The project, whose folder is made where it is missing. A dry run makes nothing: it plans for an
    /// empty folder of its own.
    fn project(&self, context: &Context) -> Result<(Project, Option<tempfile::TempDir>), CliError> {
        let folder = context.here.join(&self.into);
        if folder.exists() {
            return Ok((Project::open(&folder)?, None));
        }
        if self.dry_run {
            let empty = tempfile::tempdir()?;
            return Ok((Project::open(empty.path())?, Some(empty)));
        }
        std::fs::create_dir_all(&folder).map_err(|error| {
            CliError::failed(format!("cannot make {}: {error}", folder.display()))
        })?;
        Ok((Project::open(&folder)?, None))
    }

    fn agree(&self, context: &Context) -> Result<(), CliError> {
        match self.yes || context.ui.confirm("Install this?").unwrap_or(true) {
            true => Ok(()),
            false => Err(CliError::new(Kind::NotAllowed, "not installed")),
        }
    }
}

/// Looks up `name[@range]`, chooses the newest release that fits and fetches it.
fn choose(hub: &Hub, text: &str, family: Family, context: &Context) -> Result<Chosen, CliError> {
    let (name, range) = match text.split_once('@') {
        Some((name, range)) => (name, Some(range)),
        None => (text, None),
    };
    let found = look_up(hub, name, family)?;
    if let Some(old) = &found.renamed_from {
        context
            .ui
            .warn(&format!("{old} was renamed to {}", found.package.name));
    }
    if let Some(why) = &found.package.deprecated {
        let instead = found
            .package
            .replaced_by
            .as_ref()
            .map(|name| format!("; use {name}"));
        context.ui.warn(&format!(
            "{} is deprecated: {why}{}",
            found.package.name,
            instead.unwrap_or_default()
        ));
    }
    let (requested, release) = pick(&found, range)?;
    let source = hub
        .registry(&found.registry)
        .ok_or_else(|| CliError::failed("the registry is gone"))?;
    let gzip = source.archive(&release)?;
    let contents = archive::read(&gzip, &archive::Limits::default()).map_err(|refusal| {
        CliError::failed(format!(
            "the archive of {} is refused: {refusal}",
            found.package.name
        ))
        .hint("the registry serves something it never packed; tell its owner")
    })?;
    if contents.content_id.0 != release.record.archive.content_id.bytes() {
        return Err(CliError::failed(format!(
            "the archive of {} has another content id than its record",
            found.package.name
        )));
    }
    Ok(Chosen {
        registry: found.url,
        release,
        requested,
        contents,
    })
}

/// The newest current release that fits, and the range that packages.toml remembers.
fn pick(found: &Found, range: Option<&str>) -> Result<(String, Release), CliError> {
    let name = &found.package.name;
    let Some(text) = range else {
        let latest = found.package.latest();
        if !latest.is_current() {
            return Err(withdrawn(found, latest));
        }
        return Ok((format!("^{}", latest.version()), latest.clone()));
    };
    let wanted = VersionReq::parse(text)
        .map_err(|error| CliError::usage(format!("{text:?} is not a version range: {error}")))?;
    let fitting = found
        .package
        .releases
        .iter()
        .find(|r| r.is_current() && wanted.matches(r.version()));
    match fitting {
        Some(release) => Ok((text.to_owned(), release.clone())),
        None => {
            let versions: Vec<_> = found
                .package
                .releases
                .iter()
                .map(|r| r.version().to_string())
                .collect();
            Err(
                CliError::failed(format!("no version of {name} fits {text:?}"))
                    .hint(format!("there are {}", versions.join(", "))),
            )
        }
    }
}

fn withdrawn(found: &Found, release: &Release) -> CliError {
    let why = release.revoked.as_ref().or(release.yanked.as_ref());
    CliError::failed(format!(
        "every version of {} was withdrawn: {}",
        found.package.name,
        why.map_or("", String::as_str)
    ))
}
