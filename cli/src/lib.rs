//! The `paracle` command: arguments, terminal, exit codes. The work is done in the crates; wiring is
//! done here.
//!
//! ```text
//! args      what was typed
//! context   where we are: folders, clock, network, terminal (the only reader of the environment)
//! commands  one file a command: arguments, help text, one short `run`
//! browse    a search that fills the screen
//! draft     a package's folder and the registry that it is meant for
//! trial     packages installed for trial, in scratch folders
//! project   a user's project: opened, what is asked of it made a plan, agreed to, carried out
//! proposing a proposal to a registry: shown, agreed to, made
//! live      whether the published index has a release
//! sign_in   who one is to a forge: where a token comes from
//! ui        all printing; text from packages is stripped of escapes on its way out
//! error     kind, hints, exit code
//! ```

mod args;
mod browse;
mod commands;
mod context;
mod draft;
mod error;
mod live;
mod project;
mod proposing;
mod sign_in;
mod trial;
mod ui;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::{args::Cli, context::Context, ui::Ui};

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // Answers a shell that asks for completions, and ends there.
    clap_complete::CompleteEnv::with_factory(Cli::command).complete();
    let cli = match Cli::command()
        .try_get_matches()
        .and_then(|m| Cli::from_arg_matches(&m))
    {
        Ok(cli) => cli,
        Err(usage) => {
            let _ = usage.print();
            return ExitCode::from(if usage.use_stderr() {
                error::USAGE
            } else {
                error::DONE
            });
        }
    };
    let ui = Ui::new(&cli.global);
    let outcome =
        Context::new(&cli.global, ui.clone()).and_then(|context| cli.command.run(&context));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.code())
        }
    }
}
