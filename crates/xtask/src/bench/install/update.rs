//! `template update` of many packages at once, without network.

use std::path::Path;

use super::{USUAL, settle};
use crate::bench::Bench;
use crate::bench::measure::{Sample, measure};
use crate::bench::report::{Goal, Report, Series};
use crate::corpus::component::{Component, Kind};
use crate::stock::{NAMESPACE, Source, Stock};
use crate::tree::{self, remove};
use crate::workspace::Failure;

const PACKAGES: usize = 100;
const GOAL: Goal = Goal {
    wall: Some(1.0),
    memory: None,
};

pub(super) fn run(bench: &Bench<'_>, report: &mut Report) -> Result<(), Failure> {
    let folder = bench.scratch("update")?;
    remove(&folder)?;
    let rounds =
        ["1.0.0", "1.1.0"].map(|version| (0..PACKAGES).map(|at| source(at, version)).collect());
    let stock = Stock::make(&bench.program, &folder.join("stock"), &rounds)?;
    let (old, project) = (folder.join("old"), folder.join("project"));
    tree::make(&old)?;
    let names: Vec<String> = (0..PACKAGES)
        .map(|at| format!("{NAMESPACE}/{}", name(at)))
        .collect();
    let run = |words: &[&str], names: &[String], round: usize, project: &Path| {
        let mut command = bench.program.command();
        command.arg("template").args(words).args(names);
        command
            .arg("--into")
            .arg(project)
            .arg("--registry")
            .arg(&stock.sites[round]);
        measure(command.args(["--yes", "--accept", "all", "--offline", "--no-input"]))
    };
    run(&["install"], &names, 0, &old)?;
    let update = || -> Result<Sample, Failure> {
        remove(&project)?;
        tree::copy(&old, &project)?;
        settle(&project)?;
        run(&["update", "--now"], &[], 1, &project)
    };
    update()?;
    check(&project)?;
    let samples = (0..bench.runs(USUAL))
        .map(|_| update())
        .collect::<Result<_, _>>()?;
    Report::print_head("packages");
    report.add(Series {
        what: "paracle template update, all".to_owned(),
        size: PACKAGES,
        goal: GOAL,
        samples,
    });
    remove(&folder)
}

/// Every package is the new one.
fn check(project: &Path) -> Result<(), Failure> {
    let lock = project.join(".parac/packages.lock");
    let text = std::fs::read_to_string(&lock).map_err(|e| Failure::of(lock.display(), e))?;
    let new = text.matches("\"1.1.0\"").count();
    match new >= PACKAGES && !text.contains("\"1.0.0\"") {
        true => Ok(()),
        false => Err(Failure(format!(
            "{new} of {PACKAGES} packages were updated"
        ))),
    }
}

fn name(at: usize) -> String {
    format!("pack-{at:03}")
}

/// An agent and a policy; what is released anew says something else in both.
fn source(at: usize, version: &'static str) -> Source {
    let name = name(at);
    let component = Component {
        id: &name,
        summary: "Does what is asked",
        prose: version,
    };
    let (mut files, tables) = component.files(Kind::Agent);
    files.push((format!("policies/{name}.md"), format!("As of {version}.\n")));
    Source {
        version,
        kind: Kind::Agent,
        variables: &[],
        tables,
        files,
        name,
    }
}
