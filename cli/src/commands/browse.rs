//! `paracle browse`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser};
use client::{Hub, Lookup};
use registry_index::PackageName;

use super::package::{Asked, Family, search::complete_words};
use crate::{
    args::Cli,
    browse::{Browse as Browsing, Which},
    context::Context,
    error::CliError,
    ui::one_line,
};

/// Search, read and install on a full screen
///
/// Shows what is found as you type, and beside it what a package is, what it uses and its README. Enter
/// leaves the screen, shows what installing would do, asks, and comes back. F1 lists the keys. Filters
/// are those of `template search`: kind:agent category:security uses:network.
#[derive(Args, Debug)]
pub(crate) struct Browse {
    /// What it should be about; more can be typed there
    #[arg(value_name = "WORDS", add = clap_complete::ArgValueCompleter::new(complete_words))]
    words: Vec<String>,
    /// The project's folder to install into
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    #[command(flatten)]
    asked: Asked,
}

/// What a signal that ends a program makes of its exit code, by custom.
const SIGNALLED: u8 = 130;

impl Browse {
    /// All kinds, unless there is a family.
    pub(crate) fn run(
        self,
        family: Option<Family>,
        context: &Context,
    ) -> Result<ExitCode, CliError> {
        if !Browsing::is_possible() || !context.ui.is_asking() {
            let word = family.unwrap_or(Family::Template).word();
            return Err(
                CliError::usage("browsing needs a terminal to fill").hint(format!(
                    "`paracle {word} search WORDS` prints what it finds"
                )),
            );
        }
        let hub = context.hub(&self.asked.registries)?;
        let browsing = Browsing {
            context,
            hub,
            family,
            text: self.words.join(" "),
        };
        let left = browsing.run(|hub, which| self.install(hub, which, context))?;
        for address in &left.addresses {
            context.ui.data(address)?;
        }
        Ok(match left.is_signalled {
            true => ExitCode::from(SIGNALLED),
            false => ExitCode::SUCCESS,
        })
    }

    /// Does what the command line would, and says so. Whether to go back to the search.
    fn install(&self, hub: &Hub, which: &Which, context: &Context) -> bool {
        let done = self.words_to_install(hub, which).and_then(|words| {
            context.ui.did("Running", one_line(&words.join(" ")));
            let cli = Cli::try_parse_from(&words);
            let cli = cli.map_err(|error| CliError::failed(error.to_string()))?;
            cli.command.run(context)
        });
        if let Err(error) = done {
            context.ui.error(&error);
        }
        context
            .ui
            .wants_more("Enter goes back to the search, q and Enter ends it:")
    }

    fn words_to_install(&self, hub: &Hub, which: &Which) -> Result<Vec<String>, CliError> {
        // What an index calls a package must be a name, not an option, a folder or a repository.
        let name: PackageName = which.name.parse()?;
        let mut words = ["paracle", which.family.word(), "install", name.as_str()]
            .map(String::from)
            .to_vec();
        if self.into != Path::new(".") {
            words.extend(["--into".into(), self.into.display().to_string()]);
        }
        // Of two registries that have the name, the one that was looked at is meant.
        let is_one = matches!(hub.lookup(name.as_str()), Ok(Lookup::One(_)));
        let one = [which.registry.clone()];
        let registries: &[String] = if is_one { &self.asked.registries } else { &one };
        for registry in registries {
            words.extend(["--registry".into(), registry.clone()]);
        }
        Ok(words)
    }
}
