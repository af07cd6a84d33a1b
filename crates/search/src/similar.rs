//! Packages about the same thing.

use std::collections::HashMap;

use crate::document::{Hit, Results};
use crate::error::SearchError;
use crate::index::Index;
use crate::rank;
use crate::term::{self, Tag};
use crate::words::{Form, dashed, each_word, is_stop_word, stem};

/// Words of a package that are compared; the rarest.
const MAX_WORDS: usize = 12;
/// A word that more than this share of the packages has, one in so many, says nothing.
const COMMON: usize = 8;
/// … unless there are so few packages that any word may be common.
const FEW_PACKAGES: usize = 64;
/// What is less like a package than this share of its own score is not like it.
const LIKE: f32 = 0.1;

impl Index {
    /// The packages most like `name` (`namespace/name`), best first; none if there is no such package.
    /// Like are those that share rare words in names, summaries and keywords.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn similar(&self, name: &str, limit: usize) -> Result<Results, SearchError> {
        self.asked(|| {
            let Some(of) = self.named(name)? else {
                return Ok(Results::default());
            };
            let mut scores: HashMap<u32, f32> = HashMap::new();
            for (doc, score) in self.shared_words(&of)?.into_iter().flatten() {
                *scores.entry(doc).or_default() += score;
            }
            let own = scores.remove(&of.doc).unwrap_or_default();
            let mut like: Vec<(u32, f32)> = scores.into_iter().collect();
            like.retain(|(_, score)| *score >= LIKE * own);
            like.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let total = like.len();
            like.truncate(limit);
            let hits: Vec<_> = like
                .iter()
                .map(|(doc, score)| self.hit(*doc, *score))
                .collect();
            self.lack.check()?;
            Ok(Results {
                hits: hits.into_iter().collect::<Result<_, _>>()?,
                total,
                ..Results::default()
            })
        })
    }

    fn named(&self, name: &str) -> Result<Option<Hit>, SearchError> {
        let Some((namespace, short)) = name.split_once('/') else {
            return Ok(None);
        };
        let term = term::whole_name(&format!("{}/{}", dashed(namespace), dashed(short)));
        let mut docs = Vec::new();
        let list = self.dictionary.get(&term)?;
        self.lack.check()?;
        if let Some(list) = list {
            self.postings.each(&list, |doc| docs.push(doc))?;
        }
        self.lack.check()?;
        let hits: Vec<_> = docs.iter().map(|doc| self.hit(*doc, 0.0)).collect();
        self.lack.check()?;
        for hit in hits {
            let hit = hit?;
            if hit.name == name {
                return Ok(Some(hit));
            }
        }
        Ok(None)
    }

    /// For each word that says something about `of`: the packages that have it, and how much it makes
    /// each of them like it.
    fn shared_words(&self, of: &Hit) -> Result<Vec<Vec<(u32, f32)>>, SearchError> {
        let mut lists = Vec::new();
        for (word, place) in words(of) {
            let places = self.dictionary.tags(&word)?.into_iter();
            let places: Vec<_> = places
                .filter(|(tag, _)| matches!(tag, Tag::Name | Tag::Summary | Tag::Keyword))
                .filter_map(|(tag, list)| Some((rank::weight(tag)?, list)))
                .collect();
            let found: usize = places.iter().map(|(_, list)| list.doc_freq as usize).sum();
            lists.push((found, word, place, places));
        }
        self.lack.check()?;
        let all = self.len();
        // What nobody else has is no likeness, and what everybody has neither.
        lists.retain(|(found, ..)| *found > 1 && (all <= FEW_PACKAGES || found * COMMON <= all));
        lists.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        lists.truncate(MAX_WORDS);
        let mut shared = Vec::new();
        for (found, _, place, places) in &lists {
            let rarity = rank::rarity(*found, all);
            let mut docs = Vec::with_capacity(*found);
            for (weight, list) in places {
                let score = rarity * place * weight;
                self.postings.each(list, |doc| docs.push((doc, score)))?;
            }
            // The best place of each counts.
            docs.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            docs.dedup_by_key(|(doc, _)| *doc);
            shared.push(docs);
        }
        self.lack.check()?;
        Ok(shared)
    }
}

/// The stems of its name, summary and keywords, each with what its best place is worth.
fn words(hit: &Hit) -> Vec<(String, f32)> {
    let short = hit.name.split_once('/').map_or("", |(_, short)| short);
    let keywords = hit
        .keywords
        .iter()
        .map(|keyword| (&**keyword, Tag::Keyword));
    let texts = [(short, Tag::Name), (&*hit.summary, Tag::Summary)];
    let mut words = Vec::new();
    for (text, tag) in texts.into_iter().chain(keywords) {
        let worth = rank::weight(tag).unwrap_or_default();
        each_word(text, |word, form| {
            if form == Form::Part && !is_stop_word(word) {
                words.push((stem(word).into_owned(), worth));
            }
        });
    }
    words.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    words.dedup_by(|a, b| a.0 == b.0);
    words
}
