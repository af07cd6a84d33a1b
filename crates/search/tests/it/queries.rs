//! What people type, and what must come first.

use search::{Filter, Query};

use crate::registry::{documents, index};

fn names(text: &str) -> Vec<String> {
    let results = index().search(&Query::parse(text), 10).unwrap();
    results.hits.into_iter().map(|hit| hit.name).collect()
}

/// Query, and the names that must come first, in this order, parted by spaces.
#[rustfmt::skip]
pub(crate) const FIRST: &[(&str, &str)] = &[
    // the query of the README
    ("review a diff", "core/code-reviewer"),
    ("review a dif", "core/code-reviewer"),
    ("reviewing diffs", "core/code-reviewer"),
    ("Review A Diff!", "core/code-reviewer"),
    // exact names, with and without namespace
    ("code-reviewer", "core/code-reviewer acme/code-reviewer"),
    ("core/code-reviewer", "core/code-reviewer"),
    ("acme/code-reviewer", "acme/code-reviewer"),
    ("code-review", "core/code-review"),
    ("core/code-review", "core/code-review"),
    ("reviewer", "old/reviewer"),
    ("old/reviewer", "old/reviewer"),
    ("github", "core/github"),
    ("slack", "core/slack"),
    ("postgres", "core/postgres"),
    ("planner", "core/planner"),
    ("kubernetes", "core/kubernetes"),
    ("bugfix", "core/bugfix"),
    ("git-tools", "core/git-tools"),
    ("translator", "zoe/translator"),
    ("diff-reading", "core/diff-reading"),
    // one thing, several spellings
    ("codeReview", "core/code-review"),
    ("code review", "core/code-review"),
    ("code_review", "core/code-review"),
    ("CodeReviewer", "core/code-reviewer"),
    ("code reviewer", "core/code-reviewer"),
    ("codereviewer", "core/code-reviewer"),
    ("GitHub", "core/github"),
    ("git hub", "core/github"),
    ("OpenAI", "yan/openai-compat"),
    ("open-ai", "yan/openai-compat"),
    ("code ql", "zoe/codeql-queries"),
    // accents and case
    ("Überprüfung", "zoe/uberprufung"),
    ("uberprufung", "zoe/uberprufung"),
    ("U\u{308}berpru\u{308}fung", "zoe/uberprufung"),
    ("naive bayes", "zoe/naive-bayes"),
    ("NAÏVE", "zoe/naive-bayes"),
    ("resume", "zoe/naive-bayes"),
    // stems
    ("writes tests", "core/test-writer"),
    ("unit testing", "core/test-writer"),
    ("audit for vulnerability", "core/security-auditor"),
    ("translate documents", "zoe/translator"),
    ("deploying", "core/kubernetes"),
    ("refactor", "core/refactoring"),
    ("designing an api", "core/api-design"),
    // meaning in summary, keyword, README
    ("release notes from commits", "core/release-notes"),
    ("changelog", "core/release-notes"),
    ("secrets", "core/security-auditor"),
    ("slow sql", "core/sql-optimizer"),
    ("sql queries", "core/sql-optimizer"),
    ("pull request", "core/code-review"),
    ("pull requests mcp", "core/github"),
    ("k8s", "core/kubernetes"),
    ("fastapi", "core/python-service"),
    ("rust command line", "core/rust-cli"),
    ("extract tables from pdf", "yan/pdf-extractor"),
    ("robots.txt", "yan/web-scraper"),
    ("ollama", "yan/openai-compat"),
    ("path traversal", "core/security-auditor"),
    ("git diff", "core/diff-reading"),
    ("rechtschreibung", "zoe/uberprufung"),
    ("post-mortem", "acme/incident-response"),
    ("postmortem", "acme/incident-response"),
    ("on call", "acme/incident-response"),
    ("jira tickets", "acme/jira"),
    ("an agent that can plan", "core/planner"),
    ("project python", "core/python-service"),
    // the last word while it is typed
    ("code-rev", "core/code-review core/code-reviewer"),
    ("trans", "zoe/translator"),
    ("secur", "core/security-auditor"),
    ("kub", "core/kubernetes"),
    ("web scr", "yan/web-scraper"),
    ("extract tab", "yan/pdf-extractor"),
    ("core/plan", "core/planner"),
    ("release n", "core/release-notes"),
    ("sq", "core/sql-optimizer"),
    // one typo
    ("code-reviwer", "core/code-reviewer acme/code-reviewer"),
    ("core/code-reviewr", "core/code-reviewer"),
    ("kuberentes", "core/kubernetes"),
    ("kubernets", "core/kubernetes"),
    ("tranlsator", "zoe/translator"),
    ("postgress", "core/postgres"),
    ("documentaton writer", "core/documentation-writer"),
    ("vulnerabilites", "core/security-auditor"),
    ("gthub issues", "core/github"),
    ("slakc channels", "core/slack"),
    ("securty audit", "core/security-auditor"),
    ("incidnet respnse", "acme/incident-response"),
    ("translaotr", "zoe/translator"),
    // filters
    ("review kind:workflow", "core/code-review"),
    ("kind:project rust", "core/rust-cli"),
    ("author:zoe queries", "zoe/codeql-queries"),
    ("license:agpl-3.0-only", "yan/pdf-extractor"),
    ("license:PostgreSQL", "core/postgres"),
    ("kind:agent author:octocat code", "core/code-reviewer old/reviewer"),
    ("tag:pull-request", "core/code-review"),
    ("tag:machineLearning", ""),
    ("category:planning", "core/planner"),
    ("kind:skill category:security", "zoe/codeql-queries"),
    ("kind:agent kind:workflow diff", "core/code-reviewer"),
    // most of the words, when no package has all
    ("an agent that reviews diffs on mars", "core/code-reviewer"),
    ("kubernetes rollout dashboard", "core/kubernetes"),
    // nothing
    ("zzzzqqqq", ""),
    ("kind:agent zzzzqqqq", ""),
    ("kind:unheardof", ""),
    ("???", ""),
];

#[test]
fn the_expected_package_comes_first() {
    let mut wrong = Vec::new();
    for (text, expected) in FIRST {
        let expected: Vec<&str> = expected.split_whitespace().collect();
        let found = names(text);
        let ok = match &expected[..] {
            [] => found.is_empty(),
            _ => found.iter().take(expected.len()).eq(expected.iter()),
        };
        if !ok {
            wrong.push(format!("{text:?}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(FIRST.len() >= 60);
}

#[test]
fn every_name_finds_its_package_first() {
    for document in documents() {
        let (_, short) = document.name.split_once('/').unwrap();
        assert_eq!(names(&document.name)[0], document.name);
        let first = &names(short)[0];
        assert_eq!(first.split_once('/').unwrap().1, short, "{short}");
    }
}

#[test]
fn a_typo_in_a_name_is_forgiven() {
    let (mut tried, mut first) = (0, 0);
    for document in documents() {
        let (_, short) = document.name.split_once('/').unwrap();
        for at in 1..short.len() - 1 {
            let typo = format!("{}{}", &short[..at], &short[at + 1..]);
            let word = typo.split('-').find(|w| !short.split('-').any(|s| s == *w));
            if word.is_none_or(|word| word.len() < 5) || typo.matches('-').ne(short.matches('-')) {
                continue;
            }
            tried += 1;
            let found = names(&typo);
            let is_first = found.first().is_some_and(|name| name.ends_with(short));
            first += usize::from(is_first);
        }
    }
    assert!(tried > 100, "{tried}");
    assert!(first * 100 >= tried * 95, "{first} of {tried}");
}

#[test]
fn a_forgiven_typo_is_told() {
    let search = |text: &str| index().search(&Query::parse(text), 10).unwrap();
    let results = search("kuberentes rollout");
    assert_eq!(results.corrected.as_deref(), Some("kubernetes rollout"));
    assert!(!results.partial);
    assert_eq!(search("kubernetes rollout").corrected, None);
    let twice = search("kbuerentes rollout");
    assert_eq!(twice.corrected.as_deref(), Some("kubernetes rollout"));
    // Too short, or too many letters wrong.
    for text in ["jrai", "trsnaltaor", "kbuerentse"] {
        let results = search(text);
        assert_eq!((results.total, results.corrected), (0, None), "{text}");
    }
}

#[test]
fn most_of_the_words_is_told_too() {
    let results = index()
        .search(&Query::parse("kubernetes dashboard"), 10)
        .unwrap();
    assert!(results.partial);
    assert_eq!(results.hits[0].name, "core/kubernetes");
    let results = index()
        .search(&Query::parse("kubernetes rollout"), 10)
        .unwrap();
    assert!(!results.partial);
}

#[test]
fn nothing_typed_lists_all_by_rank() {
    for text in ["", "  ", "kind:integration"] {
        let results = index().search(&Query::parse(text), 100).unwrap();
        let mut expected = documents();
        expected.retain(|d| text.trim().is_empty() || d.kind == "integration");
        expected.sort_by(|a, b| a.order(b));
        let expected: Vec<_> = expected.into_iter().map(|d| d.name).collect();
        let found: Vec<_> = results.hits.into_iter().map(|hit| hit.name).collect();
        assert_eq!(found, expected);
        assert_eq!(results.total, found.len());
    }
}

#[test]
fn deprecated_packages_sink_unless_they_are_named() {
    let found = names("reviews code");
    let place = |name: &str| found.iter().position(|found| found == name).unwrap();
    assert!(place("old/reviewer") > place("core/code-reviewer"));
    let results = index().search(&Query::parse("old/reviewer"), 1).unwrap();
    assert!(results.hits[0].deprecated);
}

#[test]
fn an_unfinished_word_never_empties_the_list() {
    let whole = names("code review");
    for text in [
        "code review d",
        "code review x",
        "code review th",
        "code review a",
    ] {
        let results = index().search(&Query::parse(text), 10).unwrap();
        assert!(results.total >= whole.len(), "{text}");
    }
    // A finished word is asked for, and missed.
    let partial = |text: &str| index().search(&Query::parse(text), 10).unwrap().partial;
    assert!(partial("slack zq ") && !partial("slack zq"));
}

#[test]
fn filters_by_call_are_filters_as_typed() {
    let called = Query::parse("review").with_filter(Filter::Kind, "Agent");
    let typed = Query::parse("review kind:agent");
    let search = |query| index().search(query, 10).unwrap();
    assert_eq!(search(&called), search(&typed));
    let total = search(&Query::parse("license:apache-2.0")).total;
    let has = |d: &search::Document| d.license.contains("Apache-2.0");
    assert_eq!(total, documents().iter().filter(|d| has(d)).count());
}

#[test]
fn hits_show_what_was_indexed() {
    let results = index().search(&Query::parse("core/postgres"), 1).unwrap();
    let hit = &results.hits[0];
    assert_eq!(hit.kind, "integration");
    assert_eq!(hit.version, "1.0.0");
    assert_eq!(hit.license, "PostgreSQL");
    assert!(hit.summary.starts_with("Reads schemas"));
    assert!(results.total >= 1 && results.hits.len() == 1);
}
