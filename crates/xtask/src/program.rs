//! The `paracle` binary that chores drive.

use std::env::consts::EXE_SUFFIX;
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
        let mut command = Command::new(&self.path);
        command
            .env("PARACLE_CACHE_DIR", self.home.join("cache"))
            .env("PARACLE_CONFIG_DIR", self.home.join("config"))
            .env("SOURCE_DATE_EPOCH", EPOCH);
        command
    }
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
