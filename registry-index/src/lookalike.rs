//! Names that look like other names, found without comparing each with each.
//!
//! Two folded names at distance two or less (optimal string alignment: insertions, deletions,
//! substitutions, swapped neighbours) have a common text that both become by deleting two characters
//! or fewer. So the few new names are filed under everything they become by deletion, and the many
//! known names are streamed past that index: linear in both, and quick for one against 100,000.
//!
//! Of 129 pairs of real typosquatting, distance one finds 96, two 119, and containment brings it to
//! 125 (ecosyste-ms/typosquatting-dataset).

use std::collections::HashMap;

/// The shortest folded name that is worth comparing: short words are all alike.
const SHORTEST: usize = 4;
/// The shortest folded name that counts as contained in another: `git` is in everything.
const SHORTEST_CONTAINED: usize = 8;
/// From this length on, two differences are still a likeness; below, one is.
const LONG: usize = 8;

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
    /// The known name is most of the new one.
    Contained,
}

/// Folded names, filed so that all that are like another are found at once.
#[derive(Debug)]
pub struct NewNames<'a> {
    names: &'a [String],
    by_deletion: HashMap<u64, Vec<u32>>,
    by_part: HashMap<u64, Vec<u32>>,
    /// One bit for each length that a name within reach may have.
    lengths: u128,
}

impl<'a> NewNames<'a> {
    /// Files `names`, which are folded (see [`crate::name::fold`]).
    pub fn new(names: &'a [String]) -> Self {
        let mut filed = Self {
            names,
            by_deletion: HashMap::new(),
            by_part: HashMap::new(),
            lengths: 0,
        };
        for (at, name) in (0..).zip(names) {
            let length = name.len();
            (length.saturating_sub(2)..=length + 2).for_each(|l| filed.lengths |= bit(l));
            deletions(name.as_bytes(), |hash| {
                push(&mut filed.by_deletion, hash, at);
            });
            parts(name.as_bytes(), |hash| {
                push(&mut filed.by_part, hash, at);
            });
        }
        filed
    }

    /// Calls `found` with the place of each new name that `known` (folded) is like, and how. A name
    /// is like itself.
    pub fn like(&self, known: &str, mut found: impl FnMut(usize, Likeness)) {
        let mut candidates: Vec<u32> = Vec::new();
        if self.lengths & bit(known.len()) != 0 {
            deletions(known.as_bytes(), |hash| {
                candidates.extend(self.by_deletion.get(&hash).into_iter().flatten());
            });
        }
        if known.len() >= SHORTEST_CONTAINED {
            let hash = Hashes::of(known.as_bytes()).range(0, known.len());
            candidates.extend(self.by_part.get(&hash).into_iter().flatten());
        }
        candidates.sort_unstable();
        candidates.dedup();
        for at in candidates {
            let at = at as usize;
            if let Some(likeness) = likeness(&self.names[at], known) {
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

fn likeness(new: &str, known: &str) -> Option<Likeness> {
    if new == known {
        return Some(Likeness::Same);
    }
    let shorter = new.len().min(known.len());
    let reach = if shorter >= LONG { 2 } else { 1 };
    if shorter >= SHORTEST
        && new.len().abs_diff(known.len()) <= reach
        && !differ_in_digits_only(new, known)
    {
        let distance = strsim::osa_distance(new, known);
        if distance <= reach {
            return Some(Likeness::Near(distance));
        }
    }
    let is_contained = known.len() >= SHORTEST_CONTAINED && new.contains(known);
    is_contained.then_some(Likeness::Contained)
}

/// `python3` and `python2` are two versions of a thing, not one posing as the other.
fn differ_in_digits_only(a: &str, b: &str) -> bool {
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

/// The hashes of the parts of `text` that are at least half of it and long enough to mean something.
fn parts(text: &[u8], mut each: impl FnMut(u64)) {
    let (hashes, end) = (Hashes::of(text), text.len());
    for length in SHORTEST_CONTAINED.max(end.div_ceil(2))..end {
        (0..=end - length).for_each(|start| each(hashes.range(start, start + length)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness_of(new: &str, known: &str) -> Option<Likeness> {
        let names = [new.to_owned()];
        let mut found = None;
        NewNames::new(&names).like(known, |_, likeness| found = Some(likeness));
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
            ("python2skill", "python3skill", None),
            ("codereviewerpro", "codereviewer", Some(Likeness::Contained)),
            ("thecodereviewer", "codereviewer", Some(Likeness::Contained)),
            ("codereviewer", "codereviewerpro", None),
            ("reviewsoffortycustomers", "customer", None),
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
        let filed = NewNames::new(&new);
        let mut likenesses = 0;
        for known in (0..600).map(|_| word()) {
            let mut found: Vec<usize> = Vec::new();
            filed.like(&known, |at, _| found.push(at));
            let expected: Vec<usize> = (0..new.len())
                .filter(|&at| match likeness(&new[at], &known) {
                    Some(Likeness::Contained) => known.len() * 2 >= new[at].len(),
                    other => other.is_some(),
                })
                .collect();
            assert_eq!(found, expected, "{known}");
            likenesses += found.len();
        }
        assert!(likenesses > 50, "{likenesses}");
    }
}
