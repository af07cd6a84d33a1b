//! `paracle registry list`.

use std::process::ExitCode;

use clap::Args;
use client::registries::Registries;

use crate::{
    context::Context,
    error::CliError,
    ui::{
        BOLD,
        table::{pad, widest},
    },
};

/// List the registries that are asked, in order
#[derive(Args, Debug)]
pub(crate) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let all =
            Registries::read(&context.list)?.all(context.list.parent().unwrap_or(&context.here))?;
        if self.json {
            let rows: Vec<_> = all
                .iter()
                .map(|(name, location)| {
                    let mut row =
                        serde_json::json!({ "name": name, "location": location.to_string() });
                    if !location.mirrors().is_empty() {
                        let mirrors = location.mirrors().iter().map(ToString::to_string);
                        row["mirrors"] = mirrors.collect::<Vec<_>>().into();
                    }
                    row
                })
                .collect();
            context
                .ui
                .json(&serde_json::json!({ "format": 1, "registries": rows }))?;
            return Ok(ExitCode::SUCCESS);
        }
        let width = widest(all.iter().map(|(name, _)| name.as_str()));
        for (name, location) in &all {
            let name = pad(name, width);
            context.ui.data(format!(
                "{BOLD}{name}{BOLD:#}  {}",
                crate::ui::one_line(&location.to_string())
            ))?;
            for mirror in location.mirrors() {
                let indent = " ".repeat(width);
                let mirror = crate::ui::one_line(mirror.as_str());
                context.ui.data(format!("{indent}  mirror {mirror}"))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
