//! `paracle registry new`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{context::Context, error::CliError};

/// Make a registry of one's own
///
/// The folder is a complete registry: check, serve and build work on it at once. Put it under git to
/// release packages.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// The folder; its name is the registry's name unless --name says otherwise
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The registry's short name
    #[arg(long)]
    name: Option<String>,
}

impl New {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let folder = context.here.join(&self.folder);
        let name = match &self.name {
            Some(name) => name.clone(),
            None => folder
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
        };
        let name = name
            .parse()
            .map_err(|error: registry_index::name::NameError| {
                CliError::usage(error.to_string()).hint("give it a name: --name my-registry")
            })?;
        for file in publish::scaffold::registry(&folder, &name)? {
            context.ui.did("Wrote", folder.join(file).display());
        }
        context
            .ui
            .hint("next: set url and repository in registry-index/registry.toml, then `git init`");
        Ok(ExitCode::SUCCESS)
    }
}
