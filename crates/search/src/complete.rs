//! What the last word of a query, a filter half typed, may become.

use crate::error::SearchError;
use crate::index::Index;
use crate::query::{Filter, Sort};
use crate::term;
use crate::values;
use crate::words::slug;

/// How many are offered.
const MOST: usize = 12;

/// A query with its last word completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The whole query, ready to be typed on.
    pub text: String,
    /// What its last word became.
    pub label: String,
    /// Packages that have it; 0 for what is not counted.
    pub count: usize,
}

impl Index {
    /// Completions of the last word of `text`, if that is the beginning of a filter: of its key, or of
    /// its value after the colon. Most packages first.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn complete(&self, text: &str) -> Result<Vec<Completion>, SearchError> {
        let start = text.rfind(char::is_whitespace).map_or(0, |at| {
            at + text[at..].chars().next().map_or(1, char::len_utf8)
        });
        let (before, word) = text.split_at(start);
        let (not, word) = match word.strip_prefix('-') {
            Some(word) => ("-", word),
            None => ("", word),
        };
        let found = match word.split_once(':') {
            Some((key, typed)) => self.values(&key.to_ascii_lowercase(), typed)?,
            None => keys(word, not),
        };
        let complete = |(label, count): (String, usize)| Completion {
            text: match label.ends_with(':') {
                true => format!("{before}{not}{label}"),
                false => format!("{before}{not}{label} "),
            },
            label: format!("{not}{label}"),
            count,
        };
        Ok(found.into_iter().take(MOST).map(complete).collect())
    }

    /// The values of `key` that begin with `typed`, as `key:value`.
    fn values(&self, key: &str, typed: &str) -> Result<Vec<(String, usize)>, SearchError> {
        if key == "sort" {
            let sorts = Sort::ALL.map(Sort::as_str).into_iter();
            let sorts = sorts.filter(|sort| sort.starts_with(typed));
            return Ok(sorts.map(|sort| (format!("sort:{sort}"), 0)).collect());
        }
        let Some(filter) = Filter::named(key) else {
            return Ok(Vec::new());
        };
        let beginning = slug(typed.trim_start_matches('"'));
        let mut found: Vec<(String, usize)> = match filter {
            Filter::Registry => Vec::new(),
            Filter::Tag | Filter::Author if beginning.is_empty() => Vec::new(),
            Filter::Tag | Filter::Author => self.asked(|| self.region(filter, &beginning))?,
            _ => {
                let values = self.asked(|| values::read(&self.storage))?.into_iter();
                let values = values.filter(|value| value.filter == filter);
                let values = values.filter(|value| value.slug.starts_with(&beginning));
                values
                    .map(|value| (value.written, value.packages as usize))
                    .collect()
            }
        };
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let spelled = |(value, count): (String, usize)| match value.contains(char::is_whitespace) {
            true => (format!("{}:\"{value}\"", filter.key()), count),
            false => (format!("{}:{value}", filter.key()), count),
        };
        Ok(found.into_iter().map(spelled).collect())
    }

    fn region(&self, filter: Filter, beginning: &str) -> Result<Vec<(String, usize)>, SearchError> {
        let start = term::filter(filter.key(), beginning);
        let end = [&start[..], b"\xff"].concat();
        let skipped = term::filter(filter.key(), "").len();
        let mut found = Vec::new();
        self.dictionary.each_in(&start..&end, |term, list| {
            let value = String::from_utf8_lossy(&term[skipped..]).into_owned();
            found.push((value, list.doc_freq as usize));
        })?;
        Ok(found)
    }
}

/// The keys that begin with `word`, of which two letters must be there.
fn keys(word: &str, not: &str) -> Vec<(String, usize)> {
    let word = word.to_lowercase();
    let known = Filter::ALL.map(Filter::key).into_iter();
    let known = known.chain(not.is_empty().then_some("sort"));
    let begins = |key: &&str| word.len() >= 2 && key.starts_with(&*word);
    known
        .filter(begins)
        .map(|key| (format!("{key}:"), 0))
        .collect()
}
