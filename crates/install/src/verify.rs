//! What is installed against what is there: every file and entry that the lock names.

use registry_index::{Digest, PackageName};
use serde::Serialize;

use crate::{
    InstallError, Project,
    compare::shared_file,
    lock::{Installed, InstalledEntry, InstalledFile, Lock},
    shared,
    tree::{Found, Tree},
};

/// Something that is not as it was installed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Drift {
    /// Who brought it.
    pub package: PackageName,
    /// The file, by path from the project's root.
    pub path: String,
    /// The entry in it; `None` where it is about the file itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What became of it.
    pub what: What,
}

/// What became of something that was installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It says something else.
    Modified,
    /// It is not there.
    Missing,
    /// It lies in the folder of a skill or plugin that was installed, and no package brought it.
    Extra,
    /// Something that is no file is there, or on the way there.
    Replaced,
}

/// Everything that is not as it was installed, sorted.
///
/// # Errors
/// Where the lock or a file cannot be read.
pub fn verify(project: &Project) -> Result<Vec<Drift>, InstallError> {
    let tree = Tree::open(project.root())?;
    let lock = Lock::read(&tree, project)?;
    let mut drifts = Vec::new();
    for package in &lock.packages {
        for file in &package.files {
            let what = file_drift(&tree, &lock, file)?;
            drifts.extend(what.map(|what| drift(package, &file.path, None, what)));
        }
        for entry in &package.entries {
            let what = entry_drift(&tree, entry)?;
            drifts.extend(what.map(|what| drift(package, &entry.file, Some(&entry.id), what)));
        }
    }
    extra(&tree, &lock, &mut drifts)?;
    drifts.sort();
    drifts.dedup();
    Ok(drifts)
}

fn drift(package: &Installed, path: &str, entry: Option<&str>, what: What) -> Drift {
    Drift {
        package: package.name.clone(),
        path: path.to_owned(),
        entry: entry.map(str::to_owned),
        what,
    }
}

fn file_drift(
    tree: &Tree,
    lock: &Lock,
    file: &InstalledFile,
) -> Result<Option<What>, InstallError> {
    Ok(match tree.find(&file.path)? {
        Found::Nothing => Some(What::Missing),
        Found::Other { .. } => Some(What::Replaced),
        Found::TooLarge => Some(What::Modified),
        Found::File(there) => {
            let is_same = Digest::of(&there.bytes) == file.digest
                && (there.executable == file.executable || cfg!(not(unix)));
            let is_same = is_same
                || without_entries(lock, &file.path, there.bytes)
                    .is_some_and(|bytes| Digest::of(&bytes) == file.digest);
            (!is_same).then_some(What::Modified)
        }
    })
}

/// A project's files as they stand, for comparing them with what packages brought.
pub struct Working {
    tree: Tree,
    lock: Lock,
}

impl Working {
    /// The files of `project`.
    ///
    /// # Errors
    /// Where the folder or the lock cannot be read.
    pub fn open(project: &Project) -> Result<Self, InstallError> {
        let tree = Tree::open(project.root())?;
        let lock = Lock::read(&tree, project)?;
        Ok(Self { tree, lock })
    }

    /// The bytes of the file at `path`; without the entries that packages merged into it, where a package
    /// brought the file itself. `None` where no file is there, or one that is too large to be ours.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>, InstallError> {
        let Found::File(there) = self.tree.find(path)? else {
            return Ok(None);
        };
        if self.lock.file(path).is_none() {
            return Ok(Some(there.bytes));
        }
        let own = without_entries(&self.lock, path, there.bytes.clone());
        Ok(Some(own.unwrap_or(there.bytes)))
    }
}

/// A file that a package brought and that others merged entries into: its bytes without these.
pub(crate) fn without_entries(lock: &Lock, path: &str, bytes: Vec<u8>) -> Option<Vec<u8>> {
    let file = shared_file(path)?;
    let mut text = String::from_utf8(bytes).ok()?;
    let entries = lock
        .packages
        .iter()
        .flat_map(|package| &package.entries)
        .filter(|entry| entry.file == path && !entry.existing);
    for entry in entries {
        match shared::remove(path, &text, file, &entry.id, lock.before(path)) {
            Ok(shared::Removed::New(new)) => text = new,
            _ => return None,
        }
    }
    Some(text.into_bytes())
}

fn entry_drift(tree: &Tree, entry: &InstalledEntry) -> Result<Option<What>, InstallError> {
    let text = match tree.find(&entry.file)? {
        Found::Nothing => return Ok(Some(What::Missing)),
        Found::Other { .. } => return Ok(Some(What::Replaced)),
        Found::TooLarge => return Ok(Some(What::Modified)),
        Found::File(there) => String::from_utf8(there.bytes),
    };
    let (Ok(text), Some(file)) = (text, shared_file(&entry.file)) else {
        return Ok(Some(What::Modified));
    };
    Ok(match shared::find(&entry.file, &text, file, &entry.id) {
        Ok(Some(found)) if found == entry.digest => None,
        Ok(None) => Some(What::Missing),
        Ok(Some(_)) | Err(_) => Some(What::Modified),
    })
}

/// Folders that a package has to itself: what else lies in them is loaded along.
const WHOLE: [&str; 2] = [".parac/agents/skills/", ".parac/plugins/"];

fn extra(tree: &Tree, lock: &Lock, drifts: &mut Vec<Drift>) -> Result<(), InstallError> {
    let known = lock.files_by_path();
    let mut looked_at = std::collections::BTreeSet::new();
    for (path, (package, _)) in &known {
        let Some(root) = WHOLE.iter().find(|root| path.starts_with(**root)) else {
            continue;
        };
        let Some((name, _)) = path[root.len()..].split_once('/') else {
            continue;
        };
        let folder = format!("{root}{name}");
        if !looked_at.insert(folder.clone()) {
            continue;
        }
        let mut found = Vec::new();
        walk(tree, &folder, &mut found)?;
        let unknown = found
            .iter()
            .filter(|path| !known.contains_key(path.as_str()));
        drifts.extend(unknown.map(|path| drift(package, path, None, What::Extra)));
    }
    Ok(())
}

/// Every file below a folder; links are not followed.
fn walk(tree: &Tree, folder: &str, found: &mut Vec<String>) -> Result<(), InstallError> {
    for name in tree.names(folder)?.unwrap_or_default() {
        let path = format!("{folder}/{name}");
        match tree.has_folder(&path) {
            Ok(true) => walk(tree, &path, found)?,
            Ok(false) | Err(InstallError::InTheWay { .. }) => found.push(path),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
