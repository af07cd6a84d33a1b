//! A project's files before and after.

use std::{collections::BTreeMap, fs, io, path::Path};

/// Path to what is there; a folder stands here only where there is nothing in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tree(BTreeMap<String, Thing>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Thing {
    File { bytes: Vec<u8>, executable: bool },
    Folder,
    Other,
}

/// What is kept for undoing: not the project's, and neither is a folder that has nothing else.
const OWN: &str = ".paracle";

impl Tree {
    pub(super) fn of(root: &Path) -> io::Result<Self> {
        let mut things = BTreeMap::new();
        read(root, "", &mut things)?;
        Ok(Self(things))
    }

    /// The first path at which `self` and `after` differ, and how.
    pub(super) fn difference(&self, after: &Self) -> Option<(String, &'static str)> {
        let gone = self.0.iter().find_map(|(path, thing)| {
            let how = match after.0.get(path) {
                Some(same) if same == thing => return None,
                Some(_) => "is not as it was",
                None => "is gone",
            };
            Some((path.clone(), how))
        });
        gone.or_else(|| {
            let left = after.0.keys().find(|path| !self.0.contains_key(*path))?;
            Some((left.clone(), "is left behind"))
        })
    }
}

/// Whether there is nothing in `folder`, not even what is kept for undoing.
fn read(folder: &Path, prefix: &str, things: &mut BTreeMap<String, Thing>) -> io::Result<bool> {
    let mut is_bare = true;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        is_bare = false;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == OWN {
            continue;
        }
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if read(&entry.path(), &format!("{path}/"), things)? {
                things.insert(path, Thing::Folder);
            }
        } else if kind.is_file() {
            let bytes = fs::read(entry.path())?;
            let executable = is_executable(&entry.metadata()?);
            things.insert(path, Thing::File { bytes, executable });
        } else {
            things.insert(path, Thing::Other);
        }
    }
    Ok(is_bare)
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test writes what it needs")]
mod tests {
    use super::*;

    #[test]
    fn whatever_differs_is_found() {
        let scratch = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = scratch.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("a/b.md", "b");
        write(".parac/.paracle/history/1", "x");
        fs::create_dir(scratch.path().join("empty")).unwrap();
        let before = Tree::of(scratch.path()).unwrap();
        let now = || before.difference(&Tree::of(scratch.path()).unwrap());
        // What is kept for undoing may come and go, with the folder that it alone made.
        fs::remove_dir_all(scratch.path().join(".parac")).unwrap();
        assert_eq!(now(), None);
        write("a/c.md", "c");
        assert_eq!(now(), Some(("a/c.md".to_owned(), "is left behind")));
        write("a/b.md", "B");
        assert_eq!(now(), Some(("a/b.md".to_owned(), "is not as it was")));
        fs::remove_dir(scratch.path().join("empty")).unwrap();
        fs::remove_dir_all(scratch.path().join("a")).unwrap();
        assert_eq!(now(), Some(("a/b.md".to_owned(), "is gone")));
    }
}
