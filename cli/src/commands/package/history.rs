//! `paracle template history`.

use std::process::ExitCode;

use clap::Args;
use install::Operation;

use super::Family;
use crate::{
    context::Context,
    error::CliError,
    project::reading::Reading,
    ui::{one_line, table},
};

/// Say what was done to a project
///
/// The last twenty operations, newest first, with the number of files that came, changed and went. The
/// newest can be taken back with `undo`.
#[derive(Args, Debug)]
pub(crate) struct History {
    /// Name the files
    #[arg(long)]
    files: bool,
    #[command(flatten)]
    reading: Reading,
}

impl History {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = self.reading.opened(context)?;
        let mut operations = install::history(&opened.project)?;
        operations.reverse();
        if self.reading.json {
            context
                .ui
                .json(&serde_json::json!({ "format": 1, "operations": operations }))?;
            return Ok(ExitCode::SUCCESS);
        }
        if operations.is_empty() {
            context.ui.did("Empty", "nothing was done here yet");
            return Ok(ExitCode::SUCCESS);
        }
        let header = ["", "When", "What", "Added", "Changed", "Removed"].map(str::to_owned);
        let mut rows = vec![header];
        rows.extend(operations.iter().map(cells));
        let mut lines = table::aligned(&rows).into_iter();
        if let Some(header) = lines.next() {
            context.ui.data(header)?;
        }
        for (line, operation) in lines.zip(&operations) {
            context.ui.data(line)?;
            if self.files {
                print_files(operation, context)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn cells(operation: &Operation) -> [String; 6] {
    [
        operation.number.to_string(),
        one_line(&operation.time),
        one_line(&operation.title),
        operation.added.len().to_string(),
        operation.changed.len().to_string(),
        operation.removed.len().to_string(),
    ]
}

fn print_files(operation: &Operation, context: &Context) -> Result<(), CliError> {
    let kinds = [
        ("added", &operation.added),
        ("changed", &operation.changed),
        ("removed", &operation.removed),
    ];
    for (word, paths) in kinds {
        for path in paths {
            context
                .ui
                .data(format!("   {word:<8} {}", one_line(path)))?;
        }
    }
    Ok(())
}
