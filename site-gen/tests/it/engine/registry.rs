//! Registries to search in, and how they are published.

use std::collections::BTreeSet;

use search::{Built, Document, Index, Packing, build};
use tempfile::TempDir;

use super::node::write;

/// An index as the terminal has it, and as the browser gets it.
pub(super) struct Published {
    pub(super) whole: Index,
    /// `hot.bin`, `<n>.bin` …
    pub(super) folder: TempDir,
    /// The numbers of the pieces that are not in the hot file.
    pub(super) pieces: BTreeSet<String>,
}

/// Pieces so small that even a small index has many.
pub(super) const SMALL: Packing = Packing {
    piece: 512,
    small_piece: 256,
    whole_piece: 1024,
    hot: 0,
};

pub(super) fn published(documents: Vec<Document>, packing: &Packing) -> Published {
    let built: Built = build(documents).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (_, files) = built.pack(packing).unwrap();
    for (name, bytes) in &files {
        write(&folder.path().join(name), bytes);
    }
    Published {
        pieces: files
            .iter()
            .filter_map(|(name, _)| numbered(name))
            .collect(),
        whole: Index::from_files(built.files).unwrap(),
        folder,
    }
}

fn numbered(name: &str) -> Option<String> {
    let number: u32 = name.strip_suffix(".bin")?.parse().ok()?;
    Some(number.to_string())
}

const VERBS: [&str; 12] = [
    "reviews",
    "writes",
    "deploys",
    "translates",
    "audits",
    "plans",
    "measures",
    "explains",
    "tests",
    "mends",
    "watches",
    "collects",
];
const THINGS: [&str; 20] = [
    "code",
    "diff",
    "kubernetes rollout",
    "database schema",
    "release notes",
    "security report",
    "pull request",
    "documentation",
    "README",
    "worktree",
    "PostgreSQL queries",
    "naïve Bayes model",
    "Überprüfung",
    "naiveBayes",
    "web page",
    "invoice",
    "log file",
    "C++ header",
    "日本語 text",
    "incident",
];
const KINDS: [&str; 6] = [
    "agent",
    "workflow",
    "skill",
    "project",
    "integration",
    "plugin",
];
const LICENSES: [&str; 5] = [
    "MIT",
    "Apache-2.0",
    "MIT OR Apache-2.0",
    "CC-BY-4.0",
    "AGPL-3.0-only",
];
const LABELS: [&str; 5] = ["nnnnn", "dnnnn", "ndfnn", "eenff", ""];

/// Some hundred packages that resemble each other, as those of a real registry do.
pub(super) fn documents() -> Vec<Document> {
    (0..420).map(document).collect()
}

fn document(n: usize) -> Document {
    // Mixed, so that neighbours in one property are strangers in another.
    let pick = |salt: usize, of: usize| (n * 2_654_435_761 + salt * 40_503) / 97 % of;
    let (verb, thing) = (VERBS[pick(1, 12)], THINGS[pick(2, 20)]);
    let (other, aside) = (THINGS[pick(3, 20)], VERBS[pick(4, 12)]);
    let word = |text: &str| text.split(' ').next().unwrap_or_default().to_lowercase();
    let ascii = |text: &str| word(text).replace(|c: char| !c.is_ascii_alphanumeric(), "x");
    let namespace = ["core", "acme", "zoe"][pick(5, 3)];
    Document {
        name: format!("{namespace}-{n}/{}-{}", ascii(thing), ascii(verb)),
        kind: KINDS[pick(6, 6)].to_owned(),
        version: format!("1.{}.0", pick(7, 9)),
        summary: format!("{verb} the {thing} and {aside} any {other}"),
        keywords: vec![word(thing), word(aside), format!("topic{}", n % 60)],
        categories: vec![["quality", "operations", "code-generation"][pick(8, 3)].to_owned()],
        authors: vec![["octocat", "hubber", "acme-bot"][pick(9, 3)].to_owned()],
        license: LICENSES[pick(10, 5)].to_owned(),
        readme: format!(
            "# {thing}\n\nIt {verb} each {other}, then {aside} the {thing} once more.\n\n```\nrun-{n} --all\n```\n\
             Made for `{}` by people who like {}.\n",
            THINGS[pick(11, 20)],
            THINGS[pick(12, 20)],
        ),
        updated: format!(
            "2026-{:02}-{:02}T08:00:00Z",
            1 + pick(13, 12),
            1 + pick(14, 28)
        ),
        label: LABELS[pick(15, 5)].to_owned(),
        cost: [pick(16, 900) as u64, pick(17, 9000) as u64],
        rating: pick(18, 50) as u32,
        rank: pick(19, 40) as u32,
        deprecated: pick(20, 11) == 0,
    }
}
