//! A query -> the postings that answer it. This is the part that reads the dictionary; what it
//! returns is all that has to be read of the postings.

use tantivy::postings::TermInfo;

use crate::error::SearchError;
use crate::index::Dictionary;
use crate::query::{Query, Typed};
use crate::rank;
use crate::term::{self, Tag};
use crate::words::{MAX_WORD, is_stop_word, stem};

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
    /// For each filter its alternatives. One without any is met by no package.
    pub(crate) filters: Vec<Vec<TermInfo>>,
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
            if !group.is_known() {
                plan.unknown.push(*at);
            }
            let before = nth.checked_sub(1).map(|n| content[n].1);
            let after = content.get(nth + 1).map(|(_, typed)| *typed);
            for (first, second, open) in [
                (before, Some(*typed), open),
                (Some(*typed), after, query.open_end && at + 1 == last),
            ] {
                if let (Some(first), Some(second)) = (first, second) {
                    group.joined(first, second, open)?;
                }
            }
            let alternatives = forgiven.iter().find(|forgiven| forgiven.at == *at);
            for word in alternatives.iter().flat_map(|forgiven| &forgiven.meant) {
                group.word(&typed_as(word), rank::FORGIVEN, false)?;
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

    /// The name that was typed, and, where a typo was forgiven, the names that may have been meant.
    fn names(
        &mut self,
        query: &Query,
        forgiven: &[Forgiven],
        dict: &Dictionary,
    ) -> Result<(), SearchError> {
        let mut names = vec![query.name.clone()];
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
            let mut alternatives = Vec::new();
            for (filter, value) in same {
                alternatives.extend(dict.get(&term::filter(filter.key(), value))?);
            }
            self.filters.push(alternatives);
        }
        Ok(())
    }
}

fn typed_as(word: &str) -> Typed {
    Typed {
        word: word.to_owned(),
        stem: stem(word).into_owned(),
    }
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
        self.word(&typed_as(&word), rank::JOINED, open)?;
        self.known |= known;
        Ok(())
    }
}
