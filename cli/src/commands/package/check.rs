//! `paracle template check`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{
    context::Context,
    draft,
    error::CliError,
    ui::findings::{self, Format},
};

/// Check a package before it is proposed
///
/// Every rule that its registry's own check has, with the same ids, and each case of its tests installed
/// into an empty project and into one that has things of others, in scratch folders. The folder need not be
/// in a registry. Exits with 1 where there are errors.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Folders of packages
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// The registry that it is meant for: its name in `registry list`, a folder, or a URL; else the one
    /// whose checkout it lies in, or the one that this program brings along
    #[arg(long, value_name = "REGISTRY")]
    registry: Option<String>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Check {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let checked = draft::checked(context, &self.paths, self.registry.as_deref())?;
        findings::tell(&context.ui, &checked, self.format)
    }
}
