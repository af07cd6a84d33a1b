//! What goes in (a [`Document`] for each package) and what comes out ([`Results`]).

use std::cmp::Ordering;

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
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
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
    /// Larger is better; comparable within one answer only.
    pub score: f32,
    /// The package is deprecated.
    pub deprecated: bool,
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
    /// No package has all the words; these have most of them.
    pub partial: bool,
}

/// What the doc store keeps of a package, as one string.
pub(crate) struct Stored;

/// Parts of a stored document are separated by this; it cannot occur in them.
const SEPARATOR: char = '\u{1f}';

impl Stored {
    pub(crate) fn encode(document: &Document) -> String {
        let mark = if document.deprecated {
            "deprecated"
        } else {
            ""
        };
        let parts = [
            &*document.name,
            &document.kind,
            &document.version,
            &document.summary,
            &document.license,
            mark,
        ];
        let clean = |part: &&str| part.replace(char::is_control, " ");
        parts.iter().map(clean).collect::<Vec<_>>().join("\u{1f}")
    }

    /// `None` if these are not the bytes that [`Stored::encode`] wrote.
    pub(crate) fn decode(bytes: &[u8], score: f32) -> Option<Hit> {
        let text = std::str::from_utf8(bytes).ok()?;
        let parts: Vec<&str> = text.split(SEPARATOR).collect();
        let [name, kind, version, summary, license, mark] = parts[..] else {
            return None;
        };
        Some(Hit {
            name: name.to_owned(),
            kind: kind.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            license: license.to_owned(),
            score,
            deprecated: mark == "deprecated",
        })
    }
}
