//! What a query can say besides words, and what else an index can be asked.

use search::{Filter, Query, Sort, parts};

use crate::registry::{documents, index};

fn names(text: &str) -> Vec<String> {
    let results = index().search(&Query::parse(text), 50).unwrap();
    results.hits.into_iter().map(|hit| hit.name).collect()
}

#[test]
fn phrases_are_words_next_to_each_other() {
    let found = names("\"pull request\"");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found
            .iter()
            .all(|name| names("pull request").contains(name))
    );
    // Where nothing has the phrase, what has its words is shown, and told.
    let words = index()
        .search(&Query::parse("\"request pull\""), 50)
        .unwrap();
    assert!(words.partial && words.total == names("request pull ").len());
    // Stop words between them do not count, other words do.
    assert_eq!(names("\"reviews a diff\"")[0], "core/code-reviewer");
    // No other spelling is tried, and no longer word.
    assert!(names("\"kuberentes\"").is_empty());
    assert!(names("\"kubern\"").is_empty());
    assert_eq!(names("\"kubernetes\" rollout"), ["core/kubernetes"]);
}

#[test]
fn what_is_not_wanted_is_left_out() {
    let all = names("review");
    let without = names("review -security");
    assert!(without.len() < all.len() && !without.contains(&"core/code-reviewer".to_owned()));
    assert!(!names("review -kind:agent").contains(&"core/code-reviewer".to_owned()));
    assert!(!names("code -\"code review\"").contains(&"core/code-review".to_owned()));
    // Alone it is everything else.
    assert_eq!(
        names("-kind:agent").len(),
        documents().iter().filter(|d| d.kind != "agent").count()
    );
    assert_eq!(names("-zzzz").len(), 31);
}

#[test]
fn uses_are_a_filter() {
    let uses = |text: &str| index().search(&Query::parse(text), 50).unwrap().total;
    let kinds = |kinds: &[&str]| {
        documents()
            .iter()
            .filter(|d| kinds.contains(&&*d.kind))
            .count()
    };
    assert_eq!(uses("uses:network"), kinds(&["integration", "plugin"]));
    assert_eq!(uses("uses:commands"), kinds(&["agent"]));
    assert_eq!(
        uses("-uses:network -uses:files"),
        kinds(&["skill", "workflow", "project"])
    );
    assert_eq!(uses("uses:agents"), 0);
}

#[test]
fn orders() {
    let by_name = names("kind:agent sort:name");
    assert!(by_name.is_sorted() && by_name.len() == 10, "{by_name:?}");
    let query = Query::parse("kind:agent").with_sort(Sort::Newest);
    let hits = index().search(&query, 50).unwrap().hits;
    assert!(hits.is_sorted_by(|a, b| a.updated >= b.updated));
    assert_eq!(hits[0].updated.len(), 10);
    // Nothing is rated: the order of the index, which is by static rank.
    assert_eq!(names("kind:skill sort:rating"), names("kind:skill"));
    let all = index().search(&query, 50).unwrap();
    let rest = index().search_from(&query, 4, 3).unwrap();
    assert_eq!(rest.hits, all.hits[4..7]);
    assert_eq!(rest.total, all.total);
}

#[test]
fn facets_count_what_choosing_them_would_give() {
    let query = Query::parse("review kind:agent");
    let facets = index().facets(&query).unwrap();
    assert_eq!(facets.total, names("review kind:agent").len());
    for (filter, counts) in &facets.counts {
        assert!(counts.is_sorted_by(|a, b| a.packages >= b.packages));
        for count in counts {
            let base = match filter {
                Filter::Kind => Query::parse("review"),
                _ => query.clone(),
            };
            let chosen = base.with_filter(*filter, &count.value);
            let total = index().search(&chosen, 0).unwrap().total;
            assert_eq!(count.packages, total, "{filter:?} {}", count.value);
        }
    }
    let (_, licenses) = (facets.counts.iter())
        .find(|(f, _)| *f == Filter::License)
        .unwrap();
    assert_eq!(licenses[0].value, "MIT");
    let everything = index().facets(&Query::parse("")).unwrap();
    let (_, kinds) = (everything.counts.iter())
        .find(|(f, _)| *f == Filter::Kind)
        .unwrap();
    assert_eq!(kinds.iter().map(|count| count.packages).sum::<usize>(), 31);
}

#[test]
fn the_last_word_is_completed() {
    let complete = |text: &str| {
        let found = index().complete(text).unwrap();
        found.into_iter().map(|one| one.text).collect::<Vec<_>>()
    };
    assert_eq!(complete("review ki"), ["review kind:"]);
    assert_eq!(complete("review kind:ag"), ["review kind:agent "]);
    assert_eq!(complete("-uses:n"), ["-uses:network "]);
    assert_eq!(complete("sort:n"), ["sort:newest ", "sort:name "]);
    assert_eq!(complete("license:apache"), ["license:Apache-2.0 "]);
    assert_eq!(complete("author:z"), ["author:zoe "]);
    assert_eq!(complete("tag:pull"), ["tag:pull-request "]);
    assert_eq!(complete("kind:")[0], "kind:agent ");
    for nothing in ["", "review", "k", "zz:a", "author:", "kind:zz", "a  "] {
        assert!(complete(nothing).is_empty(), "{nothing}");
    }
    let kinds = index().complete("kind:agent").unwrap();
    assert_eq!((&*kinds[0].label, kinds[0].count), ("kind:agent", 10));
}

#[test]
fn what_matched_is_marked() {
    let results = index().search(&Query::parse("reviewing dif"), 1).unwrap();
    let hit = &results.hits[0];
    let shown = parts(&hit.name, &hit.marks.name);
    assert_eq!(shown, ["core/code-", "reviewer", ""]);
    let shown = parts(&hit.summary, &hit.marks.summary);
    assert_eq!(shown[..4], ["", "Reviews", " a ", "diff"]);
    // The word that was meant, where it was not spelled so.
    let results = index().search(&Query::parse("kuberentes"), 1).unwrap();
    let hit = &results.hits[0];
    assert_eq!(parts(&hit.name, &hit.marks.name)[1], "kubernetes");
}

#[test]
fn snippets_show_the_readme() {
    let query = Query::parse("pytest cargo");
    let hit = &index().search(&query, 1).unwrap().hits[0];
    assert_eq!(hit.name, "core/test-writer");
    let snippets = index().snippets(&query, &[hit.doc]).unwrap();
    let snippet = snippets[0].as_ref().unwrap();
    let shown = parts(&snippet.text, &snippet.marks);
    assert_eq!(
        shown.concat(),
        "Writes a failing test first. Knows pytest and cargo."
    );
    assert_eq!((shown[1], shown[3]), ("pytest", "cargo"));
    assert_eq!(
        index()
            .snippets(&Query::parse("slack"), &[hit.doc])
            .unwrap(),
        [None]
    );
    assert!(index().snippets(&query, &[9999]).unwrap().is_empty());
}

#[test]
fn similar_packages_share_rare_words() {
    let similar = |name: &str| {
        let found = index().similar(name, 3).unwrap();
        found
            .hits
            .into_iter()
            .map(|hit| hit.name)
            .collect::<Vec<_>>()
    };
    let like = similar("core/code-reviewer");
    assert!(!like.contains(&"core/code-reviewer".to_owned()));
    assert_eq!(similar("core/postgres")[0], "core/sql-optimizer");
    assert!(similar("no/such").is_empty() && similar("code-reviewer").is_empty());
}

#[test]
fn questions_and_answers_in_json() {
    let ask = |question: &str| -> serde_json::Value {
        serde_json::from_str(&index().step(question.as_bytes())).unwrap()
    };
    let found = ask(r#"{"op":"search","query":"review a diff","limit":2,"registry":"core"}"#);
    assert_eq!(found["hits"][0]["name"], "core/code-reviewer");
    assert_eq!(found["hits"][0]["marks"]["summary"][1], "Reviews");
    assert_eq!(found["hits"].as_array().unwrap().len(), 2);
    let elsewhere = ask(r#"{"op":"search","query":"a registry:mine","registry":"core"}"#);
    assert_eq!(elsewhere["total"], 0);
    assert!(elsewhere["hint"].as_str().unwrap().contains("core"));
    assert!(ask(r#"{"op":"facets","query":""}"#)["facets"]["kind"][0][1].is_u64());
    assert!(ask(r#"{"op":"complete","query":"kind:a"}"#)["completions"][0]["text"].is_string());
    assert!(ask(r#"{"op":"snippets","query":"pytest","docs":[0,1]}"#)["snippets"].is_array());
    assert!(ask(r#"{"op":"similar","name":"core/slack"}"#)["hits"].is_array());
    for wrong in ["", "{}", "[]", r#"{"op":"x"}"#, "\u{0}"] {
        let told = ask(wrong);
        assert!(
            told["error"]["message"]
                .as_str()
                .unwrap()
                .starts_with("this is no question")
        );
    }
}
