//! `paracle template rename`.

use std::process::ExitCode;

use clap::Args;
use publish::upkeep;
use registry_index::PackageName;

use super::upkeep::Upkeep;
use crate::{context::Context, error::CliError};

/// Propose another name for a package
///
/// Its sources get the new name and a folder of that name, and are released under it by the next release
/// job. What was released under the old name stays there, deprecated in favour of the new one; whoever
/// asks for the old name is led to the new one. Nobody can ever use the old name again, not even you.
///
/// A package that its author keeps is published under the new name first, and renamed then.
#[derive(Args, Debug)]
pub(crate) struct Rename {
    /// What it is called, in full
    #[arg(value_name = "OLD")]
    old: PackageName,
    /// What it is to be called, in full
    #[arg(value_name = "NEW")]
    new: PackageName,
    #[command(flatten)]
    upkeep: Upkeep,
}

impl Rename {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let (old, new) = (&self.old, &self.new);
        self.upkeep
            .carry_out(context, old, |_, base| Ok(upkeep::rename(old, new, base)?))
    }
}
