//! `cargo xtask bless`: what programs print now is what they shall print. Look at the difference
//! before committing it.

use crate::workspace::{Failure, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only the snapshots of these crates
    #[arg(long, short, value_name = "CRATE")]
    package: Vec<String>,
}

/// What snapbox looks at.
const SNAPSHOTS: (&str, &str) = ("SNAPSHOTS", "overwrite");

pub(crate) fn run(workspace: &Workspace, options: Options) -> Result<(), Failure> {
    let mut cargo = workspace.cargo();
    cargo
        .args(["test", "--release"])
        .env(SNAPSHOTS.0, SNAPSHOTS.1);
    for name in &options.package {
        cargo.args(["--package", name]);
    }
    if options.package.is_empty() {
        cargo.arg("--workspace");
    }
    match cargo.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure(format!(
            "`cargo test` failed ({status}): not all of it is about snapshots"
        ))),
        Err(error) => Err(Failure::of("cargo", error)),
    }
}
