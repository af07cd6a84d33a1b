//! A package as the project at hand has it.

use std::path::Path;

use install::{Drift, Installed, Project};
use serde::Serialize;

use crate::ui::counted;

/// A package as a project has it.
pub(super) struct Here {
    pub(super) project: Project,
    pub(super) there: Installed,
    drifts: Vec<Drift>,
}

/// The same as data.
#[derive(Serialize)]
pub(super) struct Told<'a> {
    #[serde(flatten)]
    there: &'a Installed,
    drift: &'a [Drift],
}

impl Here {
    /// What the project in `folder` has under this name. That there is no project, or none that can be
    /// read, is nothing to complain of where somebody asks about a package.
    pub(super) fn look(folder: &Path, name: &str) -> Option<Self> {
        let project = Project::open(folder).ok()?;
        let mut lock = install::installed(&project).ok()?;
        lock.retain(|there| there.name.as_str() == name || there.name.name() == name);
        let there = lock.pop().filter(|_| lock.is_empty())?;
        let mut drifts = install::verify(&project).ok()?;
        drifts.retain(|drift| drift.package == there.name);
        Some(Self {
            project,
            there,
            drifts,
        })
    }

    pub(super) fn told(&self) -> Told<'_> {
        Told {
            there: &self.there,
            drift: &self.drifts,
        }
    }

    /// The version here, and whether it is as it was installed.
    pub(super) fn line(&self) -> String {
        let version = &self.there.version;
        match self.drifts.len() {
            0 => format!("{version} here, as installed"),
            count => format!("{version} here, DRIFTED in {}", counted(count, "place")),
        }
    }
}
