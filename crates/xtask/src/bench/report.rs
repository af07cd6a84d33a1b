//! Samples as a table with the goal beside each figure, and as a file with every one of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::machine::Machine;
use super::measure::Sample;
use crate::apt;
use crate::workspace::Failure;

/// What is aimed at.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Goal {
    /// The median of times on the clock, in seconds, at most.
    pub(super) wall: Option<f64>,
    /// Bytes of memory in any run, at most.
    pub(super) memory: Option<u64>,
}

/// One thing that was measured several times.
#[derive(Debug, Serialize)]
pub(super) struct Series {
    pub(super) what: String,
    /// Of what it is done to: packages of a registry, files of a template.
    pub(super) size: usize,
    pub(super) goal: Goal,
    pub(super) samples: Vec<Sample>,
}

#[derive(Serialize)]
pub(super) struct Report {
    name: &'static str,
    /// Seconds since 1970.
    date: u64,
    machine: Machine,
    series: Vec<Series>,
    /// What follows from the series, in words.
    conclusions: Vec<String>,
    /// What a benchmark measures besides processes.
    details: Vec<serde_json::Value>,
}

impl Report {
    pub(super) fn new(name: &'static str, machine: Machine) -> Report {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Report {
            name,
            date: now.as_secs(),
            machine,
            series: Vec::new(),
            conclusions: Vec::new(),
            details: Vec::new(),
        }
    }

    pub(super) fn print_machine(&self) {
        for (what, value) in &self.machine.0 {
            println!("{what:>8}  {value}");
        }
        println!();
    }

    /// `sizes` says what the series' sizes are of.
    pub(super) fn print_head(sizes: &str) {
        println!(
            "{:<44} {:>8} {:>4}  {:>29}  {:>9}  {:>9}  goal",
            "", sizes, "runs", "time (min … max)", "cpu", "memory"
        );
    }

    /// Prints the series as a line of the table, and keeps it.
    pub(super) fn add(&mut self, series: Series) {
        println!("{}", line(&series));
        self.series.push(series);
    }

    /// Prints and keeps what follows from the series.
    pub(super) fn conclude(&mut self, conclusion: String) {
        println!("{conclusion}");
        self.conclusions.push(conclusion);
    }

    /// Keeps what is no process.
    pub(super) fn keep(&mut self, detail: &impl Serialize) -> Result<(), Failure> {
        let detail = serde_json::to_value(detail);
        let detail = detail.map_err(|error| Failure::of("the report", error))?;
        self.details.push(detail);
        Ok(())
    }

    /// Writes everything into `folder`; the file that was written.
    pub(super) fn write(&self, folder: &Path) -> Result<PathBuf, Failure> {
        fs::create_dir_all(folder).map_err(|error| Failure::of(folder.display(), error))?;
        let path = folder.join(format!("{}-{}.json", self.name, date(self.date)));
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| Failure::of(path.display(), error))?;
        apt::write(&path, text)?;
        Ok(path)
    }
}

fn line(series: &Series) -> String {
    let walls: Vec<f64> = series.samples.iter().map(|sample| sample.wall).collect();
    let cpus: Vec<f64> = series
        .samples
        .iter()
        .map(|sample| sample.user + sample.system)
        .collect();
    let memory = most(&series.samples);
    let (least, greatest) = range(&walls);
    let wall = median(&walls);
    format!(
        "{:<44} {:>8} {:>4}  {:>29}  {:>9}  {:>9}  {}",
        series.what,
        series.size,
        series.samples.len(),
        format!("{} ({} … {})", time(wall), time(least), time(greatest)),
        time(median(&cpus)),
        size(memory),
        verdict(series.goal, wall, memory),
    )
}

fn verdict(goal: Goal, wall: f64, memory: u64) -> String {
    let judged = |is_met: bool, goal: String| match is_met {
        true => format!("{goal}: met"),
        false => format!("{goal}: MISSED"),
    };
    let time = goal.wall.map(|most| judged(wall <= most, time(most)));
    let size = goal.memory.map(|most| judged(memory <= most, size(most)));
    let all: Vec<String> = time.into_iter().chain(size).collect();
    match all.is_empty() {
        true => "none".to_owned(),
        false => all.join(", "),
    }
}

/// The middle value, or the mean of the two in the middle; 0 of none.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

fn range(values: &[f64]) -> (f64, f64) {
    let least = values.iter().copied().reduce(f64::min).unwrap_or_default();
    (
        least,
        values.iter().copied().reduce(f64::max).unwrap_or_default(),
    )
}

fn most(samples: &[Sample]) -> u64 {
    samples
        .iter()
        .map(|sample| sample.memory)
        .max()
        .unwrap_or_default()
}

/// Seconds as people write them, with three digits that mean something.
pub(super) fn time(seconds: f64) -> String {
    match seconds {
        s if s < 0.1 => format!("{:.1} ms", s * 1e3),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 10.0 => format!("{s:.2} s"),
        s => format!("{s:.1} s"),
    }
}

fn size(bytes: u64) -> String {
    let mebibytes = bytes as f64 / f64::from(1 << 20);
    match mebibytes {
        m if m < 10.0 => format!("{m:.1} MiB"),
        m if m < 1024.0 => format!("{m:.0} MiB"),
        m => format!("{:.2} GiB", m / 1024.0),
    }
}

/// `20261120T052008Z`, UTC. Source of the calendar: Howard Hinnant, "chrono-compatible low-level date
/// algorithms", `civil_from_days`.
fn date(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::{Goal, Sample, Series, date, line, median, size, time, verdict};

    #[test]
    fn the_middle_is_in_the_middle() {
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn figures_are_written_as_people_do() {
        assert_eq!(
            [0.0213, 0.213, 2.131, 21.31].map(time),
            ["21.3 ms", "213 ms", "2.13 s", "21.3 s"]
        );
        assert_eq!(
            [3 << 20, 70 << 20, 1 << 30].map(size),
            ["3.0 MiB", "70 MiB", "1.00 GiB"]
        );
    }

    #[test]
    fn goals_are_met_or_missed() {
        let goal = Goal {
            wall: Some(2.0),
            memory: Some(1 << 30),
        };
        assert_eq!(verdict(goal, 2.0, 1), "2.00 s: met, 1.00 GiB: met");
        assert_eq!(
            verdict(goal, 2.1, 2 << 30),
            "2.00 s: MISSED, 1.00 GiB: MISSED"
        );
        assert_eq!(verdict(Goal::default(), 1.0, 1), "none");
    }

    #[test]
    fn a_series_is_a_line() {
        let sample = |wall| Sample {
            wall,
            user: 0.5,
            system: 0.25,
            memory: 20 << 20,
        };
        let series = Series {
            what: "check all".to_owned(),
            size: 1000,
            goal: Goal::default(),
            samples: vec![sample(1.0), sample(3.0), sample(2.0)],
        };
        let words: Vec<String> = line(&series)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let expected = "check all 1000 3 2.00 s (1.00 s … 3.00 s) 750 ms 20 MiB none";
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "19700101T000000Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (1_700_000_000, "20231114T221320Z"),
            (1_735_689_599, "20241231T235959Z"),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }
}
