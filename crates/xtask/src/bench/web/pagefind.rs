//! Pagefind as npm has it, at its default settings: what sites of static pages search with today.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::texts::Folder;
use crate::apt;
use crate::bench::measure::{Sample, measure};
use crate::npm;
use crate::tree::remove;
use crate::workspace::{Failure, Workspace};

/// Its program, fetched once below `target/`.
pub(super) struct Pagefind(PathBuf);

impl Pagefind {
    pub(super) fn provide(workspace: &Workspace) -> Result<Pagefind, Failure> {
        let folder = npm::PAGEFIND.provide(workspace)?;
        let program = folder.parent().and_then(program).map(Pagefind);
        program.ok_or_else(|| Failure("npm has no pagefind for this machine".to_owned()))
    }

    /// Its index of the pages, made once and kept, and what that took.
    pub(super) fn index(&self, folder: &Folder) -> Result<(PathBuf, Sample), Failure> {
        let (out, kept) = (folder.0.join("pagefind"), folder.0.join("pagefind.json"));
        if let Ok(text) = std::fs::read_to_string(&kept) {
            let sample = serde_json::from_str(&text);
            return Ok((out, sample.map_err(|e| Failure::of(kept.display(), e))?));
        }
        println!(
            "letting Pagefind read {}, which is kept",
            folder.pages().display()
        );
        remove(&out)?;
        let mut command = Command::new(&self.0);
        command.arg("--site").arg(folder.pages());
        let sample = measure(command.arg("--output-path").arg(&out))?;
        let text = serde_json::to_string(&sample).map_err(|e| Failure::of("pagefind", e))?;
        apt::write(&kept, text)?;
        Ok((out, sample))
    }
}

/// What its own starter would start: the package of this system, which holds only that.
fn program(modules: &Path) -> Option<PathBuf> {
    let systems = std::fs::read_dir(modules.join("@pagefind")).ok()?;
    let programs =
        systems.filter_map(|entry| Some(entry.ok()?.path().join("bin/pagefind_extended")));
    programs.into_iter().find(|program| program.is_file())
}
