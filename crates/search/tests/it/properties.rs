//! Any text is a query, and filters mean what they say.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use search::{Filter, Query, USES};

use crate::registry::{documents, index};

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "review", "diff", "code", "agent", "sql", "the", "a", "githb", "kuberentes", "Überprüfung",
            "writes", "kind:agent", "license:mit", "author:zoe", "foo:bar", "kind:", "\"", "tag:\"x", "-diff", "-kind:agent", "\"code review\"", "sort:name", "-\"a b\"",
            "uses:network", "registry:core",
        ]).prop_map(str::to_owned),
        1 => ".{0,12}",
    ]
}

fn filter() -> impl Strategy<Value = (Filter, &'static str)> {
    prop::sample::select(vec![
        (Filter::Kind, "agent"),
        (Filter::Kind, "skill"),
        (Filter::Category, "quality"),
        (Filter::Tag, "review"),
        (Filter::Author, "octocat"),
        (Filter::License, "MIT"),
        (Filter::License, "Apache-2.0"),
        (Filter::Author, "nobody"),
        (Filter::Uses, "network"),
        (Filter::Uses, "agents"),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_a_query(words in prop::collection::vec(word(), 0..8), limit in 0..40_usize) {
        let results = index().search(&Query::parse(&words.join(" ")), limit).unwrap();
        prop_assert!(results.hits.len() == limit.min(results.total));
        let falling = results.hits.is_sorted_by(|a, b| a.score >= b.score);
        prop_assert!(falling || words.iter().any(|word| word == "sort:name"));
    }

    #[test]
    fn every_hit_meets_the_filters(
        words in prop::collection::vec("review|diff|code|sql|", 0..3),
        filters in prop::collection::vec(filter(), 1..4),
    ) {
        let mut query = Query::parse(&words.join(" "));
        for (filter, value) in &filters {
            query = query.with_filter(*filter, value);
        }
        let all = documents();
        for hit in index().search(&query, 100).unwrap().hits {
            let document = all.iter().find(|d| d.name == hit.name).unwrap();
            for kind in Filter::ALL {
                let mut same = filters.iter().filter(|(filter, _)| *filter == kind).peekable();
                let meets = same.peek().is_none() || same.any(|(filter, value)| match filter {
                    Filter::Kind => document.kind == *value,
                    Filter::Category => document.categories.iter().any(|c| c == value),
                    Filter::Tag => document.keywords.iter().any(|k| k == value),
                    Filter::Author => document.authors.iter().any(|a| a == value),
                    Filter::License => document.license.split(' ').any(|l| l == *value),
                    Filter::Uses => {
                        let used = USES.iter().position(|what| what == value).unwrap();
                        document.label.as_bytes()[used] != b'n'
                    }
                    Filter::Registry => true,
                });
                prop_assert!(meets, "{} does not meet {kind:?}", hit.name);
            }
        }
    }
}

#[test]
fn hostile_queries_take_bounded_time() {
    let mut texts: Vec<String> = [
        "a",
        "review ",
        "\"",
        ":",
        "kind:",
        "é",
        "\u{0}\u{7}\u{1b}[2J",
        "代",
        "-",
        "aA",
        "tag:\"",
    ]
    .iter()
    .map(|unit| unit.repeat(10_000))
    .collect();
    texts.push("reviewr ".repeat(1250));
    texts.push((0..2000).map(|n| format!("w{n:05} ")).collect());
    let start = Instant::now();
    for text in &texts {
        index().search(&Query::parse(text), 10).unwrap();
    }
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}
