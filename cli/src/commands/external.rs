//! Subcommands we do not know: the Python framework's own command is called `paracle` too, so they are
//! handed to the next `paracle` on the PATH.
#![allow(
    clippy::disallowed_methods,
    reason = "hands over to another program, which is this module's whole purpose"
)]

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use clap::CommandFactory;

use crate::{args::Cli, context::Context, error::CliError};

/// Set for the program that a command is handed to: a copy of ours, under whatever name, must not hand
/// it on for ever.
pub(crate) const HANDED: &str = "PARACLE_HUB_HANDED";

/// Every `paracle` on `path` that is not `program` itself, in order.
pub(crate) fn others(path: &OsStr, program: &Path) -> Vec<PathBuf> {
    let own = program.canonicalize().ok();
    let mut found: Vec<PathBuf> = Vec::new();
    for folder in env::split_paths(path) {
        let candidate = folder.join(format!("paracle{}", env::consts::EXE_SUFFIX));
        let is_other = candidate.is_file() && candidate.canonicalize().ok() != own;
        if is_other && !is_ours(&candidate) && !found.contains(&candidate) {
            found.push(candidate);
        }
    }
    found
}

/// Whether `program` is another copy of this one (its twin stands beside it): handing over to it would
/// go on for ever.
fn is_ours(program: &Path) -> bool {
    program
        .with_file_name(format!("paracle-hub{}", env::consts::EXE_SUFFIX))
        .is_file()
}

pub(crate) fn run(words: &[OsString], context: &Context) -> Result<ExitCode, CliError> {
    let Some((name, _)) = words.split_first() else {
        return Err(CliError::usage("no command was given"));
    };
    if context.is_handed {
        return Err(unknown(&name.to_string_lossy()));
    }
    let Some(next) = others(&context.path, &context.program).into_iter().next() else {
        return Err(unknown(&name.to_string_lossy()));
    };
    let mut command = Command::new(&next);
    command.args(words).env(HANDED, "1");
    let failed = |error| CliError::failed(format!("cannot run {}: {error}", next.display()));
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        Err(failed(command.exec()))
    }
    #[cfg(not(unix))]
    {
        let status = command.status().map_err(failed)?;
        Ok(ExitCode::from(
            status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .unwrap_or(1),
        ))
    }
}

fn unknown(name: &str) -> CliError {
    let cli = Cli::command();
    let near = cli
        .get_subcommands()
        .map(clap::Command::get_name)
        .map(|known| (strsim::osa_distance(name, known), known))
        .filter(|(distance, known)| *distance <= known.len() / 3)
        .min();
    let error = CliError::usage(format!("{name:?} is no command of paracle"));
    match near {
        Some((_, known)) => error.hint(format!("did you mean `paracle {known}`?")),
        None => error.hint(
            "commands of the Python framework need it on the PATH: pip install paracle; `paracle --help` lists ours",
        ),
    }
}
