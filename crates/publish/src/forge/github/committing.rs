//! Files straight onto a branch, where it is still as it was.

use super::GitHub;
use crate::{
    forge::{ForgeError, Head, RepoName},
    proposal::FileChange,
    propose::content,
};

/// What became of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// The branch ends with it now.
    Done(Head),
    /// The branch has all of it already; there is no new commit.
    Nothing,
    /// The branch ends elsewhere by now; nothing was changed.
    Moved,
}

impl GitHub {
    /// Commits `files` onto `branch`, whose last commit has to be `expected`: compare and swap.
    ///
    /// # Errors
    /// See [`GitHub::person`].
    pub fn commit_files(
        &self,
        repository: &RepoName,
        branch: &str,
        expected: &str,
        message: &str,
        files: &[FileChange],
    ) -> Result<Committed, ForgeError> {
        let head = match self.branch(repository, branch)? {
            Some(commit) if commit.id == expected => commit.head(),
            _ => return Ok(Committed::Moved),
        };
        let place = content::Place {
            base: repository,
            target: repository,
        };
        let tree = content::tree(self, place, &head.tree, files, &mut |_, _| ())?;
        if tree == head.tree {
            return Ok(Committed::Nothing);
        }
        let commit = self.create_commit(repository, expected, &tree, message)?;
        match self.advance_branch(repository, branch, &commit) {
            Ok(()) => Ok(Committed::Done(Head { commit, tree })),
            // Whoever was faster: ours does not follow theirs.
            Err(ForgeError::Status {
                status: 409 | 422, ..
            }) if self.has_moved(repository, branch, expected)? => Ok(Committed::Moved),
            Err(error) => Err(error),
        }
    }

    fn has_moved(&self, of: &RepoName, branch: &str, expected: &str) -> Result<bool, ForgeError> {
        let now = self.branch(of, branch)?;
        Ok(now.is_none_or(|commit| commit.id != expected))
    }
}
