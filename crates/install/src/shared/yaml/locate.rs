//! Where a file's list of entries stands, and how it is written.

use std::ops::Range;

use super::{
    nodes::{Kind, Node, Nodes, column},
    write::Lists,
};

/// The parts of a document that matter for an insertion. Offsets are bytes.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) root: Root,
    /// The value of the wanted key, where the key is there.
    pub(super) value: Option<Collection>,
    /// Where the document ends: an explicit `...`, or the end of the text.
    pub(super) end: usize,
}

/// How the document itself is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// There is nothing but comments.
    Nothing,
    /// Keys stand on lines of their own, behind this many columns.
    Block { indent: usize },
    /// `{…}`, of which this is the closing brace.
    Flow { close: usize, is_empty: bool },
}

/// How the list (or map) of entries is written.
#[derive(Debug)]
pub(super) enum Collection {
    /// A key without a value, ending at `key`; `written` is the `~` or `null`, if any.
    Nothing {
        key: usize,
        written: Option<Range<usize>>,
    },
    /// An element on every line, or on several.
    Block(Block),
    /// Between brackets.
    Flow {
        key: usize,
        open: usize,
        close: usize,
        /// The end of the last element.
        last: Option<usize>,
    },
}

/// A collection in block style. It has at least one element.
#[derive(Debug)]
pub(super) struct Block {
    /// Columns before a dash, or before an element's name.
    pub(super) indent: usize,
    /// Columns from there to the fields of an element, where one shows it.
    pub(super) step: Option<usize>,
    /// How lists in the elements are written, where there is one.
    pub(super) lists: Option<Lists>,
    /// Where the last element starts.
    pub(super) last_start: usize,
    /// Where the last content ends, comments and blank lines not counted.
    pub(super) last_end: usize,
    /// Where the last content ends when blank lines and comments behind a block scalar are its
    /// text after all.
    pub(super) reach: usize,
    /// How many elements there are.
    pub(super) count: usize,
}

/// Finds the value of the top-level key `key`; `None` where this parser does not understand the
/// text, or the value is something else.
pub(super) fn locate(text: &str, key: &str) -> Option<Located> {
    let nodes = Nodes::read(text)?;
    let end = nodes.end;
    let Some(root) = nodes.nodes.first() else {
        return Some(Located {
            root: Root::Nothing,
            value: None,
            end,
        });
    };
    let children = nodes.children(0);
    let (root, is_mapping) = match root.kind {
        Kind::Mapping { flow: true } => {
            let close = root.end - 1;
            let is_empty = children.is_empty();
            (Root::Flow { close, is_empty }, true)
        }
        Kind::Mapping { flow: false } => {
            let indent = column(text, nodes.nodes.get(*children.first()?)?.start);
            (Root::Block { indent }, true)
        }
        Kind::Scalar { .. } if root.start == root.end => (Root::Nothing, false),
        _ => return None,
    };
    let mut value = None;
    if is_mapping {
        for pair in children.chunks_exact(2) {
            if nodes.nodes[pair[0]].text.as_deref() == Some(key) {
                value = Some(collection(text, &nodes, pair[0], pair[1])?);
            }
        }
    }
    Some(Located { root, value, end })
}

fn collection(text: &str, nodes: &Nodes, key: usize, value: usize) -> Option<Collection> {
    let key_end = nodes.nodes[key].end;
    let node = &nodes.nodes[value];
    match node.kind {
        Kind::Scalar { .. } => Some(Collection::Nothing {
            key: key_end,
            written: (node.start < node.end).then_some(node.start..node.end),
        }),
        Kind::Sequence { flow: true } | Kind::Mapping { flow: true } => Some(Collection::Flow {
            key: key_end,
            open: opening(text, node)?,
            close: node.end - 1,
            last: nodes.children(value).last().map(|at| nodes.nodes[*at].end),
        }),
        Kind::Sequence { flow: false } => {
            let items = nodes.children(value);
            let (first, last) = (*items.first()?, *items.last()?);
            let indent = first_dash(text, key_end)?;
            let step = column(text, nodes.nodes[first].start).checked_sub(indent);
            Some(Collection::Block(Block {
                indent,
                step: step.filter(|step| (2..=8).contains(step)),
                lists: lists(text, nodes, &items),
                last_start: nodes.nodes[last].start,
                last_end: nodes.content_end(text, value),
                reach: nodes.reach(value),
                count: items.len(),
            }))
        }
        Kind::Mapping { flow: false } => {
            let parts = nodes.children(value);
            let indent = column(text, nodes.nodes[*parts.first()?].start);
            let elements: Vec<usize> = parts.iter().copied().skip(1).step_by(2).collect();
            let fields = nodes.children(*elements.first()?);
            let step = fields
                .first()
                .and_then(|at| column(text, nodes.nodes[*at].start).checked_sub(indent));
            Some(Collection::Block(Block {
                indent,
                step: step.filter(|step| (1..=8).contains(step)),
                lists: lists(text, nodes, &elements),
                last_start: nodes.nodes[parts[parts.len() - 2]].start,
                last_end: nodes.content_end(text, value),
                reach: nodes.reach(value),
                count: elements.len(),
            }))
        }
    }
}

/// The opening bracket of a flow collection, behind its anchor and tag.
pub(super) fn opening(text: &str, node: &Node) -> Option<usize> {
    let open = text.get(node.start..node.end)?.find(['[', '{'])?;
    Some(node.start + open)
}

/// The columns before the first dash: it stands on the first line behind the key's own that has
/// content.
fn first_dash(text: &str, key_end: usize) -> Option<usize> {
    let line = text[key_end..].split('\n').skip(1).find(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    })?;
    let content = line.trim_start_matches(' ');
    content
        .starts_with('-')
        .then_some(line.len() - content.len())
}

/// How the last list that is a field of one of `elements` is written.
pub(super) fn lists(text: &str, nodes: &Nodes, elements: &[usize]) -> Option<Lists> {
    let mut found = None;
    for element in elements {
        for field in nodes.children(*element).chunks_exact(2) {
            match nodes.nodes[field[1]].kind {
                // An empty list says nothing about style: it cannot be written otherwise.
                Kind::Sequence { flow: true } if !nodes.children(field[1]).is_empty() => {
                    found = Some(Lists::Flow);
                }
                Kind::Sequence { flow: false } => {
                    let key = &nodes.nodes[field[0]];
                    let behind = first_dash(text, key.end)?.checked_sub(column(text, key.start))?;
                    found = Some(Lists::Block(behind));
                }
                _ => {}
            }
        }
    }
    found
}
