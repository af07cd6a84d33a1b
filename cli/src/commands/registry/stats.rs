//! `paracle registry stats`: a registry in numbers.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use registry_index::{
    Layout, Registry, Selection, address::is_same_repository, load, stats::Stats,
};
use serde::Serialize;

use super::build::freeze;
use crate::{
    context::Context,
    error::CliError,
    ui::{BOLD, counted, one_line, table},
};

/// Show a registry in numbers
///
/// Packages, releases, kinds, licences, how fresh they are, what people think of them. How long it took
/// from a merge to the release is told for packages whose sources are kept in the registry, as far as
/// its git history is at hand.
#[derive(Args, Debug)]
pub(crate) struct Stat {
    /// The registry's folder
    #[arg(long, value_name = "DIR")]
    registry: Option<PathBuf>,
    /// The folder of ratings [default: ratings in the registry]
    #[arg(long, value_name = "DIR")]
    ratings: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// All that is printed.
#[derive(Serialize)]
struct Numbers {
    format: u32,
    #[serde(flatten)]
    stats: Stats,
    /// Absent where the history is not at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits: Option<Waits>,
}

/// From the merge of a package's sources to its release, in seconds.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Waits {
    /// For how many releases it is known.
    releases: usize,
    /// Half of them took no longer.
    median: i64,
    /// Nine of ten took no longer.
    ninth: i64,
}

/// The history is looked at for so many releases, the newest.
const MOST: usize = 500;

impl Stat {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let mut layout = context.layout(self.registry.as_deref())?;
        if let Some(folder) = &self.ratings {
            layout = layout.with_ratings(context.here.join(folder));
        }
        let registry = freeze(load::load(&layout, &Selection::All)?)?;
        let today = context.now()?.to_string();
        let numbers = Numbers {
            format: 1,
            stats: Stats::of(&registry, Some(&today)),
            waits: waits(&layout, &registry),
        };
        match self.json {
            true => context.ui.json(&numbers)?,
            false => print(&numbers, context)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// `None` where nothing of it is known.
fn waits(layout: &Layout, registry: &Registry) -> Option<Waits> {
    let repository = git::Repository::open(layout.root()).ok()?;
    let own = registry.config.repository.as_deref()?;
    let releases = registry
        .packages
        .values()
        .flat_map(|package| &package.releases);
    let mut records: Vec<_> = releases
        .map(|release| &release.record)
        .filter(|record| is_same_repository(own, &record.source.git))
        .collect();
    records.sort_by(|a, b| b.published.cmp(&a.published));
    let mut waits: Vec<i64> = records
        .into_iter()
        .take(MOST)
        .filter_map(|record| {
            let commit = record.source.rev.parse().ok()?;
            let merged = repository.brought(&commit, &record.source.path).ok()??;
            let published: jiff::Timestamp = record.published.parse().ok()?;
            let wait = published.as_second() - merged;
            (wait >= 0).then_some(wait)
        })
        .collect();
    waits.sort_unstable();
    let at = |tenths: usize| {
        waits
            .get(waits.len().saturating_sub(1) * tenths / 10)
            .copied()
    };
    Some(Waits {
        releases: waits.len(),
        median: at(5)?,
        ninth: at(9)?,
    })
}

fn print(numbers: &Numbers, context: &Context) -> Result<(), CliError> {
    let ui = &context.ui;
    let stats = &numbers.stats;
    ui.data(format!(
        "{BOLD}{}{BOLD:#}, {}, {} withdrawn, {} deprecated",
        counted(stats.packages as usize, "package"),
        counted(stats.releases as usize, "release"),
        stats.withdrawn,
        stats.deprecated
    ))?;
    let shares = |shares: &[registry_index::stats::Share]| -> Vec<(String, u32)> {
        let some = shares.iter().filter(|share| share.packages > 0);
        some.map(|share| (one_line(&share.id), share.packages))
            .collect()
    };
    section("Kinds", &shares(&stats.kinds), context)?;
    section("Licences", &shares(&stats.licences), context)?;
    let ages = stats.ages.iter().map(|age| {
        let title = age
            .days
            .map_or_else(|| "longer".to_owned(), |days| format!("{days} days"));
        (title, age.packages)
    });
    section("Newest release within", &ages.collect::<Vec<_>>(), context)?;
    let voices = &stats.ratings;
    if voices.count > 0 {
        let stars = (1..6).zip(voices.distribution).rev();
        let lines: Vec<_> = stars
            .map(|(stars, people)| (format!("{stars} of 5"), people))
            .collect();
        let title = format!(
            "{} of {}",
            counted(voices.count as usize, "rating"),
            counted(voices.packages as usize, "package")
        );
        section(&title, &lines, context)?;
    }
    if let Some(waits) = &numbers.waits {
        ui.data(format!(
            "\n{BOLD}From merge to release{BOLD:#}: {} for half, {} for nine of ten ({})",
            spoken(waits.median),
            spoken(waits.ninth),
            counted(waits.releases, "release")
        ))?;
    }
    Ok(())
}

/// The longest bar, in columns.
const WIDTH: u32 = 30;

fn section(title: &str, lines: &[(String, u32)], context: &Context) -> Result<(), CliError> {
    let most = lines.iter().map(|(_, count)| *count).max().unwrap_or(0);
    if most == 0 {
        return Ok(());
    }
    context.ui.data(format!("\n{BOLD}{title}{BOLD:#}"))?;
    let bar = |count: u32| {
        "#".repeat((u64::from(count) * u64::from(WIDTH)).div_ceil(u64::from(most)) as usize)
    };
    let cells = lines
        .iter()
        .map(|(title, count)| [format!("  {title}"), count.to_string(), bar(*count)]);
    for line in table::aligned(&cells.collect::<Vec<_>>()) {
        context.ui.data(line)?;
    }
    Ok(())
}

/// `40 s`, `12 min`, `5 h`, `3 days`
fn spoken(seconds: i64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
