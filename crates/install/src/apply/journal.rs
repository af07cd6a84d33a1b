//! What is about to be done, written down before it is done, so that it can be taken back.

use std::io;

use archive::check_path;
use registry_index::Digest;
use serde::{Deserialize, Serialize};

use crate::tree;

pub(super) const FORMAT: u32 = 1;
/// Its file in the stage.
pub(super) const FILE: &str = "journal.json";

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journal {
    pub(super) format: u32,
    /// Counts the operations of a project, from 1.
    pub(super) number: u32,
    /// The folder it was made in, by device and inode: one that came with a checkout or a copy was not
    /// made here, and whoever wrote it may mean anything.
    #[serde(default)]
    pub(super) made_in: (u64, u64),
    /// As in "install core/code-reviewer".
    pub(crate) title: String,
    /// RFC 3339.
    pub(crate) time: String,
    /// In the order they are done.
    pub(crate) steps: Vec<Step>,
}

/// One step. Paths are from the project's root; `new` and `old` are sha256 of the file's bytes. The new
/// file of step `n` is staged as `n.new`, the old one is kept as `n.old`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(crate) enum Step {
    /// A folder is made.
    MakeFolder { path: String },
    /// A file comes where nothing is.
    Add { path: String, new: Digest },
    /// A file comes in the place of another.
    Replace {
        path: String,
        old: Digest,
        new: Digest,
    },
    /// A file goes.
    Delete { path: String, old: Digest },
    /// An empty folder goes.
    RemoveFolder { path: String },
}

impl Journal {
    /// Reads a journal of the project whose own folder is `own`. It may have come with a checkout: its
    /// paths are somebody else's words.
    ///
    /// # Errors
    /// Where it is not one, was not made here, or names what no operation of ours touches.
    pub(super) fn parse(bytes: &[u8], own: (u64, u64)) -> io::Result<Self> {
        let refused = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
        let journal: Self = serde_json::from_slice(bytes)?;
        if journal.format != FORMAT {
            let format = journal.format;
            return Err(refused(format!(
                "the journal's format {format} is not known"
            )));
        }
        for step in &journal.steps {
            check_path(step.path()).map_err(|refusal| refused(refusal.to_string()))?;
        }
        if journal.made_in != own {
            let why = "it was not made in this folder; look at it, and remove it";
            return Err(refused(why.to_owned()));
        }
        Ok(journal)
    }
}

impl Step {
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::MakeFolder { path }
            | Self::Add { path, .. }
            | Self::Replace { path, .. }
            | Self::Delete { path, .. }
            | Self::RemoveFolder { path } => path,
        }
    }

    /// The folder in which a name changes.
    pub(super) fn folder(&self) -> &str {
        tree::parent(self.path())
    }
}

/// The name under which the new file of a step is staged.
pub(super) fn new_name(step: usize) -> String {
    format!("{step}.new")
}

/// The name under which the old file of a step is kept.
pub(crate) fn old_name(step: usize) -> String {
    format!("{step}.old")
}
