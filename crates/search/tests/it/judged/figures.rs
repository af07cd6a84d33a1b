//! Answers -> figures -> a table. The chore `quality` compiles this file as a module of its own.

use std::fmt::Write as _;

use super::sets::Judged;

/// How far down an answer is read; what comes later counts as not found.
pub(crate) const DEPTH: usize = 10;

/// The classes of queries, in the order of the table.
pub(crate) const CLASSES: [&str; 13] = [
    "task", "tool", "synonym", "exact", "prefix", "typo1", "typo2", "phrase", "filter", "order",
    "form", "spelling", "accent",
];

/// What became of one query.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) class: String,
    /// The place of the first good answer, from 1.
    pub(crate) place: Option<usize>,
}

impl Outcome {
    /// `answer` has names of packages, best first.
    pub(crate) fn of(judged: &Judged, answer: &[String]) -> Outcome {
        let mut names = answer.iter().take(DEPTH);
        Outcome {
            class: judged.class.clone(),
            place: names
                .position(|name| judged.relevant.contains(name))
                .map(|at| at + 1),
        }
    }
}

/// Means over some queries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Figures {
    pub(crate) queries: usize,
    /// Mean reciprocal rank: 1 if a good answer is always first, 0.5 if second, 0 where there is none.
    pub(crate) reciprocal: f64,
    /// Share of the queries whose first answer is a good one.
    pub(crate) first: f64,
}

impl Figures {
    /// Of a class, or of all.
    pub(crate) fn of(outcomes: &[Outcome], class: Option<&str>) -> Figures {
        let of_class = outcomes
            .iter()
            .filter(|o| class.is_none_or(|c| o.class == c));
        let places: Vec<Option<usize>> = of_class.map(|outcome| outcome.place).collect();
        // An empty sum of floats is -0.
        let mean = |sum: f64| (sum + 0.0) / places.len().max(1) as f64;
        Figures {
            queries: places.len(),
            reciprocal: mean(
                places
                    .iter()
                    .flatten()
                    .map(|place| 1.0 / *place as f64)
                    .sum(),
            ),
            first: mean(places.iter().filter(|place| **place == Some(1)).count() as f64),
        }
    }
}

/// One row a class and one column an engine, each with its mean reciprocal rank and its share of
/// good first answers. All engines were asked the same.
pub(crate) fn table(title: &str, engines: &[(&str, Vec<Outcome>)]) -> String {
    let mut out = format!("\n{title:<34}");
    for (name, _) in engines {
        let _ = write!(out, "{name:>20}");
    }
    let _ = write!(out, "\n{:<24}{:>10}", "class", "queries");
    for _ in engines {
        let _ = write!(out, "{:>12}{:>8}", "MRR", "first");
    }
    out.push('\n');
    for class in CLASSES.map(Some).into_iter().chain([None]) {
        let figures = engines
            .iter()
            .map(|(_, outcomes)| Figures::of(outcomes, class));
        let figures: Vec<Figures> = figures.collect();
        let queries = figures.first().map_or(0, |figures| figures.queries);
        if queries == 0 {
            continue;
        }
        let _ = write!(out, "{:<24}{queries:>10}", class.unwrap_or("all"));
        for Figures {
            reciprocal, first, ..
        } in figures
        {
            let _ = write!(out, "{reciprocal:>12.3}{:>6.0} %", first * 100.0);
        }
        out.push('\n');
    }
    out
}
