//! A registry of some thirty packages that reads like a real one.

use std::sync::OnceLock;

use search::{Document, Index, build};

/// name, kind, summary, keywords, category, author, license, README, rank
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u32,
);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("core/code-reviewer", "agent", "Reviews a diff for correctness, security and style", "review,diff", "code-generation", "octocat", "MIT",
     "# Code reviewer\nReads a change and says what is wrong with it, line by line.\n\nIt names the file and line, and never praises.", 90),
    ("core/diff-reading", "skill", "Reads diffs hunk by hunk without losing the context", "diff,patch", "code-generation", "octocat", "MIT",
     "# Reading a diff\nHow to read a unified diff. Useful before a review.\n```\ngit diff --stat\n```", 95),
    ("core/code-review", "workflow", "Code review from pull request to merged change", "review,pull-request", "quality", "octocat", "MIT OR Apache-2.0",
     "# Code review\nThree steps: read the diff, review it, answer the comments.", 80),
    ("core/test-writer", "agent", "Writes unit tests that fail for the right reason", "tests,tdd", "quality", "octocat", "MIT",
     "# Test writer\nWrites a failing test first. Knows pytest and cargo.", 70),
    ("core/bugfix", "workflow", "Finds, reproduces and mends a defect, with a test that stays", "bug,debugging", "quality", "hubber", "MIT",
     "# Bugfix\nReproduce, isolate, mend, prove.", 70),
    ("core/feature-development", "workflow", "From an idea to a merged feature, in small steps", "planning", "code-generation", "hubber", "MIT",
     "# Feature development\nPlan, implement, test, review.", 70),
    ("core/security-auditor", "agent", "Audits source code for vulnerabilities and leaked secrets", "security,audit,secrets", "security", "alice", "Apache-2.0",
     "# Security auditor\nLooks for injection, path traversal and secrets.", 70),
    ("core/release-notes", "skill", "Writes release notes from commits and merged pull requests", "changelog,release", "documentation", "alice", "MIT",
     "# Release notes\nGroups commits by what they mean to users.", 60),
    ("core/documentation-writer", "agent", "Writes documentation that a newcomer can follow", "docs,writing", "documentation", "alice", "CC-BY-4.0",
     "# Documentation writer\nTutorials, references, explanations.", 60),
    ("core/api-design", "skill", "Designs REST APIs that stay compatible", "api,rest,http", "architecture", "bob", "MIT",
     "# API design\nResources, verbs, errors, versions.", 60),
    ("core/python-service", "project", "A Python web service with tests, types and a container", "python,fastapi,docker", "starters", "bob", "MIT",
     "# Python service\nFastAPI, pytest, a Dockerfile.", 60),
    ("core/rust-cli", "project", "A command line tool in Rust with completions and man pages", "rust,cli", "starters", "bob", "MIT OR Apache-2.0",
     "# Rust CLI\nclap, snapshot tests, release workflow.", 60),
    ("core/github", "integration", "GitHub issues, pull requests and checks over MCP", "github,mcp,issues", "integrations", "octocat", "MIT",
     "# GitHub\nNeeds a token in `GITHUB_TOKEN`.", 85),
    ("core/slack", "integration", "Posts messages to Slack channels", "slack,chat,notifications", "integrations", "hubber", "MIT",
     "# Slack\nSends what an agent has to say to a channel.", 50),
    ("core/postgres", "integration", "Reads schemas and runs read-only queries on PostgreSQL", "database,sql,postgresql", "integrations", "bob", "PostgreSQL",
     "# Postgres\nRead-only by default.", 50),
    ("core/git-tools", "skill", "Everyday git: rebase, bisect, worktrees, recovering lost commits", "git,rebase,bisect", "code-generation", "octocat", "MIT",
     "# Git tools\nFor agents that commit.", 75),
    ("core/planner", "agent", "Breaks a goal into steps that can be checked one by one", "planning,decomposition", "planning", "hubber", "MIT",
     "# Planner\nNo step without a way to see that it is done.", 55),
    ("core/sql-optimizer", "agent", "Explains and speeds up slow SQL queries", "sql,performance,database", "data", "bob", "MIT",
     "# SQL optimizer\nReads query plans.", 40),
    ("core/refactoring", "skill", "Changes the shape of code without changing what it does", "refactor,clean-code", "quality", "alice", "MIT",
     "# Refactoring\nSmall steps, tests between them.", 55),
    ("core/kubernetes", "plugin", "Deploys to Kubernetes and watches the rollout", "k8s,deploy,helm", "operations", "bob", "Apache-2.0",
     "# Kubernetes\nDeploys, watches, rolls back.", 45),
    ("acme/code-reviewer", "agent", "Reviews changes by the rules of ACME", "review", "code-generation", "acme-bot", "BSD-3-Clause",
     "# ACME reviewer\nKnows our style guide.", 30),
    ("acme/jira", "integration", "Reads and updates Jira tickets", "jira,tickets", "integrations", "acme-bot", "MIT",
     "# Jira\nTickets in, tickets out.", 30),
    ("acme/incident-response", "workflow", "From the first alert to the written post-mortem", "incidents,on-call", "operations", "acme-bot", "MIT",
     "# Incident response\nAlert, triage, mitigate, write up.", 20),
    ("zoe/translator", "agent", "Translates documents and keeps their formatting", "translation,i18n,localization", "documentation", "zoe", "MIT",
     "# Translator\nGerman, French, Japanese.", 20),
    ("zoe/uberprufung", "agent", "Überprüfung deutscher Texte auf Rechtschreibung und Stil", "deutsch,rechtschreibung", "documentation", "zoe", "MIT",
     "# Überprüfung\nPrüft Texte.", 10),
    ("zoe/naive-bayes", "skill", "Naïve Bayes from scratch, with a worked example", "statistics,machine-learning", "data", "zoe", "MIT",
     "# Naïve Bayes\nCounts words. Café, résumé.", 10),
    ("zoe/codeql-queries", "skill", "Writes CodeQL queries and explains their findings", "codeql,static-analysis", "security", "zoe", "MIT",
     "# CodeQL queries\nFor GitHub code scanning.", 10),
    ("yan/openai-compat", "plugin", "Speaks the OpenAI protocol to any local model", "openai,llm,models", "integrations", "yan", "MIT",
     "# OpenAI compat\nllama.cpp, vLLM, Ollama.", 25),
    ("yan/pdf-extractor", "plugin", "Extracts text and tables from PDF files", "pdf,ocr,tables", "data", "yan", "AGPL-3.0-only",
     "# PDF extractor\nWorks on scans too, with OCR.", 25),
    ("yan/web-scraper", "plugin", "Fetches web pages and turns them into Markdown", "web,html,crawler", "data", "yan", "MIT",
     "# Web scraper\nRespects robots.txt.", 25),
    ("old/reviewer", "agent", "Reviews code", "review", "code-generation", "octocat", "MIT",
     "# Reviewer\nReplaced by core/code-reviewer.", 99),
];

/// The packages, in no particular order.
pub(crate) fn documents() -> Vec<Document> {
    let list = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    let document = |(nth, row): (usize, &Row)| {
        let (name, kind, summary, keywords, category, author, license, readme, rank) = *row;
        Document {
            name: name.to_owned(),
            kind: kind.to_owned(),
            version: "1.0.0".to_owned(),
            summary: summary.to_owned(),
            keywords: list(keywords),
            categories: list(category),
            authors: list(author),
            license: license.to_owned(),
            readme: readme.to_owned(),
            // Ten months, in turn.
            updated: format!("2026-{:02}-01T12:00:00Z", 1 + nth % 10),
            label: match kind {
                "integration" => "dnnfn",
                "plugin" => "ennnn",
                "agent" => "nfdnn",
                _ => "nnnnn",
            }
            .to_owned(),
            cost: [40, 1200],
            rating: 0,
            rank,
            deprecated: name.starts_with("old/"),
        }
    };
    ROWS.iter().enumerate().map(document).collect()
}

/// The index of [`documents`], built once.
pub(crate) fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| Index::from_files(build(documents()).unwrap().files).unwrap())
}
