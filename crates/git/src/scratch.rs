//! A bare repository of our own, for as long as it takes to make a commit.

use std::fs;
use std::path::Path;

use crate::GitError;

/// Makes one of the empty folder `dir`.
pub(crate) fn init(dir: &Path) -> Result<git2::Repository, GitError> {
    let mut options = git2::RepositoryInitOptions::new();
    options
        .external_template(false)
        .no_reinit(true)
        .bare(true)
        .initial_head("main");
    git2::Repository::init_opts(dir, &options).map_err(GitError::library("make a repository"))
}

/// Attributes that stand above those of any tree.
#[allow(
    clippy::disallowed_methods,
    reason = "the repository around it is thrown away when it is not finished"
)]
pub(crate) fn attributes(dir: &Path, text: &str) -> Result<(), GitError> {
    let info = dir.join("info");
    let wrote = fs::create_dir_all(&info).and_then(|()| fs::write(info.join("attributes"), text));
    wrote.map_err(GitError::files("write to", &info))
}
