//! The `paracle` binary that chores drive.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace::{Failure, Workspace};

/// The time that the corpus is released at: 14 November 2023.
pub(crate) const EPOCH: &str = "1700000000";

#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    /// Run this binary rather than the one of this checkout
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
    /// Take the binary of this checkout as it is, rather than building it first
    #[arg(long)]
    no_build: bool,
}

impl Options {
    /// The binary of this checkout as it is.
    pub(crate) fn as_built() -> Options {
        Options {
            program: None,
            no_build: true,
        }
    }
}

#[derive(Clone)]
pub(crate) struct Program {
    path: PathBuf,
    home: PathBuf,
}

impl Program {
    pub(crate) fn of(workspace: &Workspace, options: &Options) -> Result<Program, Failure> {
        let own = workspace
            .target()
            .join(format!("release/paracle{EXE_SUFFIX}"));
        if options.program.is_none() && !options.no_build {
            build(workspace)?;
        }
        let given = options.program.as_deref().map(std::path::absolute);
        let path = given
            .transpose()
            .map_err(|e| Failure::of("--program", e))?
            .unwrap_or(own);
        if !path.is_file() {
            return Err(Failure(format!(
                "there is no {}; build it first",
                path.display()
            )));
        }
        let home = workspace.target().join("bench/home");
        Ok(Program { path, home })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A run of it that neither sees nor leaves anything of the user's.
    pub(crate) fn command(&self) -> Command {
        at_home(Command::new(&self.path), &self.home)
    }

    /// The same, of the user who lives in `home` and has nothing else.
    pub(crate) fn command_in(&self, home: &Path) -> Command {
        self.command_under(&[], home)
    }

    /// The same, started by the words of `wrapper`, as in `["strace", "-qq"]`.
    pub(crate) fn command_under(&self, wrapper: &[String], home: &Path) -> Command {
        let mut words: Vec<&OsStr> = wrapper.iter().map(AsRef::as_ref).collect();
        words.push(self.path.as_os_str());
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env_clear().env("HOME", home);
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        at_home(command, home)
    }
}

fn at_home(mut command: Command, home: &Path) -> Command {
    command
        .env("PARACLE_CACHE_DIR", home.join("cache"))
        .env("PARACLE_CONFIG_DIR", home.join("config"))
        .env("SOURCE_DATE_EPOCH", EPOCH);
    command
}

fn build(workspace: &Workspace) -> Result<(), Failure> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--release"]);
    match cargo.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure(format!(
            "`cargo build --release` failed ({status})"
        ))),
        Err(error) => Err(Failure::of("cargo", error)),
    }
}
