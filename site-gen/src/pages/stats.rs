//! The registry in numbers: what its records say, and nothing that only its history knows.

use registry_index::{Kind, Registry, stats::Stats};
use serde::Serialize;

use crate::{
    BuildError, links,
    output::Output,
    pages::{Frame, Views},
    text,
    view::{
        KindView,
        ratings::{Bar, bars},
    },
};

/// Licences that get a line of their own.
const LICENCES: usize = 12;

#[derive(Serialize)]
struct View {
    /// The day that ages are counted to.
    day: Option<text::Day>,
    facts: Vec<Fact>,
    charts: Vec<Chart>,
}

#[derive(Serialize)]
struct Fact {
    title: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Chart {
    id: &'static str,
    title: &'static str,
    note: String,
    bars: Vec<Bar>,
    /// The bars in words.
    sentence: String,
}

pub(crate) fn write(
    views: &Views,
    out: &Output<'_>,
    registry: &Registry,
) -> Result<(), BuildError> {
    let stats = Stats::of(registry, None);
    let view = View {
        day: text::day(&stats.as_of),
        facts: facts(&stats),
        charts: charts(&stats),
    };
    let frame = Frame {
        address: links::STATS,
        title: Some("In numbers"),
        description: "How many packages there are, of which kinds, under which licences, and how fresh they are",
        nav: "",
        listed: true,
    };
    out.page(links::STATS, &views.render("stats.html", &frame, &view)?)
}

fn facts(stats: &Stats) -> Vec<Fact> {
    let number = |title, count: u32| Fact {
        title,
        value: text::number(u64::from(count)),
    };
    vec![
        number("Packages", stats.packages),
        number("Releases", stats.releases),
        number("Withdrawn releases", stats.withdrawn),
        number("Deprecated packages", stats.deprecated),
        number("Ratings", stats.ratings.count),
        number("Reviews", stats.ratings.reviews),
    ]
}

fn charts(stats: &Stats) -> Vec<Chart> {
    let kinds = stats.kinds.iter().map(|share| {
        let kind = share.id.parse::<Kind>().ok().map(KindView::from);
        (kind.map_or("", |kind| kind.many), share.packages)
    });
    let mut charts = vec![
        chart("kinds", "Kinds", String::new(), kinds),
        chart(
            "ages",
            "How fresh",
            "packages by how long before that day their newest release was taken".to_owned(),
            stats
                .ages
                .iter()
                .zip(AGES)
                .map(|(age, title)| (title, age.packages)),
        ),
        licences(stats),
    ];
    let voices = &stats.ratings;
    if voices.count > 0 {
        let stars = ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"];
        let of = text::count(voices.packages as usize, "package", "packages");
        let note = format!(
            "of {of}; {} with enough for an average",
            text::number(u64::from(voices.averaged))
        );
        let lines = stars.into_iter().zip(voices.distribution).rev();
        charts.push(chart("stars", "Ratings", note, lines));
    }
    charts.retain(|chart| !chart.bars.is_empty());
    charts
}

/// What the ends of [`Stats::ages`] are called.
const AGES: [&str; 6] = [
    "30 days",
    "90 days",
    "half a year",
    "a year",
    "two years",
    "longer",
];

fn licences(stats: &Stats) -> Chart {
    let (shown, rest) = stats.licences.split_at(stats.licences.len().min(LICENCES));
    let rest: u32 = rest.iter().map(|share| share.packages).sum();
    let shown = shown
        .iter()
        .map(|share| (text::line(&share.id, 40), share.packages));
    let others = (rest > 0).then(|| ("others".to_owned(), rest));
    chart(
        "licences",
        "Licences",
        "of the newest release".to_owned(),
        shown.chain(others),
    )
}

fn chart<T: Into<String>>(
    id: &'static str,
    title: &'static str,
    note: String,
    lines: impl Iterator<Item = (T, u32)>,
) -> Chart {
    let bars = bars(lines);
    let spoken = bars
        .iter()
        .map(|bar| format!("{}: {}", bar.title, bar.count));
    Chart {
        id,
        title,
        note,
        sentence: spoken.collect::<Vec<_>>().join(", "),
        bars,
    }
}
