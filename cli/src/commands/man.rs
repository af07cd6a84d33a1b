//! `paracle man`.

use std::{fs, path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory};

use crate::{args::Cli, context::Context, error::CliError};

/// Write the man pages
///
/// One page for each command, for instance into ~/.local/share/man/man1.
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The folder they are written to; it is made where it is missing
    #[arg(value_name = "DIR")]
    into: PathBuf,
}

impl Man {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let folder = context.here.join(&self.into);
        fs::create_dir_all(&folder)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), &folder))
            .map_err(|error| {
                CliError::failed(format!("cannot write to {}: {error}", folder.display()))
            })?;
        context
            .ui
            .did("Wrote", format!("the man pages to {}", folder.display()));
        Ok(ExitCode::SUCCESS)
    }
}
