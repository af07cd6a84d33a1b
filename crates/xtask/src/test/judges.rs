//! Paracle's own classes, which judge what we install.

use std::fs;
use std::path::PathBuf;

use super::finish;
use crate::workspace::{Failure, Workspace};

/// From PyPI, for a Python of their own. The command line of `paracle` does not start without
/// `docker`.
const JUDGES: &[&str] = &["paracle==1.0.2", "docker"];

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target().join("paracle-venv")
}

/// The Python that has [`JUDGES`].
pub(super) fn python(workspace: &Workspace) -> PathBuf {
    let inside = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    folder(workspace).join(inside)
}

/// Makes the environment, once: a list of what it holds is written last, and compared.
pub(super) fn provide(workspace: &Workspace) -> Result<(), Failure> {
    let folder = folder(workspace);
    let list = folder.join("judges.txt");
    let wanted = JUDGES.join("\n");
    if fs::read_to_string(&list).is_ok_and(|held| held == wanted) {
        return Ok(());
    }
    println!("    {} in {}", JUDGES.join(", "), folder.display());
    let mut make = workspace.command("python3");
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    finish(make)?;
    let mut fill = workspace.command(python(workspace));
    fill.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ])
    .args(JUDGES);
    finish(fill)?;
    fs::write(&list, wanted).map_err(|error| Failure::of(list.display(), error))
}
