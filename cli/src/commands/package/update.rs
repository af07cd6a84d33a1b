//! `paracle template update`.

use std::{collections::BTreeSet, path::PathBuf, process::ExitCode};

use clap::Args;
use install::{
    Ask, Missing, Plan, Status, Wanted,
    resolve::{Resolution, Resolved, Want},
};
use registry_index::PackageName;
use semver::{Version, VersionReq};

use super::{Asked, Family, install::Settling};
use crate::{
    context::Context,
    error::CliError,
    project::{
        Absent, Opened,
        agreement::Agreement,
        carrying::carry_out,
        goal::{Answering, Desk, How, place},
        supply::Supply,
    },
};

/// Update installed packages within the ranges of packages.toml
///
/// Your edits are kept: what you changed and what the release changed come together line by line. What
/// the new release uses and the old one did not has to be accepted. Releases younger than three days are
/// passed over unless --now is given.
#[derive(Args, Debug)]
pub(crate) struct Update {
    /// Update these only
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCompleter::new(super::complete_installed))]
    names: Vec<String>,
    /// Update the one package that is named to this version, whatever its range
    #[arg(long, value_name = "VERSION")]
    to: Option<Version>,
    /// Take releases younger than 72 hours as well
    #[arg(long)]
    now: bool,
    /// Change nothing; exit with 1 where something is outdated, or differs from what was installed
    #[arg(long)]
    check: bool,
    /// Take prereleases as well
    #[arg(long)]
    pre: bool,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    #[command(flatten)]
    settling: Settling,
    #[command(flatten)]
    answering: Answering,
    #[command(flatten)]
    agreement: Agreement,
    #[command(flatten)]
    asked: Asked,
}

impl Update {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = Opened::at(context, &self.into, Absent::Refuse)?;
        let freed = self.freed(&opened)?;
        let supply = Supply::open(context, &self.asked.registries)?;
        let desk = Desk {
            context,
            opened: &opened,
            supply: &supply,
            given: self.answering.given(context, &opened)?,
            on_conflict: self.settling.on_conflict(),
            missing: Missing::LeftOut,
        };
        let resolution = self.resolved(&desk, &freed)?;
        let chosen = self.chosen(&resolution, &opened, &freed);
        if self.check {
            let outdated = chosen.iter().map(|one| {
                let there = opened
                    .installed(one.name())
                    .map(|there| there.version.to_string());
                format!(
                    "{} {} -> {}",
                    one.name(),
                    there.unwrap_or_default(),
                    one.version()
                )
            });
            return checked(outdated.collect(), &opened, self.agreement.json, context);
        }
        let title = match self.names.is_empty() {
            true => "update".to_owned(),
            false => format!("update {}", self.names.join(" ")),
        };
        let mut goal = desk.goal(&chosen, title)?;
        goal.asks = self.asks(&desk, &goal.put);
        let plan = install::plan(&opened.project, goal)?;
        let names: Vec<String> = plan.packages.iter().map(told).collect();
        let secrets = super::secrets(&plan);
        let marked = marked(&plan);
        if carry_out(plan, "Update this?", &self.agreement, context)?.is_some() {
            names
                .iter()
                .for_each(|name| context.ui.did("Updated", name));
            let hints = secrets.iter().chain(&marked);
            hints.for_each(|line| context.ui.hint(line));
            super::tell_orphans(context, &self.into)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What is another release than the installed one, or is to be asked about anew.
    fn chosen<'a>(
        &self,
        resolution: &'a Resolution,
        opened: &Opened,
        freed: &BTreeSet<PackageName>,
    ) -> Vec<&'a Resolved> {
        let is_asked_anew = !self.answering.set.is_empty() || self.answering.answers.is_some();
        let is_meant = |one: &&Resolved| {
            let content_id = one.release.record.archive.content_id;
            let there = opened.installed(one.name());
            let is_there = there.is_some_and(|there| {
                there.version == *one.version() && there.content_id == content_id
            });
            !is_there || is_asked_anew && freed.contains(one.name())
        };
        resolution.packages.iter().filter(is_meant).collect()
    }

    /// The packages that need not stay at the locked version.
    fn freed(&self, opened: &Opened) -> Result<BTreeSet<PackageName>, CliError> {
        if self.to.is_some() && self.names.len() != 1 {
            return Err(CliError::usage(
                "--to takes the version of one package: name it",
            ));
        }
        if self.names.is_empty() {
            return Ok(opened.lock.iter().map(|there| there.name.clone()).collect());
        }
        let names = self.names.iter();
        names
            .map(|name| opened.find(name).map(|there| there.name.clone()))
            .collect()
    }

    fn resolved(
        &self,
        desk: &Desk<'_>,
        freed: &BTreeSet<PackageName>,
    ) -> Result<Resolution, CliError> {
        let mut wants = Vec::new();
        if let Some(version) = &self.to {
            let exact = format!("={version}");
            for there in desk.opened.lock.iter().filter(|t| freed.contains(&t.name)) {
                wants.push(Want {
                    name: there.name.clone(),
                    registry: place(there),
                    range: VersionReq::parse(&exact)
                        .map_err(|error| CliError::usage(error.to_string()))?,
                });
            }
        }
        let how = How {
            not_after: How::not_after(desk.context, self.now || self.to.is_some())?,
            paracle: desk.context.framework(&desk.opened.project),
            prereleases: self.pre,
            replaced: if self.to.is_some() {
                freed.clone()
            } else {
                BTreeSet::new()
            },
            ..How::default()
        };
        desk.resolve(wants, freed, how)
    }

    /// `packages.toml` changes where a version was asked for, or an answer is another.
    fn asks(&self, desk: &Desk<'_>, put: &[install::Package]) -> Vec<Ask> {
        let wanted = &desk.opened.wanted;
        let is_wanted = |package: &&install::Package| {
            wanted
                .iter()
                .any(|wanted: &Wanted| wanted.name == *package.name())
        };
        let put = put.iter().filter(is_wanted);
        put.map(|package| desk.ask_for(package, None, &[]))
            .collect()
    }
}

/// Where markers are to be settled by a person: a line for each file.
fn marked(plan: &Plan) -> Vec<String> {
    let files = plan.packages.iter().flat_map(|package| &package.files);
    let marked = files.filter(|file| file.status == Status::Marked);
    marked
        .map(|file| format!("settle the lines between markers in {}", file.path))
        .collect()
}

fn told(package: &install::PackagePlan) -> String {
    match &package.replaces {
        Some(old) => format!("{} {old} -> {}", package.name, package.version),
        None => format!("{} {}", package.name, package.version),
    }
}

/// Says what is outdated and what drifted.
fn checked(
    outdated: Vec<String>,
    opened: &Opened,
    as_json: bool,
    context: &Context,
) -> Result<ExitCode, CliError> {
    let drifts = install::verify(&opened.project)?;
    let code = match outdated.is_empty() && drifts.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    };
    if as_json {
        let found = serde_json::json!({ "format": 1, "outdated": outdated, "drift": drifts });
        context.ui.json(&found)?;
        return Ok(code);
    }
    for line in &outdated {
        context.ui.data(format!("outdated  {line}"))?;
    }
    for drift in &drifts {
        context.ui.data(super::drift_line(drift))?;
    }
    Ok(code)
}
