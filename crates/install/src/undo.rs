//! Taking back the last operation, which is an operation itself: undoing twice is doing again.

use cap_std::fs::Dir;
use registry_index::Digest;
use serde::Serialize;

use crate::{
    InstallError, Project, Receipt,
    apply::{
        self, Watch, history,
        journal::{Journal, Step, old_name},
    },
    changes::{Change, Changes},
    compare::shared_file,
    tree::{self, Found, There, Tree},
};

/// What undoing the last operation would do.
#[must_use = "nothing is done until it is applied"]
#[derive(Debug, Serialize)]
pub struct Undo {
    /// The operation, as in "install core/code-reviewer".
    pub title: String,
    /// When it was done, RFC 3339.
    pub time: String,
    /// Files that come back, by path from the project's root.
    pub back: Vec<String>,
    /// Files that go.
    pub gone: Vec<String>,
    /// Files that stay, because they were edited since.
    pub left: Vec<String>,
    #[serde(skip)]
    project: Project,
}

/// What undoing the last operation on `project` would do.
///
/// # Errors
/// Where there is none, where its old files cannot be read, and where the account or a shared file was
/// edited since: then the packages' own verbs are the way back.
pub fn undo(project: &Project) -> Result<Undo, InstallError> {
    let tree = Tree::open(project.root())?;
    let (journal, changes, left) = changes(&tree, project)?;
    let paths = |is_meant: fn(&Change) -> bool| {
        let meant = changes.files.iter().filter(|(_, change)| is_meant(change));
        meant.map(|(path, _)| path.clone()).collect()
    };
    Ok(Undo {
        back: paths(|change| matches!(change, Change::Write { .. })),
        gone: paths(|change| matches!(change, Change::Delete { .. })),
        left,
        title: journal.title,
        time: journal.time,
        project: project.clone(),
    })
}

impl Undo {
    /// Does it; `time` (RFC 3339) is for the history.
    ///
    /// # Errors
    /// As [`undo`], and where the system does not let us write.
    pub fn apply(self, time: &str, watch: Watch<'_>) -> Result<Receipt, InstallError> {
        let tree = Tree::open(self.project.root())?;
        let title = format!("undo: {}", self.title);
        apply::guarded(&tree, &self.project, watch, || {
            let (_, changes, _) = changes(&tree, &self.project)?;
            Ok((changes, title.as_str(), time))
        })
    }
}

/// The last operation, what takes it back, and what was edited since.
fn changes(
    tree: &Tree,
    project: &Project,
) -> Result<(Journal, Changes, Vec<String>), InstallError> {
    let (journal, kept) = history::newest(tree, project)?
        .ok_or_else(|| no_undo("nothing was done here yet".to_owned()))?;
    let account = [project.wanted(), project.lock()];
    let mut changes = Changes::default();
    let mut left = Vec::new();
    for (at, step) in journal.steps.iter().enumerate() {
        let path = step.path().to_owned();
        if let Step::MakeFolder { .. } = step {
            changes.emptied.insert(0, path);
            continue;
        }
        match reversed(tree, &kept, at, step)? {
            Reversed::Nothing => {}
            // Of these, a part cannot be taken back alone.
            Reversed::Left if account.contains(&path) || shared_file(&path).is_some() => {
                return Err(no_undo(format!("{path} was edited since")));
            }
            Reversed::Left => left.push(path),
            Reversed::By(change) if account.contains(&path) => changes.account.push((path, change)),
            Reversed::By(change) => drop(changes.files.insert(path, change)),
        }
    }
    let lock = project.lock();
    changes.account.sort_by_key(|(path, _)| *path == lock);
    let own = project.account();
    changes.emptied.retain(|folder| *folder != own);
    Ok((journal, changes, left))
}

fn no_undo(why: String) -> InstallError {
    InstallError::NoUndo { why }
}

/// What takes a step back.
enum Reversed {
    By(Change),
    /// It was edited since, and stays.
    Left,
    Nothing,
}

fn reversed(tree: &Tree, kept: &Dir, at: usize, step: &Step) -> Result<Reversed, InstallError> {
    let path = step.path();
    let (new, old) = match step {
        Step::Add { new, .. } => (Some(new), None),
        Step::Replace { old, new, .. } => (Some(new), Some(old)),
        Step::Delete { old, .. } => (None, Some(old)),
        Step::MakeFolder { .. } | Step::RemoveFolder { .. } => return Ok(Reversed::Nothing),
    };
    let there = match tree.find(path)? {
        Found::File(there) => Some(there),
        Found::Nothing => None,
        Found::TooLarge | Found::Other { .. } => return Ok(Reversed::Left),
    };
    let digest = there.as_ref().map(|there| Digest::of(&there.bytes));
    if digest.as_ref() != new {
        return Ok(Reversed::Left);
    }
    let back = old.map(|_| read(kept, at, path)).transpose()?;
    if back.as_ref().map(|back| Digest::of(&back.bytes)).as_ref() != old {
        return Err(no_undo(format!("the old {path} was not kept as it was")));
    }
    Ok(match (back, there) {
        (Some(new), old) => Reversed::By(Change::Write { new, old }),
        (None, Some(old)) => Reversed::By(Change::Delete { old }),
        (None, None) => Reversed::Nothing,
    })
}

/// The file that gave way in a step.
fn read(kept: &Dir, step: usize, path: &str) -> Result<There, InstallError> {
    let name = old_name(step);
    let read = || {
        let metadata = kept.symlink_metadata(&name)?;
        let bytes = tree::read(kept, &name, &metadata)?;
        Ok(bytes.map(|bytes| There {
            bytes,
            executable: tree::is_executable(&metadata),
        }))
    };
    read()
        .map_err(tree::io_error("read", path))?
        .ok_or_else(|| no_undo(format!("{path} is too large")))
}
