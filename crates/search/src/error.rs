//! What can go wrong: about files, never about a query. [`SearchError::Lacking`] is no failure: it is the
//! answer that pieces are wanted first.

use std::path::PathBuf;

/// Why an index could not be built, opened or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// Two documents have one name.
    #[error("the package `{name}` is there twice")]
    Duplicate {
        /// `namespace/name`.
        name: String,
    },
    /// `build_into` was not given its documents in the order of [`crate::Document::order`].
    #[error("the package `{name}` comes too late: documents go in by rank, then by name")]
    OutOfOrder {
        /// `namespace/name`.
        name: String,
    },
    /// A folder or a set of files that holds no search index, or not all of one.
    #[error("the search index lacks `{file}`")]
    Missing {
        /// The file's name within the index.
        file: String,
    },
    /// An index of another version of this program.
    #[error(
        "the search index has format {found}, this program reads {}",
        crate::coding::FORMAT
    )]
    Format {
        /// The format it says it has.
        found: u32,
    },
    /// Bytes that are not what was written.
    #[error("the search index is damaged: {what}")]
    Damaged {
        /// What was found wrong, and in which file if that is known.
        what: String,
    },
    /// Pieces of the index have to be fetched and supplied first; then ask again.
    #[error("{} pieces of the search index are not here yet", pieces.len())]
    Lacking {
        /// Their numbers. (Inside the crate also none, of a read whose pieces were noted elsewhere.)
        pieces: Vec<u32>,
    },
    /// A question that [`crate::Index::step`] does not know.
    #[error("this is no question: {what}")]
    Question {
        /// What the reader of JSON said.
        what: String,
    },
    /// The dictionary came out compressed. A feature of a dependency (`zstd-compression` of tantivy's
    /// dictionary) was turned on somewhere in this build; browsers could not read such an index.
    #[error("the search index came out with a compressed dictionary, which browsers cannot read")]
    Compressed,
    /// The operating system refused.
    #[error("cannot {action} `{path}`")]
    Io {
        /// `read`, `write` …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The engine refused to write, which it does not do for any text.
    #[error("cannot write the search index: {what}")]
    Engine {
        /// What it said.
        what: String,
    },
}

impl SearchError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing { .. } | Self::Damaged { .. } | Self::Format { .. } => {
                Some("build the index again, or fetch it again from the registry")
            }
            Self::Compressed => Some("build without tantivy's default features"),
            Self::Io { .. } => Some("check that the folder exists and its permissions"),
            Self::Duplicate { .. }
            | Self::OutOfOrder { .. }
            | Self::Lacking { .. }
            | Self::Question { .. }
            | Self::Engine { .. } => None,
        }
    }

    pub(crate) fn damaged(what: impl std::fmt::Display) -> Self {
        Self::Damaged {
            what: what.to_string(),
        }
    }

    /// What a read of one of the index's files said.
    pub(crate) fn read(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::WouldBlock => Self::Lacking { pieces: Vec::new() },
            _ => Self::damaged(error),
        }
    }

    pub(crate) fn engine(error: impl std::fmt::Display) -> Self {
        Self::Engine {
            what: error.to_string(),
        }
    }
}
