//! A document as a list of nodes with their places in the text.

use granit_parser::{Event, Parser, ScalarStyle};

/// The column of the byte at `at`, from 0, in characters.
pub(super) fn column(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    text[line..at]
        .trim_start_matches('\u{feff}')
        .chars()
        .count()
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Depth below the root, which has 0.
    pub(super) depth: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    /// A scalar's value.
    pub(super) text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar { block: bool },
    Sequence { flow: bool },
    Mapping { flow: bool },
}

/// The document as a list of nodes, each before what it holds.
#[derive(Debug)]
pub(super) struct Nodes {
    pub(super) nodes: Vec<Node>,
    pub(super) end: usize,
}

impl Nodes {
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut read = Self {
            nodes: Vec::new(),
            end: text.len(),
        };
        let mut open: Vec<usize> = Vec::new();
        for event in Parser::new_from_str(text) {
            let (event, span) = event.ok()?;
            let place = span.byte_range()?;
            let mut push = |kind, text| {
                read.nodes.push(Node {
                    kind,
                    depth: open.len(),
                    start: place.start,
                    end: place.end,
                    text,
                });
                read.nodes.len() - 1
            };
            match event {
                Event::Scalar(value, style, ..) => {
                    let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                    push(Kind::Scalar { block }, Some(value.into_owned()));
                }
                Event::Alias(_) => drop(push(Kind::Scalar { block: false }, None)),
                Event::SequenceStart(..) => {
                    let node = push(Kind::Sequence { flow: false }, None);
                    open.push(node);
                }
                Event::MappingStart(..) => {
                    let node = push(Kind::Mapping { flow: false }, None);
                    open.push(node);
                }
                Event::SequenceEnd => {
                    let flow = text[place.start..].starts_with(']');
                    let node = &mut read.nodes[open.pop()?];
                    node.kind = Kind::Sequence { flow };
                    node.end = place.start + usize::from(flow);
                }
                Event::MappingEnd => {
                    let flow = text[place.start..].starts_with('}');
                    let node = &mut read.nodes[open.pop()?];
                    node.kind = Kind::Mapping { flow };
                    node.end = place.start + usize::from(flow);
                }
                Event::DocumentEnd if text[place.start..].starts_with("...") => {
                    read.end = place.start;
                }
                Event::UnresolvedAlias(_) => return None,
                _ => {}
            }
        }
        Some(read)
    }

    /// The nodes right below `parent`: elements, or keys and values in turn.
    pub(super) fn children(&self, parent: usize) -> Vec<usize> {
        let depth = self.nodes[parent].depth;
        self.nodes
            .iter()
            .enumerate()
            .skip(parent + 1)
            .take_while(|(_, node)| node.depth > depth)
            .filter(|(_, node)| node.depth == depth + 1)
            .map(|(at, _)| at)
            .collect()
    }

    pub(super) fn below(&self, parent: usize) -> impl Iterator<Item = &Node> {
        let depth = self.nodes[parent].depth;
        self.nodes[parent + 1..]
            .iter()
            .take_while(move |node| node.depth > depth)
    }

    /// Where the last scalar in `parent` ends, whatever it ends in.
    pub(super) fn reach(&self, parent: usize) -> usize {
        let scalars = self
            .below(parent)
            .filter(|node| matches!(node.kind, Kind::Scalar { .. }));
        scalars.map(|node| node.end).max().unwrap_or_default()
    }

    /// Where the last character of `parent` that is content ends.
    pub(super) fn content_end(&self, text: &str, parent: usize) -> usize {
        self.below(parent)
            .map(|node| match node.kind {
                Kind::Scalar { block: true } => {
                    // It reaches over the blank lines and comments behind it.
                    node.start + without_trailing_comments(&text[node.start..node.end]).len()
                }
                Kind::Scalar { block: false }
                | Kind::Sequence { flow: true }
                | Kind::Mapping { flow: true } => node.end,
                _ => node.start,
            })
            .max()
            .unwrap_or(self.nodes[parent].end)
    }

    /// Where the last character of the node itself that is content ends.
    pub(super) fn end_of(&self, text: &str, at: usize) -> usize {
        let node = &self.nodes[at];
        match node.kind {
            Kind::Scalar { block: true } => {
                node.start + without_trailing_comments(&text[node.start..node.end]).len()
            }
            Kind::Scalar { block: false }
            | Kind::Sequence { flow: true }
            | Kind::Mapping { flow: true } => node.end,
            _ => self.content_end(text, at),
        }
    }
}

fn without_trailing_comments(text: &str) -> &str {
    let mut kept = text.trim_end();
    while let Some(newline) = kept.rfind('\n') {
        if !kept[newline..].trim_start().starts_with('#') {
            break;
        }
        kept = kept[..newline].trim_end();
    }
    kept
}
