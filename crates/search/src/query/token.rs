//! The pieces of what was typed.

use super::filter::Filter;

/// A piece of the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// A `-` stands before it: what it says is not wanted.
    pub(super) not: bool,
    pub(super) what: What<'a>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// A word with whatever sticks to it.
    Plain(&'a str),
    /// What stands between two quotes.
    Phrase(&'a str),
    /// A quote that is not closed.
    Open,
    Filter {
        key: &'a str,
        value: &'a str,
    },
}

/// Takes the next token off `rest`.
pub(super) fn next<'a>(rest: &mut &'a str) -> Option<Token<'a>> {
    let text = rest.trim_start();
    let after = text
        .strip_prefix('-')
        .filter(|after| after.starts_with(|c: char| c == '"' || c.is_alphanumeric()));
    let (not, text) = (after.is_some(), after.unwrap_or(text));
    if let Some(quoted) = text.strip_prefix('"') {
        let what = match quoted.split_once('"') {
            Some((phrase, after)) => {
                *rest = after;
                What::Phrase(phrase)
            }
            None => {
                *rest = quoted;
                What::Open
            }
        };
        return Some(Token { not, what });
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    if end == 0 {
        *rest = text;
        return None;
    }
    let (token, after) = text.split_at(end);
    *rest = after;
    let what = match token.split_once(':') {
        Some((key, value)) if is_filter(key, value) => {
            // A quoted value ends at the next quote, wherever that is.
            let quoted = text[key.len() + 1..].strip_prefix('"');
            match quoted.and_then(|quoted| quoted.split_once('"')) {
                Some((value, after)) => {
                    *rest = after;
                    What::Filter { key, value }
                }
                None => What::Filter { key, value },
            }
        }
        _ => What::Plain(token),
    };
    Some(Token { not, what })
}

/// Not a filter: a URL, a `path::like::this`, a colon that is punctuation.
fn is_filter(key: &str, value: &str) -> bool {
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic());
    let known = is_known(key);
    is_key && !value.starts_with([':', '/']) && (known || !value.is_empty())
}

fn is_known(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key == "sort" || Filter::named(&key).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_falls_into_pieces() {
        let mut rest = "a -b \"c d\" -\"e f\"g kind:x -uses:\"y z\" - --h std::fs \"open end";
        let mut tokens = Vec::new();
        while let Some(token) = next(&mut rest) {
            tokens.push((token.not, token.what));
        }
        let filter = |key, value| What::Filter { key, value };
        assert_eq!(
            tokens,
            [
                (false, What::Plain("a")),
                (true, What::Plain("b")),
                (false, What::Phrase("c d")),
                (true, What::Phrase("e f")),
                (false, What::Plain("g")),
                (false, filter("kind", "x")),
                (true, filter("uses", "y z")),
                (false, What::Plain("-")),
                (false, What::Plain("--h")),
                (false, What::Plain("std::fs")),
                (false, What::Open),
                (false, What::Plain("open")),
                (false, What::Plain("end")),
            ]
        );
    }
}
