//! A plan and the postings -> ranked documents.
//!
//! Scores are kept for every package at once: at 100,000 packages that is two megabytes, cleared in
//! microseconds, and simpler and faster than merging sorted lists.

use crate::error::SearchError;
use crate::plan::{Group, Plan};
use crate::query::Filter;
use crate::rank;
use crate::reader::Postings;

/// What a plan finds.
pub(crate) struct Matched {
    /// The documents, by number.
    pub(crate) docs: Vec<u32>,
    /// Of every document there is.
    scores: Vec<f32>,
    /// None has all the words.
    pub(crate) partial: bool,
}

/// Runs the plan. Filters of the kind `without` are left out.
pub(crate) fn evaluate(
    plan: &Plan,
    postings: &Postings,
    without: Option<Filter>,
) -> Result<Matched, SearchError> {
    let mut scores = Scores::new(postings.documents());
    let mut rarities = Vec::with_capacity(plan.groups.len());
    for group in &plan.groups {
        rarities.push(scores.add(group, postings)?);
    }
    let required = plan.groups.iter().filter(|group| group.required).count();
    let has_all = |doc: usize| usize::from(scores.matched[doc]) == required;
    // A word that no package has says nothing about any of them.
    let nearly = match required >= rank::MANY_WORDS {
        true => rank::NEARLY * scores.all,
        false => f32::INFINITY,
    };
    let has_enough = |doc: usize| has_all(doc) || scores.covered[doc] >= nearly;
    let allowed = allowed(plan, postings, without)?;
    let (named, bonus) = names(plan, postings)?;
    let mut docs = select(&allowed, |doc| has_enough(doc) || named[doc]);
    let is_whole = |doc: &u32| has_all(*doc as usize) || named[*doc as usize];
    let partial = required > 1 && !docs.iter().any(is_whole);
    if partial {
        let most = rank::MOST * scores.all;
        docs = select(&allowed, |doc| most > 0.0 && scores.covered[doc] >= most);
    }
    finish(plan, postings, &rarities, &mut scores)?;
    for (score, bonus) in scores.score.iter_mut().zip(bonus) {
        *score += bonus;
    }
    Ok(Matched {
        partial: partial && !docs.is_empty(),
        docs,
        scores: scores.score,
    })
}

/// What is added to and taken from the words' scores.
fn finish(
    plan: &Plan,
    postings: &Postings,
    rarities: &[f32],
    scores: &mut Scores,
) -> Result<(), SearchError> {
    let score = &mut scores.score;
    for pair in &plan.pairs {
        let bonus = rank::PAIR * (rarities[pair.of[0]] + rarities[pair.of[1]]) / 2.0;
        postings.each(&pair.postings, |doc| score[doc as usize] += bonus)?;
    }
    if let Some(started) = &plan.started {
        let mean = rarities.iter().sum::<f32>() / rarities.len().max(1) as f32;
        let bonus = rank::STARTS * mean;
        postings.each(started, |doc| score[doc as usize] += bonus)?;
    }
    if scores.all > 0.0 {
        for (score, covered) in score.iter_mut().zip(&scores.covered) {
            *score *= covered / scores.all;
        }
    }
    if let Some(deprecated) = &plan.deprecated {
        postings.each(deprecated, |doc| score[doc as usize] *= rank::DEPRECATED)?;
    }
    Ok(())
}

/// Which documents are called what was typed, and what that is worth.
fn names(plan: &Plan, postings: &Postings) -> Result<(Vec<bool>, Vec<f32>), SearchError> {
    let mut named = vec![false; postings.documents()];
    let mut bonuses = vec![0.0; postings.documents()];
    for (nth, name) in plan.named.iter().enumerate() {
        let bonus = rank::NAMED * (rank::MAX_NAMES - nth.min(rank::MAX_NAMES)) as f32;
        postings.each(name, |doc| {
            named[doc as usize] = true;
            bonuses[doc as usize] += bonus;
        })?;
    }
    Ok((named, bonuses))
}

impl Matched {
    /// The documents from the `from`th on, `limit` of them, with their scores: best first, or by their
    /// `places` in another order; equal ones by number, which is by static rank and name.
    pub(crate) fn top(&self, from: usize, limit: usize, places: Option<&[u32]>) -> Vec<(f32, u32)> {
        let scored = |doc: &u32| (self.scores[*doc as usize], *doc);
        let mut top: Vec<(f32, u32)> = self.docs.iter().map(scored).collect();
        let order = |a: &(f32, u32), b: &(f32, u32)| match places {
            Some(places) => places[a.1 as usize].cmp(&places[b.1 as usize]),
            None => b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)),
        };
        let end = from.saturating_add(limit);
        if end < top.len() {
            top.select_nth_unstable_by(end, order);
            top.truncate(end);
        }
        top.sort_unstable_by(order);
        top.drain(..from.min(top.len()));
        top
    }
}

fn select(allowed: &[bool], wanted: impl Fn(usize) -> bool) -> Vec<u32> {
    let docs = allowed.iter().enumerate();
    let docs = docs.filter(|(doc, allowed)| **allowed && wanted(*doc));
    docs.map(|(doc, _)| doc as u32).collect()
}

/// The documents that meet every filter and phrase and have nothing that is excluded.
fn allowed(
    plan: &Plan,
    postings: &Postings,
    without: Option<Filter>,
) -> Result<Vec<bool>, SearchError> {
    let mut allowed = vec![true; postings.documents()];
    let filters = plan.filters.iter();
    let filters = filters.filter(|(filter, _)| Some(*filter) != without);
    let phrases = plan.adjacent.iter().map(Option::as_slice);
    for alternatives in filters.map(|(_, lists)| &lists[..]).chain(phrases) {
        let mut meets = vec![false; postings.documents()];
        for alternative in alternatives {
            postings.each(alternative, |doc| meets[doc as usize] = true)?;
        }
        for (allowed, meets) in allowed.iter_mut().zip(meets) {
            *allowed &= meets;
        }
    }
    for lists in &plan.excluded {
        let mut met = vec![0_u8; postings.documents()];
        for list in lists {
            postings.each(list, |doc| met[doc as usize] += 1)?;
        }
        for (allowed, met) in allowed.iter_mut().zip(met) {
            *allowed &= usize::from(met) < lists.len();
        }
    }
    Ok(allowed)
}

/// What is known of each document so far.
struct Scores {
    score: Vec<f32>,
    /// Sum of the rarities of the required words it has.
    covered: Vec<f32>,
    /// The same sum over all required words that any package has.
    all: f32,
    /// How many required words it has.
    matched: Vec<u8>,
    /// For the word being added: its best and its summed weight.
    best: Vec<f32>,
    sum: Vec<f32>,
    touched: Vec<u32>,
}

impl Scores {
    fn new(documents: usize) -> Self {
        Self {
            score: vec![0.0; documents],
            covered: vec![0.0; documents],
            all: 0.0,
            matched: vec![0; documents],
            best: vec![0.0; documents],
            sum: vec![0.0; documents],
            touched: Vec::new(),
        }
    }

    /// Adds one word of the query and returns its rarity.
    fn add(&mut self, group: &Group, postings: &Postings) -> Result<f32, SearchError> {
        let (best, sum, touched) = (&mut self.best, &mut self.sum, &mut self.touched);
        for source in &group.sources {
            postings.each(&source.postings, |doc| {
                let at = doc as usize;
                if best[at] == 0.0 {
                    touched.push(doc);
                }
                best[at] = best[at].max(source.weight);
                sum[at] += source.weight;
            })?;
        }
        let rarity = rank::rarity(self.touched.len(), self.score.len());
        let share = if group.required {
            rarity
        } else {
            rarity * rank::VAGUE
        };
        if group.required && !self.touched.is_empty() {
            self.all += rarity;
        }
        for doc in self.touched.drain(..) {
            let at = doc as usize;
            let (best, sum) = (
                std::mem::take(&mut self.best[at]),
                std::mem::take(&mut self.sum[at]),
            );
            self.score[at] += share * (best + rank::TIE * (sum - best));
            if group.required {
                self.matched[at] += 1;
                self.covered[at] += rarity;
            }
        }
        Ok(rarity)
    }
}
