//! Text into words: the one tokenizer of the index and of queries.
//!
//! `code-review`, `codeReview` and `code review` are the words `code` and `review`. The first two are
//! compounds and also give the joined word `codereview`, because others write it so: `GitHub` must be
//! found as `github`. Queries join neighbours for the same reason (see `plan`).

use std::borrow::Cow;
use std::ops::Range;

use frostem::{Algorithm, Stemmer};

use crate::fold::{fold_into, is_accent};

/// Longest word in bytes; what is longer is cut, here and in queries alike.
pub(crate) const MAX_WORD: usize = 64;

/// How a word came out of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A word on its own or a part of a compound.
    Part,
    /// Two neighbouring parts of one compound, written together.
    Joined,
}

/// Calls `each` for every word of `text`, folded but not stemmed, in reading order.
pub(crate) fn each_word(text: &str, mut each: impl FnMut(&str, Form)) {
    each_span(text, |word, form, _| each(word, form));
}

/// The same, with the place of the word in `text`, in bytes.
pub(crate) fn each_span(text: &str, each: impl FnMut(&str, Form, Range<usize>)) {
    let mut splitter = Splitter {
        compound: String::new(),
        ends: Vec::new(),
        spans: Vec::new(),
        span: 0..0,
        each,
    };
    let mut before = None;
    let mut skip_letter = false;
    for (at, c) in text.char_indices() {
        if is_accent(c) {
            splitter.accent(at + c.len_utf8());
            continue;
        }
        if std::mem::take(&mut skip_letter) {
            continue;
        }
        let mut after = text[at + c.len_utf8()..].chars().filter(|c| !is_accent(*c));
        let (next, second) = (after.next(), after.next());
        if is_ideograph(c) {
            splitter.end_compound();
            splitter.push(at, c);
            splitter.end_compound();
        } else if c.is_alphanumeric() {
            if before.is_some_and(|before| camel_boundary(before, c, next, second)) {
                splitter.end_part();
            }
            splitter.push(at, c);
        } else if matches!(c, '\'' | '’') && before.is_some_and(char::is_alphanumeric) {
            // "reviewer's" is reviewer, "don't" is dont.
            skip_letter = next == Some('s') && !second.is_some_and(char::is_alphanumeric);
        } else if is_joiner(c) && next.is_some_and(char::is_alphanumeric) {
            splitter.end_part();
        } else {
            splitter.end_compound();
        }
        before = Some(c);
    }
    splitter.end_compound();
}

/// The parts of `text` joined with `-`: how a name is compared with what was typed.
pub(crate) fn dashed(text: &str) -> String {
    let mut out = String::new();
    each_word(text, |word, form| {
        if form == Form::Part {
            if !out.is_empty() {
                out.push('-');
            }
            out.push_str(word);
        }
    });
    out
}

/// The value of a filter in the one spelling the index knows: folded, everything that is neither a
/// letter nor a digit a single `-`. Unlike [`dashed`] it does not part `octoCat`: a login is one word.
pub(crate) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || is_accent(c) {
            fold_into(c, &mut out);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    truncate(&mut out, 2 * MAX_WORD);
    out
}

/// Cuts `text` to at most `max` bytes, between characters.
pub(crate) fn truncate(text: &mut String, max: usize) {
    text.truncate(cut(text, max).len());
}

/// The longest beginning of `text` that has at most `max` bytes, ending between characters.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The stem of a folded word (Snowball's English).
pub(crate) fn stem(word: &str) -> Cow<'_, str> {
    Stemmer::new(Algorithm::English).stem(word)
}

/// Is this a word that says nothing about what a text is about?
pub(crate) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Sorted. Kept short: a word that could be a topic (`go`, `not`, `up`) is not in it.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "his", "how",
    "i", "if", "in", "into", "is", "it", "its", "me", "my", "of", "on", "or", "our", "out", "she",
    "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there",
    "these", "they", "this", "those", "to", "us", "was", "we", "were", "what", "when", "where",
    "which", "who", "why", "will", "with", "would", "you", "your",
];

struct Splitter<F: FnMut(&str, Form, Range<usize>)> {
    /// The parts of the compound being read, one after another.
    compound: String,
    /// Where the finished parts end in it.
    ends: Vec<usize>,
    /// Where the finished parts are in the text.
    spans: Vec<Range<usize>>,
    /// Where the part being read is.
    span: Range<usize>,
    each: F,
}

impl<F: FnMut(&str, Form, Range<usize>)> Splitter<F> {
    /// `c` stands at `at`.
    fn push(&mut self, at: usize, c: char) {
        let start = self.ends.last().copied().unwrap_or(0);
        if self.compound.len() == start {
            self.span.start = at;
        }
        self.span.end = at + c.len_utf8();
        if self.compound.len() - start < MAX_WORD {
            fold_into(c, &mut self.compound);
        }
    }

    /// A combining accent, ending at `end`, belongs to the letter before it.
    fn accent(&mut self, end: usize) {
        if self.compound.len() > self.ends.last().copied().unwrap_or(0) {
            self.span.end = end;
        }
    }

    fn end_part(&mut self) {
        let start = self.ends.last().copied().unwrap_or(0);
        if self.compound.len() > start {
            (self.each)(&self.compound[start..], Form::Part, self.span.clone());
            self.ends.push(self.compound.len());
            self.spans.push(self.span.clone());
        }
    }

    fn end_compound(&mut self) {
        self.end_part();
        // Long chains are paths and versions, not words somebody would write together.
        if (2..=4).contains(&self.ends.len()) {
            let mut start = 0;
            for (pair, spans) in self.ends.windows(2).zip(self.spans.windows(2)) {
                if pair[1] - start <= MAX_WORD {
                    let word = &self.compound[start..pair[1]];
                    (self.each)(word, Form::Joined, spans[0].start..spans[1].end);
                }
                start = pair[0];
            }
        }
        self.compound.clear();
        self.ends.clear();
        self.spans.clear();
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '\u{2010}' | '\u{2011}')
}

/// Does a new word start at `c` although nothing separates it: the `R` of `codeReview`, the second
/// `S` of `HTTPServer`? The `s` of `PRs` starts none.
fn camel_boundary(before: char, c: char, next: Option<char>, second: Option<char>) -> bool {
    if !c.is_uppercase() || !before.is_alphanumeric() {
        return false;
    }
    if !before.is_uppercase() {
        return true;
    }
    let plural = next == Some('s') && !second.is_some_and(char::is_alphabetic);
    next.is_some_and(char::is_lowercase) && !plural
}

/// Scripts written without spaces: each character is a word, which finds any run of them.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> String {
        let mut words = Vec::new();
        each_word(text, |word, form| match form {
            Form::Part => words.push(word.to_owned()),
            Form::Joined => words.push(format!("+{word}")),
        });
        words.join(" ")
    }

    #[test]
    fn compounds_give_parts_and_the_joined_word() {
        for spelling in ["code-review", "codeReview", "CodeReview", "code_review"] {
            assert_eq!(split(spelling), "code review +codereview", "{spelling}");
        }
        assert_eq!(split("code review"), "code review");
        assert_eq!(
            split("GitHub's HTTPServer"),
            "git hub +github http server +httpserver"
        );
        assert_eq!(split("node.js gpt-4"), "node js +nodejs gpt 4 +gpt4");
        assert_eq!(split("one-two-three"), "one two three +onetwo +twothree");
    }

    #[test]
    fn spans_are_where_the_words_stand() {
        let text = "Über codeReview's x\u{301}y";
        let mut spans = Vec::new();
        each_span(text, |word, _, span| {
            spans.push((word.to_owned(), &text[span]))
        });
        let expected = [
            ("uber", "Über"),
            ("code", "code"),
            ("review", "Review"),
            ("codereview", "codeReview"),
            ("xy", "x\u{301}y"),
        ];
        assert_eq!(spans, expected.map(|(word, span)| (word.to_owned(), span)));
    }

    #[test]
    fn plurals_apostrophes_and_scripts() {
        assert_eq!(split("PRs and APIs, don't"), "prs and apis dont");
        assert_eq!(split("the reviewer's diff"), "the reviewer diff");
        assert_eq!(split("代码 review"), "代 码 review");
        assert_eq!(split("\u{1b}[31mred\u{202e}"), "31mred");
        assert_eq!(split("--- .. ''"), "");
    }

    #[test]
    fn keys() {
        assert_eq!(dashed("codeReviewer"), "code-reviewer");
        assert_eq!(slug("Octo_Cat "), "octo-cat");
        assert_eq!(slug("octoCat"), "octocat");
        assert_eq!(slug("MIT OR Apache-2.0"), "mit-or-apache-2-0");
        assert_eq!(slug("…"), "");
    }

    #[test]
    fn stems() {
        for (word, expected) in [
            ("reviews", "review"),
            ("reviewer", "review"),
            ("testing", "test"),
            ("security", "secur"),
            ("", ""),
            ("é", "é"),
        ] {
            assert_eq!(stem(word), expected);
        }
    }

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
        assert!(is_stop_word("the") && !is_stop_word("diff"));
    }

    #[test]
    fn a_word_is_never_longer_than_the_limit() {
        let long = "ß".repeat(500);
        each_word(&long, |word, _| assert!(word.len() <= MAX_WORD + 2));
    }
}
