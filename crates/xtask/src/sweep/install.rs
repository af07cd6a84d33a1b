//! `cargo xtask sweep install`: each call by which an operation changes something is disturbed, one run
//! of the program for each. After one more command the project has to be the old one or the new one.
//!
//! A census under strace says which calls there are. Then for each of them, N from one: a fresh copy of
//! the project, the operation with its Nth call disturbed, a command that only reads, a look at every
//! file. It goes on past the number that the census counted until a run comes to its end undisturbed.
//! The program's own calls come first; then those of the processes that it starts.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use super::calls::{self, CHANGING, Census};
use super::fault::{FAULTS, Fault, Whose};
use super::permissions;
use super::scene::{self, OPERATIONS, Operation, Place, Scene, done, output};
use super::verdict::{Expected, State, Tally};
use crate::program::{self, Program};
use crate::workspace::{Failure, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these operations: install, first-install, install-many, update, remove
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Only these faults
    #[arg(long, value_name = "FAULT", value_delimiter = ',')]
    fault: Vec<Fault>,
    /// Only these calls
    #[arg(long, value_name = "CALL", value_delimiter = ',')]
    call: Vec<String>,
    /// Only this point of each call
    #[arg(long, value_name = "N")]
    at: Option<usize>,
    /// Only every Kth point
    #[arg(long, default_value_t = 1, value_name = "K")]
    every: usize,
    /// Work below this folder, for instance one in memory: a kill is a kill there too, and syncing is quick
    #[arg(long, value_name = "DIR")]
    below: Option<PathBuf>,
    #[command(flatten)]
    pub(super) program: program::Options,
}

impl Options {
    /// What takes seconds rather than minutes.
    pub(super) fn sample(below: Option<PathBuf>) -> Options {
        Options {
            only: ["install", "update", "remove"].map(str::to_owned).to_vec(),
            fault: vec![Fault::Kill, Fault::Enospc],
            call: Vec::new(),
            at: None,
            every: 41,
            below,
            program: program::Options::as_built(),
        }
    }

    fn wants(&self, at: usize) -> bool {
        match self.at {
            Some(only) => only == at,
            None => (at - 1).is_multiple_of(self.every.max(1)),
        }
    }

    /// Whether nobody wants a later point.
    fn is_past(&self, at: usize) -> bool {
        self.at.is_some_and(|only| at > only)
    }
}

/// All that is known of a sweep so far.
pub(super) struct Sweep<'a> {
    scene: &'a Scene<'a>,
    options: &'a Options,
    wrong: Vec<String>,
}

pub(super) fn run(
    workspace: &Workspace,
    program: &Program,
    options: &Options,
) -> Result<(), Failure> {
    let begun = Instant::now();
    let below = options.below.as_deref();
    let scene =
        Scene::make(workspace, program, "install", below, &scene::packages())?.with_starts()?;
    let mut sweep = Sweep {
        scene: &scene,
        options,
        wrong: Vec::new(),
    };
    let mut total = Tally::default();
    for operation in OPERATIONS {
        if options.only.is_empty() || options.only.iter().any(|name| name == operation.name) {
            total += sweep.operation(operation)?;
        }
    }
    println!(
        "{} points in {:.0} s: {} old, {} old with an empty folder more, {} new, {} wrong",
        total.points(),
        begun.elapsed().as_secs_f64(),
        total.old,
        total.littered,
        total.new,
        total.wrong
    );
    match sweep.wrong.len() {
        0 => Ok(()),
        count => Err(Failure(format!(
            "{count} points went wrong; they are named above"
        ))),
    }
}

impl Sweep<'_> {
    fn operation(&mut self, operation: &Operation) -> Result<Tally, Failure> {
        let expected = self.expected(operation)?;
        let census = self.census(operation)?;
        let children = census.children();
        println!(
            "{}: {} calls, and {} of the {} processes and threads that it starts",
            operation.name,
            census.main.counts.values().sum::<usize>(),
            children.values().sum::<usize>(),
            census.others.len(),
        );
        match census.threads() {
            0 => println!("  files are changed by one thread only"),
            more => println!("  NOT SWEPT: what {more} other threads change"),
        }
        let mut total = Tally::default();
        for fault in FAULTS {
            if !self.options.fault.is_empty() && !self.options.fault.contains(fault) {
                continue;
            }
            println!("  {:<19}   points   old  old+   new wrong", fault.name());
            let begun = Instant::now();
            let mut sum = Tally::default();
            for (whose, counts) in [
                (Whose::Program, &census.main.counts),
                (Whose::All, &children),
            ] {
                sum += self.calls(operation, &expected, *fault, whose, counts)?;
            }
            println!(
                "    {:<17}{} ({:.0} s)",
                "all",
                figures(sum),
                begun.elapsed().as_secs_f64()
            );
            total += sum;
        }
        let begun = Instant::now();
        let sum = permissions::sweep(self, operation, &expected)?;
        println!(
            "  permissions\n    {:<17}{} ({:.0} s)",
            "all",
            figures(sum),
            begun.elapsed().as_secs_f64()
        );
        total += sum;
        Ok(total)
    }

    /// The project before and after `operation`, undisturbed.
    fn expected(&self, operation: &Operation) -> Result<Expected, Failure> {
        let place = self.scene.place(operation)?;
        let old = place.tree()?;
        done(&mut self.scene.command(operation, &place, &[]))?;
        let new = place.tree()?;
        match old == new {
            true => Err(Failure(format!("{} changes nothing", operation.name))),
            false => Ok(Expected { old, new }),
        }
    }

    fn census(&self, operation: &Operation) -> Result<Census, Failure> {
        let place = self.scene.place(operation)?;
        let trace = self.scene.file("trace");
        done(
            &mut self
                .scene
                .command(operation, &place, &calls::counting(&trace)),
        )?;
        Census::read(&trace)
    }

    fn calls(
        &mut self,
        operation: &Operation,
        expected: &Expected,
        fault: Fault,
        whose: Whose,
        counts: &BTreeMap<String, usize>,
    ) -> Result<Tally, Failure> {
        let mut total = Tally::default();
        for call in CHANGING {
            let Some(count) = counts.get(*call) else {
                continue;
            };
            let is_wanted =
                self.options.call.is_empty() || self.options.call.iter().any(|name| name == call);
            if !is_wanted || !fault.strikes(call) {
                continue;
            }
            let mut tally = Tally::default();
            for at in 1.. {
                let is_last = whose == Whose::All && at > *count;
                if is_last || self.options.is_past(at) {
                    break;
                }
                if !self.options.wants(at) && at <= *count {
                    continue;
                }
                let point = Point {
                    operation,
                    fault,
                    whose,
                    call,
                    at,
                };
                match self.point(&point, expected)? {
                    Some(outcome) => tally.add(&outcome),
                    // Runs differ a little; the last points of one may not be there in another.
                    None if at > *count => break,
                    None => {}
                }
            }
            let name = match whose {
                Whose::Program => (*call).to_owned(),
                Whose::All => format!("{call} (of all)"),
            };
            println!("    {name:<17}{}", figures(tally));
            total += tally;
        }
        Ok(total)
    }

    /// One run that is disturbed; nothing where it came to its end before the point.
    fn point(
        &mut self,
        point: &Point<'_>,
        expected: &Expected,
    ) -> Result<Option<Result<State, String>>, Failure> {
        let place = self.scene.place(point.operation)?;
        let trace = self.scene.file("trace");
        let wrapper = point
            .fault
            .inject(point.call, point.at, point.whose, &trace);
        let output = output(&mut self.scene.command(point.operation, &place, &wrapper))?;
        let traced = fs::read(&trace).map_err(|error| Failure::of(trace.display(), error))?;
        if !point.fault.has_struck(&String::from_utf8_lossy(&traced)) {
            return Ok(None);
        }
        let outcome = match output.status.code() {
            None => Ok(()),
            Some(_) => {
                let voice = point.fault.voice(point.call);
                expected.judge(&output, &place.tree()?, voice).map(drop)
            }
        };
        let outcome = match outcome {
            Ok(()) => self.afterwards(&place, expected)?,
            Err(why) => Err(why),
        };
        let outcome = match (&outcome, point.fault) {
            (Ok(State::Old), Fault::Kill) => self.again(point.operation, &place, expected)?,
            _ => outcome,
        };
        self.note(&place, &point.name(), &outcome)?;
        Ok(Some(outcome))
    }

    /// One more command, and what the project is then.
    pub(super) fn afterwards(
        &self,
        place: &Place,
        expected: &Expected,
    ) -> Result<Result<State, String>, Failure> {
        let looked = output(&mut self.scene.look(place))?;
        if !looked.status.success() {
            let said = String::from_utf8_lossy(&looked.stderr);
            return Ok(Err(format!("the next command fails: {}", said.trim())));
        }
        Ok(expected.state(&place.tree()?))
    }

    /// A project that is the old one again: the operation must still be possible.
    fn again(
        &self,
        operation: &Operation,
        place: &Place,
        expected: &Expected,
    ) -> Result<Result<State, String>, Failure> {
        let again = output(&mut self.scene.command(operation, place, &[]))?;
        let said = String::from_utf8_lossy(&again.stderr);
        Ok(match expected.state(&place.tree()?) {
            Ok(State::New) if again.status.success() => Ok(State::Old),
            Ok(_) => Err(format!("it cannot be done again: {}", said.trim())),
            Err(why) => Err(format!("done again: {why}")),
        })
    }

    /// Keeps what went wrong, to be told and looked at.
    pub(super) fn note(
        &mut self,
        place: &Place,
        name: &str,
        outcome: &Result<State, String>,
    ) -> Result<(), Failure> {
        let Err(why) = outcome else {
            return Ok(());
        };
        println!("    WRONG {name}: {why}");
        if self.wrong.len() < KEPT {
            let kept = self
                .scene
                .keep(place, &format!("wrong-{}", self.wrong.len()))?;
            println!("          what it left is in {}", kept.display());
        }
        self.wrong.push(name.to_owned());
        Ok(())
    }

    pub(super) fn scene(&self) -> &Scene<'_> {
        self.scene
    }

    /// Whether all is asked for rather than one point.
    pub(super) fn wants_permissions(&self) -> bool {
        self.options.call.is_empty() && self.options.at.is_none()
    }
}

/// So many projects are kept of those that went wrong.
const KEPT: usize = 10;

/// One disturbance of one run.
struct Point<'a> {
    operation: &'a Operation,
    fault: Fault,
    whose: Whose,
    call: &'a str,
    at: usize,
}

impl Point<'_> {
    /// As it can be asked for again.
    fn name(&self) -> String {
        format!(
            "--only {} --fault {} --call {} --at {}{}",
            self.operation.name,
            self.fault.name(),
            self.call,
            self.at,
            match self.whose {
                Whose::Program => "",
                Whose::All => " (of any process)",
            }
        )
    }
}

fn figures(tally: Tally) -> String {
    format!(
        "{:>9} {:>5} {:>5} {:>5} {:>5}",
        tally.points(),
        tally.old,
        tally.littered,
        tally.new,
        tally.wrong
    )
}
