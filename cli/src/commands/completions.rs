//! `paracle completions`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::{context::Context, error::CliError};

/// Print the script that completes commands and package names in a shell
///
/// Add its output to your shell's start-up file, for instance
/// `source <(paracle completions bash)` in ~/.bashrc. The script asks this program for candidates, so
/// it stays right when registries and commands change.
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

impl Completions {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let shells = clap_complete::env::Shells::builtins();
        let name = match self.shell {
            Shell::Bash => "bash",
            Shell::Elvish => "elvish",
            Shell::Fish => "fish",
            Shell::Powershell => "powershell",
            Shell::Zsh => "zsh",
        };
        let completer = shells
            .completer(name)
            .ok_or_else(|| CliError::usage("this shell is not known"))?;
        let mut script = Vec::new();
        completer.write_registration("COMPLETE", "paracle", "paracle", "paracle", &mut script)?;
        context
            .ui
            .data(String::from_utf8_lossy(&script).trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}
