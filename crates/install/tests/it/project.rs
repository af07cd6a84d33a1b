//! A project in a scratch folder, as one text.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use std::ops::ControlFlow;

use install::{Ask, Goal, InstallError, OnConflict, Plan, Progress, Project, Receipt, Wanted};
use tempfile::TempDir;

use crate::packages::{Package, REGISTRY};

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
        install::plan(&self.project(), asked_for(packages)?)
    }

    pub(crate) fn install(&self, packages: &[&Package]) -> Result<Receipt, InstallError> {
        self.plan(packages)?.apply(&go_on)
    }

    /// `new` in place of `old`, as `paracle template update` does it.
    pub(crate) fn update(
        &self,
        old: &Package,
        new: &Package,
        on_conflict: OnConflict,
    ) -> Result<Plan, InstallError> {
        let goal = Goal {
            bases: vec![old.prepared()?],
            on_conflict,
            missing: install::Missing::LeftOut,
            title: "update".to_owned(),
            ..asked_for(&[new])?
        };
        install::plan(&self.project(), goal)
    }

    pub(crate) fn remove(&self, names: &[&str]) -> Result<Plan, InstallError> {
        let names: Vec<_> = names.iter().map(|name| name.parse().unwrap()).collect();
        let goal = Goal {
            asks: names.iter().cloned().map(Ask::NoLonger).collect(),
            remove: names,
            title: "remove".to_owned(),
            ..Goal::default()
        };
        install::plan(&self.project(), goal)
    }

    /// Everything below the root: folders, files with their bytes, links with their targets; but not
    /// what is kept for undoing.
    pub(crate) fn tree(&self) -> BTreeMap<String, String> {
        let mut tree = BTreeMap::new();
        walk(&self.root, "", &mut tree);
        tree.retain(|path, _| !format!("/{path}").contains("/.paracle/"));
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

/// A watch that never breaks off.
pub(crate) fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn asked_for(packages: &[&Package]) -> Result<Goal, InstallError> {
    let put: Vec<_> = packages
        .iter()
        .map(|package| package.prepared())
        .collect::<Result<_, _>>()?;
    let ask = |package: &install::Package| {
        Ask::For(Wanted {
            name: package.name().clone(),
            registry: Some(REGISTRY.to_owned()),
            source: None,
            version: "^1.0".to_owned(),
            with: Vec::new(),
            answers: install::Answers::default(),
        })
    };
    Ok(Goal {
        asks: put.iter().map(ask).collect(),
        put,
        title: "install".to_owned(),
        time: "2026-01-01T00:00:00Z".to_owned(),
        ..Goal::default()
    })
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
