//! What can be typed.

use std::{ffi::OsString, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    commands::{adopt, browse, completions, dev, doctor, external, man, package, registry},
    context::Context,
    error::CliError,
};

/// Find, install and publish building blocks for AI agents
///
/// Packages come from registries: git repositories of TOML manifests, published as static sites. The
/// registry this program was built from travels with it, so searching and installing work offline.
#[derive(Debug, Parser)]
#[command(
    name = "paracle",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "Other commands of the Python framework (paracle init, paracle agents …) are handed to it."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Global {
    /// Never open a network connection; use what is embedded or cached
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) offline: bool,
    /// Print results and errors only
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,
    /// Never ask; fail where an answer is needed
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) no_input: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Search, look at and install agents, workflows, skills, projects and integrations
    #[command(subcommand, visible_alias = "t")]
    Template(package::Verb),
    /// Search, look at and install plugins
    #[command(subcommand)]
    Plugin(package::Verb),
    /// Search, read and install on a full screen
    Browse(browse::Browse),
    /// Take what a project already has into packages.toml and packages.lock
    Adopt(adopt::Adopt),
    /// Use, make, check, release, build and serve registries
    #[command(subcommand)]
    Registry(registry::Verb),
    /// Say which paracle is which, what is found, and what is missing
    Doctor(doctor::Doctor),
    /// Print the script that completes commands and package names in a shell
    Completions(completions::Completions),
    /// Write the man pages
    Man(man::Man),
    /// Tools for people who work on packages and registries
    #[command(subcommand)]
    Dev(dev::Verb),
    /// The confined child that renders contributed templates
    #[command(hide = true, name = "render-worker")]
    RenderWorker,
    /// Handed to the next `paracle` on the PATH
    #[command(external_subcommand)]
    External(Vec<OsString>),
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        match self {
            Self::Template(verb) => verb.run(package::Family::Template, context),
            Self::Plugin(verb) => verb.run(package::Family::Plugin, context),
            Self::Browse(command) => command.run(None, context),
            Self::Adopt(command) => command.run(context),
            Self::Registry(verb) => verb.run(context),
            Self::Doctor(command) => command.run(context),
            Self::Completions(command) => command.run(context),
            Self::Man(command) => command.run(context),
            Self::Dev(verb) => verb.run(context),
            Self::RenderWorker => Ok(render::worker()),
            Self::External(words) => external::run(&words, context),
        }
    }
}
