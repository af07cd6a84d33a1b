//! An entry merged into the text of a file that packages share.
//!
//! The text is never written anew: the entry is inserted, so comments, order and style of
//! everything else stay as they are. The result is read back by a parser that had no part in
//! making it, and has to be what was there before plus the entry; otherwise nothing is merged.

use registry_index::component::entry::{Field, SharedEntry, SharedFile};

mod json;
mod yaml;

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
    #[error("its {key:?} is written in a way that an entry cannot be added to safely")]
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
pub(crate) fn merge(path: &str, text: &str, entry: &SharedEntry) -> Result<Merged, MergeError> {
    if path.ends_with(".json") {
        json::merge(text, entry)
    } else {
        yaml::merge(text, entry)
    }
}

#[cfg(test)]
mod tests;
