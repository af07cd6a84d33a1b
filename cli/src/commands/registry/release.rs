//! `paracle registry release`.

use std::process::ExitCode;

use clap::Args;
use publish::Outcome;

use super::Worked;
use crate::{
    context::Context,
    error::CliError,
    ui::findings::{self, Format},
};

/// Pack packages from the git tree at HEAD; write their records and blobs
///
/// Without names, every package below templates/ whose version is not in the index yet, and every commit
/// that a request.toml asks for. A record is never changed: new content needs a new version. The records
/// are left for you to commit.
#[derive(Args, Debug)]
pub(crate) struct Release {
    /// Full names
    names: Vec<String>,
    #[command(flatten)]
    worked: Worked,
}

impl Release {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let layout = self.worked.layout(context)?;
        let outcomes = publish::release(&publish::Release {
            folder: layout.root(),
            names: &self.names,
            published: &context.now()?.to_string(),
            store: &self.worked.store(&layout, context),
            renderer: &context.renderer(),
            world: &context.world,
            policy: git::UrlPolicy::default(),
        })?;
        let ui = &context.ui;
        let mut refused = 0;
        for outcome in &outcomes {
            match outcome {
                Outcome::Released(name, version, path) => {
                    ui.did("Released", format!("{name} {version}"));
                    ui.data(path)?;
                }
                Outcome::Unchanged(..) => {}
                Outcome::NeedsVersion(name, version) => {
                    refused += 1;
                    ui.warn(&format!("{name} differs from its release {version}"));
                    ui.hint("give it a new version in paracle.toml: a release never changes");
                }
                Outcome::Waits(name, version) => {
                    refused += 1;
                    ui.warn(&format!("{name} {version} is kept by its author, and was not fetched"));
                    ui.hint("run it without --offline");
                }
                Outcome::NotCommitted(name) => {
                    refused += 1;
                    ui.warn(&format!("{name} is not committed as it stands"));
                    ui.hint("commit it: what is released is what git has at HEAD");
                }
                Outcome::Refused(name, found) => {
                    refused += 1;
                    ui.warn(&format!("{name} has {} errors", found.len()));
                    ui.data(findings::write(Format::Text, found).trim_end())?;
                }
            }
        }
        Ok(if refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
