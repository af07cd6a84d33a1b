//! `paracle template deprecate`.

use std::process::ExitCode;

use clap::Args;
use publish::upkeep;
use registry_index::PackageName;

use super::upkeep::Upkeep;
use crate::{context::Context, error::CliError};

/// Propose that people are warned of a package, and told what to use instead
#[derive(Args, Debug)]
pub(crate) struct Deprecate {
    /// The package, by its full name
    #[arg(value_name = "NAME")]
    name: PackageName,
    /// Why, for people who use it
    #[arg(long, value_name = "TEXT", required_unless_present = "undo")]
    reason: Option<String>,
    /// What to use instead, by its full name
    #[arg(long, value_name = "NAME", conflicts_with = "undo")]
    use_instead: Option<PackageName>,
    /// Take the deprecation back
    #[arg(long, conflicts_with = "reason")]
    undo: bool,
    #[command(flatten)]
    upkeep: Upkeep,
}

impl Deprecate {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let (name, instead) = (&self.name, self.use_instead.as_ref());
        self.upkeep.carry_out(context, name, |_, base| {
            Ok(match &self.reason {
                Some(why) => upkeep::deprecate(name, why, instead, base)?,
                None => upkeep::undeprecate(name, base)?,
            })
        })
    }
}
