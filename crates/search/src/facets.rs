//! How many of the packages found have which property.

use crate::error::SearchError;
use crate::evaluate::{Matched, evaluate};
use crate::index::Index;
use crate::query::{Filter, Query};
use crate::term;
use crate::values::{self, FilterValue, LISTED};

/// Values shown of one filter at most; those of most packages.
const MOST: usize = 24;
/// A value of a filter and how many packages have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// As it is written.
    pub value: String,
    /// How many of the packages found.
    pub packages: usize,
}

/// Counts over the answer to a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// How many packages were found.
    pub total: usize,
    /// For each filter its values, most packages first; those of none are left out.
    pub counts: Vec<(Filter, Vec<Count>)>,
}

impl Index {
    /// Counts what a query finds. The values of a kind, category or licence are counted as if that one
    /// filter was not set, so that they say what choosing another would give; uses are counted in the
    /// answer as it is.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn facets(&self, query: &Query) -> Result<Facets, SearchError> {
        if query.unreadable {
            return Ok(Facets::default());
        }
        self.asked(|| {
            let values = values::read(&self.storage);
            let answer = self.answer(query);
            let (answer, values) = (answer?, values?);
            let mut counts = Vec::new();
            for filter in LISTED {
                let free = filter != Filter::Uses && query.has_filter(filter);
                let matched = match free {
                    true => Some(evaluate(&answer.plan, &self.postings, Some(filter))?),
                    false => None,
                };
                let matched = matched.as_ref().unwrap_or(&answer.matched);
                let of = values.iter().filter(|value| value.filter == filter);
                counts.push((filter, self.counted(of, matched)?));
            }
            Ok(Facets {
                total: answer.matched.docs.len(),
                counts,
            })
        })
    }

    fn counted<'a>(
        &self,
        values: impl Iterator<Item = &'a FilterValue>,
        matched: &Matched,
    ) -> Result<Vec<Count>, SearchError> {
        let mut found = vec![false; self.len()];
        for doc in &matched.docs {
            found[*doc as usize] = true;
        }
        let everything = matched.docs.len() == self.len();
        let mut values: Vec<_> = values.collect();
        values.sort_by(|a, b| {
            b.packages
                .cmp(&a.packages)
                .then_with(|| a.slug.cmp(&b.slug))
        });
        values.truncate(MOST);
        let mut counts = Vec::new();
        for value in values {
            let mut packages = value.packages as usize;
            if !everything {
                packages = 0;
                let term = term::filter(value.filter.key(), &value.slug);
                if let Some(list) = self.dictionary.get(&term)? {
                    self.postings
                        .each(&list, |doc| packages += usize::from(found[doc as usize]))?;
                }
            }
            let value = value.written.clone();
            counts.push(Count { value, packages });
        }
        counts.retain(|count| count.packages > 0);
        counts.sort_by(|a, b| {
            b.packages
                .cmp(&a.packages)
                .then_with(|| a.value.cmp(&b.value))
        });
        Ok(counts)
    }
}
