//! What stands in the dictionary: one field, every term a word and a tag.
//!
//! A tag *behind* the word says where the word was found, so that all a query needs of one word lies
//! together in the dictionary and in the postings:
//!
//! ```text
//! diff 03   names that have a word starting with "diff"
//! diff 04   summaries and keywords that have one
//! diff 05   names        diff 06  summaries       diff 07  keywords
//! diff 08   namespace, kind, categories, authors
//! diff 09   names that start with "diff": of the whole name, `code-rev` for `code-reviewer`
//! diff 0b   READMEs that speak of it              diff 0c  READMEs that mention it
//! ```
//!
//! A tag *in front* makes a region of its own at the start of the dictionary:
//!
//! ```text
//! 02 kind:agent        filters
//! 03 code-reviewer     whole names, with and without namespace
//! 04 3fa2              pairs of neighbouring words, hashed
//! ```
//!
//! Words hold letters and digits only, so no word contains a tag. Nothing records how often a word
//! occurs or at which place: "speaks of it" is decided when the index is built, and order is kept by
//! the pairs. That halves the postings.

use crate::words::cut;

/// Where a word was found. The numbers are part of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    NamePrefix = 0x03,
    TextPrefix = 0x04,
    Name = 0x05,
    Summary = 0x06,
    Keyword = 0x07,
    Context = 0x08,
    NameStart = 0x09,
    ReadmeTopic = 0x0b,
    Readme = 0x0c,
}

impl Tag {
    const ALL: [Tag; 9] = [
        Tag::NamePrefix,
        Tag::TextPrefix,
        Tag::Name,
        Tag::Summary,
        Tag::Keyword,
        Tag::Context,
        Tag::NameStart,
        Tag::ReadmeTopic,
        Tag::Readme,
    ];

    /// The tag at the end of a term.
    pub(crate) fn of(term: &[u8]) -> Option<Tag> {
        let last = *term.last()?;
        Tag::ALL.into_iter().find(|tag| *tag as u8 == last)
    }
}

/// Longest prefix of a word, in bytes, that is in the index.
pub(crate) const MAX_PREFIX: usize = 12;
/// Shortest prefix, in characters, of words of summaries and keywords.
pub(crate) const MIN_TEXT_PREFIX: usize = 3;

pub(crate) fn tagged(word: &str, tag: Tag) -> Vec<u8> {
    let mut term = Vec::with_capacity(word.len() + 1);
    term.extend_from_slice(word.as_bytes());
    term.push(tag as u8);
    term
}

/// The range of dictionary keys that holds every tag of `word` and nothing else.
pub(crate) fn all_tags(word: &str) -> std::ops::Range<Vec<u8>> {
    let end = [word.as_bytes(), &[0x20]].concat();
    tagged(word, Tag::NamePrefix)..end
}

pub(crate) fn filter(key: &str, value: &str) -> Vec<u8> {
    [b"\x02", key.as_bytes(), b":", value.as_bytes()].concat()
}

/// The packages that are deprecated.
pub(crate) fn deprecated() -> Vec<u8> {
    b"\x02deprecated".to_vec()
}

/// A whole name, `namespace/name` or `name`.
pub(crate) fn whole_name(name: &str) -> Vec<u8> {
    [b"\x03", name.as_bytes()].concat()
}

/// Two stems next to each other, in this order. Hashed into 65,536 terms, because the pairs
/// themselves would be most of the dictionary; a package has some ten pairs, so one that has both
/// words and not the pair is taken for having it once in 6,000 times, and then it is ranked a little
/// too high.
pub(crate) fn pair(first: &str, second: &str) -> Vec<u8> {
    // FNV-1a, folded to 16 bits: the same on every machine, for ever.
    let bytes = first.bytes().chain([b' ']).chain(second.bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("\x04{:04x}", (hash >> 16) ^ (hash & 0xffff)).into_bytes()
}

/// The beginnings of `word` that are indexed, in bytes of at most [`MAX_PREFIX`], each at least
/// `min_chars` characters.
pub(crate) fn prefixes(word: &str, min_chars: usize) -> impl Iterator<Item = &str> {
    word.char_indices()
        .skip(min_chars.saturating_sub(1))
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|end| *end <= MAX_PREFIX)
        .map(|end| &word[..end])
}

/// The indexed prefix that stands for everything starting with `word`.
pub(crate) fn longest_prefix(word: &str) -> &str {
    cut(word, MAX_PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_one_word_are_neighbours() {
        let range = all_tags("diff");
        for tag in Tag::ALL {
            let term = tagged("diff", tag);
            assert!(range.contains(&term), "{tag:?}");
            assert_eq!(Tag::of(&term), Some(tag));
            assert!(!range.contains(&tagged("diffs", tag)));
            assert!(!range.contains(&tagged("dif", tag)));
        }
    }

    #[test]
    fn pairs_have_an_order_and_stay_what_they_are() {
        assert_eq!(pair("review", "diff"), pair("review", "diff"));
        assert_ne!(pair("review", "diff"), pair("diff", "review"));
        assert_eq!(pair("code", "review").len(), 5);
    }

    #[test]
    fn prefixes_are_bounded() {
        assert_eq!(
            prefixes("diff", 1).collect::<Vec<_>>(),
            ["d", "di", "dif", "diff"]
        );
        assert_eq!(prefixes("diff", 3).collect::<Vec<_>>(), ["dif", "diff"]);
        assert_eq!(prefixes("internationalisation", 1).count(), MAX_PREFIX);
        assert_eq!(longest_prefix("ééééééééé"), "éééééé");
    }
}
