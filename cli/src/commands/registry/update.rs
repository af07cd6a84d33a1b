//! `paracle registry update`.

use std::process::ExitCode;

use clap::Args;
use client::{Location, Source, hub::OWN, registries::Registries, source};

use crate::{context::Context, error::CliError};

/// Fetch what is new in the registries of the list
///
/// The registry this program brings along is fetched from its address; the newer of the two copies is
/// used from then on.
#[derive(Args, Debug)]
pub(crate) struct Update {
    /// Only these, by their names in `registry list`
    names: Vec<String>,
}

impl Update {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        if context.world.offline {
            return Err(CliError::usage("--offline forbids to fetch anything"));
        }
        let all =
            Registries::read(&context.list)?.all(context.list.parent().unwrap_or(&context.here))?;
        if let Some(unknown) = self
            .names
            .iter()
            .find(|name| all.iter().all(|(known, _)| known != *name))
        {
            return Err(
                CliError::usage(format!("no registry is called {unknown:?}"))
                    .hint("`paracle registry list` shows the names"),
            );
        }
        let mut failed = None;
        for (name, location) in all
            .iter()
            .filter(|(name, _)| self.names.is_empty() || self.names.contains(name))
        {
            match fetch(name, location, context) {
                Ok(says) => context.ui.did("Updated", format!("{name}: {says}")),
                // One registry that is down does not keep the others from being updated.
                Err(error) => {
                    context.ui.error(&error);
                    failed.get_or_insert(error);
                }
            }
        }
        match failed {
            None => Ok(ExitCode::SUCCESS),
            Some(error) => Ok(ExitCode::from(error.code())),
        }
    }
}

fn fetch(name: &str, location: &Location, context: &Context) -> Result<String, CliError> {
    let source: Box<dyn Source> = match location {
        Location::Embedded if name == OWN => {
            let url = source::open(location, &context.world)?.config().url.clone();
            source::open(&Location::parse(&url, &context.here)?, &context.world)?
        }
        other => source::open(other, &context.world)?,
    };
    // The index is what searching needs; from here on it works offline.
    let found = source.search()?.keep()?;
    let day = source
        .config()
        .updated
        .get(..10)
        .unwrap_or("never")
        .to_owned();
    Ok(format!(
        "{found} packages, newest release {}",
        crate::ui::one_line(&day)
    ))
}
