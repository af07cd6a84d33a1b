//! `paracle template …` and `paracle plugin …`: the same verbs for two families of kinds.

use std::{path::Path, process::ExitCode};

use ::install::{Drift, PackagePlan, Plan, What};
use ::search::{Filter, Query};
use clap::{Args, Subcommand};
use client::{Found, Hub, Lookup};
use registry_index::{Kind, PackageName};

use super::browse;
use crate::{
    context::Context,
    error::CliError,
    project::{Absent, Opened},
    ui::{DIM, one_line},
};

mod audit;
mod check;
mod deprecate;
mod diff;
mod files;
mod fork;
mod history;
pub(crate) mod hits;
mod info;
pub(crate) mod install;
mod list;
mod new;
mod outdated;
mod owners;
mod pack;
mod preview;
mod publish;
mod rate;
mod remove;
mod rename;
mod revoke;
pub(crate) mod search;
mod similar;
mod transfer;
mod tree;
mod undo;
mod update;
mod upkeep;
mod verify;
mod versions;
mod why;
mod yank;

/// Which kinds a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// All kinds but plugins.
    Template,
    /// Plugins.
    Plugin,
}

impl Family {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Plugin => "plugin",
        }
    }

    /// Requires one of its kinds, unless the query asks for kinds itself.
    pub(crate) fn narrow(self, query: Query) -> Query {
        if query.has_filter(Filter::Kind) {
            return query;
        }
        let kinds = Kind::ALL.into_iter().filter(|kind| self.has(*kind));
        kinds.fold(query, |query, kind| {
            query.with_filter(Filter::Kind, kind.as_str())
        })
    }

    fn has(self, kind: Kind) -> bool {
        kind.is_template() == (self == Self::Template)
    }

    fn other(self) -> Self {
        match self {
            Self::Template => Self::Plugin,
            Self::Plugin => Self::Template,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Find packages by words
    #[command(visible_alias = "s")]
    Search(search::Search),
    /// Search, read and install on a full screen
    Browse(browse::Browse),
    /// Find packages like another one
    Similar(similar::Similar),
    /// Show what a package is, what it uses and what it would write
    Info(info::Info),
    /// Install packages into a project
    #[command(visible_alias = "i")]
    Install(install::Install),
    /// Update installed packages, your edits kept
    #[command(visible_alias = "u")]
    Update(update::Update),
    /// Say which installed packages have newer releases
    Outdated(outdated::Outdated),
    /// Take packages out of a project again
    #[command(visible_alias = "rm")]
    Remove(remove::Remove),
    /// Remove packages that nobody needs any more
    Autoremove(remove::Autoremove),
    /// Say what is installed
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Compare every installed file and entry with packages.lock
    Verify(verify::Verify),
    /// Judge what is installed, for CI
    Audit(audit::Audit),
    /// Show which installed package needs which
    Tree(tree::Tree),
    /// Say why a package is installed
    Why(why::Why),
    /// Say which releases a package has
    Versions(versions::Versions),
    /// Show what differs between releases, or between a release and your files
    Diff(diff::Diff),
    /// Say which files a package brings
    Files(files::Files),
    /// Say what was done to a project
    History(history::History),
    /// Take back the last thing that was done to a project
    Undo(undo::Undo),
    /// Say what you think of a package
    Rate(rate::Rate),
    /// Make a package of one's own, to be filled in
    New(new::New),
    /// Make a package of one's own from another
    Fork(fork::Fork),
    /// Check a package before it is proposed
    Check(check::Check),
    /// Show the page that a package will have in the gallery
    Preview(preview::Preview),
    /// Pack a package as its registry will
    Pack(pack::Pack),
    /// Propose a package, or a new release of it, to a registry
    Publish(publish::Publish),
    /// Propose that nobody chooses a release any more
    Yank(yank::Yank),
    /// Propose that a yanked release may be chosen again
    Unyank(yank::Unyank),
    /// Propose that a release is refused everywhere
    Revoke(revoke::Revoke),
    /// Propose that people are warned of a package, and told what to use instead
    Deprecate(deprecate::Deprecate),
    /// Propose another name for a package
    Rename(rename::Rename),
    /// Propose to hand a package over to somebody else
    Transfer(transfer::Transfer),
    /// Say who owns a package, or propose others
    Owners(owners::Owners),
}

impl Verb {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        match self {
            Self::Search(command) => command.run(family, context),
            Self::Browse(command) => command.run(Some(family), context),
            Self::Similar(command) => command.run(family, context),
            Self::Info(command) => command.run(family, context),
            Self::Install(command) => command.run(family, context),
            Self::Update(command) => command.run(family, context),
            Self::Outdated(command) => command.run(family, context),
            Self::Remove(command) => command.run(family, context),
            Self::Autoremove(command) => command.run(family, context),
            Self::List(command) => command.run(family, context),
            Self::Verify(command) => command.run(family, context),
            Self::Audit(command) => command.run(family, context),
            Self::Tree(command) => command.run(family, context),
            Self::Why(command) => command.run(family, context),
            Self::Versions(command) => command.run(family, context),
            Self::Diff(command) => command.run(family, context),
            Self::Files(command) => command.run(family, context),
            Self::New(command) => command.run(family, context),
            Self::Fork(command) => command.run(family, context),
            Self::Publish(command) => command.run(context),
            Self::Yank(command) => command.run(context),
            Self::Unyank(command) => command.run(context),
            Self::Revoke(command) => command.run(context),
            Self::Deprecate(command) => command.run(context),
            Self::Rename(command) => command.run(context),
            Self::Transfer(command) => command.run(context),
            Self::Owners(command) => command.run(context),
            Self::Check(command) => command.run(context),
            Self::Preview(command) => command.run(context),
            Self::Pack(command) => command.run(context),
            Self::Rate(command) => command.run(family, context),
            Self::History(command) => command.run(family, context),
            Self::Undo(command) => command.run(family, context),
        }
    }
}

/// Which registries are asked.
#[derive(Args, Debug)]
pub(crate) struct Asked {
    /// Ask only this registry: its name in `registry list`, a folder, or a URL (repeatable)
    #[arg(
        long = "registry",
        value_name = "REGISTRY",
        help_heading = "Registries"
    )]
    pub(crate) registries: Vec<String>,
}

/// The package that `name` means, or an error that says what could have been meant.
pub(crate) fn look_up(hub: &Hub, name: &str, family: Family) -> Result<Found, CliError> {
    let found = match hub.lookup(name)? {
        Lookup::One(found) => *found,
        Lookup::Ambiguous(candidates) => {
            let mut error = CliError::usage(format!("{name:?} could be one of several packages"));
            for (registry, full) in candidates {
                error = error.hint(format!(
                    "{full} of the registry {registry} (--registry {registry})"
                ));
            }
            return Err(error);
        }
        Lookup::Unknown(near) => return Err(unknown(name, &near, family)),
    };
    let kind = found.package.latest().record.manifest.kind;
    if family.has(kind) {
        return Ok(found);
    }
    let word = family.other().word();
    Err(CliError::usage(format!(
        "{} is {} {kind}, not a {}",
        found.package.name,
        if matches!(kind, Kind::Agent | Kind::Integration) {
            "an"
        } else {
            "a"
        },
        family.word()
    ))
    .hint(format!("use `paracle {word} …` for it")))
}

fn unknown(name: &str, near: &[registry_index::PackageName], family: Family) -> CliError {
    let error = CliError::failed(format!("no package is called {name:?}"));
    if name.contains("://") || name.contains("github.com") || name.starts_with("git@") {
        return error
            .hint("a repository is written github:owner/repo, or git+https://host/repo.git");
    }
    match near {
        [] => error.hint(format!(
            "`paracle {} search WORDS` finds packages by what they do",
            family.word()
        )),
        near => near.iter().fold(error, |error, name| {
            error.hint(format!("did you mean {name}?"))
        }),
    }
}

/// What has to be set before what is installed is used: a line for each secret.
fn secrets(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> = plan
        .secrets()
        .into_iter()
        .map(|(package, name)| format!("set {name} before you use {package}: export {name}=…"))
        .collect();
    lines.dedup();
    lines
}

/// Optional dependencies that were not taken: a line for each package that has some.
fn offered(plan: &Plan) -> Vec<String> {
    let offering = plan
        .packages
        .iter()
        .filter(|package| !package.optional.is_empty());
    let line = |package: &PackagePlan| {
        let names: Vec<&str> = package.optional.iter().map(PackageName::as_str).collect();
        let (name, names) = (&package.name, names.join(","));
        format!("{name} can do more with {names}: install {name} --with {names}")
    };
    offering.map(line).collect()
}

/// What became of something that was installed.
fn drift_word(what: What) -> &'static str {
    match what {
        What::Modified => "modified",
        What::Missing => "missing",
        What::Extra => "extra",
        What::Replaced => "replaced",
    }
}

/// One line about something that is not as it was installed.
fn drift_line(drift: &Drift) -> String {
    let what = drift_word(drift.what);
    let entry = drift.entry.as_ref().map(|id| format!(" (entry {id})"));
    let path = one_line(&format!("{}{}", drift.path, entry.unwrap_or_default()));
    format!("{what:<9} {path}  {DIM}{}{DIM:#}", drift.package)
}

/// Says which packages nobody needs any more.
fn tell_orphans(context: &Context, into: &Path) -> Result<(), CliError> {
    let orphans = remove::orphans(&Opened::at(context, into, Absent::Refuse)?);
    if !orphans.is_empty() {
        let names: Vec<&str> = orphans.iter().map(PackageName::as_str).collect();
        context.ui.hint(&format!(
            "nobody needs {} any more; `paracle template autoremove` takes them out",
            names.join(", ")
        ));
    }
    Ok(())
}

/// Completes the names of installed packages in the working folder.
pub(crate) fn complete_installed(
    current: &std::ffi::OsStr,
) -> Vec<clap_complete::CompletionCandidate> {
    let start = current.to_string_lossy();
    let global = crate::args::Global {
        offline: true,
        quiet: true,
        no_input: true,
    };
    let installed = Context::new(&global, crate::ui::Ui::new(&global)).and_then(|context| {
        let project = ::install::Project::open(&context.here)?;
        Ok(::install::installed(&project)?)
    });
    let installed = installed.unwrap_or_default().into_iter();
    installed
        .filter(|there| {
            there.name.as_str().starts_with(&*start) || there.name.name().starts_with(&*start)
        })
        .map(|there| clap_complete::CompletionCandidate::new(there.name.to_string()))
        .collect()
}

/// The embedded registry and what is cached of it. Completing must be quick and must never open a socket.
fn offline_hub() -> Result<Hub, CliError> {
    let global = crate::args::Global {
        offline: true,
        quiet: true,
        no_input: true,
    };
    Context::new(&global, crate::ui::Ui::new(&global))?.hub(&["paracle".to_owned()])
}

/// Completes the names of packages.
pub(crate) fn complete_names(current: &std::ffi::OsStr) -> Vec<clap_complete::CompletionCandidate> {
    let start = current.to_string_lossy();
    let names = offline_hub().and_then(|hub| Ok(hub.names()?));
    names
        .unwrap_or_default()
        .into_iter()
        .filter(|entry| {
            entry.name.as_str().starts_with(&*start) || entry.name.name().starts_with(&*start)
        })
        .map(|entry| {
            let help = crate::ui::one_line(&entry.summary);
            clap_complete::CompletionCandidate::new(entry.name.to_string()).help(Some(help.into()))
        })
        .collect()
}
