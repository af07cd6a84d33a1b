//! `registry check`: what a contributor waits for, and what a night's run does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Bench;
use super::measure::measure;
use super::report::{Goal, Report, Series};
use crate::apt;
use crate::workspace::Failure;

/// How often each thing is measured.
const USUAL: usize = 5;
/// Seconds for one changed package, and for all, of a registry of this size or less.
const GOAL_SIZE: usize = 10_000;
const ONE: f64 = 2.0;
const ALL: f64 = 20.0;

pub(super) fn run(bench: &Bench<'_>, report: &mut Report) -> Result<(), Failure> {
    let sizes = bench.sizes(&[1_000, 10_000]);
    let corpora: Vec<(usize, PathBuf)> = sizes
        .into_iter()
        .map(|size| Ok((size, bench.corpus(size)?)))
        .collect::<Result<_, Failure>>()?;
    Report::print_head("packages");
    for (packages, folder) in corpora {
        let goal = |seconds| Goal {
            wall: (packages <= GOAL_SIZE).then_some(seconds),
            memory: None,
        };
        let check = |base: &[&str]| {
            let mut command = bench.program.command();
            command
                .args(["registry", "check", "--registry"])
                .arg(&folder)
                .args(base);
            command
        };
        let change = Change::make(&folder)?;
        let samples = repeat(bench, || check(&["--base", "HEAD"]))?;
        drop(change);
        let what = "check one changed package".to_owned();
        report.add(Series {
            what,
            size: packages,
            goal: goal(ONE),
            samples,
        });
        let samples = repeat(bench, || check(&[]))?;
        report.add(Series {
            what: "check all".to_owned(),
            size: packages,
            goal: goal(ALL),
            samples,
        });
    }
    Ok(())
}

/// Once to warm up, then as often as was asked.
fn repeat(
    bench: &Bench<'_>,
    run: impl Fn() -> Command,
) -> Result<Vec<super::measure::Sample>, Failure> {
    measure(&mut run())?;
    (0..bench.runs(USUAL))
        .map(|_| measure(&mut run()))
        .collect()
}

/// One README that differs from what is committed, until it is dropped.
struct Change {
    readme: PathBuf,
    text: String,
}

impl Change {
    fn make(registry: &Path) -> Result<Change, Failure> {
        let folder = registry.join("templates/agents");
        let failed = |error| Failure::of(folder.display(), error);
        let mut names: Vec<PathBuf> = fs::read_dir(&folder)
            .map_err(failed)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        names.sort();
        let package = names.get(names.len() / 2);
        let package = package.ok_or_else(|| Failure("the registry has no agents".to_owned()))?;
        let readme = package.join("README.md");
        let text = fs::read_to_string(&readme).map_err(failed)?;
        apt::write(&readme, format!("{text}\nOne more line.\n"))?;
        Ok(Change { readme, text })
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        if let Err(Failure(why)) = apt::write(&self.readme, &self.text) {
            eprintln!("warning: the change was not undone: {why}");
        }
    }
}
