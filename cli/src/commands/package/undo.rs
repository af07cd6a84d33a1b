//! `paracle template undo`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::Family;
use crate::{
    context::Context,
    error::CliError,
    project::{
        Absent, Opened,
        agreement::{Agreement, Versioned},
        carrying::watched,
    },
    ui::{BOLD, DIM, one_line},
};

/// Take back the last thing that was done to a project
///
/// Whatever it was: an install, an update, a remove. A file that was edited since stays as it is, and is
/// named. Undoing is an operation itself: undoing twice does it again.
#[derive(Args, Debug)]
pub(crate) struct Undo {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    #[command(flatten)]
    agreement: Agreement,
}

impl Undo {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = Opened::at(context, &self.into, Absent::Refuse)?;
        let undo = install::undo(&opened.project)?;
        let (is_json, is_dry) = (self.agreement.json, self.agreement.dry_run);
        if !is_json {
            print(&undo, context)?;
        } else if is_dry {
            context.ui.json(&Versioned {
                format: 1,
                data: &undo,
            })?;
        }
        if is_dry {
            return Ok(ExitCode::SUCCESS);
        }
        self.agreement.agree("Take this back?", context)?;
        let (title, left) = (undo.title.clone(), undo.left.clone());
        let time = context.now()?.to_string();
        let receipt = watched(context, |watch| undo.apply(&time, watch))?;
        if is_json {
            context.ui.json(&Versioned {
                format: 1,
                data: &receipt,
            })?;
        }
        context.ui.did("Undone", one_line(&title));
        for path in left {
            context
                .ui
                .hint(&format!("{path} was edited since and stays as it is"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(undo: &install::Undo, context: &Context) -> Result<(), CliError> {
    let (title, time) = (one_line(&undo.title), one_line(&undo.time));
    context
        .ui
        .data(format!("{BOLD}{title}{BOLD:#}  {DIM}{time}{DIM:#}"))?;
    let kinds = [
        ("comes back", &undo.back),
        ("goes", &undo.gone),
        ("stays (edited since)", &undo.left),
    ];
    for (word, paths) in kinds {
        for path in paths {
            context
                .ui
                .data(format!("  {word:<10} {}", one_line(path)))?;
        }
    }
    Ok(())
}
