//! `paracle registry add`.

use std::process::ExitCode;

use clap::Args;
use client::{Location, registries::Registries, source};

use crate::{context::Context, error::CliError};

/// Add a registry to the list that search and install ask
///
/// It is opened once, to see that it is one. Short names are never resolved to its packages by
/// themselves: they are asked for by their full names.
#[derive(Args, Debug)]
pub(crate) struct Add {
    /// What you call it
    name: String,
    /// A folder, a git URL (git+https://…), or the http(s) URL of a published site
    location: String,
    /// A copy of the site that is asked where the registry itself cannot answer; may be repeated
    ///
    /// It serves the same paths. Whatever it serves is checked against the same digests.
    #[arg(long = "mirror", value_name = "URL")]
    mirrors: Vec<String>,
}

impl Add {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let location = match Location::parse(&self.location, &context.here)? {
            // As it will be found from any other folder.
            Location::Folder(folder) => Location::Folder(folder.canonicalize().unwrap_or(folder)),
            other => other,
        }
        .with_mirrors(self.mirrors.iter().map(String::as_str))?;
        let mut list = Registries::read(&context.list)?;
        list.add(&self.name, &location)?;
        if !context.world.offline {
            let opened = source::open(&location, &context.world)?;
            let config = opened.config();
            context.ui.did(
                "Found",
                format!(
                    "{} with {} packages",
                    crate::ui::one_line(&config.title),
                    config.packages
                ),
            );
        }
        list.write(&context.list)?;
        context
            .ui
            .did("Added", format!("{} ({location})", self.name));
        Ok(ExitCode::SUCCESS)
    }
}
