//! How good the answers are: judged queries over the core packages.
//!
//! Prints a table (`cargo test -p search --test it judged -- --nocapture`) and guards what was
//! reached. Only the half that ranking is tuned on is guarded: the other half must stay unknown to
//! whoever changes the ranking, also by way of a test that fails.
#![allow(clippy::print_stdout, reason = "the table is what the test is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use search::{Index, Query, build};

mod figures;
mod sets;

use figures::{CLASSES, DEPTH, Figures, Outcome, table};
use sets::{Checkout, Half, Judged};

/// The mean reciprocal rank that was reached and is not given up.
const FLOOR: f64 = 0.9;
/// Classes where a good answer has to be first, and in which share of the queries.
const CERTAIN: [&str; 2] = ["exact", "typo1"];
const FLOOR_OF_CERTAIN: f64 = 0.95;

const SETS: [&str; 3] = ["core", "corpora", "debian"];

fn checkout() -> Checkout {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    Checkout(own.ancestors().nth(2).unwrap().to_owned())
}

fn answer(index: &Index, judged: &Judged) -> Vec<String> {
    let results = index.search(&Query::parse(&judged.text), DEPTH).unwrap();
    results.hits.into_iter().map(|hit| hit.name).collect()
}

#[test]
fn judged_queries_find_the_core_packages() {
    let checkout = checkout();
    let index = Index::from_files(build(checkout.core().unwrap()).unwrap().files).unwrap();
    let mut halves = Vec::new();
    for half in Half::ALL {
        let judged = checkout.judged("core", half).unwrap();
        let outcome = |judged: &Judged| Outcome::of(judged, &answer(&index, judged));
        let outcomes: Vec<Outcome> = judged.iter().map(outcome).collect();
        let title = format!("core, {}", half.name());
        println!("{}", table(&title, &[("here", outcomes.clone())]));
        halves.push((judged, outcomes));
    }
    let (judged, tuning) = &halves[0];
    for (judged, outcome) in judged.iter().zip(tuning) {
        if outcome.place != Some(1) {
            println!("not first: {:?}: {:?}", judged.text, answer(&index, judged));
        }
    }
    let all = Figures::of(tuning, None);
    assert!(all.reciprocal >= FLOOR, "{all:?}");
    for class in CERTAIN {
        let figures = Figures::of(tuning, Some(class));
        assert!(figures.first >= FLOOR_OF_CERTAIN, "{class}: {figures:?}");
    }
}

#[test]
fn judgements_are_complete() {
    let checkout = checkout();
    for set in SETS {
        let mut seen = BTreeSet::new();
        for half in Half::ALL {
            let mut classes: BTreeMap<String, usize> = BTreeMap::new();
            for judged in checkout.judged(set, half).unwrap() {
                let Judged {
                    class,
                    text,
                    relevant,
                    reason,
                } = judged;
                assert!(CLASSES.contains(&&*class), "{text}: class {class}");
                assert!(!relevant.is_empty() && !reason.is_empty(), "{text}");
                assert!(seen.insert(text.clone()), "{text} is judged twice");
                *classes.entry(class).or_default() += 1;
            }
            assert_eq!(classes.len(), CLASSES.len(), "{set}, {}", half.name());
        }
    }
}

#[test]
fn judged_packages_exist() {
    let checkout = checkout();
    let core = checkout.core().unwrap();
    let names: BTreeSet<&str> = core.iter().map(|document| &*document.name).collect();
    for half in Half::ALL {
        for judged in checkout.judged("core", half).unwrap() {
            for name in &judged.relevant {
                assert!(names.contains(&**name), "{}: {name}", judged.text);
            }
        }
    }
}
