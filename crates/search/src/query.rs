//! What somebody typed -> what is meant. Never fails: what cannot be read is read as plain words,
//! with a hint that says so.

use crate::words::{Form, cut, dashed, each_word, is_stop_word, slug, stem};

/// Words of a query that are read; more make an answer no better.
const MAX_WORDS: usize = 32;
/// Bytes of a query that are read.
const MAX_TEXT: usize = 4096;

/// A property that hits can be required to have: `kind:agent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// `kind:agent`
    Kind,
    /// `category:code-generation`
    Category,
    /// `tag:review`, a keyword; also written `keyword:`.
    Tag,
    /// `author:octocat`
    Author,
    /// `license:MIT`, any licence of the expression; also written `licence:`.
    License,
}

impl Filter {
    /// All of them, in the order in which they are listed to users.
    pub const ALL: [Filter; 5] = [
        Filter::Kind,
        Filter::Category,
        Filter::Tag,
        Filter::Author,
        Filter::License,
    ];

    /// What stands before the colon.
    pub fn key(self) -> &'static str {
        match self {
            Filter::Kind => "kind",
            Filter::Category => "category",
            Filter::Tag => "tag",
            Filter::Author => "author",
            Filter::License => "license",
        }
    }

    fn named(key: &str) -> Option<Filter> {
        match key {
            "keyword" => Some(Filter::Tag),
            "licence" => Some(Filter::License),
            _ => Self::ALL.into_iter().find(|filter| filter.key() == key),
        }
    }
}

/// One word that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// Folded.
    pub(crate) word: String,
    pub(crate) stem: String,
}

/// A query as it is understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All words in order, stop words included.
    pub(crate) words: Vec<Typed>,
    /// The last word may be the beginning of one.
    pub(crate) open_end: bool,
    /// The filters, sorted, each once. Values are in the spelling of the index; one that is empty
    /// is met by no package.
    pub(crate) filters: Vec<(Filter, String)>,
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
        let read = cut(text, MAX_TEXT);
        if read.len() < text.len() {
            query.say("the query is very long: only its beginning is read".to_owned());
        }
        let mut plain = String::new();
        let mut rest = read;
        while let Some(token) = next_token(&mut rest) {
            match token {
                Token::Filter { key, value } => query.filter_token(key, value, &mut plain),
                Token::Plain(token) => {
                    plain.push_str(token);
                    plain.push(' ');
                }
            }
        }
        if plain.matches('"').count() % 2 == 1 {
            query.say("a `\"` is not closed, so it is ignored".to_owned());
        }
        query.read_words(&plain);
        query.open_end = !read.ends_with(char::is_whitespace);
        query.unreadable = query.words.is_empty() && !plain.trim().is_empty();
        if query.unreadable {
            query.say("there is no word to search for".to_owned());
        }
        query
    }

    /// Requires a property as well. Several values of one filter are alternatives.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter, value: &str) -> Query {
        self.filters.push((filter, slug(value)));
        self.filters.sort();
        self.filters.dedup();
        self
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

    /// The first thing to say is the one that is said.
    fn say(&mut self, hint: String) {
        self.hint.get_or_insert(hint);
    }

    fn filter_token(&mut self, key: &str, value: &str, plain: &mut String) {
        let value_slug = slug(value);
        match Filter::named(&key.to_ascii_lowercase()) {
            Some(filter) if !value_slug.is_empty() => {
                self.filters.push((filter, value_slug));
                self.filters.sort();
                self.filters.dedup();
            }
            Some(filter) => {
                let key = filter.key();
                self.say(format!(
                    "`{key}:` wants a value, as in `{key}:{}`",
                    example(filter)
                ));
            }
            None => {
                let known = Filter::ALL.map(|filter| format!("{}:", filter.key()));
                let known = known.join(" ");
                self.say(format!("`{key}:` is not a filter; the filters are {known}"));
                plain.push_str(key);
                plain.push(' ');
                plain.push_str(value);
                plain.push(' ');
            }
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
            let stem = stem(word).into_owned();
            let word = word.to_owned();
            self.words.push(Typed { word, stem });
        });
        if more {
            self.say(format!("only the first {MAX_WORDS} words are read"));
        }
        self.name = match text.split_once('/') {
            Some((namespace, name)) => format!("{}/{}", dashed(namespace), dashed(name)),
            None => self.joined_words(),
        };
    }

    pub(crate) fn joined_words(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|w| &*w.word).collect();
        words.join("-")
    }
}

fn example(filter: Filter) -> &'static str {
    match filter {
        Filter::Kind => "agent",
        Filter::Category => "code-generation",
        Filter::Tag => "review",
        Filter::Author => "octocat",
        Filter::License => "MIT",
    }
}

/// A piece of the text: a word with whatever sticks to it, or a filter.
enum Token<'a> {
    Plain(&'a str),
    Filter { key: &'a str, value: &'a str },
}

fn next_token<'a>(rest: &mut &'a str) -> Option<Token<'a>> {
    let text = rest.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    if end == 0 {
        return None;
    }
    let (token, after) = text.split_at(end);
    *rest = after;
    let Some((key, value)) = token
        .split_once(':')
        .filter(|(key, value)| is_filter(key, value))
    else {
        return Some(Token::Plain(token));
    };
    // A quoted value ends at the next quote, wherever that is.
    if let Some((value, after)) = text[key.len() + 1..]
        .strip_prefix('"')
        .and_then(|quoted| quoted.split_once('"'))
    {
        *rest = after;
        return Some(Token::Filter { key, value });
    }
    Some(Token::Filter { key, value })
}

/// Not a filter: a URL, a `path::like::this`, a colon that is punctuation.
fn is_filter(key: &str, value: &str) -> bool {
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic());
    let known = Filter::named(&key.to_ascii_lowercase()).is_some();
    is_key && !value.starts_with([':', '/']) && (known || !value.is_empty())
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
