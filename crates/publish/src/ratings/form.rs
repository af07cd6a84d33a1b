//! The form of a comment that is a rating.
//!
//! ```text
//! Rating: 4/5              or ★★★★☆, or ⭐⭐⭐⭐; the first line with anything in it
//! Version: 1.2.0           the line right below, where it is about one release
//!
//! What they think, in Markdown, to the end.
//! ```
//!
//! A comment that does not begin so is talk, and counts for nothing.

use registry_index::rating::{MOST_STARS, tidy_review};
use semver::Version;

/// What a person says of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// From 1 to 5.
    pub stars: u8,
    /// The release that it is about.
    pub version: Option<Version>,
    /// Markdown, tidied ([`tidy_review`]); never empty.
    pub review: Option<String>,
}

/// Reads a comment; `None` for one that is no rating.
pub fn parse(comment: &str) -> Option<Said> {
    let text = comment.replace("\r\n", "\n").replace('\r', "\n");
    // An editor may have put a byte order mark in front.
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let stars = stars(first)?;
    let (below, after) = rest.split_once('\n').unwrap_or((rest, ""));
    let version = version(below);
    let review = match &version {
        Some(_) => after,
        None => rest,
    };
    let review = tidy_review(review);
    Some(Said {
        stars,
        version,
        review: (!review.is_empty()).then_some(review),
    })
}

/// Writes a comment that [`parse`] reads as `said`.
pub fn render(said: &Said) -> String {
    let mut comment = format!("Rating: {}/{MOST_STARS}\n", said.stars);
    if let Some(version) = &said.version {
        comment.push_str(&format!("Version: {version}\n"));
    }
    if let Some(review) = &said.review {
        comment.push('\n');
        comment.push_str(review);
        comment.push('\n');
    }
    comment
}

/// `Rating: 4/5`, `4/5`, `★★★★☆`, each with or without `Rating:` and emphasis.
fn stars(line: &str) -> Option<u8> {
    let line = plain(line);
    let line = after_word(&line, "rating").unwrap_or(&line);
    let given = digits(line).or_else(|| pictures(line))?;
    (1..=MOST_STARS).contains(&given).then_some(given)
}

fn digits(line: &str) -> Option<u8> {
    let (given, of) = line.split_once('/')?;
    let is_of_five = of.trim() == MOST_STARS.to_string();
    let digit = given.trim();
    let is_digit = digit.len() == 1 && digit.bytes().all(|byte| byte.is_ascii_digit());
    digit.parse().ok().filter(|_| is_of_five && is_digit)
}

/// Full stars, then empty ones; five in all where there are empty ones.
fn pictures(line: &str) -> Option<u8> {
    // U+FE0F only says that a picture is meant.
    let stars = line
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{fe0f}');
    let stars: Vec<char> = stars.take(usize::from(MOST_STARS) + 1).collect();
    let full = stars.iter().take_while(|c| matches!(c, '★' | '⭐')).count();
    let empty = &stars[full..];
    let is_whole = empty.is_empty() || stars.len() == usize::from(MOST_STARS);
    let is_row = stars.len() <= usize::from(MOST_STARS) && empty.iter().all(|c| *c == '☆');
    u8::try_from(full).ok().filter(|_| is_row && is_whole)
}

fn version(line: &str) -> Option<Version> {
    let line = plain(line);
    let text = after_word(&line, "version")?.trim();
    text.strip_prefix('v').unwrap_or(text).parse().ok()
}

/// What follows `word` and a colon, in whatever case.
fn after_word<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = line.split_once(':')?;
    first.trim().eq_ignore_ascii_case(word).then_some(rest)
}

/// A line without the marks that emphasise it, head it or quote code.
fn plain(line: &str) -> String {
    line.chars()
        .filter(|c| !matches!(c, '*' | '_' | '`' | '#'))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(comment: &str) -> Option<(u8, Option<String>, Option<String>)> {
        let said = parse(comment)?;
        Some((said.stars, said.version.map(|v| v.to_string()), said.review))
    }

    #[test]
    fn what_is_a_rating() {
        let text = |text: &str| Some(text.to_owned());
        for (comment, expected) in [
            ("Rating: 4/5", (4, None, None)),
            ("rating:4/5", (4, None, None)),
            ("  \n\nRating: 4 / 5  \n", (4, None, None)),
            ("**Rating:** 4/5", (4, None, None)),
            ("## Rating: `4/5`", (4, None, None)),
            ("4/5", (4, None, None)),
            ("★★★★☆", (4, None, None)),
            ("Rating: ★★★★☆", (4, None, None)),
            ("★", (1, None, None)),
            ("⭐⭐⭐", (3, None, None)),
            ("⭐\u{fe0f}⭐\u{fe0f} ⭐", (3, None, None)),
            ("★★★★★", (5, None, None)),
            ("\u{feff}Rating: 1/5", (1, None, None)),
            ("Rating: 5/5\nGood.", (5, None, text("Good."))),
            (
                "Rating: 5/5\r\nVersion: 1.2.0\r\n\r\nGood.\r\nVery.",
                (5, text("1.2.0"), text("Good.\nVery.")),
            ),
            (
                "Rating: 5/5\n**Version:** v1.2.0-rc.1",
                (5, text("1.2.0-rc.1"), None),
            ),
            (
                "Rating: 5/5\n\nVersion: 1.2.0",
                (5, None, text("Version: 1.2.0")),
            ),
            (
                "Rating: 5/5\nVersion: the last\nx",
                (5, None, text("Version: the last\nx")),
            ),
            (
                "Rating: 2/5\n\n<script>alert(1)</script>",
                (2, None, text("<script>alert(1)</script>")),
            ),
            ("Rating: 2/5\nno\u{202e}on\u{200b}", (2, None, text("noon"))),
        ] {
            assert_eq!(read(comment), Some(expected), "{comment:?}");
        }
    }

    #[test]
    fn what_is_talk() {
        for comment in [
            "",
            "\n",
            "Thanks!\nRating: 4/5",
            "Rating: 0/5",
            "Rating: 6/5",
            "Rating: 4",
            "Rating: 4/10",
            "Rating: 4.5/5",
            "Rating: +4/5",
            "Rating: ４/5",
            "Rating: 14/5",
            "Rating: 4/5 because",
            "> Rating: 4/5",
            "☆☆☆☆☆",
            "★★☆",
            "★☆★★★",
            "★★★★★★",
            "Version: 1.0.0\nRating: 4/5",
            "<!-- Rating: 4/5 -->",
        ] {
            assert_eq!(read(comment), None, "{comment:?}");
        }
    }

    #[test]
    fn a_long_review_is_cut() {
        let said = parse(&format!("Rating: 3/5\n\n{}", "é".repeat(9_000))).unwrap();
        assert_eq!(said.review.unwrap().chars().count(), 2_000);
    }

    fn said() -> impl Strategy<Value = Said> {
        let version = (0..9_u64, 0..9_u64, 0..9_u64).prop_map(|(a, b, c)| Version::new(a, b, c));
        let review = prop_oneof![
            "(?s).{0,80}",
            "(Rating: 4/5|Version: 1.0.0|[\\r\\n]|★| ){0,9}"
        ];
        let review = review.prop_map(|text: String| tidy_review(&text));
        (1..=MOST_STARS, proptest::option::of(version), review).prop_map(
            |(stars, version, review)| Said {
                stars,
                version,
                review: (!review.is_empty()).then_some(review),
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(said in said()) {
            prop_assert_eq!(parse(&render(&said)), Some(said));
        }

        #[test]
        fn nothing_panics(comment in "(?s)(Rating:|Version:|[0-9/]|★|☆|⭐|\u{200d}|.){0,40}") {
            if let Some(said) = parse(&comment) {
                prop_assert!((1..=MOST_STARS).contains(&said.stars));
                prop_assert_eq!(parse(&render(&said)), Some(said));
            }
        }
    }
}
