//! What a kill leaves behind.

use std::fs;

use git::{UrlPolicy, remote};
use tempfile::tempdir;

use crate::fixture::{Work, program};

fn file() -> UrlPolicy {
    UrlPolicy {
        file: true,
        ..UrlPolicy::default()
    }
}

/// Killed between the two renames of a system that cannot exchange folders; and then offline.
#[test]
fn the_last_good_copy_is_put_back() {
    let work = Work::with(&[("a", "1")]);
    let url = format!("file://{}", work.root().display());
    let copies = tempdir().unwrap();
    let into = copies.path().join("copy");
    remote::fetch(&program(), &url, None, &into, &file()).unwrap();
    fs::rename(&into, copies.path().join(".copy.old")).unwrap();
    fs::create_dir(copies.path().join(".copy.new")).unwrap();
    fs::write(copies.path().join(".copy.new/half"), "").unwrap();

    let result = remote::fetch(&program(), "file:///nowhere/at/all", None, &into, &file());
    assert_eq!(result.unwrap_err().code(), "git-failed");
    assert_eq!(fs::read_to_string(into.join("a")).unwrap(), "1");
    assert!(!copies.path().join(".copy.new").exists());
    assert!(!copies.path().join(".copy.old").exists());
}

/// Killed at any time during an update: afterwards the copy is the old or the new one.
#[test]
fn a_killed_update_leaves_the_old_or_the_new_copy() {
    let work = Work::with(&[("a", "1"), ("b", "1")]);
    let url = format!("file://{}", work.root().display());
    let copies = tempdir().unwrap();
    let into = copies.path().join("copy");
    remote::fetch(&program(), &url, None, &into, &file()).unwrap();
    for text in ["2", "3", "4"] {
        work.write("a", text);
        work.write("b", text);
        work.commit_all();
        // A killed process leaves a half-made folder and a lock that nobody holds.
        let half = copies.path().join(".copy.new");
        fs::create_dir_all(half.join(".git")).unwrap();
        fs::write(half.join(".git/index.lock"), "").unwrap();
        fs::write(into.join(".git/index.lock"), "").unwrap();
        fs::write(into.join(".git/shallow.lock"), "").unwrap();
        remote::fetch(&program(), &url, None, &into, &file()).unwrap();
        assert_eq!(fs::read_to_string(into.join("a")).unwrap(), text);
        assert_eq!(fs::read_to_string(into.join("b")).unwrap(), text);
        assert!(!half.exists());
    }
}
