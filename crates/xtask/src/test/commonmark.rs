//! The examples of the CommonMark specification, from npm. Their licence (CC-BY-SA) is not this
//! project's, so they are fetched and not kept here.

use std::path::PathBuf;

use crate::npm::Package;
use crate::workspace::{Failure, Workspace};

const PACKAGE: Package = Package {
    name: "commonmark-spec",
    version: "0.31.2",
};

/// The specification's text, examples included.
pub(super) fn specification(workspace: &Workspace) -> PathBuf {
    PACKAGE.folder(workspace).join("spec.txt")
}

/// Fetches it, once.
pub(super) fn provide(workspace: &Workspace) -> Result<(), Failure> {
    PACKAGE.provide(workspace).map(drop)
}
