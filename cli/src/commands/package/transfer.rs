//! `paracle template transfer`.

use std::process::ExitCode;

use clap::Args;
use publish::upkeep;
use registry_index::PackageName;

use super::upkeep::Upkeep;
use crate::{context::Context, error::CliError};

/// Propose to hand a package over to somebody else
///
/// They are its only owner then. The registry waits seven days before it agrees, so that whoever loses
/// the package hears of it in time. To share a package, use `owners --add`.
#[derive(Args, Debug)]
pub(crate) struct Transfer {
    /// The package, by its full name
    #[arg(value_name = "NAME")]
    name: PackageName,
    /// Who gets it: a login
    #[arg(long, value_name = "LOGIN")]
    to: String,
    #[command(flatten)]
    upkeep: Upkeep,
}

impl Transfer {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        self.upkeep.carry_out(context, &self.name, |kept, base| {
            let to = kept.person(&self.to)?;
            Ok(upkeep::transfer(&self.name, &to, base)?)
        })
    }
}
