//! `paracle registry remove`.

use std::process::ExitCode;

use clap::Args;
use client::registries::{ListError, Registries};

use crate::{context::Context, error::CliError};

/// Remove a registry from the list
///
/// What was installed from it stays.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// Its name in `registry list`
    name: String,
}

impl Remove {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let mut list = Registries::read(&context.list)?;
        list.remove(&self.name).map_err(|error| {
            let is_unknown = matches!(error, ListError::Unknown(_));
            let error = CliError::from(error);
            if is_unknown {
                error.hint("`paracle registry list` shows the names")
            } else {
                error
            }
        })?;
        list.write(&context.list)?;
        context.ui.did("Removed", self.name);
        Ok(ExitCode::SUCCESS)
    }
}
