//! The words of names, summaries and keywords as they are spelled, for typos.
//!
//! A text file of lines `word SPACE packages`, sorted, the packages counted to a bound. It is read as a
//! whole, and only when a query has a word that no package has.

use std::collections::BTreeMap;

use tantivy::directory::OwnedBytes;

use crate::error::SearchError;
use crate::storage::Storage;

/// The file's name in the index.
pub(crate) const VOCABULARY: &str = "vocabulary";
/// Packages are counted to this. It only has to tell a common word from a rare one.
const CAP: u16 = 64;

#[derive(Default)]
pub(crate) struct Words {
    packages: BTreeMap<Box<str>, u16>,
    /// The words of the current package.
    of_one: Vec<String>,
}

impl Words {
    pub(crate) fn add(&mut self, word: &str) {
        self.of_one.push(word.to_owned());
    }

    /// Ends a package: each of its words counts once.
    pub(crate) fn end_package(&mut self) {
        self.of_one.sort_unstable();
        self.of_one.dedup();
        for word in self.of_one.drain(..) {
            let packages = self.packages.entry(word.into_boxed_str()).or_default();
            *packages = CAP.min(*packages + 1);
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = String::new();
        for (word, packages) in &self.packages {
            out += &format!("{word} {packages}\n");
        }
        out.into_bytes()
    }
}

/// All of it.
pub(crate) fn read(storage: &Storage) -> Result<OwnedBytes, SearchError> {
    let file = storage.own(VOCABULARY)?;
    file.read_bytes(0..file.len()).map_err(SearchError::read)
}

/// Each word with its packages.
pub(crate) fn words(bytes: &[u8]) -> impl Iterator<Item = (&str, u32)> {
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.filter_map(|line| {
        let (word, packages) = std::str::from_utf8(line).ok()?.split_once(' ')?;
        Some((word, packages.parse().ok()?))
    })
}
