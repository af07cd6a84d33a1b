//! Commits, made by streaming files into `git fast-import`: sixty thousand packages become one pack in
//! seconds, and the same files the same commit.

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::program::EPOCH;
use crate::workspace::Failure;

pub(crate) struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// A new one, in a folder that is empty or not there.
    pub(crate) fn new(folder: &Path) -> Result<Repository, Failure> {
        let repository = Repository {
            folder: folder.to_owned(),
        };
        fs::create_dir_all(folder).map_err(|error| Failure::of(folder.display(), error))?;
        repository.git(&["init", "--quiet", "--initial-branch=main"])?;
        Ok(repository)
    }

    /// Begins a commit on top of what is there.
    pub(crate) fn commit(&self, message: &str) -> Result<Commit<'_>, Failure> {
        let has_parent = self
            .git(&["rev-parse", "--quiet", "--verify", "HEAD"])
            .is_ok();
        let mut child = self
            .command(&["fast-import", "--quiet", "--done"])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::of("git", error))?;
        let pipe = child
            .stdin
            .take()
            .ok_or_else(|| Failure("git has no input".to_owned()))?;
        let mut commit = Commit {
            repository: self,
            child,
            pipe: BufWriter::with_capacity(1 << 16, pipe),
        };
        let length = message.len();
        let mut header = format!(
            "commit refs/heads/main\ncommitter Corpus <corpus@corpus.example> {EPOCH} +0000\n\
             data {length}\n{message}\n"
        );
        if has_parent {
            header.push_str("from refs/heads/main^0\n");
        }
        commit.write(header.as_bytes())?;
        Ok(commit)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(&self.folder)
            // Nothing of the user's configuration: it could change the commits.
            .envs([
                ("GIT_CONFIG_GLOBAL", "/dev/null"),
                ("GIT_CONFIG_NOSYSTEM", "1"),
            ])
            .args(["-c", "core.autocrlf=false", "-c", "pack.compression=1"])
            .args(args)
            .stdout(Stdio::null());
        command
    }

    fn git(&self, args: &[&str]) -> Result<(), Failure> {
        let status = self
            .command(args)
            .status()
            .map_err(|error| Failure::of("git", error))?;
        match status.success() {
            true => Ok(()),
            false => Err(Failure(format!(
                "`git {}` failed ({status})",
                args.join(" ")
            ))),
        }
    }
}

/// A commit that is being written. Nothing is there until it is finished.
pub(crate) struct Commit<'a> {
    repository: &'a Repository,
    child: Child,
    pipe: BufWriter<ChildStdin>,
}

impl Commit<'_> {
    /// Adds a file; `path` has no character that git would want quoted.
    pub(crate) fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let length = bytes.len();
        self.write(format!("M 100644 inline {path}\ndata {length}\n").as_bytes())?;
        self.write(bytes)?;
        self.write(b"\n")
    }

    /// Makes the commit, and the checkout what it says.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.write(b"done\n")?;
        let Commit {
            repository,
            mut child,
            mut pipe,
        } = self;
        pipe.flush().map_err(broken)?;
        drop(pipe);
        let status = child.wait().map_err(broken)?;
        match status.success() {
            true => repository.git(&["reset", "--quiet", "--hard"]),
            false => Err(Failure(format!("`git fast-import` failed ({status})"))),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.pipe.write_all(bytes).map_err(broken)
    }
}

fn broken(error: io::Error) -> Failure {
    Failure::of("git fast-import", error)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Repository;

    #[test]
    fn the_same_files_make_the_same_commits() {
        let made = || {
            let folder = tempfile::tempdir().unwrap();
            let repository = Repository::new(folder.path()).unwrap();
            for (message, path) in [("First", "a/b.txt"), ("Second", "c.txt")] {
                let mut commit = repository.commit(message).unwrap();
                commit.file(path, b"text\n").unwrap();
                commit.finish().unwrap();
            }
            assert_eq!(fs::read(folder.path().join("a/b.txt")).unwrap(), b"text\n");
            assert_eq!(fs::read(folder.path().join("c.txt")).unwrap(), b"text\n");
            fs::read(folder.path().join(".git/refs/heads/main")).unwrap()
        };
        assert_eq!(made(), made());
    }
}
