//! Paracle's own classes, which judge what we install.

use std::path::PathBuf;

use crate::pypi::Environment;
use crate::workspace::{Failure, Workspace};

/// For a Python of their own. The command line of `paracle` does not start without `docker`.
const JUDGES: Environment = Environment {
    folder: "paracle-venv",
    packages: &["paracle==1.0.2", "docker"],
};

/// The Python that has [`JUDGES`].
pub(super) fn python(workspace: &Workspace) -> PathBuf {
    JUDGES.program(workspace, "python")
}

/// Makes the environment, once.
pub(super) fn provide(workspace: &Workspace) -> Result<(), Failure> {
    JUDGES.provide(workspace)
}
