//! What every command takes that looks at a project and changes nothing.

use std::path::PathBuf;

use clap::Args;

use super::{Absent, Opened};
use crate::{context::Context, error::CliError};

/// Where to look, and how to tell.
#[derive(Args, Debug)]
pub(crate) struct Reading {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) into: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl Reading {
    pub(crate) fn opened(&self, context: &Context) -> Result<Opened, CliError> {
        Opened::at(context, &self.into, Absent::Refuse)
    }
}
