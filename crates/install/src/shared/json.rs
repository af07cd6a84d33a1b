//! Entries in `mcp.json`: strict JSON, because that is what Paracle reads.

use std::ops::Range;

use jsonc_parser::{CollectOptions, ParseOptions, ast, common::Ranged, parse_to_ast};
use registry_index::component::entry::Field;

use super::{
    Dialect,
    brackets::{Brackets, Item},
    change::Change,
    edits::{Edits, edited, eol, margin, starts_line},
};

mod write;

use write::Style;

/// What stands where. The entries are found by the caller, with another parser.
struct Located {
    root: Brackets,
    list: Option<List>,
}

struct List {
    /// Which pair of the root it is.
    pair: usize,
    /// `None` where it is `null`.
    entries: Option<Brackets>,
    /// The fields of the entry that was asked for.
    fields: Option<Brackets>,
}

pub(super) fn insertions(
    text: &str,
    dialect: Dialect,
    id: &str,
    fields: &[(String, Field)],
) -> Option<Vec<Edits>> {
    if text.trim().is_empty() {
        let made = format!("{text}{{}}\n");
        let edits = insertions(&made, dialect, id, fields)?.into_iter().next()?;
        let new = edited(&made, &edits)?.split_off(text.len());
        return Some(vec![vec![(text.len()..text.len(), new)]]);
    }
    let located = locate(text, dialect, usize::MAX)?;
    let style = Style::of(text, &located.root);
    let entry = |indent: &str, is_spread| match (dialect, is_spread) {
        (Dialect::List { .. }, true) => style.spread(fields, indent),
        (Dialect::List { .. }, false) => write::inline(fields),
        (Dialect::Map { .. }, true) => {
            format!("{}: {}", write::quoted(id), style.spread(fields, indent))
        }
        (Dialect::Map { .. }, false) => {
            format!("{}: {}", write::quoted(id), write::inline(fields))
        }
    };
    let (open, close) = match dialect {
        Dialect::List { .. } => ('[', ']'),
        Dialect::Map { .. } => ('{', '}'),
    };
    let list = |indent: &str, is_spread| match is_spread {
        false => format!("{open}{}{close}", entry("", false)),
        true => {
            let deeper = format!("{indent}{}", style.unit);
            let entry = entry(&deeper, true);
            format!("{open}{0}{deeper}{entry}{0}{indent}{close}", style.eol)
        }
    };
    let key = write::quoted(dialect.key());
    let edits = match located.list {
        None => appended(text, &located.root, &style, &|indent, is_spread| {
            format!("{key}: {}", list(indent, is_spread))
        }),
        Some(List {
            entries: Some(entries),
            ..
        }) => appended(text, &entries, &style, &entry),
        Some(List { pair, .. }) => {
            let pair = &located.root.items[pair];
            let is_spread = starts_line(text, pair.whole.start);
            let written = list(margin(text, pair.whole.start), is_spread);
            vec![(pair.value.clone(), written)]
        }
    };
    Some(vec![edits])
}

/// One more item, written as the others are; it stays on the line where they share one.
fn appended(
    text: &str,
    brackets: &Brackets,
    style: &Style,
    item: &dyn Fn(&str, bool) -> String,
) -> Edits {
    let eol = style.eol;
    if let Some(last) = brackets.items.last() {
        let at = last.whole.end;
        let is_spread = starts_line(text, last.whole.start);
        let indent = margin(text, last.whole.start);
        let new = match is_spread {
            true => format!(",{eol}{indent}{}", item(indent, true)),
            false => format!(", {}", item("", false)),
        };
        return vec![(at..at, new)];
    }
    let inside = brackets.open + 1..brackets.close;
    let outer = margin(text, brackets.open);
    let indent = format!("{outer}{}", style.unit);
    let spread = format!("{eol}{indent}{}", item(&indent, true));
    match &text[inside.clone()] {
        "" | " " => vec![(inside, format!("{spread}{eol}{outer}"))],
        within if within.contains('\n') => vec![(inside.start..inside.start, spread)],
        _ => vec![(inside.start..inside.start, item("", false))],
    }
}

pub(super) fn removals(text: &str, dialect: Dialect, at: usize) -> Option<Vec<Edits>> {
    let Located { root, list } = locate(text, dialect, at)?;
    let list = list?;
    let entries = list.entries?;
    let mut ways = entries.removals(text, at);
    if entries.items.len() == 1 {
        ways.extend(root.removals(text, list.pair));
        let value = root.items[list.pair].value.clone();
        ways.push(vec![(value, "null".to_owned())]);
        if root.items.len() == 1 {
            ways.push(vec![(root.open..text.len(), String::new())]);
        }
    }
    Some(ways)
}

pub(super) fn changes(
    text: &str,
    dialect: Dialect,
    at: usize,
    change: &Change,
) -> Option<Vec<Edits>> {
    let Located { root, list } = locate(text, dialect, at)?;
    let list = list?;
    let fields = list.fields?;
    let style = Style::of(text, &root);
    let place = fields.open..fields.close + 1;
    let pair = list.entries?.items.get(at)?.whole.start;
    let indent = margin(text, pair);
    let there = &text[place.clone()];
    let is_spread = there.contains('\n');
    let written = |fields: &[(String, Field)], is_spread| match is_spread {
        true => style.spread(fields, indent),
        false => write::inline(fields),
    };
    let mut ways = Vec::new();
    if let Some([old, new]) = &change.untouched {
        for is_spread in [true, false] {
            if written(old, is_spread) == there {
                ways.push(vec![(place.clone(), written(new, is_spread))]);
            }
        }
    }
    ways.extend(
        fields
            .changes(text, change, &(text, &style))
            .into_iter()
            .flatten(),
    );
    if let Some(whole) = &change.whole {
        ways.push(vec![(place, written(whole, is_spread))]);
    }
    Some(ways)
}

fn locate(text: &str, dialect: Dialect, at: usize) -> Option<Located> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).ok()?;
    let value = parsed.value?;
    let root = brackets(&value)?;
    let pair = root
        .items
        .iter()
        .position(|item| item.name.as_deref() == Some(dialect.key()));
    let list = match pair {
        None => None,
        Some(pair) => {
            let list = &value.as_object()?.properties[pair].value;
            let entry = match list {
                ast::Value::Array(list) => list.elements.get(at),
                ast::Value::Object(map) => map.properties.get(at).map(|pair| &pair.value),
                _ => None,
            };
            Some(List {
                pair,
                entries: brackets(list),
                fields: entry.and_then(brackets),
            })
        }
    };
    Some(Located { root, list })
}

fn brackets(value: &ast::Value<'_>) -> Option<Brackets> {
    let range = |range: jsonc_parser::common::Range| -> Range<usize> { range.start..range.end };
    let whole = range(value.range());
    let items = match value {
        ast::Value::Object(object) => object
            .properties
            .iter()
            .map(|pair| Item {
                name: Some(pair.name.as_str().to_owned()),
                whole: range(pair.range),
                value: range(pair.value.range()),
            })
            .collect(),
        ast::Value::Array(array) => array
            .elements
            .iter()
            .map(|item| Item {
                name: None,
                whole: range(item.range()),
                value: range(item.range()),
            })
            .collect(),
        _ => return None,
    };
    Some(Brackets {
        open: whole.start,
        close: whole.end.checked_sub(1)?,
        items,
    })
}
