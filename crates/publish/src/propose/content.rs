//! Files made blobs and a tree.
//!
//! GitHub makes blobs of texts that are written into a tree, so a package of texts is one request. What
//! is no plain text, and what would make that request too large, is a blob of its own first.

use std::collections::BTreeSet;

use super::moved;
use crate::{
    forge::{
        ForgeError, RepoName,
        github::{EntryContent, GitHub},
    },
    proposal::FileChange,
};

/// Most bytes of texts within one tree.
const MOST_INLINE: usize = 1 << 20;
/// Most bytes of one of them.
const LONGEST_INLINE: usize = 256 << 10;

/// Where is read, and where is written: two repositories that share their objects, or one.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) base: &'a RepoName,
    pub(crate) target: &'a RepoName,
}

/// The id of the tree that is `base` with `files`; `told` hears how many files are there, of how many.
pub(crate) fn tree(
    github: &GitHub,
    place: Place<'_>,
    base: &str,
    files: &[FileChange],
    told: &mut dyn FnMut(usize, usize),
) -> Result<String, ForgeError> {
    let removed = files.iter().filter(|file| file.content.is_none());
    let removed: BTreeSet<&str> = removed.map(|file| file.path.as_str()).collect();
    // GitHub refuses to remove what is not there.
    let removed = moved::there(github, place.base, base, &removed)?;
    let mut inline = 0;
    let mut entries = Vec::with_capacity(files.len());
    for (index, file) in files.iter().enumerate() {
        told(index, files.len());
        let path = file.path.as_str();
        let Some(content) = &file.content else {
            if removed.contains(path) {
                entries.push((path, false, EntryContent::Removed));
            }
            continue;
        };
        let text = plain(&content.bytes).filter(|text| inline + text.len() <= MOST_INLINE);
        let entry = match text {
            Some(text) => {
                inline += text.len();
                EntryContent::Text(text.to_owned())
            }
            None => EntryContent::Blob(github.create_blob(place.target, &content.bytes)?),
        };
        entries.push((path, content.executable, entry));
    }
    if entries.is_empty() {
        return Ok(base.to_owned());
    }
    let tree = github.create_tree(place.target, base, &entries)?;
    told(files.len(), files.len());
    Ok(tree)
}

/// The text that a file is, where nobody on the way could take it for something else.
fn plain(bytes: &[u8]) -> Option<&str> {
    let is_plain =
        |c: char| matches!(c, '\n' | '\r' | '\t') || !(c.is_control() || c == '\u{feff}');
    let text = std::str::from_utf8(bytes).ok()?;
    (text.len() <= LONGEST_INLINE && text.chars().all(is_plain)).then_some(text)
}
