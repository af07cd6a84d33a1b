//! A query -> the postings that answer it. This is the part that reads the dictionary; what it
//! returns is all that has to be read of the postings.

use tantivy::postings::TermInfo;

use crate::error::SearchError;
use crate::query::{Filter, Query, Typed};
use crate::rank;
use crate::reader::Dictionary;
use crate::term::{self, Tag};
use crate::words::{MAX_WORD, is_stop_word};

/// Postings of one term, and what finding a package there is worth.
pub(crate) struct Source {
    pub(crate) postings: TermInfo,
    pub(crate) weight: f32,
}

/// One word of the query: a package has it if any source lists the package.
pub(crate) struct Group {
    pub(crate) sources: Vec<Source>,
    /// Packages without this word are left out.
    pub(crate) required: bool,
}

/// Two neighbouring words: packages that have them next to each other.
pub(crate) struct Pair {
    /// The groups of the two words.
    pub(crate) of: [usize; 2],
    pub(crate) postings: TermInfo,
}

/// All that has to be read to answer a query.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) groups: Vec<Group>,
    pub(crate) pairs: Vec<Pair>,
    /// Packages that are called what was typed.
    pub(crate) named: Vec<TermInfo>,
    /// Packages whose names start with what was typed.
    pub(crate) started: Option<TermInfo>,
    /// Pairs that hits must have; one that is `None` no package has.
    pub(crate) adjacent: Vec<Option<TermInfo>>,
    /// Packages in all lists of any of these are left out.
    pub(crate) excluded: Vec<Vec<TermInfo>>,
    /// For each filter its alternatives. One without any is met by no package.
    pub(crate) filters: Vec<(Filter, Vec<TermInfo>)>,
    pub(crate) deprecated: Option<TermInfo>,
    /// Places, in the query's words, of words that the index does not have.
    pub(crate) unknown: Vec<usize>,
}

/// A word of the query and the words it may have been meant to be.
pub(crate) struct Forgiven {
    /// Place in the query's words.
    pub(crate) at: usize,
    /// Vocabulary words, best first.
    pub(crate) meant: Vec<String>,
}

impl Plan {
    pub(crate) fn new(
        query: &Query,
        forgiven: &[Forgiven],
        dictionary: &Dictionary,
    ) -> Result<Self, SearchError> {
        let mut plan = Plan::default();
        let content = query.content();
        let last = query.words.len().wrapping_sub(1);
        for (nth, (at, typed)) in content.iter().enumerate() {
            let mut group = GroupPlan::new(dictionary);
            let open = query.open_end && *at == last;
            group.word(typed, rank::EXACT, open)?;
            if !group.is_known() && !typed.exact {
                plan.unknown.push(*at);
            }
            let before = nth.checked_sub(1).map(|n| content[n].1);
            let after = content.get(nth + 1).map(|(_, typed)| *typed);
            for (first, second, open) in [
                (before, Some(*typed), open),
                (Some(*typed), after, query.open_end && at + 1 == last),
            ] {
                match (first, second) {
                    (Some(first), Some(second)) if !first.exact && !second.exact => {
                        group.joined(first, second, open)?;
                    }
                    _ => {}
                }
            }
            let alternatives = forgiven.iter().find(|forgiven| forgiven.at == *at);
            for word in alternatives.iter().flat_map(|forgiven| &forgiven.meant) {
                group.word(&Typed::new(word), rank::FORGIVEN, false)?;
            }
            // While a word is being typed its first letters must not empty the list.
            let vague = open && content.len() > 1 && typed.word.chars().count() <= 2;
            plan.groups.push(Group {
                sources: group.sources,
                required: !vague,
            });
        }
        plan.vague_stop_word(query, dictionary)?;
        plan.pairs(&content, dictionary)?;
        plan.phrases(query, dictionary)?;
        plan.excluded(query, dictionary)?;
        plan.names(query, forgiven, dictionary)?;
        plan.filters(query, dictionary)?;
        plan.deprecated = dictionary.get(&term::deprecated())?;
        Ok(plan)
    }

    /// A last word like `a` or `the` may be the beginning of another word.
    fn vague_stop_word(&mut self, query: &Query, dict: &Dictionary) -> Result<(), SearchError> {
        let Some(last) = query.words.last().filter(|_| query.open_end) else {
            return Ok(());
        };
        if query.content().len() < query.words.len() && is_stop_word(&last.word) {
            let mut group = GroupPlan::new(dict);
            group.prefix(&last.word, rank::EXACT)?;
            self.groups.push(Group {
                sources: group.sources,
                required: false,
            });
        }
        Ok(())
    }

    fn pairs(&mut self, content: &[(usize, &Typed)], dict: &Dictionary) -> Result<(), SearchError> {
        for (nth, pair) in content.windows(2).enumerate() {
            let (first, second) = (&pair[0].1.stem, &pair[1].1.stem);
            if let Some(postings) = dict.get(&term::pair(first, second))? {
                let of = [nth, nth + 1];
                self.pairs.push(Pair { of, postings });
            }
        }
        Ok(())
    }

    fn phrases(&mut self, query: &Query, dict: &Dictionary) -> Result<(), SearchError> {
        for phrase in &query.phrases {
            let pairs = pairs(&query.words[phrase.clone()]);
            for pair in pairs {
                self.adjacent.push(dict.get(&pair)?);
            }
        }
        Ok(())
    }

    fn excluded(&mut self, query: &Query, dict: &Dictionary) -> Result<(), SearchError> {
        for words in &query.excluded {
            if let [word] = &words[..] {
                let places = dict.tags(&word.stem)?.into_iter();
                let places = places.filter(|(tag, _)| rank::weight(*tag).is_some());
                self.excluded.extend(places.map(|(_, list)| vec![list]));
                continue;
            }
            let mut lists = Vec::new();
            for pair in pairs(words) {
                lists.push(dict.get(&pair)?);
            }
            // No package has a pair that is not in the index.
            let lists: Option<Vec<_>> = lists.into_iter().collect();
            self.excluded
                .extend(lists.filter(|lists| !lists.is_empty()));
        }
        for (filter, value) in &query.without {
            let list = dict.get(&term::filter(filter.key(), value))?;
            self.excluded.extend(list.map(|list| vec![list]));
        }
        Ok(())
    }

    /// The name that was typed, and, where a typo was forgiven, the names that may have been meant.
    fn names(
        &mut self,
        query: &Query,
        forgiven: &[Forgiven],
        dict: &Dictionary,
    ) -> Result<(), SearchError> {
        if query.open_end && !query.name.is_empty() {
            let start = term::tagged(term::longest_prefix(&query.name), Tag::NameStart);
            self.started = dict.get(&start)?;
        }
        let mut names = vec![query.name.clone()];
        // Others write `node js` as one word.
        if (2..=rank::MOST_JOINED).contains(&query.words.len()) && !query.name.contains('/') {
            names.push(query.name.replace('-', ""));
        }
        for Forgiven { at, meant } in forgiven {
            let typed = &*query.words[*at].word;
            for name in names.clone() {
                names.extend(meant.iter().map(|word| replace_word(&name, typed, word)));
            }
            names.truncate(rank::MAX_NAMES);
        }
        names.dedup();
        for name in names.iter().filter(|name| !name.is_empty()) {
            self.named.extend(dict.get(&term::whole_name(name))?);
        }
        Ok(())
    }

    fn filters(&mut self, query: &Query, dict: &Dictionary) -> Result<(), SearchError> {
        for same in query.filters.chunk_by(|a, b| a.0 == b.0) {
            let filter = same[0].0;
            if filter == Filter::Registry {
                continue;
            }
            let mut alternatives = Vec::new();
            for (_, value) in same {
                alternatives.extend(dict.get(&term::filter(filter.key(), value))?);
            }
            self.filters.push((filter, alternatives));
        }
        Ok(())
    }
}

/// The terms of neighbours, as the index knows them: stop words between them do not count.
fn pairs(words: &[Typed]) -> Vec<Vec<u8>> {
    let content: Vec<&Typed> = words.iter().filter(|w| !is_stop_word(&w.word)).collect();
    let pairs = content.windows(2);
    pairs
        .map(|pair| term::pair(&pair[0].stem, &pair[1].stem))
        .collect()
}

/// `code-reviwer` -> `code-reviewer`
fn replace_word(name: &str, typed: &str, meant: &str) -> String {
    let parts = name.split_inclusive(['-', '/']);
    let replaced = parts.map(|part| {
        let word = part.trim_end_matches(['-', '/']);
        if word == typed {
            format!("{meant}{}", &part[word.len()..])
        } else {
            part.to_owned()
        }
    });
    replaced.collect()
}

struct GroupPlan<'a> {
    dictionary: &'a Dictionary,
    sources: Vec<Source>,
    known: bool,
}

impl<'a> GroupPlan<'a> {
    fn new(dictionary: &'a Dictionary) -> Self {
        Self {
            dictionary,
            sources: Vec::new(),
            known: false,
        }
    }

    /// Is the word, or for an open end one that starts with it, in a name, summary, keyword …? One
    /// README that has a word does not make it known: typos occur in READMEs too.
    fn is_known(&self) -> bool {
        self.known
    }

    /// The postings of a word, each worth its tag's weight times `share`.
    fn word(&mut self, typed: &Typed, share: f32, open: bool) -> Result<(), SearchError> {
        for (tag, postings) in self.dictionary.tags(&typed.stem)? {
            if let Some(weight) = rank::weight(tag) {
                let readme = matches!(tag, Tag::Readme | Tag::ReadmeTopic);
                self.known |= !readme || postings.doc_freq >= rank::KNOWN_READMES;
                let weight = weight * share;
                self.sources.push(Source { postings, weight });
            }
        }
        if open {
            self.prefix(&typed.word, share)?;
        }
        Ok(())
    }

    fn prefix(&mut self, word: &str, share: f32) -> Result<(), SearchError> {
        let prefix = term::longest_prefix(word);
        for (tag, postings) in self.dictionary.tags(prefix)? {
            if let Some(weight) = rank::prefix_weight(tag) {
                // A cut prefix stands for more words than were meant.
                self.known |= prefix.len() == word.len();
                let weight = weight * share;
                self.sources.push(Source { postings, weight });
            }
        }
        Ok(())
    }

    /// Two words that others write as one: `git hub`.
    fn joined(&mut self, first: &Typed, second: &Typed, open: bool) -> Result<(), SearchError> {
        let word = format!("{}{}", first.word, second.word);
        if word.len() > MAX_WORD {
            return Ok(());
        }
        let known = self.known;
        self.word(&Typed::new(&word), rank::JOINED, open)?;
        self.known |= known;
        Ok(())
    }
}
