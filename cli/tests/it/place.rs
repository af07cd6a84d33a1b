//! A scratch place to run the program in: its own home, cache and configuration, a fixed clock.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// 2026-01-02T03:04:05Z.
const NOW: &str = "1767323045";

/// This repository's root: the registry that the program was built from.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) struct Place {
    scratch: TempDir,
}

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        fs::create_dir(scratch.path().join("project")).unwrap();
        Self { scratch }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.scratch.path().join(path)
    }

    /// Where commands run unless said otherwise.
    pub(crate) fn project(&self) -> PathBuf {
        self.path("project")
    }

    /// All that a program knows of the world here.
    pub(crate) fn environment(&self) -> [(&'static str, OsString); 6] {
        [
            ("PATH", "/usr/local/bin:/usr/bin:/bin".into()),
            ("HOME", self.path("home").into()),
            ("PARACLE_CACHE_DIR", self.path("cache").into()),
            ("PARACLE_CONFIG_DIR", self.path("config").into()),
            ("SOURCE_DATE_EPOCH", NOW.into()),
            // That of whoever runs the tests is none of theirs.
            ("PARACLE_NO_KEYRING", "1".into()),
        ]
    }

    /// `program` in the scrubbed environment, working in the project.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.project())
            .env_clear()
            .envs(self.environment());
        command
    }

    pub(crate) fn paracle(&self, args: &[&str]) -> Ran {
        Ran::of(
            self.command(env!("CARGO_BIN_EXE_paracle"))
                .args(args)
                .output()
                .unwrap(),
        )
    }

    /// Runs it and demands that it succeeds.
    pub(crate) fn done(&self, args: &[&str]) -> Ran {
        let ran = self.paracle(args);
        assert_eq!(ran.code, 0, "{args:?}\n{}\n{}", ran.out, ran.err);
        ran
    }

    /// Runs it and demands that it fails with `code`, saying every one of `words`.
    pub(crate) fn fails(&self, args: &[&str], code: i32, words: &[&str]) -> Ran {
        let ran = self.paracle(args);
        assert_eq!(ran.code, code, "{args:?}\n{}\n{}", ran.out, ran.err);
        for word in words {
            assert!(
                ran.err.contains(word),
                "{args:?} does not say {word:?}:\n{}",
                ran.err
            );
        }
        ran
    }

    pub(crate) fn git(&self, folder: &str, args: &[&str]) {
        let ran = Ran::of(
            self.command("git")
                .current_dir(self.path(folder))
                .args([
                    "-c",
                    "user.name=T",
                    "-c",
                    "user.email=t@example.org",
                    "-c",
                    "init.defaultBranch=main",
                ])
                .args(args)
                .output()
                .unwrap(),
        );
        assert_eq!(ran.code, 0, "git {args:?}\n{}{}", ran.out, ran.err);
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// Every file below `folder` and its bytes, sorted by path.
pub(crate) fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// Whether `program` can be run here.
pub(crate) fn has(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}
