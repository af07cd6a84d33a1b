//! Where one entry stands: the lines or the brackets it is in, and its fields.

use std::ops::Range;

use super::{
    insert::is_apart,
    locate::{lists, opening},
    nodes::{Kind, Nodes, column},
    write::Lists,
};
use crate::shared::{
    brackets::{Brackets, Item},
    edits::{line_start, starts_line},
};

/// The place of an entry.
pub(super) struct Place {
    /// The pairs of the root and which one is the list, where the root is in brackets.
    pub(super) root: Option<(Brackets, usize)>,
    /// The list's key.
    pub(super) key: Range<usize>,
    /// The list.
    pub(super) value: Range<usize>,
    pub(super) list: List,
    pub(super) fields: Fields,
}

/// How the list is written.
pub(super) enum List {
    Flow(Brackets),
    Block(Lines),
}

/// An entry on lines of its own.
pub(super) struct Lines {
    /// Columns before its dash or its name.
    pub(super) indent: usize,
    /// Where its first line starts.
    pub(super) start: usize,
    /// Where its content ends, comments and blank lines not counted.
    pub(super) end: usize,
    /// Where it ends when lines behind a block scalar are its text.
    pub(super) reach: usize,
    pub(super) is_first: bool,
    pub(super) is_only: bool,
    /// Whether an insertion here puts a blank line above.
    pub(super) is_apart: bool,
    /// How lists in the entries are written, the others' before its own.
    pub(super) lists: Option<Lists>,
}

/// An entry's fields.
pub(super) enum Fields {
    /// It is not a map.
    None,
    Flow(Brackets),
    Block {
        column: usize,
        rows: Vec<Row>,
        /// Where the texts in it stand: what is outside of them may be comments.
        texts: Vec<Range<usize>>,
    },
}

/// A key with its value, or an item, on lines of its own.
#[derive(Debug)]
pub(super) struct Row {
    /// The key, or the item's text.
    pub(super) name: Option<String>,
    /// From the key or the dash to the end of the content.
    pub(super) whole: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) inner: Inner,
}

/// What a row's value is made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Inner {
    /// A text on the key's line.
    Text,
    /// Brackets on the key's line.
    Flow,
    /// A list in block style.
    Items,
    /// A map in block style.
    Pairs,
    /// Something that is only replaced with its key.
    Other,
}

/// The entry number `at` of the list under `key`.
pub(super) fn place(text: &str, key: &str, at: usize) -> Option<Place> {
    let nodes = Nodes::read(text)?;
    let top = nodes.children(0);
    let pair = top
        .chunks_exact(2)
        .position(|pair| nodes.nodes[pair[0]].text.as_deref() == Some(key))?;
    let (key, value) = (top[pair * 2], top[pair * 2 + 1]);
    let root = match nodes.nodes[0].kind {
        Kind::Mapping { flow: true } => Some((brackets(text, &nodes, 0)?, pair)),
        Kind::Mapping { flow: false } => None,
        _ => return None,
    };
    let (list, entry) = match nodes.nodes[value].kind {
        Kind::Sequence { flow: true } => {
            let entry = *nodes.children(value).get(at)?;
            (List::Flow(brackets(text, &nodes, value)?), entry)
        }
        Kind::Mapping { flow: true } => {
            let entry = *nodes.children(value).get(at * 2 + 1)?;
            (List::Flow(brackets(text, &nodes, value)?), entry)
        }
        Kind::Sequence { flow: false } | Kind::Mapping { flow: false } => {
            let (lines, entry) = lines(text, &nodes, value, at)?;
            (List::Block(lines), entry)
        }
        Kind::Scalar { .. } => return None,
    };
    Some(Place {
        root,
        key: nodes.nodes[key].start..nodes.nodes[key].end,
        value: nodes.nodes[value].start..nodes.end_of(text, value),
        list,
        fields: fields(text, &nodes, entry)?,
    })
}

fn lines(text: &str, nodes: &Nodes, list: usize, at: usize) -> Option<(Lines, usize)> {
    let parts = nodes.children(list);
    let is_map = matches!(nodes.nodes[list].kind, Kind::Mapping { .. });
    let entries: Vec<usize> = match is_map {
        true => parts.iter().copied().skip(1).step_by(2).collect(),
        false => parts.clone(),
    };
    let entry = *entries.get(at)?;
    let first = match is_map {
        true => nodes.nodes[*parts.get(at * 2)?].start,
        false => dash(text, nodes.nodes[entry].start)?,
    };
    if !starts_line(text, first) {
        return None;
    }
    let indent = column(text, first);
    // Where the one above starts: at its name or at its content.
    let before = at.checked_sub(1).and_then(|above| match is_map {
        true => parts.get(above * 2),
        false => parts.get(above),
    });
    let before = before.map(|above| nodes.nodes[*above].start);
    let others: Vec<usize> = entries.iter().copied().filter(|at| *at != entry).collect();
    let lines = Lines {
        indent,
        start: line_start(text, first),
        end: nodes.end_of(text, entry).max(first + 1),
        reach: nodes.reach(entry),
        is_first: at == 0,
        is_apart: at > 1 && before.is_some_and(|start| is_apart(text, start, indent)),
        is_only: others.is_empty(),
        lists: lists(text, nodes, &others).or_else(|| lists(text, nodes, &[entry])),
    };
    Some((lines, entry))
}

/// The dash of the item that starts at `start`: the first thing in its line, or in one above where
/// only comments are between.
fn dash(text: &str, start: usize) -> Option<usize> {
    let mut line = line_start(text, start);
    loop {
        let content = text[line..start.max(line)].trim_start_matches([' ', '\t']);
        let at = start.max(line) - content.len();
        if text[at..].starts_with('-') {
            return Some(at);
        }
        let content = text[at..].lines().next().unwrap_or("");
        if line == 0 || !(content.is_empty() || content.starts_with(['#', '&', '!'])) {
            return None;
        }
        line = line_start(text, line - 1);
    }
}

fn fields(text: &str, nodes: &Nodes, entry: usize) -> Option<Fields> {
    match nodes.nodes[entry].kind {
        Kind::Mapping { flow: true } => Some(Fields::Flow(brackets(text, nodes, entry)?)),
        Kind::Mapping { flow: false } => {
            let rows = rows(text, nodes, entry);
            let texts = nodes.below(entry);
            let texts = texts.filter(|node| matches!(node.kind, Kind::Scalar { .. }));
            Some(Fields::Block {
                column: column(text, rows.first()?.whole.start),
                rows,
                texts: texts.map(|node| node.start..node.end).collect(),
            })
        }
        _ => Some(Fields::None),
    }
}

/// The pairs of a map in block style.
fn rows(text: &str, nodes: &Nodes, map: usize) -> Vec<Row> {
    let row = |pair: &[usize]| {
        let (key, value) = (&nodes.nodes[pair[0]], &nodes.nodes[pair[1]]);
        let end = nodes.end_of(text, pair[1]).max(key.end);
        let shares_line = value.start > key.end && !text[key.end..value.start].contains('\n');
        let inner = match value.kind {
            Kind::Scalar { block: false } if shares_line && value.start < value.end => Inner::Text,
            Kind::Sequence { flow: true } | Kind::Mapping { flow: true } if shares_line => {
                Inner::Flow
            }
            Kind::Sequence { flow: false } => Inner::Items,
            Kind::Mapping { flow: false } => Inner::Pairs,
            _ => Inner::Other,
        };
        Row {
            name: key.text.clone(),
            whole: key.start..end,
            value: value.start..end,
            inner,
        }
    };
    nodes.children(map).chunks_exact(2).map(row).collect()
}

/// The rows in the value of the field `field` of an entry: its items or pairs.
pub(super) fn inner_rows(text: &str, key: &str, at: usize, field: &str) -> Option<Vec<Row>> {
    let nodes = Nodes::read(text)?;
    let top = nodes.children(0);
    let value_of = |map: usize, key: &str| {
        let parts = nodes.children(map);
        let mut pairs = parts.chunks_exact(2);
        pairs
            .find(|pair| nodes.nodes[pair[0]].text.as_deref() == Some(key))
            .map(|pair| pair[1])
    };
    top.first()?;
    let list = value_of(0, key)?;
    let parts = nodes.children(list);
    let entry = match nodes.nodes[list].kind {
        Kind::Mapping { .. } => *parts.get(at * 2 + 1)?,
        _ => *parts.get(at)?,
    };
    let value = value_of(entry, field)?;
    if matches!(nodes.nodes[value].kind, Kind::Mapping { .. }) {
        return Some(rows(text, &nodes, value));
    }
    let item = |item: &usize| {
        let node = &nodes.nodes[*item];
        let start = dash(text, node.start)?;
        let end = nodes.end_of(text, *item).max(start + 1);
        Some(Row {
            name: node.text.clone(),
            whole: start..end,
            value: node.start..end,
            inner: Inner::Other,
        })
    };
    nodes.children(value).iter().map(item).collect()
}

/// A list or a map in brackets.
fn brackets(text: &str, nodes: &Nodes, at: usize) -> Option<Brackets> {
    let node = &nodes.nodes[at];
    let parts = nodes.children(at);
    let whole = |at: usize| nodes.nodes[at].start..nodes.end_of(text, at);
    let items = match node.kind {
        Kind::Mapping { .. } => parts
            .chunks_exact(2)
            .map(|pair| {
                let (key, value) = (whole(pair[0]), whole(pair[1]));
                Item {
                    name: nodes.nodes[pair[0]].text.clone(),
                    whole: key.start..value.end.max(key.end),
                    value,
                }
            })
            .collect(),
        _ => parts
            .iter()
            .map(|&at| Item {
                name: None,
                whole: whole(at),
                value: whole(at),
            })
            .collect(),
    };
    Some(Brackets {
        open: opening(text, node)?,
        close: node.end.checked_sub(1)?,
        items,
    })
}
