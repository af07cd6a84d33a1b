//! A folder as a value: to be compared, copied and removed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace::Failure;

/// Everything below a folder, by path with `/` between its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree(pub(crate) BTreeMap<String, Node>);

/// Something in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Folder,
    File { mode: u32, bytes: Vec<u8> },
    Link(PathBuf),
}

impl Tree {
    /// Reads `folder`; what `leaves_out` says yes to is not looked at, nor what is below it.
    pub(crate) fn read(folder: &Path, leaves_out: &dyn Fn(&str) -> bool) -> Result<Tree, Failure> {
        let mut tree = Tree::default();
        let read = tree.add(folder, "", leaves_out);
        read.map_err(|error| Failure::of(folder.display(), error))?;
        Ok(tree)
    }

    fn add(
        &mut self,
        folder: &Path,
        prefix: &str,
        leaves_out: &dyn Fn(&str) -> bool,
    ) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if leaves_out(&path) {
                continue;
            }
            let metadata = entry.metadata()?;
            let node = if metadata.is_dir() {
                self.add(&entry.path(), &format!("{path}/"), leaves_out)?;
                Node::Folder
            } else if metadata.is_symlink() {
                Node::Link(fs::read_link(entry.path())?)
            } else {
                Node::File {
                    mode: mode(&metadata),
                    bytes: fs::read(entry.path())?,
                }
            };
            self.0.insert(path, node);
        }
        Ok(())
    }

    /// A line for each path at which `self` is not as `expected`; empty where they are equal.
    pub(crate) fn differences(&self, expected: &Tree) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, node) in &self.0 {
            match expected.0.get(path) {
                None => lines.push(format!("{path}: should not be there")),
                Some(there) if there != node => lines.push(format!("{path}: differs")),
                Some(_) => {}
            }
        }
        let is_missing = |path: &&String| !self.0.contains_key(*path);
        let missing = expected.0.keys().filter(is_missing);
        lines.extend(missing.map(|path| format!("{path}: is not there")));
        lines
    }
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> u32 {
    0
}

/// Copies a folder, modes and links included, to where nothing is.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let mut command = Command::new("cp");
    let status = command.arg("-a").arg("--").arg(from).arg(to).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure(format!(
            "`cp -a` of {} failed ({status})",
            from.display()
        ))),
        Err(error) => Err(Failure::of("cp", error)),
    }
}

/// Removes a folder of ours, which may not be there.
pub(crate) fn remove(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(|error| Failure::of(folder.display(), error)),
    }
}

/// Makes a folder and those above it.
pub(crate) fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::of(folder.display(), error))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Tree, copy, make};

    #[test]
    fn what_differs_is_named() {
        let scratch = tempfile::tempdir().unwrap();
        let (one, two) = (scratch.path().join("one"), scratch.path().join("two"));
        make(&one.join("a/own")).unwrap();
        fs::write(one.join("a/file"), "text").unwrap();
        copy(&one, &two).unwrap();
        let read = |folder| Tree::read(folder, &|path| path == "a/own").unwrap();
        assert_eq!(read(&one), read(&two));
        assert_eq!(read(&one).0.len(), 2);
        fs::write(two.join("a/own/more"), "left out").unwrap();
        assert!(read(&two).differences(&read(&one)).is_empty());
        fs::write(two.join("a/file"), "other").unwrap();
        fs::write(two.join("more"), "").unwrap();
        make(&one.join("empty")).unwrap();
        assert_eq!(
            read(&two).differences(&read(&one)),
            [
                "a/file: differs",
                "more: should not be there",
                "empty: is not there"
            ]
        );
    }
}
