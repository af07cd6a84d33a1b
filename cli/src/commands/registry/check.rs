//! `paracle registry check`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use publish::Tried;

use super::Worked;
use crate::{
    context::Context,
    draft,
    error::CliError,
    trial::Trials,
    ui::findings::{self, Format},
};

/// Check the packages and the index of a registry
///
/// Every finding says where, what is wrong and what to do. With --base only what changed since that
/// revision is checked, and an old defect elsewhere does not count as an error. Each case of a package's
/// tests is installed and removed again, in scratch folders. Exits with 1 where there are errors.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Only these packages
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Check what changed since this revision
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Which packages are installed for trial
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Which::Few)]
    trials: Which,
    #[command(flatten)]
    worked: Worked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// All that are checked, where these are no more than a hundred
    Few,
    /// All that are checked
    All,
    /// None
    None,
}

impl Check {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let layout = self.worked.layout(context)?;
        let renderer = context.renderer();
        let request = publish::Check {
            folder: layout.root(),
            base: self.base.as_deref(),
            only: &self.only,
            blobs: &self.worked.store(&layout, context),
            renderer: &renderer,
        };
        let stock = draft::stock_of(layout.root());
        let trials = Trials {
            renderer: &renderer,
            stock: &stock,
            root: Some(layout.root()),
        };
        let checked = match self.trials {
            Which::None => publish::check(&request)?,
            Which::Few => publish::check_trying(&request, &trials, Tried::Few)?,
            Which::All => publish::check_trying(&request, &trials, Tried::All)?,
        };
        if !self.only.is_empty() && checked.packages == 0 {
            return Err(CliError::failed(format!(
                "no package here is called {}",
                self.only.join(" or ")
            )));
        }
        findings::tell(&context.ui, &checked, self.format)
    }
}
