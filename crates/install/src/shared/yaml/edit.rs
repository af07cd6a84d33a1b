//! Fields of an element changed in their places.

use registry_index::component::entry::Field;

use super::{
    place::{Fields, Inner, List, Place, Row, inner_rows},
    write::{self, Keys, Lists},
};
use crate::shared::{
    brackets::Writer,
    change::{Change, To},
    edits::{Edits, eol},
};

mod rows;

use rows::Block;

/// Which entry it is.
#[derive(Clone, Copy)]
pub(super) struct Which {
    pub(super) key: &'static str,
    pub(super) at: usize,
}

/// Changes that may be right, the one that keeps most first.
pub(super) fn candidates(
    text: &str,
    place: &Place,
    which: Which,
    change: &Change,
) -> Option<Vec<Edits>> {
    match &place.fields {
        Fields::None => None,
        Fields::Flow(fields) => {
            let keys = match place.root {
                Some(_) => Keys::Quoted,
                None => Keys::AsNeeded,
            };
            let whole = fields.open..fields.close + 1;
            let mut ways = Vec::new();
            if let Some([old, new]) = &change.untouched
                && text[whole.clone()] == write::flow_map(old, keys)
            {
                ways.push(vec![(whole.clone(), write::flow_map(new, keys))]);
            }
            ways.extend(fields.changes(text, change, &keys).into_iter().flatten());
            if let Some(fields) = &change.whole {
                ways.push(vec![(whole, write::flow_map(fields, keys))]);
            }
            Some(ways)
        }
        Fields::Block {
            column,
            rows,
            texts,
        } => {
            let lists = match &place.list {
                List::Block(lines) => lines.lists,
                List::Flow(_) => None,
            };
            let block = Block {
                text,
                column: *column,
                texts,
                lists: lists.unwrap_or(Lists::Block(2)),
                eol: eol(text),
            };
            Some(in_lines(&block, rows, which, change))
        }
    }
}

fn in_lines(block: &Block<'_>, rows: &[Row], which: Which, change: &Change) -> Vec<Edits> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Vec::new();
    };
    let whole = first.whole.start..last.whole.end;
    let mut ways = Vec::new();
    if let Some([old, new]) = &change.untouched
        && block.text[whole.clone()] == block.fields(old)
    {
        ways.push(vec![(whole.clone(), block.fields(new))]);
    }
    ways.extend(fields(block, rows, Some(which), change));
    ways.extend(fields(block, rows, None, change));
    if let Some(fields) = &change.whole {
        let comments = block.comments(whole.clone(), block.column);
        ways.push(vec![(whole, format!("{comments}{}", block.fields(fields)))]);
    }
    ways
}

/// Each field for itself; lists and maps item by item where the entry is named.
fn fields(block: &Block<'_>, rows: &[Row], which: Option<Which>, change: &Change) -> Option<Edits> {
    let mut edits = Edits::new();
    let find = |key: &str| rows.iter().position(|row| row.name.as_deref() == Some(key));
    for step in &change.steps {
        match &step.to {
            To::Set(field) => edits.extend(set(block, &rows[find(&step.key)?], which, field)?),
            To::Add { field, behind } => {
                let anchor = behind.as_ref().and_then(|behind| find(behind));
                let anchor = &rows[anchor.unwrap_or(rows.len() - 1)];
                let lines = write::field_lines(&step.key, field, block.column, block.lists);
                edits.push(block.behind(anchor.whole.end, &lines));
            }
            To::Gone => edits.push(block.without(rows, find(&step.key)?)?),
        }
    }
    Some(edits)
}

fn set(block: &Block<'_>, row: &Row, which: Option<Which>, field: &Field) -> Option<Edits> {
    let key = row.name.as_deref()?;
    let is_inline = match field {
        Field::Text(_) | Field::Flag(_) => true,
        Field::List(texts) => {
            texts.is_empty() || row.inner == Inner::Flow && block.text[row.value.clone()] != *"[]"
        }
        Field::Map(pairs) => {
            pairs.is_empty() || row.inner == Inner::Flow && block.text[row.value.clone()] != *"{}"
        }
    };
    let has_comments = !block.comments(row.value.clone(), 0).is_empty();
    if is_inline && matches!(row.inner, Inner::Text | Inner::Flow) && !has_comments {
        let value = match row.inner {
            Inner::Flow => write::flow_field(field, Keys::AsNeeded),
            _ => write::inline(field),
        };
        return Some(vec![(row.value.clone(), value)]);
    }
    if let Some(Which { key: list, at }) = which {
        let inner = || inner_rows(block.text, list, at, key);
        match field {
            Field::List(texts) if !texts.is_empty() && row.inner == Inner::Items => {
                let items = texts.iter().map(|text| (text.clone(), write::item(text)));
                return block.merged(&inner()?, &items.collect::<Vec<_>>(), true);
            }
            Field::Map(pairs) if !pairs.is_empty() && row.inner == Inner::Pairs => {
                let pairs = pairs
                    .iter()
                    .map(|(key, text)| (key.clone(), write::pair(key, text)));
                return block.merged(&inner()?, &pairs.collect::<Vec<_>>(), false);
            }
            _ => {}
        }
    }
    let comments = block.comments(row.whole.clone(), block.column);
    let lines = write::field_lines(key, field, block.column, block.lists);
    let lines = block.joined(&lines);
    Some(vec![(row.whole.clone(), format!("{comments}{lines}"))])
}

impl Writer for Keys {
    fn value(&self, field: &Field, _: &str, _: usize) -> String {
        write::flow_field(field, *self)
    }

    fn pair(&self, key: &str, field: &Field, _: usize) -> String {
        let key = write::flow_scalar(key, *self);
        format!("{key}: {}", write::flow_field(field, *self))
    }
}
