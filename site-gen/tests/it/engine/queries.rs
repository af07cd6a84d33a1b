//! What is asked, by class. Each has answers in the registry of `registry.rs`, but for nonsense.

pub(super) const WORDS: &[&str] = &[
    "",
    "code ",
    "kubernetes ",
    "kubernetes rollout ",
    "release notes ",
    "review the diff ",
    "postgresql queries ",
    "the and any ",
    "uberprufung ",
    "Überprüfung ",
    "ÜBERPRÜFUNG ",
    "naïve bayes ",
    "naive bayes ",
    "naiveBayes ",
    "naive-bayes ",
    "code review ",
    "codeReview ",
    "日本語 ",
    "c++ header ",
    "translating documents ",
    "reviewing ",
    "deployed rollouts ",
    "core-12/code-audits ",
    "acme ",
    "zoe-4/ ",
    "run-17 ",
    "incident incident incident ",
];

pub(super) const PREFIXES: &[&str] = &[
    "c",
    "co",
    "kub",
    "kubernetes ro",
    "rel",
    "postg",
    "überp",
    "日",
    "review the d",
    "core-1",
    "core-12/co",
    "x",
];

pub(super) const TYPOS: &[&str] = &[
    "kubernets ",
    "kuberentes rollout ",
    "posgresql ",
    "documentatoin ",
    "relaese notes ",
    "secuirty ",
    "translats ",
    "inciden ",
    "worktre ",
    "schemma ",
    "kubbernetess rolout ",
];

pub(super) const PHRASES: &[&str] = &[
    "\"kubernetes rollout\"",
    "\"release notes\" ",
    "\"the code\" audits",
    "\"rollout kubernetes\"",
    "\"pull request\" \"release notes\"",
    "\"",
    "\"\"",
    "\"unclosed phrase",
    "a\"b\"c",
];

pub(super) const WITHOUT: &[&str] = &[
    "code -diff",
    "code -\"pull request\"",
    "kubernetes -kind:agent",
    "-kubernetes",
    "-kind:agent -kind:skill",
    "- code",
    "--code",
    "code -",
    "code-review -code",
];

pub(super) const FILTERS: &[&str] = &[
    "kind:agent",
    "kind:agent kind:skill code",
    "category:quality",
    "tag:kubernetes",
    "keyword:code",
    "author:octocat review",
    "license:MIT",
    "licence:mit-or-apache-2-0",
    "license:\"MIT OR Apache-2.0\" code",
    "registry:core code",
    "registry:other code",
    "uses:network",
    "uses:files uses:agents",
    "uses:nothing",
    "kind:",
    "kind:nonsense",
    "lang:rust code",
    "category:quality kind:agent license:MIT author:hubber ",
];

pub(super) const SORTS: &[&str] = &[
    "sort:rating",
    "sort:newest code",
    "sort:name kind:plugin",
    "sort:relevance code diff",
    "sort:backwards code",
    "code sort:",
    "sort:name sort:newest code",
    "sort:newest \"release notes\"",
];

pub(super) const NONSENSE: &[&str] = &[
    "zzzzqqqq",
    "!!! ???",
    "\u{0}",
    "a\u{0}b\u{7}\u{1b}[31mcode",
    "\u{202e}edoc",
    "\u{feff}code",
    "👩‍👩‍👧‍👦",
    "e\u{301}\u{301}\u{301}",
    ":",
    "::",
    "a:b:c",
    "https://example.com/code",
    "'; drop table --",
    "<script>",
    "\n\n\t",
    "\\ \\\" \\",
    "ﬁle",
    "İstanbul",
];

/// All of them, and some that are long.
pub(super) fn all() -> Vec<String> {
    let classes = [
        WORDS, PREFIXES, TYPOS, PHRASES, WITHOUT, FILTERS, SORTS, NONSENSE,
    ];
    let mut all: Vec<String> = classes.concat().into_iter().map(str::to_owned).collect();
    all.extend([
        "x".repeat(10_000),
        "code ".repeat(2_000),
        "ü".repeat(10_000),
        "\"code ".repeat(2_000),
        "kind:agent ".repeat(1_000),
        "-kubernetes ".repeat(900),
    ]);
    all
}
