//! What a template must not be, told before the engine sees it. The engine's parser, compiler and
//! destructors recurse: 20,000 `-` in a row, `not not …`, `a ** a ** …`, `x | f | f …`, `{% elif %}`
//! upon `{% elif %}` each overflow the stack, which ends a process and cannot be caught. And the
//! engine notices an unknown filter only when it comes upon it, which may be at a user's.

use std::collections::BTreeMap;

use super::filters;
use super::lex::{Class, Kind, Tag, Tags, Word};
use super::names::{FILTERS_LEFT_OUT, LEFT_OUT, TAGS, TESTS, nearest};
use crate::plain::{bytes, quoted};
use crate::request::SyntaxError;

/// Words between the two ends of one tag.
pub const WORDS: usize = 2_000;
/// Times that one operator may stand in one chain, between brackets, commas and colons.
pub const CHAIN: usize = 64;
/// Brackets within brackets.
pub const BRACKETS: usize = 32;
/// Blocks within blocks.
pub const BLOCKS: usize = 32;
/// `{% elif %}` of one `{% if %}`.
pub const BRANCHES: usize = 64;

/// Words that are operators as much as any symbol.
const WORD_OPERATORS: &[&str] = &["and", "else", "if", "in", "is", "not", "or"];

/// # Errors
///
/// With the first line at which `text` is more than a template may be, or uses an unknown name.
pub(crate) fn check(text: &str, longest: usize) -> Result<(), SyntaxError> {
    if text.len() > longest {
        let message = format!(
            "is {} bytes long; a template has at most {}",
            text.len(),
            bytes(longest as u64)
        );
        return Err(SyntaxError { line: 1, message });
    }
    let mut blocks = Blocks::default();
    for tag in Tags::of(text) {
        if tag.words.len() > WORDS {
            return wrong(tag.line, format!("more than {WORDS} words in one tag"));
        }
        let words = match tag.kind {
            Kind::Expression => &tag.words[..],
            Kind::Statement => check_statement(&tag, &mut blocks)?,
        };
        check_chains(words)?;
        check_names(words)?;
    }
    Ok(())
}

fn wrong<T>(line: usize, message: String) -> Result<T, SyntaxError> {
    Err(SyntaxError { line, message })
}

/// Blocks that are open, innermost last, with the branches each has had.
#[derive(Default)]
struct Blocks<'a>(Vec<(&'a str, usize)>);

/// Checks the tag's first word, and returns the others.
fn check_statement<'t, 'a>(
    tag: &'t Tag<'a>,
    blocks: &mut Blocks<'a>,
) -> Result<&'t [Word<'a>], SyntaxError> {
    let Some((first, words)) = tag.words.split_first() else {
        return Ok(&[]);
    };
    if let Some((name, why)) = LEFT_OUT.iter().find(|(name, _)| *name == first.text) {
        return wrong(first.line, format!("there is no `{{% {name} %}}`: {why}"));
    }
    if first.class == Class::Name && !TAGS.contains(&first.text) {
        return wrong(first.line, unknown("tag", first.text, TAGS.iter().copied()));
    }
    match first.text {
        "if" | "for" | "with" | "macro" | "call" | "filter" => blocks.enter(first.text),
        // `{% set x %}…{% endset %}`; the other form has the value after `=`.
        "set" if words.len() == 1 || words.get(1).is_some_and(|word| word.text == "|") => {
            blocks.enter(first.text);
        }
        "elif" => blocks.branch(),
        end => blocks.leave(end),
    }
    if blocks.0.len() > BLOCKS {
        return wrong(
            first.line,
            format!("more than {BLOCKS} blocks within one another"),
        );
    }
    if blocks
        .0
        .last()
        .is_some_and(|(_, branches)| *branches > BRANCHES)
    {
        return wrong(
            first.line,
            format!("more than {BRANCHES} `elif` of one `if`"),
        );
    }
    if first.text == "filter" {
        words.first().map_or(Ok(()), check_filter)?;
    }
    Ok(words)
}

impl<'a> Blocks<'a> {
    fn enter(&mut self, name: &'a str) {
        self.0.push((name, 0));
    }

    fn branch(&mut self) {
        if let Some((_, branches)) = self.0.last_mut() {
            *branches += 1;
        }
    }

    fn leave(&mut self, end: &str) {
        let open = self.0.last().map(|(name, _)| *name);
        if open.is_some() && end.strip_prefix("end") == open {
            self.0.pop();
        }
    }
}

fn check_chains(words: &[Word<'_>]) -> Result<(), SyntaxError> {
    let mut levels: Vec<BTreeMap<&str, usize>> = vec![BTreeMap::new()];
    for word in words {
        let operator = match word.class {
            Class::Symbol => true,
            Class::Name => WORD_OPERATORS.contains(&word.text),
            Class::Number | Class::Text => false,
        };
        match word.text {
            _ if !operator => continue,
            ")" | "]" | "}" => {
                if levels.len() > 1 {
                    levels.pop();
                }
                continue;
            }
            _ => {}
        }
        let Some(chain) = levels.last_mut() else {
            continue;
        };
        match word.text {
            "," | ":" => chain.clear(),
            // An opening bracket is a link of the chain too: `f()()()`, `a[0][0]`.
            text => {
                let links = chain.entry(text).or_insert(0);
                *links += 1;
                if *links > CHAIN {
                    return wrong(
                        word.line,
                        format!("more than {CHAIN} times `{text}` in one expression"),
                    );
                }
            }
        }
        if matches!(word.text, "(" | "[" | "{") {
            levels.push(BTreeMap::new());
        }
        if levels.len() > BRACKETS + 1 {
            return wrong(
                word.line,
                format!("more than {BRACKETS} brackets within one another"),
            );
        }
    }
    Ok(())
}

/// Looks at what follows `|` and `is`.
fn check_names(words: &[Word<'_>]) -> Result<(), SyntaxError> {
    for (at, word) in words.iter().enumerate() {
        let after = |count: usize| {
            words
                .get(at + count)
                .filter(|word| word.class == Class::Name)
        };
        match (word.class, word.text) {
            (Class::Symbol, "|") => after(1).map_or(Ok(()), check_filter)?,
            (Class::Name, "is") if !is_attribute(words, at) => {
                let test = after(1)
                    .filter(|word| word.text != "not")
                    .or_else(|| after(2));
                test.map_or(Ok(()), check_test)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the name at `at` is a field, `x.name`, or an argument's, `f(name=1)`.
fn is_attribute(words: &[Word<'_>], at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|before| words[before].text == ".")
        || words.get(at + 1).is_some_and(|after| after.text == "=")
}

fn check_filter(word: &Word<'_>) -> Result<(), SyntaxError> {
    if filters::names().any(|name| name == word.text) {
        return Ok(());
    }
    if let Some((name, why)) = FILTERS_LEFT_OUT.iter().find(|(name, _)| *name == word.text) {
        return wrong(word.line, format!("there is no filter `{name}`: {why}"));
    }
    wrong(word.line, unknown("filter", word.text, filters::names()))
}

fn check_test(word: &Word<'_>) -> Result<(), SyntaxError> {
    if TESTS.contains(&word.text) {
        return Ok(());
    }
    wrong(word.line, unknown("test", word.text, TESTS.iter().copied()))
}

fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let guess = nearest(name, known)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    format!("there is no {what} {}{guess}", quoted(name))
}

#[cfg(test)]
mod tests {
    use super::check;

    fn refused(text: &str) -> String {
        match check(text, 64 * 1024) {
            Ok(()) => "passes".to_owned(),
            Err(error) => format!("{}: {}", error.line, error.message),
        }
    }

    #[test]
    fn chains_are_counted_per_operator_and_bracket() {
        let sum = |terms: usize| format!("{{{{ {} }}}}", vec!["1"; terms].join(" + "));
        assert_eq!(refused(&sum(65)), "passes");
        assert_eq!(
            refused(&sum(66)),
            "1: more than 64 times `+` in one expression"
        );
        let list = format!("{{{{ [{}] }}}}", vec!["-1"; 500].join(", "));
        assert_eq!(refused(&list), "passes");
        let nested = format!("{{{{ {}1{} }}}}", "(".repeat(33), ")".repeat(33));
        assert_eq!(
            refused(&nested),
            "1: more than 32 brackets within one another"
        );
    }

    #[test]
    fn what_is_not_a_tag_is_not_counted() {
        let dashes = "-".repeat(50_000);
        for text in [
            dashes.clone(),
            format!("{{# {dashes} #}}"),
            format!("{{% raw %}}{{{{ {dashes} }}}}{{% endraw %}}"),
            format!("{{{{ '{dashes}' }}}}"),
        ] {
            assert_eq!(refused(&text), "passes", "{}", &text[..20]);
        }
        assert_ne!(refused(&format!("{{{{ {dashes}1 }}}}")), "passes");
    }

    #[test]
    fn lines_are_told() {
        assert_eq!(
            refused("a\n{{ x\n | uper }}"),
            "3: there is no filter `uper`; did you mean `upper`?"
        );
        assert_eq!(
            refused("{% if x is not definde %}"),
            "1: there is no test `definde`; did you mean `defined`?"
        );
        assert_eq!(
            refused("\n\n{% include 'x' %}"),
            "3: there is no `{% include %}`: a file is rendered on its own"
        );
        assert_eq!(
            refused("{% fro x in y %}"),
            "1: there is no tag `fro`; did you mean `for`?"
        );
        assert_eq!(refused("{{ x.is.a | upper }}{{ f(is=1) }}"), "passes");
    }

    #[test]
    fn blocks_are_counted_while_open() {
        let many = "{% if a %}{% elif b %}{% endif %}{% set x %}y{% endset %}".repeat(100);
        assert_eq!(refused(&many), "passes");
        let deep = "{% for a in b %}".repeat(33);
        assert_eq!(refused(&deep), "1: more than 32 blocks within one another");
        let long = format!("{{% if a %}}{}", "{% elif b %}".repeat(65));
        assert_eq!(refused(&long), "1: more than 64 `elif` of one `if`");
    }
}
