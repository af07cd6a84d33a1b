//! Several registries searched as one. Each is asked in a thread of its own, so that all take as long as
//! the slowest; one that cannot be searched does not hide the others.

use std::{sync::OnceLock, thread};

use search::{Completion, Count, Facets, Index, Query, SearchError, Snippet, Sort};

use super::{Hub, HubResults, Opened, RegistryHit};
use crate::{ClientError, source::SearchIndex};

/// Completions that are offered at most.
const COMPLETIONS: usize = 12;

/// The search indexes of a hub, each opened once, when it is first asked.
pub struct Searcher<'h> {
    registries: Vec<(&'h Opened, OnceLock<SearchIndex<'h>>)>,
}

impl Hub {
    /// For who asks more than once.
    pub fn searcher(&self) -> Searcher<'_> {
        let registries = self.registries.iter();
        Searcher {
            registries: registries.map(|opened| (opened, OnceLock::new())).collect(),
        }
    }

    /// The best `limit` hits of all registries.
    pub fn search(&self, query: &Query, limit: usize) -> HubResults {
        self.searcher().search(query, limit)
    }
}

impl<'h> Searcher<'h> {
    /// The best `limit` hits of all registries, or of those that the query names.
    pub fn search(&self, query: &Query, limit: usize) -> HubResults {
        let mut all = HubResults::default();
        let mut is_whole = false;
        let mut lists = Vec::new();
        let is_asked = |name: &str| query.asks_registry(name);
        for (registry, results) in self.each(is_asked, |index| index.search(query, limit)) {
            let results = match results {
                Ok(results) => results,
                Err(error) => {
                    all.failed.push((registry.to_owned(), error));
                    continue;
                }
            };
            all.total += results.total;
            is_whole |= results.corrected.is_none() && !results.partial && results.total > 0;
            all.partial |= results.partial;
            all.corrected = all.corrected.or(results.corrected);
            let from = |hit| RegistryHit {
                registry: registry.to_owned(),
                hit,
            };
            lists.push(results.hits.into_iter().map(from).collect());
        }
        if is_whole {
            all.corrected = None;
            all.partial = false;
        }
        all.hits = merged(lists, query.sort());
        all.hits.truncate(limit);
        all
    }

    /// How many of the packages found have which property. Registries that cannot be searched count
    /// nothing: a search says why.
    pub fn facets(&self, query: &Query) -> Facets {
        let mut all = Facets::default();
        let is_asked = |name: &str| query.asks_registry(name);
        for (_, facets) in self.each(is_asked, |index| index.facets(query)) {
            let Ok(facets) = facets else { continue };
            all.total += facets.total;
            for (filter, counts) in facets.counts {
                match all.counts.iter_mut().find(|(known, _)| *known == filter) {
                    Some((_, known)) => counts.into_iter().for_each(|count| add(known, count)),
                    None => all.counts.push((filter, counts)),
                }
            }
        }
        for (_, counts) in &mut all.counts {
            counts.sort_by(|a, b| b.packages.cmp(&a.packages).then(a.value.cmp(&b.value)));
        }
        all
    }

    /// For each hit the words of its README that show why it was found, where they are kept.
    pub fn snippets(&self, query: &Query, hits: &[RegistryHit]) -> Vec<Option<Snippet>> {
        let mut all: Vec<Option<Snippet>> = hits.iter().map(|_| None).collect();
        for (opened, index) in &self.registries {
            let of = hits.iter().enumerate();
            let of = of.filter(|(_, found)| found.registry == opened.name);
            let (places, docs): (Vec<usize>, Vec<u32>) =
                of.map(|(place, found)| (place, found.hit.doc)).unzip();
            let Some(index) = index.get().filter(|_| !docs.is_empty()) else {
                continue;
            };
            let found = index.ask_again(|index| index.snippets(query, &docs));
            for (place, snippet) in places.iter().zip(found.unwrap_or_default()) {
                all[*place] = snippet;
            }
        }
        all
    }

    /// What the last word of `text`, a filter half typed, may become; most packages first.
    pub fn complete(&self, text: &str) -> Vec<Completion> {
        let mut all: Vec<Completion> = Vec::new();
        for (_, found) in self.each(|_| true, |index| index.complete(text)) {
            for completion in found.unwrap_or_default() {
                match all.iter_mut().find(|known| known.text == completion.text) {
                    Some(known) => known.count += completion.count,
                    None => all.push(completion),
                }
            }
        }
        all.extend(self.complete_registry(text));
        // Stable: what is not counted stays in its order.
        all.sort_by_key(|completion| std::cmp::Reverse(completion.count));
        all.truncate(COMPLETIONS);
        all
    }

    /// An index knows no registries.
    fn complete_registry(&self, text: &str) -> Vec<Completion> {
        let start = text.rfind(' ').map_or(0, |at| at + 1);
        let (before, word) = text.split_at(start);
        let (not, word) = match word.strip_prefix('-') {
            Some(word) => ("-", word),
            None => ("", word),
        };
        let Some(typed) = word.strip_prefix("registry:") else {
            return Vec::new();
        };
        let names = self.names().filter(|name| name.starts_with(typed));
        let complete = |name: &str| Completion {
            text: format!("{before}{not}registry:{name} "),
            label: format!("{not}registry:{name}"),
            count: 0,
        };
        names.map(complete).collect()
    }

    /// The packages of `registry` most like its package `name`.
    ///
    /// # Errors
    /// [`ClientError::UnknownRegistry`], and whatever searching fails with.
    pub fn similar(
        &self,
        registry: &str,
        name: &str,
        limit: usize,
    ) -> Result<HubResults, ClientError> {
        let found = self.each(|one| one == registry, |index| index.similar(name, limit));
        let found = found.into_iter().next();
        let (_, found) = found.ok_or_else(|| ClientError::UnknownRegistry(registry.to_owned()))?;
        let found = found?;
        let from = |hit| RegistryHit {
            registry: registry.to_owned(),
            hit,
        };
        Ok(HubResults {
            hits: found.hits.into_iter().map(from).collect(),
            total: found.total,
            ..HubResults::default()
        })
    }

    fn names(&self) -> impl Iterator<Item = &'h str> {
        self.registries
            .iter()
            .map(|(opened, _)| opened.name.as_str())
    }

    /// Asks every registry that `is_asked`, all at once; the answers in the user's order.
    fn each<T: Send>(
        &self,
        is_asked: impl Fn(&str) -> bool,
        ask: impl Fn(&Index) -> Result<T, SearchError> + Sync,
    ) -> Vec<(&'h str, Result<T, ClientError>)> {
        let asked = self.registries.iter();
        let asked: Vec<_> = asked.filter(|(opened, _)| is_asked(&opened.name)).collect();
        let answer = |(opened, index): &(&'h Opened, OnceLock<SearchIndex<'h>>)| {
            (opened.name.as_str(), answered(opened, index, &ask))
        };
        // One alone needs no thread.
        if let [one] = asked[..] {
            return vec![answer(one)];
        }
        thread::scope(|scope| {
            let threads: Vec<_> = asked
                .iter()
                .map(|one| scope.spawn(|| answer(one)))
                .collect();
            let join = |thread: thread::ScopedJoinHandle<'_, _>| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            threads.into_iter().map(join).collect()
        })
    }
}

fn answered<'h, T>(
    opened: &'h Opened,
    index: &OnceLock<SearchIndex<'h>>,
    ask: impl Fn(&Index) -> Result<T, SearchError>,
) -> Result<T, ClientError> {
    if let Some(index) = index.get() {
        return index.ask(ask);
    }
    // What cannot be opened now may be opened the next time.
    let found = opened.source.search()?;
    index.get_or_init(|| found).ask(ask)
}

fn add(known: &mut Vec<Count>, count: Count) {
    match known.iter_mut().find(|one| one.value == count.value) {
        Some(one) => one.packages += count.packages,
        None => known.push(count),
    }
}

/// Lists in the order of each registry, as one. Sorting is stable: of equals, those of registries that
/// the user named first come first.
fn merged(lists: Vec<Vec<RegistryHit>>, sort: Sort) -> Vec<RegistryHit> {
    let placed = lists
        .into_iter()
        .flat_map(|hits| hits.into_iter().enumerate());
    let mut placed: Vec<(usize, RegistryHit)> = placed.collect();
    match sort {
        Sort::Relevance => placed.sort_by(|(_, a), (_, b)| b.hit.score.total_cmp(&a.hit.score)),
        Sort::Newest => placed.sort_by(|(_, a), (_, b)| b.hit.updated.cmp(&a.hit.updated)),
        Sort::Name => placed.sort_by(|(_, a), (_, b)| a.hit.name.cmp(&b.hit.name)),
        // Ratings of different registries have nothing in common: their best ones come first.
        Sort::Rating => placed.sort_by_key(|(place, _)| *place),
    }
    placed.into_iter().map(|(_, found)| found).collect()
}
