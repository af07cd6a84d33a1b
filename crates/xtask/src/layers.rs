//! `cargo xtask layers`: who may import whom, and the fences, as ARCHITECTURE.md has them.
//!
//! [`tables`] says what is allowed; [`imports`] compares it with what the manifests ask for,
//! [`sources`] with what the code says, read by [`code`]. Both only collect findings.

mod code;
mod imports;
mod sources;
mod tables;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::workspace::{Failure, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {}

/// A breach, and where it is.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// From the root of the workspace.
    pub(crate) file: PathBuf,
    /// Counted from 1; 0 where the whole file is meant.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Prints the findings; fails when there are any.
pub(crate) fn run(workspace: &Workspace, _options: Options) -> Result<(), Failure> {
    let findings = check(workspace)?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("no breach of the layers");
            Ok(())
        }
        1 => Err(Failure("1 breach of the layers".to_owned())),
        count => Err(Failure(format!("{count} breaches of the layers"))),
    }
}

/// All breaches in the workspace, by file and line.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<Finding>, Failure> {
    let packages = imports::packages(workspace)?;
    let mut findings = imports::check(&packages, &workspace.root);
    for package in &packages {
        let folder = package.folder();
        findings.extend(sources::check(&package.name, folder, &workspace.root)?);
    }
    findings.sort();
    Ok(findings)
}

/// `path` from the root of the workspace.
fn from_root(path: &Path, root: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}
