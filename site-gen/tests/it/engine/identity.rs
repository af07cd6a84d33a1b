//! The same answers, natively over the whole index and in Node over pieces that come when they are
//! needed.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use search::{Document, Packing};
use serde_json::{Value, json};

use super::node::Node;
use super::queries;
use super::registry::{Published, SMALL, documents, published};

/// What the terminal would say.
fn native(index: &Published, request: &Value) -> Value {
    let answer = index.whole.step(request.to_string().as_bytes());
    serde_json::from_str(&answer).unwrap()
}

/// Asks both, and gives their answer.
fn agreed(node: &mut Node, index: &Published, request: &Value) -> Value {
    let (here, there) = (native(index, request), node.ask(request));
    assert_eq!(here, there, "{request:.300}");
    here
}

fn search(query: &str) -> Value {
    json!({ "op": "search", "query": query, "registry": "core" })
}

#[test]
fn a_table_of_queries_has_the_same_answers_everywhere() {
    let Some(mut node) = Node::start() else {
        return;
    };
    for packing in [SMALL, Packing::default()] {
        let index = published(documents(), &packing);
        let table = queries::all();
        assert!(table.len() >= 80);
        let (mut found, mut corrected) = (0, 0);
        // As a visitor goes on: what one query fetched is there for the next.
        assert_eq!(node.open(index.folder.path()), json!({}));
        for query in &table {
            let answer = agreed(&mut node, &index, &search(query));
            assert!(answer["hits"].is_array(), "{query:.100}: {answer}");
            found += usize::from(answer["total"] != 0);
            corrected += usize::from(!answer["corrected"].is_null());
        }
        // A table in which nothing is found agrees as well, and says nothing.
        assert!(found >= 80, "{found} of {} find something", table.len());
        assert!(corrected >= 5, "{corrected} are corrected");
    }
}

/// Each on a page of its own, so that every query fetches all that it needs.
#[test]
fn a_first_visit_has_the_same_answers() {
    let Some(mut node) = Node::start() else {
        return;
    };
    let index = published(documents(), &SMALL);
    let mut fetched = 0;
    for query in queries::all().iter().step_by(3) {
        assert_eq!(node.open(index.folder.path()), json!({}));
        let answered = node.tell(&json!({ "ask": search(query) }));
        assert_eq!(
            answered["answer"],
            native(&index, &search(query)),
            "{query:.100}"
        );
        fetched = fetched.max(answered["fetched"].as_u64().unwrap());
    }
    // Otherwise the pieces were at hand from the start, and this showed nothing.
    assert!(
        fetched > 5 && (fetched as usize) < index.pieces.len(),
        "{fetched} of {}",
        index.pieces.len()
    );
}

#[test]
fn pages_facets_snippets_completions_and_relatives_agree() {
    let Some(mut node) = Node::start() else {
        return;
    };
    let index = published(documents(), &SMALL);
    assert_eq!(node.open(index.folder.path()), json!({}));
    for query in queries::all().iter().step_by(2) {
        agreed(
            &mut node,
            &index,
            &json!({ "op": "facets", "query": query }),
        );
        agreed(
            &mut node,
            &index,
            &json!({ "op": "complete", "query": query }),
        );
        let next = json!({ "op": "search", "query": query, "from": 7, "limit": 5 });
        let hits = agreed(&mut node, &index, &next);
        let docs: Vec<&Value> = hits["hits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| &hit["doc"])
            .collect();
        agreed(
            &mut node,
            &index,
            &json!({ "op": "snippets", "query": query, "docs": docs }),
        );
    }
    let mut related = 0;
    for document in documents().iter().step_by(20) {
        let request = json!({ "op": "similar", "name": document.name, "limit": 5 });
        let answer = agreed(&mut node, &index, &request);
        related += usize::from(answer["total"] != 0);
    }
    assert!(related >= 10, "{related}");
    for odd in [
        json!({ "op": "similar", "name": "no/such" }),
        json!({ "op": "snippets", "query": "code", "docs": [4_000_000_000_u32, 0] }),
        json!({ "op": "search", "query": "code", "from": 4_000_000_000_u32 }),
        json!({ "op": "search", "query": "code", "limit": 0 }),
        json!({ "op": "dance" }),
        json!([]),
    ] {
        agreed(&mut node, &index, &odd);
    }
}

/// Words that often meet, so that there are hits.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => proptest::sample::select(vec![
            "code", "review", "reviewer", "diff", "deploy", "kubernetes", "database", "plan", "release", "größe",
            "naïve", "tests", "agent", "the", "a",
        ]).prop_map(str::to_owned),
        2 => "[a-d]{1,6}",
        1 => "\\PC{1,12}",
    ]
}

fn text(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(word(), 0..most).prop_map(|words| words.join(" "))
}

fn document() -> impl Strategy<Value = Document> {
    let kind = proptest::sample::select(vec!["agent", "skill", "plugin"]);
    let license = proptest::sample::select(vec!["MIT", "Apache-2.0", "MIT OR Apache-2.0"]);
    let label = proptest::sample::select(vec!["nnnnn", "dfnne", ""]);
    let words = (text(6), text(40), proptest::collection::vec(word(), 0..4));
    let numbers = (0..4_u32, 0..4_u32, 1..28_u32, any::<bool>());
    (kind, license, label, words, numbers).prop_map(|(kind, license, label, words, numbers)| {
        let (summary, readme, keywords) = words;
        let (rank, rating, day, deprecated) = numbers;
        Document {
            kind: kind.to_owned(),
            version: "1.0.0".to_owned(),
            summary,
            categories: keywords.iter().take(1).cloned().collect(),
            keywords,
            authors: vec![format!("author-{rating}")],
            license: license.to_owned(),
            readme,
            updated: format!("2026-05-{day:02}T00:00:00Z"),
            label: label.to_owned(),
            cost: [u64::from(rank), 10],
            rating,
            rank,
            deprecated,
            ..Document::default()
        }
    })
}

/// Up to forty packages, each with a name of its own.
fn registry() -> impl Strategy<Value = Vec<Document>> {
    let named = (
        proptest::sample::select(vec!["code", "diff", "plan"]),
        document(),
    );
    proptest::collection::vec(named, 1..40).prop_map(|documents| {
        let numbered = documents.into_iter().enumerate();
        let document = |(n, (stem, document)): (usize, (&str, Document))| Document {
            name: format!("core/{stem}-{n}"),
            ..document
        };
        numbered.map(document).collect()
    })
}

fn query() -> impl Strategy<Value = String> {
    let odd = prop_oneof![
        proptest::sample::select(vec![
            "kind:agent",
            "-kind:skill",
            "license:MIT",
            "uses:network",
            "author:author-1",
            "sort:newest",
            "sort:name",
            "sort:rating",
            "-code",
            "\"code review\"",
            "-\"the code\"",
            "kubernets",
            "databse",
            "reviw",
            "co",
            "\"",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,20}",
    ];
    let part = prop_oneof![2 => word(), 1 => odd];
    let parts = proptest::collection::vec(part, 0..5);
    (parts, any::<bool>()).prop_map(|(parts, ended)| {
        let end = if ended { " " } else { "" };
        parts.join(" ") + end
    })
}

/// Forty registries with eight queries each.
#[test]
fn random_queries_over_random_registries_agree() {
    static NODE: OnceLock<Option<Mutex<Node>>> = OnceLock::new();
    let Some(node) = NODE.get_or_init(|| Node::start().map(Mutex::new)) else {
        return;
    };
    let packing = (64..2000_usize, 64..2000_usize, 0..4000_usize);
    let packing = packing.prop_map(|(piece, small_piece, hot)| Packing {
        piece,
        small_piece,
        whole_piece: 2 * piece,
        hot,
    });
    let queries = proptest::collection::vec(query(), 8);
    let found = Mutex::new(BTreeSet::new());
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(40)
    });
    runner
        .run(
            &(registry(), packing, queries),
            |(documents, packing, queries)| {
                let mut node = held(node);
                let index = published(documents, &packing);
                prop_assert_eq!(node.open(index.folder.path()), json!({}));
                for query in queries {
                    let answer = agreed(&mut node, &index, &search(&query));
                    held(&found).insert(answer["total"].as_u64());
                }
                Ok(())
            },
        )
        .unwrap();
    assert!(held(&found).len() > 5, "{found:?}");
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
