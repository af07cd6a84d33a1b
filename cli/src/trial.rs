//! Packages installed for trial: what the rule `trial-install` asks for, done with the crate `install`.
//!
//! ```text
//! shelf    the draft and what it needs, from the registry that it is checked for; nothing is fetched
//! start    an empty project, and one that has things of others
//! attempt  case + start: answer, render, plan, apply, verify, judge, remove, compare
//! ```
//!
//! Everything happens in scratch folders that are gone afterwards, and is bounded: each rendering by its
//! child's limits, a package by [`PATIENCE`].

use std::time::{Duration, Instant};

use archive::Contents;
use registry_index::{
    Severity, Source,
    rules::{Case, Installer, Scene, TrialFault},
    wire::Release,
};

mod attempt;
mod judged;
mod shelf;
mod start;
mod tree;

use attempt::Attempt;
use shelf::Shelf;
use start::Start;

/// So long the cases of one package may take; what is left then stays untried. A case takes some
/// hundredths of a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// Finds the archive of a release where it is at hand.
pub(crate) type Stock<'a> = dyn Fn(&Release, &Scene<'_>) -> Option<Contents> + Sync + 'a;

/// Installs for trial.
pub(crate) struct Trials<'a> {
    pub(crate) renderer: &'a render::Renderer,
    pub(crate) stock: &'a Stock<'a>,
    /// The registry's folder, where there is one: sources that are not released yet are read from it.
    pub(crate) root: Option<&'a std::path::Path>,
}

impl Installer for Trials<'_> {
    fn try_out(&self, source: &Source, cases: &[Case], scene: &Scene<'_>) -> Vec<TrialFault> {
        let shelf = match Shelf::fill(self, source, scene) {
            Ok(shelf) => shelf,
            Err(fault) => return vec![fault],
        };
        let until = Instant::now() + PATIENCE;
        let mut faults = Vec::new();
        for case in cases {
            for start in [Start::Empty, Start::Filled] {
                let attempt = Attempt {
                    shelf: &shelf,
                    renderer: self.renderer,
                    case,
                    start,
                    until,
                };
                let found = attempt.run();
                let has_failed = found.iter().any(|fault| fault.severity == Severity::Error);
                faults.extend(found);
                if has_failed {
                    // Beside others it would fail in the same way, and be told twice.
                    break;
                }
            }
        }
        faults.dedup_by(|a, b| a.message == b.message && a.file == b.file);
        faults
    }
}

/// Why nothing could be tried.
fn note(file: &str, message: String, help: &str) -> TrialFault {
    TrialFault {
        severity: Severity::Note,
        file: file.to_owned(),
        line: 0,
        message,
        help: help.to_owned(),
    }
}
