//! `paracle template remove` and `autoremove`.

use std::{collections::BTreeSet, path::PathBuf, process::ExitCode};

use clap::Args;
use install::{Ask, Goal, Status};
use registry_index::PackageName;

use super::Family;
use crate::{
    context::Context,
    error::CliError,
    project::{Absent, Opened, agreement::Agreement, carrying::carry_out},
};

/// Take packages out of a project again
///
/// Takes back exactly what installing brought, entries in shared files included. A file that you edited
/// stays, and is named. Refuses where another package needs one of them.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// The packages
    #[arg(value_name = "NAME", required = true, add = clap_complete::ArgValueCompleter::new(super::complete_installed))]
    names: Vec<String>,
    #[command(flatten)]
    removing: Removing,
}

/// Remove packages that were only needed by others, and are no longer
#[derive(Args, Debug)]
pub(crate) struct Autoremove {
    #[command(flatten)]
    removing: Removing,
}

/// What both take.
#[derive(Args, Debug)]
struct Removing {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    #[command(flatten)]
    agreement: Agreement,
}

impl Remove {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = Opened::at(context, &self.removing.into, Absent::Refuse)?;
        let mut names: Vec<PackageName> = self
            .names
            .iter()
            .map(|text| opened.find(text).map(|there| there.name.clone()))
            .collect::<Result<_, _>>()?;
        names.sort();
        names.dedup();
        let title = format!("remove {}", self.names.join(" "));
        if self.removing.carry_out(&opened, names, title, context)? {
            super::tell_orphans(context, &self.removing.into)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Autoremove {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = Opened::at(context, &self.removing.into, Absent::Refuse)?;
        let wanted = opened.project.root().join(opened.project.wanted());
        if !wanted.exists() && !opened.lock.is_empty() {
            return Err(CliError::failed(
                "there is no packages.toml, so that nobody can tell what is needed",
            )
            .hint("name what is to go: `paracle template remove NAME`"));
        }
        let names = orphans(&opened);
        if names.is_empty() {
            context
                .ui
                .did("Unchanged", "every package is asked for or needed");
            return Ok(ExitCode::SUCCESS);
        }
        self.removing
            .carry_out(&opened, names, "autoremove".to_owned(), context)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Removing {
    /// Whether anything was done.
    fn carry_out(
        &self,
        opened: &Opened,
        names: Vec<PackageName>,
        title: String,
        context: &Context,
    ) -> Result<bool, CliError> {
        let goal = Goal {
            asks: names.iter().cloned().map(Ask::NoLonger).collect(),
            remove: names.clone(),
            title,
            time: context.now()?.to_string(),
            ..Goal::default()
        };
        let plan = install::plan(&opened.project, goal)?;
        let left: Vec<String> = plan
            .dropped
            .iter()
            .filter(|dropped| dropped.status == Status::Left)
            .map(|dropped| match &dropped.entry {
                Some(id) => format!("{} (entry {id})", dropped.path),
                None => dropped.path.clone(),
            })
            .collect();
        let is_done = carry_out(plan, "Remove this?", &self.agreement, context)?.is_some();
        if is_done {
            names
                .iter()
                .for_each(|name| context.ui.did("Removed", name));
            for path in left {
                context
                    .ui
                    .hint(&format!("{path} stays: you edited it, or had it before"));
            }
        }
        Ok(is_done)
    }
}

/// Packages that nobody asks for and nobody needs any more, sorted.
pub(super) fn orphans(opened: &Opened) -> Vec<PackageName> {
    let mut needed: BTreeSet<&PackageName> = BTreeSet::new();
    let mut open: Vec<&PackageName> = opened.wanted.iter().map(|wanted| &wanted.name).collect();
    while let Some(name) = open.pop() {
        if needed.insert(name)
            && let Some(there) = opened.installed(name)
        {
            open.extend(&there.needs);
        }
    }
    let names = opened.lock.iter().map(|there| &there.name);
    names
        .filter(|name| !needed.contains(name))
        .cloned()
        .collect()
}
