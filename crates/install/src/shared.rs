//! Entries in the text of a file that packages share: merged, found, changed, removed.
//!
//! The text is never written anew: only what has to is changed in it, so comments, order and style
//! of everything else stay as they are. The result is read back by a parser that had no part in
//! making it, and has to be exactly what was meant; otherwise nothing is done.
//!
//! ```text
//! meaning    text -> what it says; what it has to say
//! change     three entries -> fields that change
//! language   yaml and json: changes to the text that may be right, the likeliest first
//! edits      a change to a text; many are cheap
//! ```
//!
//! Removing is the inverse of merging to the byte. Merging loses little of what it replaces, and
//! removing tries all that it may have been; `merge` makes sure that this succeeds.

use registry_index::{
    Digest,
    component::entry::{Field, SharedEntry, SharedFile},
};

mod brackets;
mod change;
mod edits;
mod json;
mod language;
mod meaning;
mod yaml;

use change::Change;
use language::Language;
use meaning::Meaning;

/// What merging came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Merged {
    /// The very entry is there already.
    Same,
    /// The file's new text.
    New(String),
    /// An entry of this id is there, and it says something else.
    Taken,
}

/// What removing came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Removed {
    /// There is no such entry.
    Gone,
    /// The file's new text.
    New(String),
}

/// What becomes of a field that the user and the release changed to different values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clash {
    /// It stays as the user has it.
    Ours,
    /// It becomes what the release says.
    Theirs,
    /// Nothing is changed, and the fields are named.
    Stop,
}

/// What changing came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    /// There is nothing to change.
    Same,
    /// The file's new text.
    New(String),
    /// Both sides changed these fields.
    Clash { fields: Vec<String> },
    /// There is no such entry.
    Gone,
}

/// Why an entry cannot be merged into a file. The file is named by the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MergeError {
    /// The file cannot be read as what its name says.
    #[error("it is not {language}: {message}")]
    Syntax {
        language: &'static str,
        message: String,
    },
    /// What stands there is not what Paracle keeps there.
    #[error("{what} is not {wanted}")]
    Shape { what: String, wanted: &'static str },
    /// The text is written in a way that this merge does not know how to extend.
    #[error("its {key:?} is written in a way that its entries cannot be changed safely")]
    Style { key: &'static str },
}

impl MergeError {
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "correct the file; Paracle cannot read it either",
            Self::Shape { .. } => "correct the file so that Paracle can read it",
            Self::Style { .. } => {
                "write the list in block style (one `- ` an entry) and without aliases"
            }
        }
    }
}

/// How the entries of a file are kept: which one Paracle reads is said by the file's own keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    /// A list, each entry naming itself in `id_key`.
    List {
        key: &'static str,
        id_key: &'static str,
    },
    /// A map from id to entry, as other tools keep MCP servers.
    Map { key: &'static str },
}

const MCP_SERVERS: &str = "mcpServers";

impl Dialect {
    /// The dialect of a file whose top-level keys are those for which `has` says yes. Where a file
    /// has both lists of servers, Paracle reads `servers`.
    fn of(file: SharedFile, is_json: bool, has: impl Fn(&str) -> bool) -> Self {
        let list = Self::List {
            key: file.list_key(),
            id_key: file.id_key(),
        };
        let map = Self::Map { key: MCP_SERVERS };
        match file {
            SharedFile::Agents | SharedFile::Workflows => list,
            SharedFile::Mcp if has(file.list_key()) => list,
            SharedFile::Mcp if has(MCP_SERVERS) || is_json => map,
            SharedFile::Mcp => list,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::List { key, .. } | Self::Map { key } => key,
        }
    }

    /// The fields of `entry` as this dialect keeps them.
    fn fields(self, entry: &SharedEntry) -> Vec<(String, Field)> {
        match self {
            Self::List { .. } => entry.fields.clone(),
            Self::Map { .. } => {
                let told_otherwise = ["id", "name", "enabled"];
                let kept = entry
                    .fields
                    .iter()
                    .filter(|(key, _)| !told_otherwise.contains(&key.as_str()))
                    .cloned();
                [("type".to_owned(), Field::Text("stdio".to_owned()))]
                    .into_iter()
                    .chain(kept)
                    .collect()
            }
        }
    }
}

/// Merges `entry` into `text`, the content of the file at `path`; an empty text is a new file.
///
/// What could not be taken back to the byte is not merged.
pub(crate) fn merge(path: &str, text: &str, entry: &SharedEntry) -> Result<Merged, MergeError> {
    let language = Language::of(path);
    let old = Meaning::read(language, text, entry.file)?;
    let dialect = old.dialect;
    let fields = dialect.fields(entry);
    let value = meaning::value(&fields);
    if let Some((_, there)) = old.entry(&entry.id) {
        return Ok(match *there == value {
            true => Merged::Same,
            false => Merged::Taken,
        });
    }
    let at = old.count();
    let expected = old.with(&entry.id, value);
    let can_be_undone = |new: &str| {
        let ways = language.removals(new, dialect, at);
        ways.iter().any(|way| edits::gives(new, way, text))
    };
    let ways = language.insertions(text, dialect, &entry.id, &fields);
    ways.iter()
        .filter_map(|way| edits::edited(text, way))
        .find(|new| expected.is_said_by(language, new) && can_be_undone(new))
        .map(Merged::New)
        .ok_or(MergeError::Style { key: dialect.key() })
}

/// sha256 of what stands in the file under this id, in whatever order it is written; `None` where
/// there is no such entry. It is the [`digest`] of the entry that was merged as long as nobody
/// changed a field.
pub(crate) fn find(
    path: &str,
    text: &str,
    file: SharedFile,
    id: &str,
) -> Result<Option<Digest>, MergeError> {
    let read = Meaning::read(Language::of(path), text, file)?;
    Ok(read.entry(id).map(|(_, value)| meaning::digest(value)))
}

/// sha256 of what `entry` says in this file, which need not be all that its package says: a map of
/// servers keeps no names.
pub(crate) fn digest(path: &str, text: &str, entry: &SharedEntry) -> Result<Digest, MergeError> {
    let read = Meaning::read(Language::of(path), text, entry.file)?;
    Ok(meaning::digest(&meaning::value(
        &read.dialect.fields(entry),
    )))
}

/// The text without the entry `id`.
///
/// `before` is the sha256 of the text before the entry was merged, or before any entry was merged
/// into the file: where one of the texts that come into question has it, that is the one. An empty
/// text then means that there was no file.
///
/// Otherwise it is a text that becomes the present one again when the entry is merged into it.
/// Where several do, or none does because people changed the entry or what is around it, lines of
/// others stay as they are; of blank lines around the entry, the one above goes with it; and where
/// no entry is left, an empty list stays (`agents: []`), which Paracle reads.
pub(crate) fn remove(
    path: &str,
    text: &str,
    file: SharedFile,
    id: &str,
    before: Option<Digest>,
) -> Result<Removed, MergeError> {
    let language = Language::of(path);
    let old = Meaning::read(language, text, file)?;
    let dialect = old.dialect;
    let Some((at, value)) = old.entry(id) else {
        return Ok(Removed::Gone);
    };
    let fields = meaning::fields(value).filter(|_| at + 1 == old.count());
    let expected = old.without(at);
    let ways = language.removals(text, dialect, at);
    let tries = TRIES + LEISURE / text.len().max(1);
    let texts = || ways.iter().filter_map(|way| edits::edited(text, way));
    let is_right = |new: &String| expected.is_said_by(language, new);
    if let Some(before) = before {
        let is_before = |new: &String| Digest::of(new.as_bytes()) == before;
        if let Some(new) = texts().find(|new| is_before(new) && is_right(new)) {
            return Ok(Removed::New(new));
        }
    }
    if let Some(fields) = fields {
        let gives_it_again = |new: &String| {
            let of = Meaning::read(language, new, file).map(|read| read.dialect);
            let ways = || language.insertions(new, dialect, id, &fields);
            of == Ok(dialect) && ways().iter().any(|way| edits::gives(new, way, text))
        };
        let mut texts = texts().take(tries);
        if let Some(new) = texts.find(|new| gives_it_again(new) && is_right(new)) {
            return Ok(Removed::New(new));
        }
    }
    texts()
        .take(2 * tries)
        .find(is_right)
        .map(Removed::New)
        .ok_or(MergeError::Style { key: dialect.key() })
}

/// How many texts are read and merged into again in search of the one that was: so many, and as
/// many more as have so many bytes together.
const TRIES: usize = 6;
const LEISURE: usize = 1 << 20;

/// Brings what the release changed between `old` and `new`, which are of one id, into the entry
/// that stands in the file.
///
/// Field by field: what only the release changed is changed, what only the user changed stays, and
/// so do fields that the user added. Fields that both changed, to different values, go by `clash`.
/// The text of everything else stays, and comments do.
pub(crate) fn change(
    path: &str,
    text: &str,
    old: &SharedEntry,
    new: &SharedEntry,
    clash: Clash,
) -> Result<Changed, MergeError> {
    let language = Language::of(path);
    let read = Meaning::read(language, text, new.file)?;
    let dialect = read.dialect;
    let Some((at, there)) = read.entry(&new.id) else {
        return Ok(Changed::Gone);
    };
    let user = there.as_mapping().ok_or_else(|| MergeError::Shape {
        what: format!("{:?} in {:?}", new.id, dialect.key()),
        wanted: "a mapping",
    })?;
    let (old, new) = (dialect.fields(old), dialect.fields(new));
    let change = match Change::of(user, &old, &new, clash) {
        Ok(change) if change.steps.is_empty() => return Ok(Changed::Same),
        Ok(change) => change,
        Err(fields) => return Ok(Changed::Clash { fields }),
    };
    let expected = read.changed(at, change.target.clone().into());
    let ways = language.changes(text, dialect, at, &change);
    ways.iter()
        .filter_map(|way| edits::edited(text, way))
        .find(|new| expected.is_said_by(language, new))
        .map(Changed::New)
        .ok_or(MergeError::Style { key: dialect.key() })
}

#[cfg(test)]
mod tests;
