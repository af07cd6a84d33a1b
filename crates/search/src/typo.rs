//! Which word may have been meant: a letter missing, too many, wrong, or two swapped; in long words
//! twice.
//!
//! Only asked when a query finds (nearly) nothing.

use crate::plan::Forgiven;
use crate::query::Query;
use crate::vocabulary::words;

/// Shorter words are too near to each other.
const MIN_LETTERS: usize = 5;
/// From so many letters on, two typos are forgiven.
const MANY_LETTERS: usize = 9;
/// How many words are tried instead of one.
const MAX_MEANT: usize = 3;

/// For each of the words at `unknown` that is long enough, the words of the vocabulary that it may be a typo of.
pub(crate) fn forgive(query: &Query, unknown: &[usize], vocabulary: &[u8]) -> Vec<Forgiven> {
    let mut searches = searches(query, unknown);
    let mut letters = Vec::new();
    for (word, packages) in words(vocabulary) {
        letters.clear();
        letters.extend(word.chars());
        for search in &mut searches {
            search.consider(word, &letters, packages);
        }
    }
    let forgiven = searches.into_iter().map(Search::best);
    forgiven
        .filter(|forgiven| !forgiven.meant.is_empty())
        .collect()
}

/// May `forgive` need the vocabulary?
pub(crate) fn is_forgivable(query: &Query, unknown: &[usize]) -> bool {
    !searches(query, unknown).is_empty()
}

fn searches(query: &Query, unknown: &[usize]) -> Vec<Search> {
    let last = query.words.len().wrapping_sub(1);
    let search = |at: &usize| Search {
        at: *at,
        typed: query.words[*at].word.chars().collect(),
        open: query.open_end && *at == last,
        found: Vec::new(),
    };
    let searches = unknown.iter().map(search);
    searches
        .filter(|search| search.typed.len() >= MIN_LETTERS)
        .collect()
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
    typos: usize,
    /// People seldom miss the first letter or the last: 0 to 2 of them differ.
    other_ends: u8,
    /// Packages, negative.
    packages: i64,
    word: String,
}

impl Search {
    /// How many typos are forgiven.
    fn most(&self) -> usize {
        if self.typed.len() >= MANY_LETTERS {
            2
        } else {
            1
        }
    }

    fn consider(&mut self, word: &str, letters: &[char], packages: u32) {
        let whole = typos(&self.typed, letters, self.most());
        let beginning_only = whole.is_none();
        if beginning_only && !(self.open && self.is_beginning(letters)) {
            return;
        }
        self.found.push(Candidate {
            beginning_only,
            typos: whole.unwrap_or(1),
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
                .any(|beginning| typos(&self.typed, beginning, 1).is_some())
    }

    fn best(mut self) -> Forgiven {
        self.found.sort();
        // Beginnings are a last resort, and so is a second typo.
        if let Some(Candidate {
            beginning_only,
            typos,
            ..
        }) = self.found.first()
        {
            let best = (*beginning_only, *typos);
            self.found
                .retain(|candidate| (candidate.beginning_only, candidate.typos) == best);
        }
        self.found.truncate(MAX_MEANT);
        let meant = self.found.into_iter().map(|candidate| candidate.word);
        Forgiven {
            at: self.at,
            meant: meant.collect(),
        }
    }
}

/// How many insertions, deletions, substitutions and swaps of neighbours `a` and `b` are apart, if no
/// more than `most`.
fn typos(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let same = a.iter().rev().zip(b.iter().rev());
    let same = same.take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - same], &b[..b.len() - same]);
    // What two typos leave is short; a row of the table for the last letter and the one before.
    let (mut before, mut last) = (Vec::new(), (0..=b.len()).collect::<Vec<_>>());
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let changed = last[j] + usize::from(x != y);
            let mut best = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        (before, last) = (last, row);
    }
    last.last().copied().filter(|typos| *typos <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: &str, b: &str) -> bool {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        typos(&letters(a), &letters(b), 1).is_some()
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
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            for most in [1, 2] {
                let found = typos(&letters(&a), &letters(&b), most);
                prop_assert_eq!(found, (distance <= most).then_some(distance));
            }
        }
    }
}
