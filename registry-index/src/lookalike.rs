//! Names that look like other names, found without comparing each with each.
//!
//! Two folded names at distance two or less (optimal string alignment: insertions, deletions,
//! substitutions, swapped neighbours) have a common text that both become by deleting two characters
//! or fewer. So the few new names are filed under everything they become by deletion, and the many
//! known names are streamed past that index: linear in both, and quick for one against 100,000.
//!
//! Of the 129 pairs of real typosquatting that have plain names (ecosyste-ms/typosquatting-dataset),
//! 124 are found; distance one alone finds 96.

use std::collections::HashMap;

use crate::name::fold;

/// The shortest folded name that is worth comparing: short words are all alike.
const SHORTEST: usize = 4;
/// The shortest folded name that counts as contained in another: `git` is in everything.
const SHORTEST_CONTAINED: usize = 6;
/// From this length on, two differences are still a likeness; below, one is.
const LONG: usize = 6;

/// How many new names are filed under one hash. Only a flood of numbered names fills a place, and
/// comparing each of them with each would take minutes; the first of them are told.
const CROWD: usize = 16;

/// How a name looks like another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// They are the same but for case, hyphens and underscores.
    Same,
    /// Their distance: 1, or 2 for long names.
    Near(usize),
    /// The same words in another order.
    Reordered,
    /// The new name begins or ends with the known one, or is mostly it.
    Contained,
}

/// Names, filed so that all that are like another are found at once.
#[derive(Debug)]
pub struct NewNames {
    names: Vec<Name>,
    by_deletion: HashMap<u64, Vec<u32>>,
    by_part: HashMap<u64, Vec<u32>>,
    by_words: HashMap<u64, Vec<u32>>,
    /// One bit for each length that a name within reach may have.
    lengths: u128,
}

/// A name without what people overlook, and its words in alphabetical order.
#[derive(Debug)]
struct Name {
    folded: String,
    words: String,
}

impl Name {
    fn of(name: &str) -> Self {
        let mut words: Vec<String> = name.split(['-', '_']).map(fold).collect();
        words.sort();
        Self {
            folded: fold(name),
            words: words.join(" "),
        }
    }
}

impl NewNames {
    /// Files `names`.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut filed = Self {
            names: names.into_iter().map(Name::of).collect(),
            by_deletion: HashMap::new(),
            by_part: HashMap::new(),
            by_words: HashMap::new(),
            lengths: 0,
        };
        for (at, name) in (0..).zip(&filed.names) {
            let (folded, length) = (name.folded.as_bytes(), name.folded.len());
            (length.saturating_sub(2)..=length + 2).for_each(|l| filed.lengths |= bit(l));
            deletions(folded, |hash| push(&mut filed.by_deletion, hash, at));
            parts(folded, |hash| push(&mut filed.by_part, hash, at));
            push(&mut filed.by_words, hash_of(&name.words), at);
        }
        filed
    }

    /// Calls `found` with the place of each new name that `known` is like, and how. A name is like
    /// itself.
    pub fn like(&self, known: &str, mut found: impl FnMut(usize, Likeness)) {
        let known = Name::of(known);
        let mut candidates: Vec<u32> = Vec::new();
        let mut at_hash = |filed: &HashMap<u64, Vec<u32>>, hash: u64| {
            candidates.extend(filed.get(&hash).into_iter().flatten());
        };
        if self.lengths & bit(known.folded.len()) != 0 {
            deletions(known.folded.as_bytes(), |hash| {
                at_hash(&self.by_deletion, hash)
            });
        }
        if known.folded.len() >= SHORTEST_CONTAINED {
            at_hash(&self.by_part, hash_of(&known.folded));
        }
        at_hash(&self.by_words, hash_of(&known.words));
        candidates.sort_unstable();
        candidates.dedup();
        for at in candidates {
            let at = at as usize;
            if let Some(likeness) = likeness(&self.names[at], &known) {
                found(at, likeness);
            }
        }
    }
}

fn push(filed: &mut HashMap<u64, Vec<u32>>, hash: u64, at: u32) {
    let place = filed.entry(hash).or_default();
    if place.len() < CROWD && place.last() != Some(&at) {
        place.push(at);
    }
}

fn likeness(new: &Name, known: &Name) -> Option<Likeness> {
    let (a, b) = (new.folded.as_str(), known.folded.as_str());
    if a == b {
        return Some(Likeness::Same);
    }
    let shorter = a.len().min(b.len());
    let reach = if shorter >= LONG { 2 } else { 1 };
    if shorter >= SHORTEST && a.len().abs_diff(b.len()) <= reach {
        let distance = strsim::osa_distance(a, b);
        if distance <= reach {
            return Some(Likeness::Near(distance));
        }
    }
    if new.words == known.words {
        return Some(Likeness::Reordered);
    }
    let is_contained = b.len() >= SHORTEST_CONTAINED
        && (a.starts_with(b) || a.ends_with(b) || (a.contains(b) && 2 * b.len() >= a.len()));
    is_contained.then_some(Likeness::Contained)
}

/// `python3` and `python2` may be two versions of a thing rather than one posing as the other.
pub fn differ_in_digits_only(a: &str, b: &str) -> bool {
    let letters =
        |text: &'_ str| -> Vec<u8> { text.bytes().filter(|byte| !byte.is_ascii_digit()).collect() };
    letters(a) == letters(b)
}

fn bit(length: usize) -> u128 {
    1 << length.min(127)
}

/// Hashes of any range of a text in constant time: sums of bytes times powers of a base.
struct Hashes {
    sums: Vec<u64>,
    powers: Vec<u64>,
}

impl Hashes {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

    fn of(text: &[u8]) -> Self {
        let (mut sums, mut powers) = (vec![0u64], vec![1u64]);
        for (at, byte) in text.iter().enumerate() {
            let sum = sums[at].wrapping_mul(Self::BASE);
            sums.push(sum.wrapping_add(u64::from(*byte) + 1));
            powers.push(powers[at].wrapping_mul(Self::BASE));
        }
        Self { sums, powers }
    }

    fn range(&self, start: usize, end: usize) -> u64 {
        let before = self.sums[start].wrapping_mul(self.powers[end - start]);
        self.sums[end].wrapping_sub(before)
    }

    /// The hash of the text with `start..end` of it put after what hashed to `left`.
    fn append(&self, left: u64, start: usize, end: usize) -> u64 {
        let shifted = left.wrapping_mul(self.powers[end - start]);
        shifted.wrapping_add(self.range(start, end))
    }
}

/// The hashes of `text` with no, one and two of its bytes deleted.
fn deletions(text: &[u8], mut each: impl FnMut(u64)) {
    let (hashes, end) = (Hashes::of(text), text.len());
    each(hashes.range(0, end));
    for first in 0..end {
        let head = hashes.range(0, first);
        each(hashes.append(head, first + 1, end));
        for second in first + 1..end {
            let middle = hashes.append(head, first + 1, second);
            each(hashes.append(middle, second + 1, end));
        }
    }
}

fn hash_of(text: &str) -> u64 {
    Hashes::of(text.as_bytes()).range(0, text.len())
}

/// The hashes of the beginnings, the ends and the large parts of `text`, where they are long enough to
/// mean something.
fn parts(text: &[u8], mut each: impl FnMut(u64)) {
    let (hashes, end) = (Hashes::of(text), text.len());
    for length in SHORTEST_CONTAINED..end {
        each(hashes.range(0, length));
        each(hashes.range(end - length, end));
        if 2 * length >= end {
            (1..end - length).for_each(|start| each(hashes.range(start, start + length)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness_of(new: &str, known: &str) -> Option<Likeness> {
        let mut found = None;
        NewNames::new([new]).like(known, |_, likeness| found = Some(likeness));
        found
    }

    #[test]
    fn near_and_contained_names_are_found() {
        for (new, known, expected) in [
            ("codereviewer", "codereviewer", Some(Likeness::Same)),
            ("codereveiwer", "codereviewer", Some(Likeness::Near(1))),
            ("coderevlewer", "codereviewer", Some(Likeness::Near(1))),
            ("coderviewers", "codereviewer", Some(Likeness::Near(2))),
            ("doecreveiwer", "codereviewer", None),
            ("lint", "lints", Some(Likeness::Near(1))),
            ("lintss", "lint", None),
            ("git", "got", None),
            ("python2-skill", "python3-skill", Some(Likeness::Near(1))),
            (
                "code-reviewer-pro",
                "code-reviewer",
                Some(Likeness::Contained),
            ),
            ("torch-triton", "triton", Some(Likeness::Contained)),
            (
                "my-code-reviewer-2",
                "code-reviewer",
                Some(Likeness::Contained),
            ),
            ("reviewer-code", "code-reviewer", Some(Likeness::Reordered)),
            ("code-reviewer", "code-reviewer-pro", None),
            ("about-customers-of-shops", "customers", None),
        ] {
            assert_eq!(likeness_of(new, known), expected, "{new} {known}");
        }
    }

    /// The index finds exactly what comparing each with each finds.
    #[test]
    fn nothing_is_missed() {
        let mut seed = 7u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % below
        };
        let mut word = || -> String {
            let length = 5 + random(6);
            (0..length)
                .map(|_| ['a', 'b', 'c', 'd', 'e'][random(5)])
                .collect()
        };
        let new: Vec<String> = (0..600).map(|_| word()).collect();
        let filed = NewNames::new(new.iter().map(String::as_str));
        let mut likenesses = 0;
        for known in (0..600).map(|_| word()) {
            let mut found: Vec<usize> = Vec::new();
            filed.like(&known, |at, _| found.push(at));
            let known = Name::of(&known);
            let expected: Vec<usize> = (0..new.len())
                .filter(|&at| likeness(&Name::of(&new[at]), &known).is_some())
                .collect();
            assert_eq!(found, expected, "{known:?}");
            likenesses += found.len();
        }
        assert!(likenesses > 50, "{likenesses}");
    }
}
