//! The examples of the CommonMark specification, from npm. Their licence (CC-BY-SA) is not this
//! project's, so they are fetched and not kept here.

use std::path::PathBuf;
use std::{fs, process::Stdio};

use super::finish;
use crate::workspace::{Failure, Workspace};

const PACKAGE: &str = "commonmark-spec@0.31.2";

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target().join(PACKAGE.replace('@', "-"))
}

/// The specification's text, examples included.
pub(super) fn specification(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("node_modules/commonmark-spec/spec.txt")
}

/// Fetches it, once.
pub(super) fn provide(workspace: &Workspace) -> Result<(), Failure> {
    if specification(workspace).is_file() {
        return Ok(());
    }
    let folder = folder(workspace);
    println!("    {PACKAGE} in {}", folder.display());
    fs::create_dir_all(&folder).map_err(|error| Failure::of(folder.display(), error))?;
    let mut fetch = workspace.command("npm");
    fetch
        .args([
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
        ])
        .arg(&folder)
        .arg(PACKAGE)
        .stdout(Stdio::null());
    finish(fetch)
}
