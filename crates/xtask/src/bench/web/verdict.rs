//! Visits -> a table, with what is aimed at beside each figure, and where time and bytes went.

use serde::Serialize;

use super::host::Sent;
use super::queries::Class;
use super::visit::{Engine, Visit, Visitor};
use crate::bench::measure::Sample;
use crate::bench::report::{Report, median};
use crate::workspace::Failure;

/// A visitor, and what was asked of whom.
#[derive(Serialize)]
pub(super) struct Answered {
    pub(super) packages: usize,
    pub(super) class: Class,
    pub(super) engine: Engine,
    pub(super) visitor: Visitor,
}

/// What is aimed at for a size of registry, against Pagefind on the same.
struct Goals {
    /// Time to the first answer, as a share of Pagefind's.
    time: f64,
    /// Bytes of a first visit, as a share of Pagefind's.
    bytes: Option<f64>,
    /// Bytes of a first visit.
    most: Option<usize>,
    /// Bytes of a later visit, as a share of Pagefind's.
    later: Option<f64>,
}

const LARGE: Goals = Goals {
    time: 0.65,
    bytes: Some(0.6),
    most: None,
    later: None,
};
const MEDIUM: Goals = Goals {
    time: 1.0,
    bytes: Some(2.0),
    most: None,
    later: Some(1.0),
};
const SMALL: Goals = Goals {
    time: 1.0,
    bytes: None,
    most: Some(400_000),
    later: None,
};
/// Milliseconds for a key when all that it needs is there, in nineteen cases of twenty.
const KEY: f64 = 5.0;

impl Goals {
    fn of(packages: usize) -> &'static Goals {
        match packages {
            0..=2_000 => &SMALL,
            2_001..=20_000 => &MEDIUM,
            _ => &LARGE,
        }
    }
}

/// What building our index may take: seconds of CPU and bytes of memory.
fn building(packages: usize) -> (Option<f64>, Option<u64>) {
    match packages {
        0..=10_000 => (Some(2.0), None),
        10_001..=60_000 => (Some(15.0), Some(150_000_000)),
        _ => (None, None),
    }
}

/// Says how building our index compares with what is aimed at.
pub(super) fn built(report: &mut Report, packages: usize, ours: &Sample, theirs: &Sample) {
    let cpu = |sample: &Sample| sample.user + sample.system;
    let (seconds, bytes) = building(packages);
    let seconds = seconds.map(|most| judged(cpu(ours) <= most, &format!("{most} s")));
    let bytes = bytes.map(|most| judged(ours.memory <= most, &format!("{} MB", most / 1_000_000)));
    report.conclude(format!(
        "index of {packages}: {:.2} s of CPU{}, {} MB{}; Pagefind's {:.1} s and {} MB\n",
        cpu(ours),
        seconds.unwrap_or_default(),
        ours.memory / 1_000_000,
        bytes.unwrap_or_default(),
        cpu(theirs),
        theirs.memory / 1_000_000,
    ));
}

fn judged(is_met: bool, goal: &str) -> String {
    let verdict = if is_met { "met" } else { "MISSED" };
    format!(" (goal {goal}: {verdict})")
}

/// Prints and keeps what all visits to a registry of one size show.
pub(super) fn conclude(
    report: &mut Report,
    packages: usize,
    classes: &[Class],
    all: &[Answered],
) -> Result<(), Failure> {
    println!(
        "{:<28}{:>13}{:>13}{:>11}{:>7}{:>13}{:>11}{:>15}{:>14}{:>7}",
        format!("{packages} packages, p50/p95"),
        "first, ms",
        "from script",
        "KB",
        "files",
        "second, ms",
        "KB",
        "key, fetching",
        "key, warm",
        "empty",
    );
    for class in classes {
        let of = |engine| Figures::of(all, *class, engine);
        let (ours, theirs) = (of(Engine::Ours), of(Engine::Pagefind));
        report.conclude(ours.line(&format!("{} ours", class.word())));
        report.conclude(theirs.line(&format!("{} pagefind", class.word())));
        report.conclude(compared(Goals::of(packages), *class, &ours, &theirs));
    }
    println!("\nwhere it goes, of the visitor in the middle (ms from the page: files, KB)");
    for class in classes {
        for engine in [Engine::Ours, Engine::Pagefind] {
            let visits = visitors(all, *class, engine).map(|visitor| &visitor.first);
            let mut visits: Vec<&Visit> = visits.collect();
            visits.sort_by(|a, b| a.said.answered.total_cmp(&b.said.answered));
            if let Some(visit) = visits.get(visits.len() / 2) {
                let name = format!("{} {}", class.word(), engine.word());
                report.conclude(format!("{name:<18}{}", course(visit)));
            }
        }
    }
    println!();
    all.iter().try_for_each(|answered| report.keep(answered))
}

fn visitors(all: &[Answered], class: Class, engine: Engine) -> impl Iterator<Item = &Visitor> {
    all.iter()
        .filter(move |one| one.class == class && one.engine == engine)
        .map(|one| &one.visitor)
}

/// What was measured of one engine for one class.
#[derive(Default)]
struct Figures {
    first: Vec<f64>,
    from_script: Vec<f64>,
    bytes: Vec<f64>,
    files: Vec<f64>,
    second: Vec<f64>,
    second_bytes: Vec<f64>,
    fetching: Vec<f64>,
    warm: Vec<f64>,
    /// Answers in which nothing was found.
    empty: usize,
}

impl Figures {
    fn of(all: &[Answered], class: Class, engine: Engine) -> Figures {
        let mut figures = Figures::default();
        for visitor in visitors(all, class, engine) {
            let Visitor { first, second, .. } = visitor;
            figures.first.push(first.said.answered);
            figures
                .from_script
                .push(first.said.answered - first.said.begun);
            figures.bytes.push(first.bytes() as f64);
            figures.files.push(first.sent.len() as f64);
            figures.second.push(second.said.answered);
            figures.second_bytes.push(second.bytes() as f64);
            figures.fetching.extend(&visitor.fetching);
            figures.warm.extend(&visitor.warm);
            let is_empty = |visit: &&Visit| visit.said.hits.is_empty();
            figures.empty += [first, second]
                .iter()
                .filter(|visit| is_empty(visit))
                .count();
        }
        figures
    }

    fn line(&self, name: &str) -> String {
        let times = |values: &[f64]| format!("{:.0}/{:.0}", median(values), p95(values));
        let keys = |values: &[f64]| match values {
            [] => "-".to_owned(),
            values => format!("{:.1}/{:.1}", median(values), p95(values)),
        };
        let kilobytes =
            |values: &[f64]| format!("{:.0}/{:.0}", median(values) / 1e3, p95(values) / 1e3);
        format!(
            "{name:<28}{:>13}{:>13}{:>11}{:>7.0}{:>13}{:>11}{:>15}{:>14}{:>7}",
            times(&self.first),
            times(&self.from_script),
            kilobytes(&self.bytes),
            median(&self.files),
            times(&self.second),
            kilobytes(&self.second_bytes),
            keys(&self.fetching),
            keys(&self.warm),
            self.empty,
        )
    }
}

/// Ours against Pagefind's, by the medians, each with its goal.
fn compared(goals: &Goals, class: Class, ours: &Figures, theirs: &Figures) -> String {
    let share = |ours: &[f64], theirs: &[f64]| median(ours) / median(theirs).max(1.0);
    // Pagefind finds nothing for a slip of the finger, which is quickly done.
    let is_judged = class != Class::Typo;
    let shown = |what: &str, value: f64, goal: Option<f64>| {
        let goal = goal
            .filter(|_| is_judged)
            .map(|most| judged(value <= most, &most.to_string()));
        format!("{what} {value:.2}{}", goal.unwrap_or_default())
    };
    let mut parts = vec![
        shown("time", share(&ours.first, &theirs.first), Some(goals.time)),
        shown(
            "from script",
            share(&ours.from_script, &theirs.from_script),
            None,
        ),
        shown("bytes", share(&ours.bytes, &theirs.bytes), goals.bytes),
        shown("second time", share(&ours.second, &theirs.second), None),
        shown(
            "second bytes",
            share(&ours.second_bytes, &theirs.second_bytes),
            goals.later,
        ),
    ];
    if let Some(most) = goals.most {
        let largest = ours.bytes.iter().copied().fold(0.0, f64::max);
        let goal = judged(largest <= most as f64, &format!("{} KB", most / 1000));
        parts.push(format!("at most {:.0} KB{goal}", largest / 1e3));
    }
    if !ours.warm.is_empty() {
        let key = p95(&ours.warm);
        let goal = judged(key < KEY, &format!("{KEY} ms"));
        parts.push(format!("key {key:.1} ms{goal}"));
    }
    format!("  ours/pagefind: {}", parts.join(", "))
}

/// Files that were asked for together, by when: `0: 1, 60 | 54: 3, 12` is two rounds.
fn course(visit: &Visit) -> String {
    /// Asked for this much later, in milliseconds, a file is of another round.
    const PAUSE: f64 = 20.0;
    let mut rounds: Vec<Vec<&Sent>> = Vec::new();
    for sent in &visit.sent {
        match rounds.last_mut() {
            Some(round) if round.last().is_some_and(|last| sent.at - last.at < PAUSE) => {
                round.push(sent);
            }
            _ => rounds.push(vec![sent]),
        }
    }
    let shown = rounds.iter().map(|round| {
        let bytes: usize = round.iter().map(|sent| sent.bytes).sum();
        let largest = round.iter().max_by_key(|sent| sent.bytes);
        let largest = largest.map_or("", |sent| last_part(&sent.path));
        format!(
            "{:.0}: {}, {:.0} ({largest})",
            round[0].at,
            round.len(),
            bytes as f64 / 1e3
        )
    });
    let shown: Vec<String> = shown.collect();
    let answered = visit.said.answered - visit.said.responded;
    format!("{} | answered {answered:.0}", shown.join(" | "))
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The value that nineteen of twenty do not exceed; 0 of none.
fn p95(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() as f64 * 0.95).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::queries::{Class, Query};
    use super::super::visit::{Said, Visit};
    use super::{Figures, Goals, Sent, compared, course, p95};

    #[test]
    fn nineteen_of_twenty() {
        let values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(p95(&values), 19.0);
        assert_eq!(p95(&[7.0]), 7.0);
        assert_eq!(p95(&[]), 0.0);
    }

    #[test]
    fn goals_are_those_of_the_size() {
        let figures = |time: f64, bytes: f64, warm: f64| Figures {
            first: vec![time],
            bytes: vec![bytes],
            second_bytes: vec![bytes],
            warm: vec![warm],
            ..Figures::default()
        };
        let (ours, theirs) = (figures(700.0, 390e3, 5.5), figures(1000.0, 500e3, 1.0));
        let line = |packages, class| compared(Goals::of(packages), class, &ours, &theirs);
        let large = line(60_000, Class::Single);
        assert!(large.contains("time 0.70 (goal 0.65: MISSED)"), "{large}");
        assert!(large.contains("bytes 0.78 (goal 0.6: MISSED)"), "{large}");
        assert!(large.contains("key 5.5 ms (goal 5 ms: MISSED)"), "{large}");
        assert!(!line(60_000, Class::Typo).contains("time 0.70 (goal"));
        let medium = line(10_000, Class::Single);
        assert!(medium.contains("bytes 0.78 (goal 2: met)"), "{medium}");
        assert!(
            medium.contains("second bytes 0.78 (goal 1: met)"),
            "{medium}"
        );
        assert!(line(1_000, Class::Multi).contains("at most 390 KB (goal 400 KB: met)"));
    }

    #[test]
    fn what_is_asked_together_is_a_round() {
        let sent = |at, path: &str, bytes| Sent {
            at,
            path: path.to_owned(),
            bytes,
            status: 200,
        };
        let visit = Visit {
            query: Query {
                text: String::new(),
                filter: None,
            },
            said: Said {
                responded: 100.0,
                begun: 110.0,
                answered: 300.0,
                total: 0,
                hits: Vec::new(),
            },
            sent: vec![
                sent(50.0, "a/worker.js", 4000),
                sent(55.0, "a/hot.bin", 9000),
                sent(120.0, "a/1.bin", 5000),
            ],
        };
        let expected = "50: 2, 13 (hot.bin) | 120: 1, 5 (1.bin) | answered 200";
        assert_eq!(course(&visit), expected);
    }
}
