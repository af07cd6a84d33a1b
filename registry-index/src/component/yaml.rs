//! YAML as Paracle reads it (PyYAML's safe loader), with the line of every value.
//!
//! Three things differ from a YAML 1.2 reader and decide whether Paracle loads a file: plain words
//! mean what YAML 1.1 says (`on` is true, `1:30` is a number), a key must be a scalar, and there is
//! one document. What hostile text could do is bounded before anything is built: length, nesting,
//! number of values, and what aliases stand for once they are followed.

use std::{ops::Range, rc::Rc, sync::LazyLock};

use granit_parser::{Event, Parser, ScalarStyle, Tag};
use regex::Regex;

use crate::text::pattern;

/// No file of ours is longer, in bytes.
const LONGEST: usize = 1 << 20;
/// How deep collections may nest.
const DEEPEST: usize = 64;
/// How many values a file may hold once its aliases are followed.
const MOST_VALUES: usize = 100_000;

/// Why a text is not YAML that Paracle reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// From 1.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) message: String,
}

/// A value and where it was written.
#[derive(Debug)]
pub(crate) struct Node {
    /// The line it starts on, from 1.
    pub(crate) line: usize,
    /// What it is.
    pub(crate) value: Value,
    /// How many values it stands for, itself included.
    weight: usize,
}

/// What YAML can say.
#[derive(Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// A whole number, where it is one that fits.
    Int(Option<i64>),
    Float,
    /// A date, a time, bytes: nothing that any of our files wants.
    Other(&'static str),
    Text(String),
    /// The key `<<`.
    Merge,
    List(Vec<Rc<Node>>),
    /// In the order written; a key that is written twice stands here twice.
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

impl Node {
    /// What people call the kind of value it is.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a yes or no",
            Value::Int(_) | Value::Float => "a number",
            Value::Other(kind) => kind,
            Value::Merge => "`<<`",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The text, where it is text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, where it is a mapping.
    pub(crate) fn map(&self) -> Option<&[(Rc<Node>, Rc<Node>)]> {
        match &self.value {
            Value::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The items, where it is a list.
    pub(crate) fn list(&self) -> Option<&[Rc<Node>]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The value of a key, the last one where it is written twice.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        let pairs = self.map()?;
        let found = pairs.iter().rev().find(|(k, _)| k.text() == Some(key));
        found.map(|(_, value)| &**value)
    }

    /// Whether Python takes it for false: nothing, no, zero, empty.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.value {
            Value::Null | Value::Bool(false) | Value::Int(Some(0)) => true,
            Value::Text(text) => text.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(pairs) => pairs.is_empty(),
            _ => false,
        }
    }
}

/// A collection that is still open.
struct Open {
    line: usize,
    anchor: usize,
    items: Vec<Rc<Node>>,
    is_map: bool,
}

/// Reads the one document in `text`; nothing where there is none.
pub(crate) fn parse(text: &str) -> Result<Option<Rc<Node>>, Unreadable> {
    let unreadable = |line, message: &str| Unreadable {
        line,
        message: message.to_owned(),
    };
    if text.len() > LONGEST {
        return Err(unreadable(1, "longer than 1 MiB"));
    }
    if let Some((at, bad)) = text.char_indices().find(|(_, c)| !is_printable(*c)) {
        let line = text[..at].matches('\n').count() + 1;
        let message = format!("the character {bad:?} is not allowed");
        return Err(Unreadable { line, message });
    }
    let options = granit_parser::options! {
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut builder = Builder::default();
    // What is between quotes or in a block, where a tab is a character like any other.
    let has_tabs = text.contains('\t');
    let mut free = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| Unreadable {
            line: error.marker().line().max(1),
            message: error.info(),
        })?;
        let is_free = matches!(&event, Event::Scalar(_, style, ..) if *style != ScalarStyle::Plain);
        free.extend(span.byte_range().filter(|_| has_tabs && is_free));
        builder
            .take(event, span.start.line())
            .map_err(|message| Unreadable {
                line: span.start.line().max(1),
                message,
            })?;
    }
    if has_tabs && let Some(line) = stray_tab(text, &free) {
        return Err(unreadable(
            line,
            "a tab between words; only spaces are allowed there",
        ));
    }
    Ok(builder.root)
}

/// The line of the first tab that is neither in one of the ranges `free` nor in a comment.
fn stray_tab(text: &str, free: &[Range<usize>]) -> Option<usize> {
    let is_free = |at: usize| {
        let after = free.partition_point(|range| range.start <= at);
        after > 0 && free[after - 1].contains(&at)
    };
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let opens_comment = |at: usize, before: Option<char>| {
            before.is_none_or(char::is_whitespace) && !is_free(start + at)
        };
        let comment = line
            .match_indices('#')
            .find(|(at, _)| opens_comment(*at, line[..*at].chars().next_back()))
            .map_or(line.len(), |(at, _)| at);
        if line[..comment]
            .match_indices('\t')
            .any(|(at, _)| !is_free(start + at))
        {
            return Some(index + 1);
        }
        start += line.len();
    }
    None
}

/// What PyYAML's reader lets through.
fn is_printable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: Vec<(usize, Rc<Node>)>,
    values: usize,
    documents: usize,
    root: Option<Rc<Node>>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<(), String> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err("a second document starts here; Paracle reads only one".into());
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref())?;
                return self.place(line, anchor, value, 1);
            }
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag)
                if tag.as_deref().is_some_and(|tag| !is_collection_tag(tag)) =>
            {
                let _ = anchor;
                return Err(unknown_tag(tag.as_deref()));
            }
            Event::SequenceStart(_, anchor, _) => self.begin(line, anchor, false),
            Event::MappingStart(_, anchor, _) => self.begin(line, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => return self.end(),
            Event::Alias(id) => {
                let Some((_, node)) = self.anchors.iter().rev().find(|(known, _)| *known == id)
                else {
                    return Err("an alias that stands for something around itself".into());
                };
                let node = Rc::clone(node);
                self.count(node.weight)?;
                return self.put(node);
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, line: usize, anchor: usize, is_map: bool) {
        self.open.push(Open {
            line,
            anchor,
            items: Vec::new(),
            is_map,
        });
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let mut weight = 1;
        for item in &open.items {
            weight += item.weight;
        }
        let value = match open.is_map {
            false => Value::List(open.items),
            true => {
                let (pairs, added) = pairs(open.items)?;
                self.count(added)?;
                weight += added;
                Value::Map(pairs)
            }
        };
        self.place(open.line, open.anchor, value, weight)
    }

    fn place(
        &mut self,
        line: usize,
        anchor: usize,
        value: Value,
        weight: usize,
    ) -> Result<(), String> {
        self.count(1)?;
        let node = Rc::new(Node {
            line,
            value,
            weight,
        });
        if anchor > 0 {
            self.anchors.push((anchor, Rc::clone(&node)));
        }
        self.put(node)
    }

    fn put(&mut self, node: Rc<Node>) -> Result<(), String> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(open) => {
                let is_key = open.is_map && open.items.len().is_multiple_of(2);
                if matches!(node.value, Value::Merge) && !is_key {
                    return Err("`<<` is not a value; put it in quotes".into());
                }
                if is_key && matches!(node.value, Value::List(_) | Value::Map(_)) {
                    return Err(format!(
                        "{} is used as a key; text that starts with a bracket needs quotes",
                        node.kind()
                    ));
                }
                open.items.push(node);
            }
        }
        Ok(())
    }

    /// Aliases cost nothing here, where they are shared, but they would cost whoever follows them.
    fn count(&mut self, values: usize) -> Result<(), String> {
        self.values = self.values.saturating_add(values);
        match self.values > MOST_VALUES {
            true => Err(format!(
                "more than {MOST_VALUES} values, counting what aliases stand for"
            )),
            false => Ok(()),
        }
    }
}

type Pairs = Vec<(Rc<Node>, Rc<Node>)>;

/// Keys beside their values, with `<<` followed, and how many values that brought.
fn pairs(items: Vec<Rc<Node>>) -> Result<(Pairs, usize), String> {
    let (mut own, mut merged) = (Vec::with_capacity(items.len() / 2), Vec::new());
    let mut items = items.into_iter();
    let mut added = 0;
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        if !matches!(key.value, Value::Merge) {
            own.push((key, value));
            continue;
        }
        // Earlier maps of a list win, and what is written here wins over all of them: later entries
        // are the ones that count, so the last of the list goes in first.
        let sources = match &value.value {
            Value::List(maps) => maps.iter().rev().map(Rc::clone).collect(),
            _ => vec![Rc::clone(&value)],
        };
        for source in sources {
            let Some(more) = source.map() else {
                return Err(format!("`<<` wants a mapping, not {}", source.kind()));
            };
            added += source.weight;
            if added > MOST_VALUES {
                return Err(format!("`<<` brings more than {MOST_VALUES} values"));
            }
            merged.extend(more.iter().map(|(k, v)| (Rc::clone(k), Rc::clone(v))));
        }
    }
    merged.append(&mut own);
    Ok((merged, added))
}

fn is_collection_tag(tag: &Tag) -> bool {
    matches!(
        tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref(),
        Some("map" | "seq" | "omap" | "pairs" | "set")
    )
}

fn unknown_tag(tag: Option<&Tag>) -> String {
    let name = tag.map(Tag::original).unwrap_or_default();
    format!("the tag {name:?} is unknown to Paracle")
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    match tag {
        None if style == ScalarStyle::Plain && text == "=" => {
            Err("`=` alone means nothing to Paracle; put it in quotes".into())
        }
        None if style == ScalarStyle::Plain => Ok(plain(text)),
        None => Ok(Value::Text(text.to_owned())),
        Some(tag) if tag.original() == "!" => Ok(Value::Text(text.to_owned())),
        Some(tag) => match tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() {
            Some("str") => Ok(Value::Text(text.to_owned())),
            Some("null") => Ok(Value::Null),
            Some("bool" | "int" | "float") => Ok(plain(text)),
            Some("timestamp") => Ok(Value::Other("a date")),
            Some("binary") => Ok(Value::Other("bytes")),
            _ => Err(unknown_tag(Some(tag))),
        },
    }
}

/// The forms of a number and of a date in YAML 1.1. Source: https://yaml.org/type/.
static INT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[-+]?(0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(:[0-5]?[0-9])+)$",
    )
});
static FLOAT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)^( [-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?
        | \.[0-9][0-9_]*([eE][-+][0-9]+)?
        | [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*
        | [-+]?\.(inf|Inf|INF) | \.(nan|NaN|NAN) )$",
    )
});
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}
        ( ([Tt]|[\ \t]+) [0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?
          ([\ \t]*(Z|[-+][0-9]{1,2}(:[0-9]{2})?))? )?$",
    )
});

/// What a word without quotes means in YAML 1.1.
fn plain(text: &str) -> Value {
    match text {
        "<<" => return Value::Merge,
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    let first = text.as_bytes()[0];
    if !matches!(first, b'0'..=b'9' | b'-' | b'+' | b'.') || text.len() > 64 {
        return Value::Text(text.to_owned());
    }
    if INT.is_match(text) {
        return Value::Int(text.replace('_', "").trim_start_matches('+').parse().ok());
    }
    if FLOAT.is_match(text) {
        return Value::Float;
    }
    if DATE.is_match(text) && text.len() >= 10 {
        return Value::Other("a date");
    }
    Value::Text(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Rc<Node> {
        parse(text).unwrap().unwrap()
    }

    #[test]
    fn words_mean_what_python_takes_them_for() {
        let node = read("a: on\nb: '1.0'\nc: 2024-01-02\nd: 1:30\ne: 1.5\nf:\ng: 012x\nh: 60\n");
        let kinds: Vec<_> = node.map().unwrap().iter().map(|(_, v)| v.kind()).collect();
        assert_eq!(
            kinds,
            [
                "a yes or no",
                "text",
                "a date",
                "a number",
                "a number",
                "nothing",
                "text",
                "a number"
            ]
        );
        assert!(matches!(node.get("h").unwrap().value, Value::Int(Some(60))));
        assert_eq!(node.get("g").unwrap().line, 7);
    }

    #[test]
    fn anchors_and_merge_keys_are_followed() {
        let node = read("base: &b {x: one, y: two}\nuse:\n  <<: *b\n  y: three\n");
        let used = node.get("use").unwrap();
        assert_eq!(used.get("x").unwrap().text(), Some("one"));
        assert_eq!(used.get("y").unwrap().text(), Some("three"));
    }

    #[test]
    fn what_paracle_does_not_read_is_refused_with_its_line() {
        for (text, line, says) in [
            ("a: 1\nb: {{ x }}\n", 2, "used as a key"),
            ("a: b: c\n", 1, ""),
            ("a: 1\n---\nb: 2\n", 2, "second document"),
            ("a: !ruby/object x\n", 1, "unknown"),
            ("a: 1\nb: \u{7}\n", 2, "not allowed"),
            ("a: *nowhere\n", 1, ""),
            ("a: &a [*a]\n", 1, ""),
            ("a: [1, 2\n", 1, ""),
            ("a: 1\nb: =\n", 2, "quotes"),
            ("a: 1\nb: <<\n", 2, "quotes"),
            ("a: 'x\ty' # a\tb\nb:\tx\n", 2, "tab"),
            ("a: |\n  x\ty\nb: \"y\"\t\n", 3, "tab"),
        ] {
            let error = parse(text).expect_err(text);
            assert_eq!(error.line, line, "{text:?}: {error:?}");
            assert!(error.message.contains(says), "{text:?}: {error:?}");
        }
    }

    #[test]
    fn hostile_text_is_bounded() {
        let mut bomb = "a0: &a0 [x]\n".to_owned();
        for i in 1..60 {
            let last = i - 1;
            bomb += &format!("a{i}: &a{i} [{}]\n", vec![format!("*a{last}"); 9].join(","));
        }
        let mut merges = "a0: &a0 {x: 1, y: 2}\n".to_owned();
        for i in 1..60 {
            let last = i - 1;
            merges += &format!("a{i}: &a{i} {{<<: [*a{last}, *a{last}, *a{last}]}}\n");
        }
        let blocks: String = (0..3_000)
            .map(|i| format!("{}a:\n", " ".repeat(i)))
            .collect();
        for text in [
            bomb,
            merges,
            "[".repeat(900_000),
            "{".repeat(900_000),
            "- ".repeat(400_000),
            "? ".repeat(400_000),
            blocks[..1 << 20].to_owned(),
            "x".repeat(10 << 20),
            "- x\n".repeat(200_000),
        ] {
            assert!(parse(&text).is_err(), "{:?}", &text[..20]);
        }
    }
}
