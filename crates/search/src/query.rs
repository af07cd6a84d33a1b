//! What somebody typed -> what is meant. Never fails: what cannot be read is read as plain words,
//! with a hint that says so.
//!
//! ```text
//! review a diff            all of these words; the last one may be unfinished
//! "pull request"           these words next to each other, as they are spelled
//! -slow  -"code review"    not this
//! kind:agent -uses:network with this property, without that one; several values of one are alternatives
//! sort:newest              in this order
//! ```

mod filter;
mod token;

use std::ops::Range;

pub use filter::{Filter, Sort, USES};
use token::{Token, What};

use crate::words::{Form, cut, dashed, each_word, is_stop_word, slug, stem};

/// Words of a query that are read; more make an answer no better.
const MAX_WORDS: usize = 32;
/// Bytes of a query that are read.
const MAX_TEXT: usize = 4096;

/// One word that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// Folded.
    pub(crate) word: String,
    pub(crate) stem: String,
    /// It stood between quotes: no other spelling is tried.
    pub(crate) exact: bool,
}

impl Typed {
    pub(crate) fn new(word: &str) -> Self {
        Self {
            word: word.to_owned(),
            stem: stem(word).into_owned(),
            exact: false,
        }
    }
}

/// A query as it is understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All words in order, stop words included.
    pub(crate) words: Vec<Typed>,
    /// Which of them stand next to each other.
    pub(crate) phrases: Vec<Range<usize>>,
    /// Words, or words next to each other, that hits do not have.
    pub(crate) excluded: Vec<Vec<Typed>>,
    /// The last word may be the beginning of one.
    pub(crate) open_end: bool,
    /// The filters, sorted, each once. Values are in the spelling of the index; one that is empty
    /// is met by no package.
    pub(crate) filters: Vec<(Filter, String)>,
    /// The properties that hits do not have, in the same form.
    pub(crate) without: Vec<(Filter, String)>,
    /// In which order hits are listed.
    pub(crate) sort: Sort,
    /// `namespace/name` or `name`, should the words be one.
    pub(crate) name: String,
    /// Something was typed, but no word in it.
    pub(crate) unreadable: bool,
    hint: Option<String>,
}

impl Query {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Query {
        let mut query = Query::default();
        let mut read = cut(text, MAX_TEXT);
        if read.len() < text.len() {
            // Not in the middle of a word.
            read = &read[..read.rfind(char::is_whitespace).unwrap_or(read.len())];
            query.say("the query is very long: only its beginning is read".to_owned());
        }
        // What may be a name: everything but filters and what is not wanted.
        let mut plain = String::new();
        let mut rest = read;
        while let Some(Token { not, what }) = token::next(&mut rest) {
            match what {
                What::Filter { key, value } => query.filter_token(not, key, value, &mut plain),
                What::Plain(text) | What::Phrase(text) if not => query.exclude(text),
                What::Plain(text) => query.plain(text, &mut plain),
                What::Phrase(text) => query.phrase(text, &mut plain),
                What::Open => query.say("a `\"` is not closed, so it is ignored".to_owned()),
            }
        }
        query.name = match plain.trim().split_once('/') {
            Some((namespace, name)) => format!("{}/{}", dashed(namespace), dashed(name)),
            None => query.joined_words(),
        };
        query.open_end = !read.ends_with(char::is_whitespace)
            && query.words.last().is_some_and(|last| !last.exact);
        query.unreadable = query.words.is_empty() && !plain.trim().is_empty();
        if query.unreadable {
            query.say("there is no word to search for".to_owned());
        }
        query
    }

    /// Requires a property as well. Several values of one filter are alternatives.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter, value: &str) -> Query {
        add(&mut self.filters, filter, slug(value));
        self
    }

    /// Excludes a property as well.
    #[must_use]
    pub fn without_filter(mut self, filter: Filter, value: &str) -> Query {
        add(&mut self.without, filter, slug(value));
        self
    }

    /// Excludes what `text` is: a filter with its value, or words next to each other.
    #[must_use]
    pub fn without(mut self, text: &str) -> Query {
        let mut rest = text;
        let token = token::next(&mut rest).map(|token| token.what);
        match token {
            Some(What::Filter { key, value }) if rest.trim().is_empty() => {
                match Filter::named(&key.to_ascii_lowercase()) {
                    Some(filter) => add(&mut self.without, filter, slug(value)),
                    None => self.exclude(text),
                }
            }
            _ => self.exclude(text),
        }
        self
    }

    /// Lists hits in another order.
    #[must_use]
    pub fn with_sort(mut self, sort: Sort) -> Query {
        self.sort = sort;
        self
    }

    /// The order that was asked for.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// Is there any filter of this kind that hits have to meet?
    pub fn has_filter(&self, filter: Filter) -> bool {
        self.filters.iter().any(|(one, _)| *one == filter)
    }

    /// Is the registry called `name` asked for? Several that are named are alternatives.
    pub fn asks_registry(&self, name: &str) -> bool {
        let name = slug(name);
        let named = |list: &[(Filter, String)]| {
            let mut values = list
                .iter()
                .filter(|(filter, _)| *filter == Filter::Registry);
            values.any(|(_, value)| *value == name)
        };
        (named(&self.filters) || !self.has_filter(Filter::Registry)) && !named(&self.without)
    }

    /// What was not understood the way it was probably meant.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The words that say what is searched for, each with its place: without stop words, unless
    /// there is nothing else.
    pub(crate) fn content(&self) -> Vec<(usize, &Typed)> {
        let all = self.words.iter().enumerate();
        let content: Vec<_> = all
            .clone()
            .filter(|(_, w)| !is_stop_word(&w.word))
            .collect();
        if content.is_empty() {
            all.collect()
        } else {
            content
        }
    }

    pub(crate) fn joined_words(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|w| &*w.word).collect();
        words.join("-")
    }

    /// The first thing to say is the one that is said.
    fn say(&mut self, hint: String) {
        self.hint.get_or_insert(hint);
    }

    fn filter_token(&mut self, not: bool, key: &str, value: &str, plain: &mut String) {
        let key = key.to_ascii_lowercase();
        let value_slug = slug(value);
        if key == "sort" {
            return self.sort_token(&value_slug);
        }
        let Some(filter) = Filter::named(&key) else {
            let known = Filter::ALL.map(|filter| format!("{}:", filter.key()));
            let known = known.join(" ");
            self.say(format!(
                "`{key}:` is not a filter; the filters are {known} and sort:"
            ));
            return self.plain(&format!("{key} {value}"), plain);
        };
        let key = filter.key();
        if value_slug.is_empty() {
            let example = filter.example();
            return self.say(format!("`{key}:` wants a value, as in `{key}:{example}`"));
        }
        if filter == Filter::Uses && !USES.contains(&&*value_slug) {
            let known = USES.join(", ");
            self.say(format!("`uses:` takes one of {known}"));
        }
        let list = if not {
            &mut self.without
        } else {
            &mut self.filters
        };
        add(list, filter, value_slug);
    }

    fn sort_token(&mut self, value: &str) {
        match Sort::named(value) {
            Some(sort) => self.sort = sort,
            None => {
                let known = Sort::ALL.map(Sort::as_str).join(", ");
                self.say(format!("`sort:` takes one of {known}"));
            }
        }
    }

    fn plain(&mut self, text: &str, plain: &mut String) {
        plain.push_str(text);
        plain.push(' ');
        self.read_words(text);
    }

    fn phrase(&mut self, text: &str, plain: &mut String) {
        let start = self.words.len();
        self.plain(text, plain);
        for typed in &mut self.words[start..] {
            typed.exact = true;
        }
        self.phrases.push(start..self.words.len());
    }

    fn exclude(&mut self, text: &str) {
        let kept = self.words.len();
        self.read_words(text);
        let excluded = self.words.split_off(kept);
        if !excluded.is_empty() && self.excluded.len() < MAX_WORDS {
            self.excluded.push(excluded);
        }
    }

    fn read_words(&mut self, text: &str) {
        let mut more = false;
        each_word(text, |word, form| {
            if form == Form::Joined {
                return;
            }
            if self.words.len() == MAX_WORDS {
                more = true;
                return;
            }
            self.words.push(Typed::new(word));
        });
        if more {
            self.say(format!("only the first {MAX_WORDS} words are read"));
        }
    }
}

fn add(list: &mut Vec<(Filter, String)>, filter: Filter, value: String) {
    list.push((filter, value));
    list.sort();
    list.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(query: &Query) -> String {
        query.joined_words()
    }

    #[test]
    fn filters_and_words() {
        let query = Query::parse("review kind:agent a diff tag:Code_Review kind:agent");
        assert_eq!(words(&query), "review-a-diff");
        let filters = [(Filter::Kind, "agent"), (Filter::Tag, "code-review")];
        assert_eq!(query.filters, filters.map(|(f, v)| (f, v.to_owned())));
        assert_eq!(query.hint(), None);
        assert_eq!(query.content().len(), 2);
        assert_eq!(Query::parse("licence:MIT").filters[0].0, Filter::License);
        let by_call = Query::parse("x").with_filter(Filter::License, "Apache-2.0");
        assert_eq!(
            by_call.filters,
            Query::parse("x license:apache-2.0").filters
        );
    }

    #[test]
    fn a_quoted_value_may_hold_spaces() {
        let query = Query::parse("a license:\"MIT OR Apache-2.0\" b");
        assert_eq!(
            query.filters,
            [(Filter::License, "mit-or-apache-2-0".to_owned())]
        );
        assert_eq!(words(&query), "a-b");
    }

    #[test]
    fn what_cannot_be_read_is_plain_words_with_a_hint() {
        for (text, expected, hint) in [
            (
                "lang:rust review",
                "lang-rust-review",
                "`lang:` is not a filter",
            ),
            ("kind: review", "review", "`kind:` wants a value"),
            ("\"review diff", "review-diff", "not closed"),
            ("!!! ???", "", "no word"),
        ] {
            let query = Query::parse(text);
            assert_eq!(words(&query), expected, "{text}");
            assert!(
                query.hint().unwrap().contains(hint),
                "{text}: {:?}",
                query.hint()
            );
        }
        for text in [
            "",
            "note: a",
            "https://x.example/a",
            "std::fs",
            "\"a b\"",
            "a/b",
        ] {
            assert_eq!(Query::parse(text).hint(), None, "{text}");
        }
    }

    #[test]
    fn phrases_and_what_is_not_wanted() {
        let query =
            Query::parse("fix \"pull request\" -slow -\"code review\" -kind:agent -uses:Network");
        assert_eq!(words(&query), "fix-pull-request");
        assert_eq!(query.phrases, [1..3]);
        assert!(!query.words[0].exact && query.words[1].exact && !query.open_end);
        let excluded: Vec<Vec<&str>> = (query.excluded.iter())
            .map(|words| words.iter().map(|typed| &*typed.word).collect())
            .collect();
        assert_eq!(excluded, [vec!["slow"], vec!["code", "review"]]);
        let without = [(Filter::Kind, "agent"), (Filter::Uses, "network")];
        assert_eq!(query.without, without.map(|(f, v)| (f, v.to_owned())));
        assert_eq!(query.hint(), None);
    }

    #[test]
    fn what_is_left_out_by_call_is_one_thing() {
        for (text, words) in [
            ("slow", 1),
            ("\"a b", 2),
            ("slow kind:project", 3),
            ("sort:name", 2),
        ] {
            let query = Query::parse("review").without(text);
            assert_eq!(query.excluded.len(), 1, "{text}");
            assert_eq!(query.excluded[0].len(), words, "{text}");
            assert!(query.filters.is_empty() && query.sort() == Sort::Relevance);
        }
        let query = Query::parse("review").without("license:\"MIT OR X\"");
        assert_eq!(query.without, [(Filter::License, "mit-or-x".to_owned())]);
    }

    #[test]
    fn orders_and_registries() {
        assert_eq!(Query::parse("a sort:newest").sort(), Sort::Newest);
        let wrong = Query::parse("a sort:best");
        assert_eq!(wrong.sort(), Sort::Relevance);
        assert!(wrong.hint().unwrap().contains("relevance, rating"));
        assert!(
            Query::parse("a uses:gpu")
                .hint()
                .unwrap()
                .contains("network")
        );
        assert!(Query::parse("a").asks_registry("core"));
        let query = Query::parse("a registry:core registry:Mine -registry:mine");
        assert!(query.asks_registry("core") && !query.asks_registry("mine"));
        assert!(!query.asks_registry("other"));
    }

    #[test]
    fn long_queries_are_cut() {
        let query = Query::parse(&"ab ".repeat(5000));
        assert_eq!(query.words.len(), MAX_WORDS);
        assert!(query.hint().is_some());
    }

    #[test]
    fn names_keep_their_slash() {
        assert_eq!(Query::parse("core/codeReviewer").name, "core/code-reviewer");
        assert_eq!(
            Query::parse("code reviewer kind:agent").name,
            "code-reviewer"
        );
    }
}
