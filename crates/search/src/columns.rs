//! The orders that hits can be listed in besides relevance: for each package its place.
//!
//! The file holds, for each order, the places of all packages as numbers of 24 bits, in three planes:
//! all high bytes, all middle ones, all low ones, so that they zip well. It is read only when another
//! order is asked for.

use crate::document::Document;
use crate::error::SearchError;
use crate::query::Sort;
use crate::storage::Storage;

/// The file's name in the index.
pub(crate) const COLUMNS: &str = "columns";

/// Collects what the orders are made of.
#[derive(Default)]
pub(crate) struct Columns {
    ratings: Vec<u32>,
    updated: Vec<String>,
    names: Vec<String>,
}

impl Columns {
    pub(crate) fn add(&mut self, document: &Document) {
        self.ratings.push(document.rating);
        self.updated.push(document.updated.clone());
        self.names.push(document.name.clone());
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(9 * self.names.len());
        let rating = |doc: usize| std::cmp::Reverse(self.ratings[doc]);
        let newest = |doc: usize| std::cmp::Reverse(&*self.updated[doc]);
        let name = |doc: usize| &*self.names[doc];
        let all = self.names.len();
        planes(&mut out, &places(all, rating));
        planes(&mut out, &places(all, newest));
        planes(&mut out, &places(all, name));
        out
    }
}

/// The place of each document in the order of `key`; equal ones as they are in the index.
fn places<K: Ord>(all: usize, key: impl Fn(usize) -> K) -> Vec<u32> {
    let mut docs: Vec<usize> = (0..all).collect();
    docs.sort_by_key(|doc| key(*doc));
    let mut places = vec![0; all];
    for (place, doc) in docs.into_iter().enumerate() {
        places[doc] = place as u32;
    }
    places
}

fn planes(out: &mut Vec<u8>, places: &[u32]) {
    for shift in [16, 8, 0] {
        out.extend(places.iter().map(|place| (place >> shift) as u8));
    }
}

/// For each of `all` documents its place in the order `sort`; `None` for relevance.
pub(crate) fn read(
    storage: &Storage,
    sort: Sort,
    all: usize,
) -> Result<Option<Vec<u32>>, SearchError> {
    let nth = match sort {
        Sort::Relevance => return Ok(None),
        Sort::Rating => 0,
        Sort::Newest => 1,
        Sort::Name => 2,
    };
    let column = storage.own(COLUMNS)?;
    let bytes = column.read_bytes(nth * 3 * all..(nth + 1) * 3 * all);
    let bytes = bytes.map_err(SearchError::read)?;
    let (high, rest) = bytes.split_at(all);
    let (middle, low) = rest.split_at(all);
    let place = |doc: usize| u32::from_be_bytes([0, high[doc], middle[doc], low[doc]]);
    Ok(Some((0..all).map(place).collect()))
}
