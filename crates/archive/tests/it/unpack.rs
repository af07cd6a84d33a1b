//! What reaches a disk.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use archive::{Contents, Entry, Limits, pack, read, unpack};
use tempfile::tempdir;

use crate::file;

fn contents(entries: Vec<Entry>) -> Contents {
    read(&pack(entries).unwrap().gzip, &Limits::default()).unwrap()
}

fn sample() -> Contents {
    contents(vec![
        file("a-b", b"0"),
        file("a/b/c.txt", b"1"),
        file("a/b/d/e", b"2"),
        file("a/c", b"3"),
        file("b/x", b"4"),
        Entry {
            executable: true,
            ..file("run.sh", b"#!/bin/sh\n")
        },
    ])
}

#[test]
fn files_arrive_with_their_modes() {
    let dir = tempdir().unwrap();
    unpack(&sample(), dir.path()).unwrap();
    for entry in sample().entries {
        let path = dir.path().join(&entry.path);
        assert_eq!(fs::read(&path).unwrap(), entry.bytes);
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode, if entry.executable { 0o755 } else { 0o644 });
    }
    let names = fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(names, 4, "a-b, a, b, run.sh");
}

#[test]
fn planted_links_are_not_written_through() {
    let outside = tempdir().unwrap();
    fs::write(outside.path().join("kept"), "kept").unwrap();
    let kept = outside.path().join("kept");
    let planted: [(&str, &std::path::Path); 5] = [
        ("a", outside.path()),
        ("run.sh", &kept),
        ("run.sh", "dangling".as_ref()),
        ("b", ".".as_ref()),
        ("a-b", "run.sh".as_ref()),
    ];
    for (name, target) in planted {
        let dir = tempdir().unwrap();
        symlink(target, dir.path().join(name)).unwrap();
        let error = unpack(&sample(), dir.path()).unwrap_err();
        assert_eq!(error.code(), "unpack-in-the-way", "{name}: {error}");
        assert_eq!(error.to_string(), format!("`{name}` is already there"));
        assert!(
            fs::symlink_metadata(dir.path().join(name))
                .unwrap()
                .is_symlink()
        );
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(&kept).unwrap(), "kept");
}

#[test]
fn nothing_is_overwritten_or_joined() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("a-b"), "mine").unwrap();
    assert_eq!(
        unpack(&sample(), dir.path()).unwrap_err().code(),
        "unpack-in-the-way"
    );
    assert_eq!(fs::read_to_string(dir.path().join("a-b")).unwrap(), "mine");

    let dir = tempdir().unwrap();
    fs::create_dir(dir.path().join("a")).unwrap();
    assert_eq!(
        unpack(&sample(), dir.path()).unwrap_err().code(),
        "unpack-in-the-way"
    );
    assert_eq!(fs::read_dir(dir.path().join("a")).unwrap().count(), 0);

    let missing = dir.path().join("missing");
    assert_eq!(
        unpack(&sample(), &missing).unwrap_err().code(),
        "unpack-folder"
    );
}

/// Contents that did not come out of `read` are checked as if they had.
#[test]
fn made_up_contents_are_checked() {
    let cases = [
        ("../evil", "path-escapes"),
        ("/tmp/evil", "path-absolute"),
        (".git/hooks/post-checkout", "path-git"),
        ("A-B", "collision"),
    ];
    for (path, expected) in cases {
        let parent = tempdir().unwrap();
        let dir = parent.path().join("dir");
        fs::create_dir(&dir).unwrap();
        let mut contents = sample();
        contents.entries.insert(0, file(path, b"evil"));
        assert_eq!(unpack(&contents, &dir).unwrap_err().code(), expected);
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }
}

/// The order of made-up contents does not matter either.
#[test]
fn unsorted_contents_are_sorted() {
    let dir = tempdir().unwrap();
    let mut contents = sample();
    contents.entries.reverse();
    unpack(&contents, dir.path()).unwrap();
    assert_eq!(fs::read(dir.path().join("a/b/d/e")).unwrap(), b"2");
}
