//! Counting the words of READMEs.
//!
//! A registry's READMEs have tens of millions of words and some hundred thousand different ones, so
//! each spelling is stemmed once and then only counted.

use std::collections::HashMap;

use crate::readme;
use crate::words::{Form, each_word, is_stop_word, stem};

/// Spellings remembered at most; beyond that it starts anew (bounds memory, not the result).
const MAX_SPELLINGS: usize = 150_000;
/// A stem is a topic of a README if it is in a heading, or as often as this …
const TOPIC_COUNT: u32 = 3;
/// … and at least once in so many words, so that length alone makes no topics.
const TOPIC_SHARE: u32 = 150;

/// How a README uses a stem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Topic,
    Mention,
}

#[derive(Default)]
pub(crate) struct Lexicon {
    /// Spelling -> index into `stems`; stop words are at [`STOP`].
    spellings: HashMap<Box<str>, usize>,
    stem_ids: HashMap<Box<str>, usize>,
    stems: Vec<Counted>,
    /// Indices of the stems that the current README has.
    seen: Vec<usize>,
}

const STOP: usize = usize::MAX;

struct Counted {
    stem: Box<str>,
    count: u32,
    in_heading: bool,
}

impl Lexicon {
    /// Calls `each` for every stem of the README, once, in the order of first occurrence.
    pub(crate) fn each_stem(&mut self, markdown: &str, mut each: impl FnMut(&str, Use)) {
        if self.spellings.len() > MAX_SPELLINGS {
            *self = Self::default();
        }
        let mut total = 0;
        readme::each_line(markdown, |line, heading| {
            each_word(line, |word, form| {
                total += u32::from(form == Form::Part);
                self.count(word, heading);
            });
        });
        for id in self.seen.drain(..) {
            let counted = &mut self.stems[id];
            let often = counted.count >= TOPIC_COUNT.max(total / TOPIC_SHARE);
            let topic = counted.in_heading || often;
            each(&counted.stem, if topic { Use::Topic } else { Use::Mention });
            (counted.count, counted.in_heading) = (0, false);
        }
    }

    fn count(&mut self, word: &str, heading: bool) {
        let id = match self.spellings.get(word) {
            Some(id) => *id,
            None => self.learn(word),
        };
        if id == STOP {
            return;
        }
        let counted = &mut self.stems[id];
        if counted.count == 0 {
            self.seen.push(id);
        }
        counted.count += 1;
        counted.in_heading |= heading;
    }

    fn learn(&mut self, word: &str) -> usize {
        let id = if is_stop_word(word) {
            STOP
        } else {
            let stem: Box<str> = stem(word).into();
            let next = self.stems.len();
            *self.stem_ids.entry(stem.clone()).or_insert_with(|| {
                self.stems.push(Counted {
                    stem,
                    count: 0,
                    in_heading: false,
                });
                next
            })
        };
        self.spellings.insert(word.into(), id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_repetition_make_topics() {
        let mut lexicon = Lexicon::default();
        let readme = "# Reviewing\nIt tests, and tested, and the testing of a diff.\n";
        for _ in 0..2 {
            let mut uses = Vec::new();
            lexicon.each_stem(readme, |stem, how| uses.push((stem.to_owned(), how)));
            let expected = [
                ("review", Use::Topic),
                ("test", Use::Topic),
                ("diff", Use::Mention),
            ];
            assert_eq!(uses, expected.map(|(stem, how)| (stem.to_owned(), how)));
        }
    }
}
