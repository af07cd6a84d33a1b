//! Which word may have been meant: one letter missing, too many, wrong, or two swapped.
//!
//! The vocabulary is a region of its own in the dictionary, so this reads one stretch of it. It is
//! only asked when a query finds (nearly) nothing.

use crate::error::SearchError;
use crate::index::Dictionary;
use crate::plan::Forgiven;
use crate::query::Query;
use crate::term;

/// Shorter words are too near to each other.
const MIN_LETTERS: usize = 5;
/// How many words are tried instead of one.
const MAX_MEANT: usize = 3;

/// For each of the words at `unknown` that is long enough, the words of the vocabulary one typo away.
pub(crate) fn forgive(
    query: &Query,
    unknown: &[usize],
    dictionary: &Dictionary,
) -> Result<Vec<Forgiven>, SearchError> {
    let last = query.words.len().wrapping_sub(1);
    let mut searches: Vec<Search> = unknown
        .iter()
        .map(|at| Search {
            at: *at,
            typed: query.words[*at].word.chars().collect(),
            open: query.open_end && *at == last,
            found: Vec::new(),
        })
        .filter(|search| search.typed.len() >= MIN_LETTERS)
        .collect();
    if searches.is_empty() {
        return Ok(Vec::new());
    }
    let mut letters = Vec::new();
    dictionary.each_in(term::VOCABULARY, |key, postings| {
        let Ok(word) = std::str::from_utf8(&key[1..]) else {
            return;
        };
        letters.clear();
        letters.extend(word.chars());
        for search in &mut searches {
            search.consider(word, &letters, postings.doc_freq);
        }
    })?;
    let forgiven = searches.into_iter().map(Search::best);
    Ok(forgiven
        .filter(|forgiven| !forgiven.meant.is_empty())
        .collect())
}

struct Search {
    at: usize,
    typed: Vec<char>,
    open: bool,
    found: Vec<Candidate>,
}

/// Sorts from the best candidate to the worst.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// Only its beginning is like what was typed.
    beginning_only: bool,
    /// People seldom miss the first letter or the last: 0 to 2 of them differ.
    other_ends: u8,
    /// Packages, negative.
    packages: i64,
    word: String,
}

impl Search {
    fn consider(&mut self, word: &str, letters: &[char], packages: u32) {
        let whole = letters.len() + 1 >= self.typed.len() && one_typo(&self.typed, letters);
        let near = whole || (self.open && self.is_beginning(letters));
        if !near {
            return;
        }
        self.found.push(Candidate {
            beginning_only: !whole,
            other_ends: u8::from(letters.first() != self.typed.first())
                + u8::from(letters.last() != self.typed.last()),
            packages: -i64::from(packages),
            word: word.to_owned(),
        });
    }

    /// Has the word a beginning that is one typo away? Only looked for behind the same first letter.
    fn is_beginning(&self, letters: &[char]) -> bool {
        letters.first() == self.typed.first()
            && (self.typed.len() - 1..=self.typed.len() + 1)
                .filter_map(|len| letters.get(..len))
                .any(|beginning| one_typo(&self.typed, beginning))
    }

    fn best(mut self) -> Forgiven {
        self.found.sort();
        self.found.truncate(MAX_MEANT);
        // Beginnings are a last resort.
        if self
            .found
            .first()
            .is_some_and(|first| !first.beginning_only)
        {
            self.found.retain(|candidate| !candidate.beginning_only);
        }
        let meant = self.found.into_iter().map(|candidate| candidate.word);
        Forgiven {
            at: self.at,
            meant: meant.collect(),
        }
    }
}

/// Are `a` and `b` at most one insertion, deletion, substitution or swap of neighbours apart?
fn one_typo(a: &[char], b: &[char]) -> bool {
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let same = a.iter().rev().zip(b.iter().rev());
    let same = same.take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - same], &b[..b.len() - same]) {
        ([] | [_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: &str, b: &str) -> bool {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        one_typo(&letters(a), &letters(b))
    }

    #[test]
    fn one_is_forgiven_and_two_are_not() {
        for typed in [
            "reviewer",
            "reviwer",
            "revieewer",
            "reviewr",
            "rebiewer",
            "erviewer",
        ] {
            assert!(near(typed, "reviewer"), "{typed}");
        }
        for typed in ["revwer", "rviewre", "reviewerss", "weiver", ""] {
            assert!(!near(typed, "reviewer"), "{typed}");
        }
        assert!(near("aab", "ab") && near("", "") && near("ab", "ba"));
    }

    proptest! {
        #[test]
        fn agrees_with_the_textbook(a in "[abc]{0,6}", b in "[abc]{0,6}") {
            let distance = strsim::osa_distance(&a, &b);
            prop_assert_eq!(near(&a, &b), distance <= 1);
        }
    }
}
