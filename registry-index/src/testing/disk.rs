//! A fake registry as a folder.

use std::{fs, io::Write as _, path::Path};

use super::FakeRegistry;
use crate::{blobs::FolderBlobs, load::FileKind};

impl FakeRegistry {
    /// Writes the registry's files below `root`, which exists.
    pub fn write_to(&self, root: &Path) {
        for (path, file) in &self.files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a file is in a folder"))
                .expect("the folder can be made");
            match &file.kind {
                FileKind::Link(target) => link(target, &path),
                _ => fs::File::create(&path)
                    .and_then(|mut to| to.write_all(&file.bytes))
                    .expect("the file can be written"),
            }
            if file.executable {
                make_executable(&path);
            }
        }
    }

    /// Writes the blobs into the store at `folder`.
    pub fn write_blobs_to(&self, folder: &Path) {
        let store = FolderBlobs::new(folder);
        for bytes in self.blobs.all() {
            store.write(bytes).expect("the blob can be written");
        }
    }
}

#[cfg(unix)]
fn link(target: &str, path: &Path) {
    std::os::unix::fs::symlink(target, path).expect("the link can be made");
}

#[cfg(not(unix))]
fn link(target: &str, path: &Path) {
    panic!("no link to {target} can be made at {}", path.display());
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("the mode can be set");
}

#[cfg(not(unix))]
fn make_executable(_: &Path) {}
