//! `paracle template yank` and `unyank`.

use std::process::ExitCode;

use clap::Args;
use publish::upkeep;

use super::upkeep::{NamedRelease, Upkeep};
use crate::{context::Context, error::CliError};

/// Propose that nobody chooses a release any more
///
/// A yanked release is still installed where a lock names it. What holds malware or a secret is to be
/// revoked instead.
#[derive(Args, Debug)]
pub(crate) struct Yank {
    /// The release
    #[arg(value_name = "NAME@VERSION")]
    release: NamedRelease,
    /// Why, for people who use it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    upkeep: Upkeep,
}

impl Yank {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let NamedRelease { name, version } = &self.release;
        self.upkeep.carry_out(context, name, |_, base| {
            Ok(upkeep::yank(name, version, &self.reason, base)?)
        })
    }
}

/// Propose that a yanked release may be chosen again
#[derive(Args, Debug)]
pub(crate) struct Unyank {
    /// The release
    #[arg(value_name = "NAME@VERSION")]
    release: NamedRelease,
    #[command(flatten)]
    upkeep: Upkeep,
}

impl Unyank {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let NamedRelease { name, version } = &self.release;
        self.upkeep.carry_out(context, name, |_, base| {
            Ok(upkeep::unyank(name, version, base)?)
        })
    }
}
