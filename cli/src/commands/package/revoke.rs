//! `paracle template revoke`.

use std::process::ExitCode;

use clap::Args;
use publish::upkeep;

use super::upkeep::{NamedRelease, Upkeep};
use crate::{context::Context, error::CliError};

/// Propose that a release is refused everywhere
///
/// For malware and leaked secrets: it is not installed any more, not even where a lock names it, and
/// `verify` and `audit` report it. That is not taken back. A secret has to be made worthless first:
/// whoever has the release has the secret.
#[derive(Args, Debug)]
pub(crate) struct Revoke {
    /// The release
    #[arg(value_name = "NAME@VERSION")]
    release: NamedRelease,
    /// Why, for people who use it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    upkeep: Upkeep,
}

impl Revoke {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let NamedRelease { name, version } = &self.release;
        self.upkeep.carry_out(context, name, |_, base| {
            Ok(upkeep::revoke(name, version, &self.reason, base)?)
        })
    }
}
