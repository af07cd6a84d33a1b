//! Folders of git repositories that are no registries.

use std::{fs, path::PathBuf, process::Command};

use client::{
    ClientError, GitPackage,
    repository::{Fetched, fetch},
};
use proptest::prelude::*;

use crate::fixture::{Place, noise, said};

/// A repository in the place's folder `repo`, and its URL.
struct Work {
    place: Place,
}

impl Work {
    fn new() -> Self {
        let work = Self {
            place: Place::new(),
        };
        fs::create_dir(work.root()).unwrap();
        work.git(&["init", "-q", "-b", "trunk"]);
        work.write("skills/reading/SKILL.md", b"Read diffs.");
        work.write("skills/reading/run.sh", b"#!/bin/sh");
        work.write("README.md", b"One");
        work.git(&["add", "-A"]);
        work.git(&["update-index", "--chmod=+x", "skills/reading/run.sh"]);
        work.commit();
        work
    }

    fn root(&self) -> PathBuf {
        self.place.path("repo")
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.root())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .args(["-c", "user.name=T", "-c", "user.email=t@example.org"])
            .args(["-c", "core.fileMode=false", "-c", "core.autocrlf=false"])
            .args(args)
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?}: {err}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits what is staged.
    fn commit(&self) -> String {
        self.git(&["commit", "-q", "--allow-empty", "-m", "a commit"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn commit_all(&self) -> String {
        self.git(&["add", "-A"]);
        self.commit()
    }

    fn named(&self, rest: &str) -> GitPackage {
        let url = format!("git+file://{}{rest}", self.root().display());
        GitPackage::parse(&url).unwrap()
    }

    fn fetch(&self, rest: &str) -> Result<Fetched, ClientError> {
        fetch(&self.named(rest), &self.place.world(), None)
    }
}

fn paths(fetched: &Fetched) -> Vec<&str> {
    fetched.files.iter().map(|f| f.path.as_str()).collect()
}

#[test]
fn a_folder_of_a_repository_is_read_at_what_its_ref_names() {
    let work = Work::new();
    let first = work.git(&["rev-parse", "HEAD"]);
    work.git(&["tag", "-a", "v1", "-m", "one"]);
    work.git(&["branch", "feature/x"]);
    work.write("README.md", b"Two");
    let second = work.commit_all();
    for (rest, commit, text) in [
        ("", &second, "Two"),
        ("@trunk", &second, "Two"),
        ("@v1", &first, "One"),
        ("@feature/x", &first, "One"),
        (&format!("@{first}"), &first, "One"),
    ] {
        let fetched = work.fetch(rest).unwrap();
        assert_eq!(&fetched.commit, commit, "{rest}");
        assert_eq!(
            paths(&fetched),
            [
                "README.md",
                "skills/reading/SKILL.md",
                "skills/reading/run.sh"
            ]
        );
        assert_eq!(fetched.files[0].bytes, text.as_bytes());
    }
    let folder = work.fetch("#skills/reading").unwrap();
    assert_eq!(folder.path, "skills/reading");
    assert_eq!(paths(&folder), ["SKILL.md", "run.sh"]);
    assert_eq!(
        folder
            .files
            .iter()
            .map(|f| f.executable)
            .collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn what_was_fetched_is_there_offline_under_its_commit() {
    let work = Work::new();
    let offline = work.place.offline();
    let missing = fetch(&work.named(""), &offline, None);
    assert!(matches!(missing, Err(ClientError::Offline(_))));
    let first = work.fetch("").unwrap();
    work.write("README.md", b"Two");
    work.commit_all();
    // The ref is what it was when it was asked for.
    assert_eq!(fetch(&work.named(""), &offline, None).unwrap(), first);
    let second = work.fetch("").unwrap();
    assert_ne!(second.commit, first.commit);
    // Both commits stay, though the repository is gone.
    fs::remove_dir_all(work.root()).unwrap();
    for fetched in [&first, &second] {
        let again = fetch(&work.named(""), &offline, Some(&fetched.commit)).unwrap();
        assert_eq!(again, *fetched);
        let online = fetch(&work.named(""), &work.place.world(), Some(&fetched.commit));
        assert_eq!(online.unwrap(), *fetched);
    }
    let unknown = "0123456789012345678901234567890123456789";
    let missing = fetch(&work.named(""), &offline, Some(unknown));
    assert!(said(missing).contains(unknown));
    let bad = fetch(&work.named(""), &offline, Some("--upload-pack=id"));
    assert!(matches!(bad, Err(ClientError::NoRepository { .. })));
}

/// The commit alone is fetched where a lock names it, and a moved branch does not matter.
#[test]
fn a_commit_is_fetched_by_itself() {
    let work = Work::new();
    let first = work.git(&["rev-parse", "HEAD"]);
    work.write("README.md", b"Two");
    work.commit_all();
    let world = work.place.world();
    let fetched = fetch(&work.named("@trunk"), &world, Some(&first)).unwrap();
    assert_eq!(fetched.commit, first);
    assert_eq!(fetched.files[0].bytes, b"One");
}

#[cfg(unix)]
#[test]
fn links_and_submodules_are_left_out_and_told() {
    let work = Work::new();
    std::os::unix::fs::symlink("/etc/passwd", work.root().join("skills/reading/link")).unwrap();
    work.git(&["add", "-A"]);
    let commit = work.git(&["rev-parse", "HEAD"]);
    let submodule = format!("160000,{commit},skills/reading/sub");
    work.git(&["update-index", "--add", "--cacheinfo", &submodule]);
    work.commit();
    let fetched = work.fetch("#skills/reading").unwrap();
    assert_eq!(paths(&fetched), ["SKILL.md", "run.sh"]);
    assert_eq!(fetched.skipped, ["link", "sub"]);
}

#[test]
fn what_cannot_be_a_package_is_refused() {
    for (path, bytes, words) in [
        ("x/aux.md", noise(3, 1), "aux"),
        ("x/Größe\\y", noise(3, 1), "y"),
        ("x/big.bin", noise((8 << 20) + 1, 1), "8388608"),
    ] {
        let work = Work::new();
        work.write(path, &bytes);
        work.commit_all();
        let refused = work.fetch("#x");
        assert!(matches!(refused, Err(ClientError::Unfit { .. })), "{path}");
        let why = said(refused);
        assert!(why.contains(words), "{path}: {why}");
        // The rest of the repository is fine.
        work.fetch("#skills").unwrap();
    }
    let work = Work::new();
    work.write("x/readme.md", b"1");
    work.write("x/README.md", b"2");
    work.commit_all();
    assert!(matches!(work.fetch("#x"), Err(ClientError::Unfit { .. })));
    let why = said(work.fetch("#nowhere"));
    assert!(
        why.contains("\"nowhere\"") && why.contains("no such folder"),
        "{why}"
    );
    let why = said(work.fetch("#README.md"));
    assert!(why.contains("a file"), "{why}");
    let why = said(work.fetch("@no-such-branch"));
    assert!(why.contains("no-such-branch"), "{why}");
}

#[test]
fn a_repository_has_these_names() {
    for (text, url, rev, path) in [
        (
            "github:acme/tools",
            "https://github.com/acme/tools.git",
            None,
            "",
        ),
        (
            "github:acme/tools.git",
            "https://github.com/acme/tools.git",
            None,
            "",
        ),
        (
            "github:acme/t@v1.2#skills/x",
            "https://github.com/acme/t.git",
            Some("v1.2"),
            "skills/x",
        ),
        (
            "gitlab:a/b/c@feature/x",
            "https://gitlab.com/a/b/c.git",
            Some("feature/x"),
            "",
        ),
        (
            "git+https://h.example/x.git#a/",
            "https://h.example/x.git",
            None,
            "a",
        ),
        (
            "git+https://h.example:8443/x",
            "https://h.example:8443/x",
            None,
            "",
        ),
        (
            "git+ssh://git@h.example/x@main",
            "ssh://git@h.example/x",
            Some("main"),
            "",
        ),
        (
            "git+file:///srv/x@main#p",
            "file:///srv/x",
            Some("main"),
            "p",
        ),
    ] {
        let read = GitPackage::parse(text).unwrap();
        assert_eq!(
            (read.url(), read.rev(), read.path()),
            (url, rev, path),
            "{text}"
        );
        assert_eq!(GitPackage::parse(&read.to_string()).unwrap(), read);
        assert!(GitPackage::is_meant(text));
    }
    assert!(!GitPackage::is_meant("acme/tools"));
}

#[test]
fn what_would_be_read_as_something_else_is_refused() {
    for text in [
        "ext::sh -c id",
        "git+ext::sh -c id",
        "git+ext::sh://x/y",
        "git+-oProxyCommand=id",
        "git+ssh://-oProxyCommand=id/x",
        "git+ssh://me@h.example/x",
        "git+https://me:secret@h.example/x.git",
        "git+https://token@h.example/x.git",
        "git+http://h.example/x.git",
        "git+https://h.example/../x.git",
        "git+https://h.example/a/%2e%2e/x.git",
        "git+https://h.example/x.git?ref=y",
        "git+file://host/x",
        "git+https://h.example",
        "git+/srv/x",
        "github:",
        "github:acme",
        "github:acme/tools/more",
        "github:../tools",
        "github:acme/..",
        "github:-u/x",
        "github:a b/x",
        "github:acme/tools@",
        "github:acme/tools@--upload-pack=id",
        "github:acme/tools@a..b",
        "github:acme/tools@main:refs/heads/x",
        "github:acme/tools@+x",
        "github:acme/tools@a*",
        "github:acme/tools#",
        "github:acme/tools#../x",
        "github:acme/tools#/etc",
        "github:acme/tools#a//b",
        "github:acme/tools#.git/config",
        "acme/tools",
        "",
    ] {
        let read = GitPackage::parse(text);
        let refused = matches!(read, Err(ClientError::NoRepository { .. }));
        assert!(refused, "{text}: {read:?}");
    }
}

proptest! {
    #[test]
    fn what_is_displayed_is_read_again(text in "(github:|gitlab:|git\\+https://h/|git\\+file:///)[a-zA-Z0-9@#/._%:-]{0,40}") {
        if let Ok(read) = GitPackage::parse(&text) {
            prop_assert_eq!(&GitPackage::parse(&read.to_string()).unwrap(), &read);
            let known = ["https://", "file://"];
            prop_assert!(known.iter().any(|scheme| read.url().starts_with(scheme)));
            prop_assert!(!read.url().split('/').any(|part| part == ".."));
            prop_assert!(!read.path().split('/').any(|part| part == ".."));
        }
    }
}
