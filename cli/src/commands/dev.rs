//! `paracle dev …`: tools for people who work on packages, registries and this program.

use std::process::ExitCode;

use clap::Subcommand;

use crate::{context::Context, error::CliError};

mod reference;
mod unpack;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Say whether a file is an archive of ours, and why not; unpack it if it is
    Unpack(unpack::Unpack),
    /// Print the reference of all commands as Markdown: the page of the docs
    Reference,
}

impl Verb {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        match self {
            Self::Unpack(command) => command.run(context),
            Self::Reference => {
                context.ui.data(reference::markdown().trim_end())?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
