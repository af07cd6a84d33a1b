//! `paracle registry check`.

use std::process::ExitCode;

use clap::Args;
use registry_index::Severity;

use super::Worked;
use crate::{
    context::Context,
    error::CliError,
    ui::{
        counted,
        findings::{self, Format},
    },
};

/// Check the packages and the index of a registry
///
/// Every finding says where, what is wrong and what to do. With --base only what changed since that
/// revision is checked, and an old defect elsewhere does not count as an error. Exits with 1 where
/// there are errors.
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
    #[command(flatten)]
    worked: Worked,
}

impl Check {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let layout = self.worked.layout(context)?;
        let checked = publish::check(&publish::Check {
            folder: layout.root(),
            base: self.base.as_deref(),
            only: &self.only,
            blobs: &self.worked.store(&layout, context),
            renderer: &context.renderer(),
        })?;
        if !self.only.is_empty() && checked.packages == 0 {
            return Err(CliError::failed(format!(
                "no package here is called {}",
                self.only.join(" or ")
            )));
        }
        let text = findings::write(self.format, &checked.findings);
        if !text.is_empty() {
            context.ui.data(text.trim_end_matches('\n'))?;
        }
        let count = |severity| {
            checked
                .findings
                .iter()
                .filter(|f| f.severity == severity)
                .count()
        };
        let errors = count(Severity::Error);
        context.ui.did(
            "Checked",
            format!(
                "{}: {}, {}, {}",
                counted(checked.packages, "package"),
                counted(errors, "error"),
                counted(count(Severity::Warning), "warning"),
                counted(count(Severity::Note), "note")
            ),
        );
        Ok(if errors == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
