//! A repository to write into.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use git::{Commit, Environment, Program, Repository};
use git2::{ObjectType, Oid, RepositoryInitOptions};
use tempfile::TempDir;

/// A repository with a work tree in a temporary folder of its own.
pub(crate) struct Work {
    folder: TempDir,
    pub(crate) raw: git2::Repository,
}

impl Work {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let raw = git2::Repository::init_opts(folder.path().join("work"), &options).unwrap();
        Self { folder, raw }
    }

    /// One that holds these files in its first commit.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let work = Self::new();
        for (path, text) in files {
            work.write(path, text);
        }
        work.commit_all();
        work
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::open(&self.root()).unwrap()
    }

    /// Runs the program, with nobody's settings.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        run(&self.root(), args)
    }

    /// Commits all there is on the disk.
    pub(crate) fn commit_all(&self) -> Commit {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "a commit"]);
        self.open().head().unwrap()
    }

    pub(crate) fn blob(&self, text: &str) -> Oid {
        self.raw.blob(text.as_bytes()).unwrap()
    }

    /// Writes a tree that no program would: modes and names as they come.
    pub(crate) fn tree(&self, entries: &[(&str, &[u8], Oid)]) -> Oid {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend([mode.as_bytes(), b" ", name, b"\0", id.as_bytes()].concat());
        }
        self.raw
            .odb()
            .unwrap()
            .write(ObjectType::Tree, &bytes)
            .unwrap()
    }

    /// A commit of such a tree, on the branch `name`.
    pub(crate) fn commit_tree(&self, name: &str, tree: Oid) -> Commit {
        let text = format!(
            "tree {tree}\nauthor a <a@example.org> 1700000000 +0000\ncommitter a <a@example.org> 1700000000 +0000\n\nx\n"
        );
        let id = self
            .raw
            .odb()
            .unwrap()
            .write(ObjectType::Commit, text.as_bytes())
            .unwrap();
        self.raw
            .reference(&format!("refs/heads/{name}"), id, true, "")
            .unwrap();
        id.to_string().parse().unwrap()
    }
}

pub(crate) fn run(dir: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(dir)
        .env_remove("GIT_DIR")
        .envs([
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ("GIT_COMMITTER_NAME", "a"),
            ("GIT_COMMITTER_EMAIL", "a@example.org"),
        ])
        .args(args)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// The program, with nobody's settings.
pub(crate) fn program() -> Program {
    Program::new(environment())
}

pub(crate) fn environment() -> Environment {
    Environment {
        path: std::env::var_os("PATH").unwrap(),
        ..Environment::default()
    }
}
