//! `template search` over a built site, and `apt-cache search` for the same words in the same texts,
//! in turns, so that whatever else the machine does strikes both.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::measure::{Sample, measure};
use super::report::{Goal, Report, Series, median, time};
use super::{Bench, remove};
use crate::apt::{self, Apt};
use crate::workspace::Failure;

/// How often each thing is measured.
const USUAL: usize = 5;

/// What people type: one word to four, rare and frequent, a name, the start of a word.
const QUERIES: &[&str] = &[
    "editor",
    "python",
    "postgresql",
    "image viewer",
    "network monitor",
    "unit testing framework",
    "json parser",
    "speech synthesis",
    "password manager",
    "library for parsing command line",
    "static site generator",
    "compress",
];

/// Seconds, and times faster than APT, over a registry of at most this size.
const GOAL_SIZE: usize = 60_000;
const GOAL: f64 = 0.030;
const FASTER: f64 = 10.0;

pub(super) fn run(bench: &Bench<'_>, report: &mut Report) -> Result<(), Failure> {
    let apt = Apt::of(bench.workspace)?;
    let mut sites = Vec::new();
    for size in bench.sizes(&[GOAL_SIZE]) {
        sites.push((size, site(bench, size)?));
    }
    for (packages, site) in sites {
        let ours = |query: &str| {
            let mut command = bench.program.command();
            command
                .args(["template", "search", "--registry"])
                .arg(&site)
                .args(query.split(' '));
            command
        };
        let theirs = |query: &str| {
            let mut command = apt.command("apt-cache");
            command.arg("search").args(query.split(' '));
            command
        };
        compare(bench, report, packages, &ours, &theirs)?;
    }
    Ok(())
}

fn compare(
    bench: &Bench<'_>,
    report: &mut Report,
    packages: usize,
    ours: &dyn Fn(&str) -> Command,
    theirs: &dyn Fn(&str) -> Command,
) -> Result<(), Failure> {
    Report::print_head("packages");
    let (mut all_ours, mut all_theirs) = (Vec::new(), Vec::new());
    for query in QUERIES {
        let hits = (hits(&mut ours(query))?, hits(&mut theirs(query))?);
        let (mut own, mut apts) = (Vec::new(), Vec::new());
        for _ in 0..bench.runs(USUAL) {
            own.push(measure(&mut ours(query))?);
            apts.push(measure(&mut theirs(query))?);
        }
        all_ours.extend_from_slice(&own);
        all_theirs.extend_from_slice(&apts);
        let series = |what, samples| Series {
            what,
            size: packages,
            goal: Goal::default(),
            samples,
        };
        report.add(series(format!("{query} ({} shown)", hits.0), own));
        report.add(series(format!("  apt-cache search ({})", hits.1), apts));
    }
    let times = wall(&all_theirs) / wall(&all_ours);
    let goal = |is_in_reach: bool| {
        is_in_reach
            .then_some(GOAL)
            .filter(|_| packages <= GOAL_SIZE)
    };
    for (what, samples, has_goal) in [
        ("all queries", all_ours, true),
        ("  apt-cache search", all_theirs, false),
    ] {
        let goal = Goal {
            wall: goal(has_goal),
            memory: None,
        };
        report.add(Series {
            what: what.to_owned(),
            size: packages,
            goal,
            samples,
        });
    }
    let verdict = if times >= FASTER { "met" } else { "MISSED" };
    report.conclude(format!(
        "{times:.1} times faster than apt-cache search by the medians (goal {FASTER}: {verdict}); \
         {} packages here, all of Debian there",
        packages
    ));
    Ok(())
}

fn wall(samples: &[Sample]) -> f64 {
    median(&samples.iter().map(|sample| sample.wall).collect::<Vec<_>>())
}

/// How many lines are printed; also warms up.
fn hits(command: &mut Command) -> Result<usize, Failure> {
    let line = format!("{command:?}");
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Failure::of(&line, error))?;
    match output.status.success() {
        true => Ok(output.stdout.iter().filter(|byte| **byte == b'\n').count()),
        false => Err(Failure(format!("{line} failed ({})", output.status))),
    }
}

/// A built site of so many packages, kept beside its registry.
fn site(bench: &Bench<'_>, packages: usize) -> Result<PathBuf, Failure> {
    let corpus = bench.corpus(packages)?;
    let site = corpus.with_file_name(format!("site-{packages}"));
    let built = site.with_extension("built");
    if !built.exists() {
        println!("building its site, which is kept");
        remove(&site)?;
        let took = build(bench, &corpus, &site)?;
        println!("built in {}", time(took.wall));
        apt::write(&built, "")?;
    }
    Ok(site)
}

fn build(bench: &Bench<'_>, corpus: &Path, site: &Path) -> Result<Sample, Failure> {
    let mut command = bench.program.command();
    command
        .args(["registry", "build", "--registry"])
        .arg(corpus);
    measure(command.arg("--out").arg(site))
}
