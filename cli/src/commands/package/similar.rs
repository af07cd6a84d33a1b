//! `paracle template similar`.

use std::{num::NonZeroUsize, process::ExitCode};

use clap::Args;

use super::{
    Asked, Family,
    hits::{self, Shown},
    look_up,
};
use crate::{context::Context, error::CliError};

/// Find packages like another one
///
/// Like are those that share rare words in names, summaries and keywords. Looked for in the registry
/// that has the package.
#[derive(Args, Debug)]
pub(crate) struct Similar {
    /// `namespace/name`, or a short name of `core`
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    name: String,
    /// At most so many
    #[arg(long, default_value = "10", value_name = "N")]
    limit: NonZeroUsize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    asked: Asked,
}

impl Similar {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let hub = context.hub(&self.asked.registries)?;
        let found = look_up(&hub, &self.name, family)?;
        let name = found.package.name.as_str();
        let results = hub
            .searcher()
            .similar(&found.registry, name, self.limit.get())?;
        if self.json {
            return hits::json(&results, context);
        }
        if results.hits.is_empty() {
            context
                .ui
                .hint(&format!("nothing in {} is like {name}", found.registry));
        }
        let rows: Vec<Shown<'_>> = results
            .hits
            .iter()
            .map(|found| Shown {
                found,
                snippet: None,
            })
            .collect();
        hits::table(&rows, context)?;
        Ok(ExitCode::SUCCESS)
    }
}
