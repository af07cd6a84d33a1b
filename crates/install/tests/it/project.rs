//! A project in a scratch folder, as one text.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use install::{InstallError, Plan, Project, Receipt};
use tempfile::TempDir;

use crate::packages::Package;

pub(crate) struct Scratch {
    _keeps: Option<TempDir>,
    pub(crate) root: PathBuf,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let keeps = tempfile::tempdir().unwrap();
        Self {
            root: keeps.path().to_owned(),
            _keeps: Some(keeps),
        }
    }

    /// One that another process made and takes away again.
    pub(crate) fn at(root: &Path) -> Self {
        Self {
            _keeps: None,
            root: root.to_owned(),
        }
    }

    pub(crate) fn put(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn project(&self) -> Project {
        Project::open(&self.root).unwrap()
    }

    pub(crate) fn plan(&self, packages: &[&Package]) -> Result<Plan, InstallError> {
        let chosen = packages.iter().map(|package| package.chosen()).collect();
        install::plan(&self.project(), chosen)
    }

    pub(crate) fn install(&self, packages: &[&Package]) -> Result<Receipt, InstallError> {
        self.plan(packages)?.apply()
    }

    /// Everything below the root: folders, files with their bytes, links with their targets.
    pub(crate) fn tree(&self) -> BTreeMap<String, String> {
        let mut tree = BTreeMap::new();
        walk(&self.root, "", &mut tree);
        tree
    }

    /// The paths of all files.
    pub(crate) fn files(&self) -> Vec<String> {
        let tree = self.tree().into_iter();
        tree.filter(|(path, _)| !path.ends_with('/'))
            .map(|(path, _)| path)
            .collect()
    }
}

fn walk(folder: &Path, below: &str, tree: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().to_str().unwrap());
        let metadata = entry.path().symlink_metadata().unwrap();
        let mode = metadata.permissions().mode() & 0o777;
        if metadata.is_dir() {
            let path = format!("{path}/");
            walk(&entry.path(), &path, tree);
            tree.insert(path, format!("folder {mode:o}"));
        } else if metadata.is_symlink() {
            let target = fs::read_link(entry.path()).unwrap();
            tree.insert(path, format!("-> {}", target.display()));
        } else {
            let bytes = fs::read(entry.path()).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            tree.insert(path, format!("{mode:o} {text}"));
        }
    }
}
