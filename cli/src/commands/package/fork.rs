//! `paracle template fork`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use archive::Contents;
use clap::Args;
use publish::Origin;
use registry_index::PackageName;

use super::{Asked, Family};
use crate::{
    context::Context,
    error::{CliError, Kind},
    project::{
        Absent, Opened,
        release::{Finder, Named},
        supply::Supply,
    },
    ui::{DIM, one_line},
};

/// Make a package of one's own from another
///
/// Writes its files into a new folder, to be edited: under the new name, as version 0.1.0, with
/// `forked-from` saying what it was made from. All else stays as it is.
#[derive(Args, Debug)]
pub(crate) struct Fork {
    /// The package, and which release: `name`, `name@1.2.0`, `name@^1`; the installed one, or else the
    /// newest, where none is said
    #[arg(value_name = "NAME[@VERSION]", add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    name: String,
    /// What the new one is called: `namespace/name`
    #[arg(value_name = "NEW")]
    new: PackageName,
    /// The folder to write, which must not exist; else ./ and the last part of the new name
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    /// Say what would be written and stop
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    asked: Asked,
}

impl Fork {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let typed = self
            .folder
            .unwrap_or_else(|| PathBuf::from(self.new.name()));
        let folder = context.here.join(&typed);
        if folder.symlink_metadata().is_ok() {
            let error = format!("{} is there already", typed.display());
            return Err(CliError::failed(error).hint("name another folder as the last argument"));
        }
        let named = Named::parse(&self.name)?;
        let opened = Opened::at(context, &self.into, Absent::Refuse)?;
        let supply = Supply::open(context, &self.asked.registries)?;
        let finder = Finder {
            opened: &opened,
            supply: &supply,
            family,
        };
        let held = finder.held(&named)?;
        if *held.name() == self.new {
            return Err(CliError::usage("a fork needs a name of its own"));
        }
        let origin = Origin {
            name: held.name(),
            version: held.version(),
            registry: &held.registry,
        };
        let from = format!("{} {}", origin.name, origin.version);
        let contents = Contents {
            entries: publish::fork(origin, &self.new, held.contents.entries.clone())?,
            ..held.contents
        };
        if self.dry_run {
            for entry in &contents.entries {
                let size = format!("{} bytes", entry.bytes.len());
                context
                    .ui
                    .data(format!("{}  {DIM}{size}{DIM:#}", one_line(&entry.path)))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        write(&contents, &folder)?;
        let shown = shown(&typed);
        context
            .ui
            .did("Forked", format!("{from} as {} in {shown}", self.new));
        context.ui.hint(&format!(
            "install it with `paracle {} install {shown}`",
            family.word()
        ));
        context
            .ui
            .hint("tests are in no archive: add tests/<case>/answers.toml before publishing it");
        Ok(ExitCode::SUCCESS)
    }
}

/// The folder as `install` takes it for one.
pub(super) fn shown(typed: &Path) -> String {
    let text = typed.display().to_string();
    match text.starts_with(['.', '/']) {
        true => text,
        false => format!("./{text}"),
    }
}

/// All files or none.
pub(super) fn write(contents: &Contents, folder: &Path) -> Result<(), CliError> {
    let cannot = |error: std::io::Error| {
        CliError::failed(format!("cannot make {}: {error}", folder.display()))
    };
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(cannot)?;
    }
    // Ours alone: where somebody else was quicker, this fails.
    fs::create_dir(folder).map_err(cannot)?;
    archive::unpack(contents, folder).map_err(|error| {
        let error = CliError::from_chain(Kind::Failed, &error, None);
        match fs::remove_dir_all(folder) {
            Ok(()) => error,
            Err(_) => error.hint(format!("{} is incomplete", folder.display())),
        }
    })
}
