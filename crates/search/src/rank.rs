//! How hits are ranked: all its numbers.
//!
//! The score of a package is the sum over the words of the query of
//!
//! ```text
//! rarity(word) × (the best place where it has the word + TIE × the other places)
//! ```
//!
//! plus, for two words of the query that stand next to each other in its name, summary or a keyword,
//! `PAIR` times the mean of their rarities, and for a name that starts with all that was typed `STARTS`
//! times the mean rarity. Of three words or more one that says little may be lacking; the score is
//! then taken down by the share of the rarities that is lacking. Packages that score alike are in the
//! order of the index: by static rank, then by name. A package called what was typed comes first.
//!
//! Everything is sums and products of `f32` in a fixed order, and the logarithm is our own: the
//! browser computes the same bits.

use crate::term::Tag;

/// What having a word in this place is worth; `None` for the beginnings of words.
pub(crate) fn weight(tag: Tag) -> Option<f32> {
    match tag {
        Tag::Name => Some(4.0),
        Tag::Summary => Some(3.0),
        Tag::Keyword => Some(2.0),
        Tag::Context => Some(1.5),
        Tag::ReadmeTopic => Some(1.0),
        Tag::Readme => Some(0.5),
        Tag::NamePrefix | Tag::TextPrefix | Tag::NameStart => None,
    }
}

/// What having a word that starts so is worth.
pub(crate) fn prefix_weight(tag: Tag) -> Option<f32> {
    match tag {
        Tag::NamePrefix => Some(2.5),
        Tag::TextPrefix => Some(1.25),
        _ => None,
    }
}

/// Share of a weight that a word as typed gets.
pub(crate) const EXACT: f32 = 1.0;
/// … two words of the query written as one.
pub(crate) const JOINED: f32 = 0.9;
/// … a word that differs by a typo.
pub(crate) const FORGIVEN: f32 = 0.8;

/// Further places where a package has the same word.
pub(crate) const TIE: f32 = 0.1;
/// Two neighbouring words.
pub(crate) const PAIR: f32 = 1.5;
/// A name that starts with all that was typed.
pub(crate) const STARTS: f32 = 1.5;
/// A word that the last letters may still change counts half.
pub(crate) const VAGUE: f32 = 0.5;
/// Factor for deprecated packages.
pub(crate) const DEPRECATED: f32 = 0.5;
/// Added for a package that is called what was typed: more than words can make up. Where a typo was
/// forgiven, once more for each name that is less likely to have been meant.
pub(crate) const NAMED: f32 = 1000.0;

/// With fewer hits than this, typos are forgiven.
pub(crate) const FEW: usize = 3;
/// A word that is in so many READMEs is a word, not a typo.
pub(crate) const KNOWN_READMES: u32 = 3;
/// From so many words on, a hit may lack one …
pub(crate) const MANY_WORDS: usize = 3;
/// … if what it has makes up this share of the summed rarity.
pub(crate) const NEARLY: f32 = 0.75;
/// Without a package that has all words: share of the summed rarity that a hit must have.
pub(crate) const MOST: f32 = 0.5;
/// So many words may be written as one in a name.
pub(crate) const MOST_JOINED: usize = 3;
/// How many spellings of a name are looked up, likeliest first.
pub(crate) const MAX_NAMES: usize = 16;

/// How much a word says that `found` of `all` packages have: about log2(all / found), at least a
/// little.
pub(crate) fn rarity(found: usize, all: usize) -> f32 {
    log2(1.0 + (all as f32 + 1.0) / (found as f32 + 1.0))
}

/// The binary logarithm, straight between powers of two. Monotonic, and the same everywhere, which
/// the platforms' own logarithms are not.
fn log2(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let mantissa = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    exponent as f32 + (mantissa - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_say_more() {
        assert_eq!(log2(1.0), 0.0);
        assert_eq!(log2(8.0), 3.0);
        let rarities: Vec<f32> = (0..1000).map(|found| rarity(found, 1000)).collect();
        assert!(rarities.is_sorted_by(|a, b| a > b));
        assert!(rarities[999] > 0.9);
    }

    #[test]
    fn places_are_in_their_order() {
        let order = [
            Tag::Name,
            Tag::Summary,
            Tag::Keyword,
            Tag::Context,
            Tag::ReadmeTopic,
            Tag::Readme,
        ];
        assert!(order.map(weight).is_sorted_by(|a, b| a > b));
    }
}
