//! `paracle registry …`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use registry_index::{Layout, blobs::FolderBlobs};

use crate::{context::Context, error::CliError};

mod add;
mod announce;
mod blobs;
pub(crate) mod build;
mod check;
mod decide;
pub(crate) mod drafts;
mod forged;
mod list;
mod login;
mod logout;
mod new;
mod ratings;
mod recheck;
mod release;
mod remove;
mod rules_page;
pub(crate) mod serve;
mod settle;
mod stats;
mod update;
mod whoami;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Add a registry to the list that search and install ask
    Add(add::Add),
    /// List the registries that are asked
    List(list::List),
    /// Remove a registry from the list
    Remove(remove::Remove),
    /// Fetch what is new in the registries of the list
    Update(update::Update),
    /// Sign in to a registry's forge, by a code that you enter on its page
    Login(login::Login),
    /// Forget the token for a registry's forge that is in the system's keyring
    Logout(logout::Logout),
    /// Say who you are to a registry's forge, how it knows, and what you may do
    Whoami(whoami::Whoami),
    /// Make a registry of one's own
    New(new::New),
    /// Check the packages and the index of a registry
    Check(check::Check),
    /// Decide what becomes of a pull request
    Decide(decide::Decide),
    /// Carry out what was decided: merge, or set labels and comment
    Settle(settle::Settle),
    /// Check everything again: what changes without a commit
    Recheck(recheck::Recheck),
    /// Pack packages from the git tree at HEAD; write their records and blobs
    Release(release::Release),
    /// Ask the published index for what was merged, and tell the authors that it is live
    Announce(announce::Announce),
    /// Fill or verify the blob store
    #[command(subcommand)]
    Blobs(blobs::Verb),
    /// Build the gallery and the published index
    Build(build::Build),
    /// Take ratings from discussions of the forge
    #[command(subcommand)]
    Ratings(ratings::Verb),
    /// Show a registry in numbers
    Stats(stats::Stat),
    /// Build the gallery, serve it here and rebuild it on change
    Serve(serve::Serve),
}

impl Verb {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        match self {
            Self::Add(command) => command.run(context),
            Self::List(command) => command.run(context),
            Self::Remove(command) => command.run(context),
            Self::Update(command) => command.run(context),
            Self::Login(command) => command.run(context),
            Self::Logout(command) => command.run(context),
            Self::Whoami(command) => command.run(context),
            Self::New(command) => command.run(context),
            Self::Check(command) => command.run(context),
            Self::Decide(command) => command.run(context),
            Self::Settle(command) => command.run(context),
            Self::Recheck(command) => command.run(context),
            Self::Release(command) => command.run(context),
            Self::Announce(command) => command.run(context),
            Self::Blobs(verb) => verb.run(context),
            Self::Build(command) => command.run(context),
            Self::Ratings(verb) => verb.run(context),
            Self::Stats(command) => command.run(context),
            Self::Serve(command) => command.run(context),
        }
    }
}

/// Which registry is worked on, and where its blobs are.
#[derive(Args, Debug)]
pub(crate) struct Worked {
    /// The registry's folder
    #[arg(long, value_name = "DIR")]
    registry: Option<PathBuf>,
    /// The blob store [default: .paracle/blobs in the registry]
    #[arg(long, value_name = "DIR")]
    blobs: Option<PathBuf>,
}

impl Worked {
    fn layout(&self, context: &Context) -> Result<Layout, CliError> {
        context.layout(self.registry.as_deref())
    }

    fn store(&self, layout: &Layout, context: &Context) -> FolderBlobs {
        FolderBlobs::new(match &self.blobs {
            Some(folder) => context.here.join(folder),
            None => layout.root().join(".paracle/blobs"),
        })
    }
}
