//! The licence of what was taken over: each part's own before that of the whole.

use archive::Entry;
use registry_index::license;

use super::{
    Part,
    layout::{LICENSE, Layout},
};
use crate::quote::Quoted;

/// What stands for a licence that is not known.
pub(super) const UNKNOWN: &str = "LicenseRef-unknown";

/// How many parts without one are named.
const NAMED: usize = 6;

/// What a part says of its licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    /// An SPDX expression.
    Known(String),
    /// Something that names no licence: what it says.
    Other(String),
}

impl Said {
    /// Front matter's `license`, or else the text of a LICENSE beside it.
    pub(super) fn of(field: Option<&str>, text: Option<&[u8]>) -> Self {
        if let Some(known) = field.and_then(license::expression) {
            return Self::Known(known);
        }
        let text = text.map(String::from_utf8_lossy);
        match (text.as_deref().map(license::of_text), field) {
            // "Complete terms in LICENSE.txt" is not contradicted by what stands there.
            (Some(Some(known)), None) => Self::Known(known.to_owned()),
            (Some(Some(known)), Some(field)) if field.to_lowercase().contains("license") => {
                match field.to_lowercase().contains("proprietary") {
                    true => Self::Other(field.to_owned()),
                    false => Self::Known(known.to_owned()),
                }
            }
            (_, Some(field)) => Self::Other(field.to_owned()),
            (Some(None), None) => Self::Other("a LICENSE whose text is not known".to_owned()),
            (None, None) => Self::Nothing,
        }
    }
}

/// The text of a part's own LICENSE.
pub(super) fn beside<'a>(files: &'a [(String, &'a Entry)]) -> Option<&'a [u8]> {
    let is_license = |(path, _): &&(String, &Entry)| {
        ["LICENSE", "LICENSE.txt", "LICENSE.md"].contains(&path.as_str())
    };
    let found = files.iter().find(is_license);
    found.map(|(_, entry)| entry.bytes.as_slice())
}

/// One expression for all parts.
pub(super) fn of_all(
    layout: &Layout<'_>,
    parts: &[Part],
    plugin: Option<&str>,
    notes: &mut Vec<String>,
) -> String {
    let text = layout
        .documents
        .get(LICENSE)
        .map(|entry| entry.bytes.as_slice());
    let whole = Said::of(plugin, text);
    let mut all: Vec<String> = Vec::new();
    let mut is_unknown = false;
    let mut unclear: Vec<String> = Vec::new();
    for part in parts {
        match if part.license == Said::Nothing {
            &whole
        } else {
            &part.license
        } {
            Said::Known(known) => all.push(known.clone()),
            Said::Nothing => is_unknown = true,
            Said::Other(said) => {
                is_unknown = true;
                let whose = match part.license {
                    Said::Nothing => "the whole".to_owned(),
                    _ => format!("{:?}", part.id),
                };
                unclear.push(format!("{whose}: {}", Quoted(said)));
            }
        }
    }
    unclear.dedup();
    if !unclear.is_empty() {
        let more = match unclear.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        unclear.truncate(NAMED);
        let named = unclear.join(", ");
        notes.push(format!("no licence that is known here: {named}{more}"));
    }
    if is_unknown {
        if whole == Said::Nothing {
            notes.push("no licence was found: nobody said that you may use this".to_owned());
        }
        return UNKNOWN.to_owned();
    }
    all.sort();
    all.dedup();
    let is_single = all.len() == 1;
    let side = |text: &String| match text.contains(' ') && !is_single {
        true => format!("({text})"),
        false => text.clone(),
    };
    all.iter().map(side).collect::<Vec<_>>().join(" AND ")
}
