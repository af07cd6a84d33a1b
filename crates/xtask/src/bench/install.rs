//! `template install` beside the tools that people use for that: the same files with one variable in a
//! tenth of them, made by each in turns. Then what they do not do: resolving, and updating.
//!
//! ```text
//! template  the same files, as each tool wants its templates
//! tools     the others, fetched once
//! resolve   many packages with many versions
//! update    many packages at once
//! ```

mod resolve;
mod template;
mod tools;
mod update;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::{Sample, measure};
use super::report::{Goal, Report, Series, median};
use super::{Bench, remove};
use crate::corpus::component::Kind;
use crate::stock::{NAMESPACE, Source, Stock};
use crate::tree::{self, Tree};
use crate::workspace::Failure;
use template::Template;
use tools::Tools;

/// How often each thing is measured.
const USUAL: usize = 15;

/// How many times faster than each of the others, at least. Less than one: that much slower will do.
const GOALS: &[(&str, f64)] = &[
    ("copier", 20.0),
    ("cookiecutter", 20.0),
    ("cargo-generate", 1.0),
    ("tar and sync", 1.0 / 3.0),
];
const OURS: &str = "paracle template install";

pub(super) fn run(bench: &Bench<'_>, report: &mut Report) -> Result<(), Failure> {
    let tools = Tools::provide(bench.workspace)?;
    for version in tools.versions() {
        report.conclude(version);
    }
    for files in bench.sizes(&[5, 500]) {
        compare(bench, report, &tools, files)?;
    }
    resolve::run(bench, report)?;
    update::run(bench, report)
}

/// One way to come by the files, below a folder that is made anew each time.
struct Way<'a> {
    name: &'static str,
    command: Box<dyn Fn(&Path) -> Command + 'a>,
}

fn compare(
    bench: &Bench<'_>,
    report: &mut Report,
    tools: &Tools,
    files: usize,
) -> Result<(), Failure> {
    let folder = bench.scratch(&format!("install-{files}"))?;
    remove(&folder)?;
    let template = Template::of(files);
    let ways = ways(bench, tools, &template, &folder)?;
    let out = folder.join("out");
    for way in &ways {
        once(way, &out)?;
        let made = Tree::read(&out, &|_| false)?;
        template
            .check(&made)
            .map_err(|why| Failure::of(way.name, why))?;
    }
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); ways.len()];
    for _ in 0..bench.runs(USUAL) {
        for (way, samples) in ways.iter().zip(&mut samples) {
            samples.push(once(way, &out)?);
        }
    }
    let walls: Vec<Vec<f64>> = samples
        .iter()
        .map(|samples| samples.iter().map(|sample| sample.wall).collect())
        .collect();
    Report::print_head("files");
    for (way, samples) in ways.iter().zip(samples) {
        report.add(Series {
            what: way.name.to_owned(),
            size: files,
            goal: Goal::default(),
            samples,
        });
    }
    // What writing the files alone takes: nobody can be faster, whatever the goal.
    let limit = walls.last().map_or(0.0, |walls| median(walls));
    for (way, theirs) in ways.iter().zip(&walls).skip(1) {
        let goal = GOALS.iter().find(|(name, _)| *name == way.name);
        let goal = goal.map_or(0.0, |(_, goal)| *goal);
        report.conclude(conclusion(files, way.name, &walls[0], theirs, limit, goal));
    }
    match bench.setting.keep {
        Some(_) => Ok(()),
        None => remove(&folder),
    }
}

/// A run into a fresh folder, with nothing of earlier ones left for the disk to write.
fn once(way: &Way<'_>, out: &Path) -> Result<Sample, Failure> {
    remove(out)?;
    tree::make(out)?;
    settle(out)?;
    measure(&mut (way.command)(out))
}

/// Returns once nothing waits to be written to the file system of `folder`.
fn settle(folder: &Path) -> Result<(), Failure> {
    measure(Command::new("sync").arg("-f").arg(folder)).map(drop)
}

fn conclusion(
    files: usize,
    name: &str,
    ours: &[f64],
    theirs: &[f64],
    limit: f64,
    goal: f64,
) -> String {
    let least = |walls: &[f64]| walls.iter().copied().fold(f64::INFINITY, f64::min);
    let times = median(theirs) / median(ours);
    let of_least = least(theirs) / least(ours);
    let verdict = if times >= goal { "met" } else { "MISSED" };
    // What is slower is said as such: "0.4 times faster" is read wrongly.
    let said = match goal < 1.0 {
        false => format!(
            "{times:.1} times as fast as {name}, {of_least:.1} by the minima, \
             where the limit is {:.1} (goal {goal}",
            median(theirs) / limit
        ),
        true => format!(
            "{:.1} times the time of {name}, {:.1} by the minima (goal {:.0}",
            1.0 / times,
            1.0 / of_least,
            1.0 / goal
        ),
    };
    format!("{files} files: {said}: {verdict})")
}

/// All of them, ours first, with their templates made below `folder`.
fn ways<'a>(
    bench: &'a Bench<'_>,
    tools: &'a Tools,
    template: &Template,
    folder: &Path,
) -> Result<Vec<Way<'a>>, Failure> {
    let home = folder.join("home");
    tree::make(&home)?;
    let site = site(bench, template, folder)?;
    let copier = template.copier(&folder.join("copier"))?;
    let cookiecutter = template.cookiecutter(&folder.join("cookiecutter"))?;
    let generate = template.cargo_generate(&folder.join("cargo-generate"))?;
    let tar = template.tar(&folder.join("tar"))?;
    let way = |name, command: Box<dyn Fn(&Path) -> Command + 'a>| Way { name, command };
    let at_home = move |mut command: Command| {
        command.env("HOME", &home).env("CARGO_HOME", &home);
        command.env("USER", template::NAME);
        command
    };
    let also_at_home = at_home.clone();
    let still_at_home = at_home.clone();
    Ok(vec![
        way(OURS, Box::new(move |out| install(bench, &site, out))),
        way(
            "copier",
            Box::new(move |out| at_home(tools.copier(&copier, out))),
        ),
        way(
            "cookiecutter",
            Box::new(move |out| also_at_home(tools.cookiecutter(&cookiecutter, out))),
        ),
        way(
            "cargo-generate",
            Box::new(move |out| still_at_home(tools.cargo_generate(&generate, out))),
        ),
        way("tar and sync", Box::new(move |out| unpack(&tar, out))),
    ])
}

/// A registry's site with the template as a package.
fn site(bench: &Bench<'_>, template: &Template, folder: &Path) -> Result<PathBuf, Failure> {
    let source = Source {
        name: "files".to_owned(),
        version: "1.0.0",
        kind: Kind::Project,
        variables: &["name"],
        tables: String::new(),
        files: template.package(),
    };
    let stock = Stock::make(&bench.program, &folder.join("stock"), &[vec![source]])?;
    Ok(stock.sites[0].clone())
}

fn install(bench: &Bench<'_>, site: &Path, out: &Path) -> Command {
    let mut command = bench.program.command();
    command.args(["template", "install", &format!("{NAMESPACE}/files")]);
    command.arg("--registry").arg(site).arg("--into").arg(out);
    let greeted = format!("name={}", template::NAME);
    command.args(["--set", &greeted, "--yes", "--accept", "all"]);
    command.args(["--offline", "--no-input"]);
    command
}

/// The limit: the files as they are to be, and the disk having them.
fn unpack(tar: &Path, out: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "tar xf \"$1\" -C \"$2\" && sync -f \"$2\"", "sh"]);
    command.arg(tar).arg(out);
    command
}

#[cfg(test)]
mod tests {
    use super::conclusion;

    #[test]
    fn conclusions_are_said_the_right_way_round() {
        let said = conclusion(
            5,
            "copier",
            &[0.01, 0.02, 0.03],
            &[0.5, 0.5, 0.5],
            0.005,
            20.0,
        );
        assert_eq!(
            said,
            "5 files: 25.0 times as fast as copier, 50.0 by the minima, where the limit is 100.0 (goal 20: met)"
        );
        let said = conclusion(5, "tar and sync", &[0.04], &[0.01], 0.01, 1.0 / 3.0);
        assert_eq!(
            said,
            "5 files: 4.0 times the time of tar and sync, 4.0 by the minima (goal 3: MISSED)"
        );
    }
}
