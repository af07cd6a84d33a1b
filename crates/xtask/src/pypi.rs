//! What chores need from PyPI: pinned packages in a Python environment of their own, made once into
//! the target folder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::workspace::{Failure, Workspace};

/// An environment.
#[derive(Clone, Copy)]
pub(crate) struct Environment {
    /// Its folder in the target folder.
    pub(crate) folder: &'static str,
    /// What it holds, as pip is told.
    pub(crate) packages: &'static [&'static str],
}

impl Environment {
    fn folder(self, workspace: &Workspace) -> PathBuf {
        workspace.target().join(self.folder)
    }

    /// One of its programs.
    pub(crate) fn program(self, workspace: &Workspace, name: &str) -> PathBuf {
        let inside = if cfg!(windows) {
            format!("Scripts/{name}.exe")
        } else {
            format!("bin/{name}")
        };
        self.folder(workspace).join(inside)
    }

    /// Makes it, once: a list of what it holds is written last, and compared.
    pub(crate) fn provide(self, workspace: &Workspace) -> Result<(), Failure> {
        let folder = self.folder(workspace);
        let list = folder.join("packages.txt");
        let wanted = self.packages.join("\n");
        if fs::read_to_string(&list).is_ok_and(|held| held == wanted) {
            return Ok(());
        }
        println!("    {} in {}", self.packages.join(", "), folder.display());
        let mut make = workspace.command("python3");
        make.args(["-m", "venv", "--clear"]).arg(&folder);
        finish(make)?;
        let mut fill = workspace.command(self.program(workspace, "python"));
        fill.args(["-m", "pip", "install", "--quiet"])
            .arg("--disable-pip-version-check")
            .args(self.packages);
        finish(fill)?;
        fs::write(&list, wanted).map_err(|error| Failure::of(list.display(), error))
    }
}

/// Runs `command` quietly; what it said is told where it fails.
fn finish(mut command: Command) -> Result<(), Failure> {
    let line = format!("{command:?}");
    let output = command
        .output()
        .map_err(|error| Failure::of(&line, error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.trim().lines().last().unwrap_or_default();
    Err(Failure(format!(
        "{line} failed ({}): {last}",
        output.status
    )))
}
