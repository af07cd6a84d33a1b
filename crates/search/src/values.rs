//! The values that filters can have, as they are written, with how many packages have each.
//!
//! A text file of lines `key TAB value in the index's spelling TAB as written TAB packages`, sorted.
//! Of keywords and authors there may be very many: they are looked up in the dictionary instead.

use std::collections::BTreeMap;

use crate::error::SearchError;
use crate::query::Filter;
use crate::storage::Storage;

/// The file's name in the index.
pub(crate) const VALUES: &str = "values";
/// The filters whose values it lists, and are counted.
pub(crate) const LISTED: [Filter; 4] = [
    Filter::Kind,
    Filter::Category,
    Filter::License,
    Filter::Uses,
];

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilterValue {
    pub(crate) filter: Filter,
    /// As the index spells it.
    pub(crate) slug: String,
    /// As it was written where it was first met.
    pub(crate) written: String,
    pub(crate) packages: u32,
}

#[derive(Default)]
pub(crate) struct Values(BTreeMap<(&'static str, String), (String, u32)>);

impl Values {
    pub(crate) fn add(&mut self, filter: Filter, slug: &str, written: &str) {
        if LISTED.contains(&filter) {
            let at = (filter.key(), slug.to_owned());
            let clean = || (written.replace(char::is_control, " "), 0);
            self.0.entry(at).or_insert_with(clean).1 += 1;
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = String::new();
        for ((key, slug), (written, packages)) in &self.0 {
            out += &format!("{key}\t{slug}\t{written}\t{packages}\n");
        }
        out.into_bytes()
    }
}

/// The list, in the order of the filters' keys and of the values.
pub(crate) fn read(storage: &Storage) -> Result<Vec<FilterValue>, SearchError> {
    let file = storage.own(VALUES)?;
    let bytes = file.read_bytes(0..file.len()).map_err(SearchError::read)?;
    let damaged = || SearchError::damaged("the list of values is not what was written");
    let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
    let value = |line: &str| {
        let parts: Vec<&str> = line.split('\t').collect();
        let [key, slug, written, packages] = parts[..] else {
            return None;
        };
        Some(FilterValue {
            filter: Filter::named(key)?,
            slug: slug.to_owned(),
            written: written.to_owned(),
            packages: packages.parse().ok()?,
        })
    };
    text.lines()
        .map(|line| value(line).ok_or_else(damaged))
        .collect()
}
