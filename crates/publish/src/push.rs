//! Records onto the registry's branch, through its forge: no clone that could be behind, no push that could
//! lose somebody's commit.
//!
//! ```text
//! head of the branch -> which records it lacks -> a commit on that head -> the branch, if it is still there
//!        ^-------------------- it moved on: look again -----------------------------'
//! ```

use std::{fs, path::Path};

use registry_index::PackageName;
use semver::Version;

use crate::{
    FileChange, PublishError,
    error::io_error,
    forge::{
        BranchFiles, RepoName,
        github::{Committed, GitHub},
    },
};

/// How often a branch may move on while its head is looked at.
const TRIES: usize = 20;
/// Records of one commit: what one request may hold.
const AT_ONCE: usize = 500;

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// The commits; none where the branch had all of it.
    pub commits: Vec<String>,
    /// Records that the branch had already, by path: of two runs, one is the first.
    pub there: Vec<String>,
}

/// A record to be there: its path from the registry's root, and its text.
pub type Text = (String, String);

/// Commits `records` onto `branch`. A record that is there is never changed, whatever this run would
/// have it say.
///
/// # Errors
/// [`PublishError::Forge`]; [`PublishError::KeepsMoving`] where the branch never holds still.
pub fn push(
    github: &GitHub,
    repository: &RepoName,
    branch: &str,
    records: &[Text],
) -> Result<Pushed, PublishError> {
    let mut pushed = Pushed::default();
    let mut left: Vec<&Text> = records.iter().collect();
    let mut tries = 0;
    while tries < TRIES {
        let head = github.branch(repository, branch)?;
        let head = head.ok_or_else(|| PublishError::NoBranch(branch.to_owned()))?;
        let base = BranchFiles::new(github, repository, &head.tree);
        let mut new = Vec::new();
        for record in left {
            match base.is_there(&record.0)? {
                true => pushed.there.push(record.0.clone()),
                false => new.push(record),
            }
        }
        let some = &new[..new.len().min(AT_ONCE)];
        if some.is_empty() {
            return Ok(pushed);
        }
        let files: Vec<FileChange> = some
            .iter()
            .map(|(path, text)| FileChange::put(path.clone(), text.as_bytes()))
            .collect();
        match github.commit_files(repository, branch, &head.id, &message(some), &files)? {
            Committed::Done(head) => {
                pushed.commits.push(head.commit);
                left = new[some.len()..].to_vec();
                tries = 0;
            }
            Committed::Nothing | Committed::Moved => {
                left = new;
                tries += 1;
            }
        }
    }
    Err(PublishError::KeepsMoving(branch.to_owned()))
}

/// The records below `root` that its checked-out commit does not have: what a release wrote, and what one
/// before it wrote that was cut off before it could push.
///
/// # Errors
/// [`PublishError::Git`], [`PublishError::Io`].
pub fn unpushed(root: &Path) -> Result<Vec<Text>, PublishError> {
    let repository = git::Repository::open(root)?;
    let head = repository.head()?;
    let mut records = Vec::new();
    for change in repository.changes(&head)? {
        if change.kind == git::ChangeKind::Added && named(&change.path).is_some() {
            let full = root.join(&change.path);
            let text = fs::read_to_string(&full).map_err(io_error(&full))?;
            records.push((change.path, text));
        }
    }
    Ok(records)
}

/// Names of packages are plain; nothing else of theirs is in here.
fn message(records: &[&Text]) -> String {
    let names: Vec<String> = records
        .iter()
        .filter_map(|record| named(&record.0))
        .collect();
    match names.as_slice() {
        [one] => format!("Release {one}\n"),
        many => format!("Release {} versions\n\n{}\n", many.len(), many.join("\n")),
    }
}

/// The release that the record at `path` is of.
fn named(path: &str) -> Option<String> {
    let path = path.strip_prefix("registry-index/packages/")?;
    let (name, version) = path.strip_suffix(".toml")?.rsplit_once('/')?;
    let (name, version): (PackageName, Version) = (name.parse().ok()?, version.parse().ok()?);
    Some(format!("{name} {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_says_what_is_released() {
        let record = |path: &str| -> Text {
            let path = format!("registry-index/packages/{path}.toml");
            (path, String::new())
        };
        let (one, two) = (record("aa/bb/1.0.0"), record("cc/dd/2.0.0"));
        assert_eq!(message(&[&one]), "Release aa/bb 1.0.0\n");
        assert_eq!(
            message(&[&one, &two]),
            "Release 2 versions\n\naa/bb 1.0.0\ncc/dd 2.0.0\n"
        );
    }
}
