//! What people type, drawn from what the packages say: always the same from the same packages.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::texts::Text;
use crate::corpus::random::Random;

/// How many are drawn of each class.
const DRAWN: usize = 64;
/// A word that fewer summaries have is no query that ten packages answer.
const FEWEST: usize = 10;
/// A word that a larger share of summaries has is none that people search for.
const LARGEST_SHARE: usize = 8;
const SEED: u64 = 4;

/// Kinds of queries.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub(super) enum Class {
    /// One word of a summary.
    Single,
    /// Two words of one summary.
    Multi,
    /// Two neighbours of a summary, in quotes.
    Phrase,
    /// The beginning of a word.
    Prefix,
    /// A word, and one kind or category only.
    Filter,
    /// A word of a name with a slip of the finger in it.
    Typo,
}

impl Class {
    pub(super) const ALL: [Class; 6] = [
        Class::Single,
        Class::Multi,
        Class::Phrase,
        Class::Prefix,
        Class::Filter,
        Class::Typo,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Class::Single => "single",
            Class::Multi => "multi",
            Class::Phrase => "phrase",
            Class::Prefix => "prefix",
            Class::Filter => "filter",
            Class::Typo => "typo",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Query {
    pub(super) text: String,
    /// A filter and its value.
    pub(super) filter: Option<(String, String)>,
}

/// All queries by class.
pub(super) type Queries = BTreeMap<Class, Vec<Query>>;

pub(super) struct Drawing<'a> {
    texts: &'a [Text],
    /// How many summaries have a word.
    frequency: HashMap<String, usize>,
    /// Every word that stands anywhere.
    known: HashSet<String>,
    random: Random,
}

impl<'a> Drawing<'a> {
    pub(super) fn of(texts: &'a [Text]) -> Self {
        let mut frequency: HashMap<String, usize> = HashMap::new();
        let mut known = HashSet::new();
        for text in texts {
            let own: HashSet<String> = words(&text.summary).collect();
            // Counted, so the order does not matter.
            #[allow(clippy::iter_over_hash_type, reason = "sums have no order")]
            for word in own {
                *frequency.entry(word).or_default() += 1;
            }
            for part in [&text.name, &text.summary, &text.readme] {
                known.extend(words(part));
            }
        }
        Drawing {
            texts,
            frequency,
            known,
            random: Random::new(SEED),
        }
    }

    pub(super) fn all(mut self) -> Queries {
        let mut queries = Queries::new();
        for class in Class::ALL {
            let mut drawn: Vec<Query> = Vec::new();
            // In a tiny registry there may not be as many.
            for _ in 0..DRAWN * 200 {
                let query = self.draw(class);
                drawn.extend(query.filter(|query| !drawn.contains(query)));
                if drawn.len() == DRAWN {
                    break;
                }
            }
            queries.insert(class, drawn);
        }
        queries
    }

    fn draw(&mut self, class: Class) -> Option<Query> {
        let text = self.random.of(self.texts);
        let plain = |text: String| Query { text, filter: None };
        match class {
            Class::Single => self.usual(text).map(plain),
            Class::Multi => {
                let (one, other) = (self.usual(text)?, self.usual(text)?);
                (one != other).then(|| plain(format!("{one} {other}")))
            }
            Class::Phrase => self.phrase(text).map(plain),
            Class::Prefix => {
                let word = self.usual(text)?;
                let length = 3 + self.random.below(word.len() - 3);
                Some(plain(word[..length].to_owned()))
            }
            Class::Filter => {
                let filter = match self.random.below(2) {
                    0 => ("kind".to_owned(), text.kind.clone()),
                    _ => ("category".to_owned(), text.category.clone()),
                };
                let text = self.usual(text)?;
                let filter = Some(filter);
                Some(Query { text, filter })
            }
            Class::Typo => self.typo(text).map(plain),
        }
    }

    /// A word of a summary that others have too.
    fn usual(&mut self, text: &Text) -> Option<String> {
        let most = (self.texts.len() / LARGEST_SHARE).max(FEWEST);
        let frequency = &self.frequency;
        let is_usual = |word: &String| (FEWEST..=most).contains(&frequency[word]);
        let words: Vec<String> = words(&text.summary).filter(is_usual).collect();
        match words.as_slice() {
            [] => None,
            words => Some(self.random.of(words).clone()),
        }
    }

    fn phrase(&mut self, text: &Text) -> Option<String> {
        let parts: Vec<&str> = text.summary.split(' ').collect();
        let is_word = |part: &str| words(part).next().is_some_and(|word| word == part);
        let pairs = parts
            .windows(2)
            .filter(|pair| pair.iter().all(|part| is_word(part)));
        let pairs: Vec<String> = pairs
            .map(|pair| format!("\"{}\"", pair.join(" ")))
            .collect();
        match pairs.as_slice() {
            [] => None,
            pairs => Some(self.random.of(pairs).clone()),
        }
    }

    /// A letter more, less or other, or two that changed places; the first one is hit rightly.
    fn typo(&mut self, text: &Text) -> Option<String> {
        let (_, own) = text.name.split_once('/')?;
        let word = words(own)
            .filter(|word| (6..=14).contains(&word.len()))
            .max_by_key(String::len)?;
        let mut letters: Vec<u8> = word.clone().into_bytes();
        let at = 1 + self.random.below(letters.len() - 2);
        let letter = b'a' + self.random.below(26) as u8;
        match self.random.below(4) {
            0 => letters.insert(at, letter),
            1 => drop(letters.remove(at)),
            2 => letters[at] = letter,
            _ => letters.swap(at, at + 1),
        }
        let typed = String::from_utf8(letters).ok()?;
        (typed != word && !self.known.contains(&typed)).then_some(typed)
    }
}

/// Words of letters that mean something, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    const EMPTY: &[&str] = &[
        "with", "from", "that", "this", "your", "into", "using", "more",
    ];
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| word.len() >= 4);
    let words = words.filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let words = words.map(str::to_ascii_lowercase);
    words.filter(|word| !EMPTY.contains(&&**word))
}

#[cfg(test)]
mod tests {
    use super::super::texts::tests::text;
    use super::{Class, Drawing};

    #[test]
    fn queries_are_of_their_class_and_always_the_same() {
        let names = ["keyboard", "calendar", "notebook", "telephone"];
        let words = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike \
                     november oscar papa quebec romeo sierra tango uniform victor whiskey yankee";
        let words: Vec<&str> = words.split(' ').collect();
        let texts: Vec<_> = (0..260)
            .map(|at| {
                let summary = format!("It {} {}", words[at % 24], words[(at + 1) % 24]);
                text(names[at % 4], &summary)
            })
            .collect();
        let queries = Drawing::of(&texts).all();
        assert_eq!(queries, Drawing::of(&texts).all());
        let of = |class| queries[&class].as_slice();
        assert!(of(Class::Single).len() == 24 && of(Class::Typo).len() > 20);
        let has_two = |text: &str| text.split(' ').count() == 2;
        assert!(of(Class::Multi).iter().all(|query| has_two(&query.text)));
        let phrase = &of(Class::Phrase)[0].text;
        assert!(phrase.starts_with('"') && phrase.ends_with('"') && has_two(phrase));
        assert!(of(Class::Filter).iter().all(|query| query.filter.is_some()));
        for typo in of(Class::Typo) {
            assert!(!names.contains(&&*typo.text));
        }
        for prefix in of(Class::Prefix) {
            let text = &prefix.text;
            assert!(texts.iter().any(|t| {
                t.summary
                    .split(' ')
                    .any(|word| word.to_lowercase().starts_with(text) && word.len() > text.len())
            }));
        }
    }
}
