//! What is to be done to a project's files, worked out before the first is touched.

use std::collections::BTreeMap;

use crate::tree::There;

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// What is to stand there, and what stands there and gives way; `None` where nothing may stand there.
    Write { new: There, old: Option<There> },
    /// What stands there and is taken away.
    Delete { old: There },
}

impl Change {
    pub(crate) fn before(&self) -> Option<&There> {
        match self {
            Self::Write { old, .. } => old.as_ref(),
            Self::Delete { old } => Some(old),
        }
    }

    pub(crate) fn after(&self) -> Option<&There> {
        match self {
            Self::Write { new, .. } => Some(new),
            Self::Delete { .. } => None,
        }
    }
}

/// Changes by path from the project's root, and the folders that come and go with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) files: BTreeMap<String, Change>,
    /// `packages.toml` and `packages.lock`: done after the files, the lock last.
    pub(crate) account: Vec<(String, Change)>,
    /// Folders that are empty afterwards and were made by an install, innermost first.
    pub(crate) emptied: Vec<String>,
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.account.is_empty() && self.emptied.is_empty()
    }

    /// In the order they are done.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (&str, &Change)> {
        let files = self
            .files
            .iter()
            .map(|(path, change)| (path.as_str(), change));
        files.chain(
            self.account
                .iter()
                .map(|(path, change)| (path.as_str(), change)),
        )
    }
}
