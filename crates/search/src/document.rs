//! What goes in (a [`Document`] for each package) and what comes out ([`Results`]).

use std::cmp::Ordering;
use std::ops::Range;

use crate::words::cut;

/// Bytes of an RFC 3339 time that are the day.
const DAY: usize = 10;

/// One package as the index sees it.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// `namespace/name`.
    pub name: String,
    /// `agent`, `workflow`, … in lower case.
    pub kind: String,
    /// The latest version.
    pub version: String,
    /// One line.
    pub summary: String,
    /// The author's keywords, found by `tag:` as well.
    pub keywords: Vec<String>,
    /// From the registry's closed list.
    pub categories: Vec<String>,
    /// Logins.
    pub authors: Vec<String>,
    /// An SPDX expression; `license:` finds each licence in it.
    pub license: String,
    /// Markdown source; what exceeds 64 KiB is not indexed.
    pub readme: String,
    /// When its latest release was taken: RFC 3339, UTC.
    pub updated: String,
    /// What it uses: a letter for each of [`crate::USES`], `n` for nothing, `d` for declared, `f` for
    /// found in its files, `e` for enforced. Empty if that is not known.
    pub label: String,
    /// Context cost in tokens: always loaded, and on demand.
    pub cost: [u64; 2],
    /// How well it is rated, for `sort:rating` and for nothing else; more is better.
    pub rating: u32,
    /// Static rank: packages that match equally well are listed from high to low.
    pub rank: u32,
    /// Listed below others that match equally well.
    pub deprecated: bool,
}

impl Document {
    /// The order in which documents are stored: rank from high to low, then name.
    pub fn order(&self, other: &Document) -> Ordering {
        other
            .rank
            .cmp(&self.rank)
            .then_with(|| self.name.cmp(&other.name))
    }
}

/// One package that was found, as it was when the index was built.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hit {
    /// Its number in the index.
    pub doc: u32,
    /// `namespace/name`.
    pub name: String,
    /// `agent`, `workflow`, …
    pub kind: String,
    /// The latest version.
    pub version: String,
    /// One line, without control characters.
    pub summary: String,
    /// An SPDX expression.
    pub license: String,
    /// The package is deprecated.
    pub deprecated: bool,
    /// What it uses, as in [`Document::label`].
    pub label: String,
    /// The day of the latest release, `2026-05-01`.
    pub updated: String,
    /// Context cost in tokens: always loaded, and on demand.
    pub cost: [u64; 2],
    /// The author's keywords.
    pub keywords: Vec<String>,
    /// What of it matched.
    pub marks: Marks,
    /// Larger is better; comparable within one answer only.
    pub score: f32,
}

/// Which parts of a hit's texts matched, in bytes, in order, none touching another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Of its name.
    pub name: Vec<Range<usize>>,
    /// Of its summary.
    pub summary: Vec<Range<usize>>,
}

/// The answer to a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The best hits, best first.
    pub hits: Vec<Hit>,
    /// How many packages were found in all.
    pub total: usize,
    /// The words as they were understood, when a typo was forgiven.
    pub corrected: Option<String>,
    /// No package has all the words, or none has them as a phrase; these have most of them.
    pub partial: bool,
}

/// What the doc store keeps of a package, as one string.
pub(crate) struct Stored;

/// Parts of a stored document are separated by this; it cannot occur in them.
const SEPARATOR: char = '\u{1f}';
/// Keywords are separated by this.
const BETWEEN: char = '\u{1e}';
/// How many keywords are kept to be shown.
const MAX_SHOWN: usize = 12;
/// Longest part of a stored document, in bytes.
const MAX_PART: usize = 1000;

impl Stored {
    pub(crate) fn encode(document: &Document) -> String {
        let clean = |part: &str| cut(part, MAX_PART).replace(char::is_control, " ");
        let keywords = document.keywords.iter().take(MAX_SHOWN);
        let keywords: Vec<String> = keywords.map(|keyword| clean(cut(keyword, 64))).collect();
        let mark = if document.deprecated {
            "deprecated"
        } else {
            ""
        };
        let [always, on_demand] = document.cost.map(|tokens| tokens.to_string());
        [
            clean(&document.name),
            clean(&document.kind),
            clean(&document.version),
            clean(&document.summary),
            clean(&document.license),
            mark.to_owned(),
            clean(&document.label),
            clean(cut(&document.updated, DAY)),
            always,
            on_demand,
            keywords.join(&BETWEEN.to_string()),
        ]
        .join(&SEPARATOR.to_string())
    }

    /// `None` if these are not the bytes that [`Stored::encode`] wrote.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Hit> {
        let text = std::str::from_utf8(bytes).ok()?;
        let parts: Vec<&str> = text.split(SEPARATOR).collect();
        let [
            name,
            kind,
            version,
            summary,
            license,
            mark,
            label,
            updated,
            always,
            on_demand,
            keywords,
        ] = parts[..]
        else {
            return None;
        };
        let keywords = keywords
            .split(BETWEEN)
            .filter(|keyword| !keyword.is_empty());
        Some(Hit {
            name: name.to_owned(),
            kind: kind.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            license: license.to_owned(),
            deprecated: mark == "deprecated",
            label: label.to_owned(),
            updated: updated.to_owned(),
            cost: [always.parse().ok()?, on_demand.parse().ok()?],
            keywords: keywords.map(str::to_owned).collect(),
            ..Hit::default()
        })
    }
}
