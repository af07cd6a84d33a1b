//! `paracle template …` and `paracle plugin …`: the same verbs for two families of kinds.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use client::{Found, Hub, Lookup};
use registry_index::Kind;

use crate::{context::Context, error::CliError};

mod info;
mod install;
mod search;

/// Which kinds a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// All kinds but plugins.
    Template,
    /// Plugins.
    Plugin,
}

impl Family {
    fn word(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Plugin => "plugin",
        }
    }

    fn has(self, kind: Kind) -> bool {
        kind.is_template() == (self == Self::Template)
    }

    fn other(self) -> Self {
        match self {
            Self::Template => Self::Plugin,
            Self::Plugin => Self::Template,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Find packages by words
    #[command(visible_alias = "s")]
    Search(search::Search),
    /// Show what a package is, what it uses and what it would write
    Info(info::Info),
    /// Install packages into a project
    #[command(visible_alias = "i")]
    Install(install::Install),
}

impl Verb {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        match self {
            Self::Search(command) => command.run(family, context),
            Self::Info(command) => command.run(family, context),
            Self::Install(command) => command.run(family, context),
        }
    }
}

/// Which registries are asked.
#[derive(Args, Debug)]
pub(crate) struct Asked {
    /// Ask only this registry: its name in `registry list`, a folder, or a URL (repeatable)
    #[arg(
        long = "registry",
        value_name = "REGISTRY",
        help_heading = "Registries"
    )]
    pub(crate) registries: Vec<String>,
}

/// The package that `name` means, or an error that says what could have been meant.
pub(crate) fn look_up(hub: &Hub, name: &str, family: Family) -> Result<Found, CliError> {
    let found = match hub.lookup(name)? {
        Lookup::One(found) => *found,
        Lookup::Ambiguous(candidates) => {
            let mut error = CliError::usage(format!("{name:?} could be one of several packages"));
            for (registry, full) in candidates {
                error = error.hint(format!(
                    "{full} of the registry {registry} (--registry {registry})"
                ));
            }
            return Err(error);
        }
        Lookup::Unknown(near) => return Err(unknown(name, &near, family)),
    };
    let kind = found.package.latest().record.manifest.kind;
    if family.has(kind) {
        return Ok(found);
    }
    let word = family.other().word();
    Err(CliError::usage(format!(
        "{} is {} {kind}, not a {}",
        found.package.name,
        if matches!(kind, Kind::Agent | Kind::Integration) {
            "an"
        } else {
            "a"
        },
        family.word()
    ))
    .hint(format!("use `paracle {word} …` for it")))
}

fn unknown(name: &str, near: &[registry_index::PackageName], family: Family) -> CliError {
    let error = CliError::failed(format!("no package is called {name:?}"));
    match near {
        [] => error.hint(format!(
            "`paracle {} search WORDS` finds packages by what they do",
            family.word()
        )),
        near => near.iter().fold(error, |error, name| {
            error.hint(format!("did you mean {name}?"))
        }),
    }
}

/// Completes the names of packages: those of the embedded registry and of what is cached. Completing
/// must be quick and must never open a socket.
pub(crate) fn complete_names(current: &std::ffi::OsStr) -> Vec<clap_complete::CompletionCandidate> {
    let start = current.to_string_lossy();
    let global = crate::args::Global {
        offline: true,
        quiet: true,
        no_input: true,
    };
    let names = Context::new(&global, crate::ui::Ui::new(&global))
        .and_then(|context| Ok(context.hub(&["paracle".to_owned()])?.names()?));
    names
        .unwrap_or_default()
        .into_iter()
        .filter(|entry| {
            entry.name.as_str().starts_with(&*start) || entry.name.name().starts_with(&*start)
        })
        .map(|entry| {
            let help = crate::ui::one_line(&entry.summary);
            clap_complete::CompletionCandidate::new(entry.name.to_string()).help(Some(help.into()))
        })
        .collect()
}
