//! What a project is to have: the one form that installing, restoring, updating and removing take.

use registry_index::PackageName;
use serde::Serialize;

use crate::{Package, wanted::Ask};

/// What a project is to have. What its lock names besides stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Goal {
    /// Packages as they are to be there: new ones, and others in place of what is there of them.
    pub put: Vec<Package>,
    /// The packages that `put` replaces, as they were installed: the base of three-way merges. One that
    /// cannot be had is left out, and merging what was edited by both sides is then a conflict.
    pub bases: Vec<Package>,
    /// Packages to be taken away.
    pub remove: Vec<PackageName>,
    /// What `packages.toml` is to ask for.
    pub asks: Vec<Ask>,
    /// What becomes of lines that both the user and a release changed.
    pub on_conflict: OnConflict,
    /// What becomes of an installed file that the user deleted.
    pub missing: Missing,
    /// What becomes of files and entries that are there and that no package brought.
    pub existing: Existing,
    /// What this is called in the history, as in "install core/code-reviewer".
    pub title: String,
    /// The time, RFC 3339, for the history; nothing else depends on it.
    pub time: String,
}

/// What becomes of lines that both the user and a release changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// The user's lines stay.
    Ours,
    /// The release's lines come.
    Theirs,
    /// Both, between markers as in git's `diff3` style. Where there are no lines (bytes that are no text,
    /// entries in a shared file) the user's stay.
    #[default]
    Markers,
    /// Nothing is written.
    Stop,
}

/// What becomes of an installed file that the user deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Missing {
    /// It is written again.
    #[default]
    Written,
    /// It stays deleted.
    LeftOut,
}

/// What becomes of a file or an entry that is there, that a package of the goal brings, and that no
/// package brought before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// The very same stays the user's: removing the package leaves it. Another is a conflict.
    #[default]
    Left,
    /// The very same is the package's from now on. Another is a conflict.
    Taken,
    /// Both are the package's from now on; another counts as edited since it was installed.
    TakenEdited,
}
