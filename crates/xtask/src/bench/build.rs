//! `registry build`, everything from nothing.

use super::measure::measure;
use super::report::{Goal, Report, Series};
use super::{Bench, remove};
use crate::workspace::Failure;

/// How often each thing is measured.
const USUAL: usize = 5;
const GOAL_SIZE: usize = 10_000;
const GOAL: Goal = Goal {
    wall: Some(60.0),
    memory: Some(1 << 30),
};

pub(super) fn run(bench: &Bench<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut corpora = Vec::new();
    for size in bench.sizes(&[1_000, 10_000]) {
        corpora.push((size, bench.corpus(size)?));
    }
    Report::print_head("packages");
    for (packages, folder) in corpora {
        let site = bench.scratch(&format!("site-{packages}"))?;
        let build = || {
            // Removing the old site is not building the new one.
            remove(&site)?;
            let mut command = bench.program.command();
            command
                .args(["registry", "build", "--registry"])
                .arg(&folder);
            measure(command.arg("--out").arg(&site))
        };
        build()?;
        let samples = (0..bench.runs(USUAL))
            .map(|_| build())
            .collect::<Result<_, Failure>>()?;
        if bench.setting.keep.is_none() {
            remove(&site)?;
        }
        let goal = if packages <= GOAL_SIZE {
            GOAL
        } else {
            Goal::default()
        };
        report.add(Series {
            what: "build all".to_owned(),
            size: packages,
            goal,
            samples,
        });
    }
    Ok(())
}
