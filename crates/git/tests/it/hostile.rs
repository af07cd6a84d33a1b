//! Trees that no honest program writes.

use std::time::{Duration, Instant};

use git::{ChangeKind, Mode};
use git2::Oid;

use crate::fixture::Work;

/// Names are handed on as they are, so that a rule can name them; nothing is resolved.
#[test]
fn odd_names_are_seen_and_not_followed() {
    let work = Work::new();
    let blob = work.blob("x");
    let target = work.blob("/etc/passwd");
    let config = work.tree(&[("100644", b"config", blob)]);
    let other = Oid::from_str("1234567890123456789012345678901234567890").unwrap();
    let tree = work.tree(&[
        ("100644", b"-rf", blob),
        ("40000", b".GIT", config),
        ("40000", b".git", config),
        ("100664", b"C:\\x", blob),
        ("40000", b"git~1", config),
        ("120000", b"link", target),
        ("100755", b"nul", blob),
        ("160000", b"sub", other),
        ("100644", "\u{202e}txt".as_bytes(), blob),
    ]);
    let head = work.commit_tree("main", tree);
    let repository = work.open();
    let files = repository.files(&head, "").unwrap();
    let seen: Vec<(&str, Mode)> = files.iter().map(|f| (f.path.as_str(), f.mode)).collect();
    let expected = [
        ("-rf", Mode::File),
        (".GIT/config", Mode::File),
        (".git/config", Mode::File),
        ("C:\\x", Mode::File),
        ("git~1/config", Mode::File),
        ("link", Mode::Link),
        ("nul", Mode::Executable),
        ("sub", Mode::Submodule),
        ("\u{202e}txt", Mode::File),
    ];
    assert_eq!(seen, expected);
    assert_eq!(repository.read(&head, "link").unwrap(), None);
    assert_eq!(repository.read(&head, "sub").unwrap(), None);
    assert_eq!(
        repository.list(&head, "sub").unwrap_err().code(),
        "git-not-a-folder"
    );

    let base = work.commit_tree("base", work.tree(&[]));
    let changes = repository.changes_between(&base, &head).unwrap();
    assert_eq!(changes.len(), files.len());
    assert!(changes.iter().all(|c| c.kind == ChangeKind::Added));
}

#[test]
fn malformed_trees_are_refused() {
    let work = Work::new();
    let blob = work.blob("x");
    let sub = work.tree(&[("100644", b"x", blob)]);
    let missing = Oid::from_str("1234567890123456789012345678901234567890").unwrap();
    let base = work.commit_tree("base", work.tree(&[]));
    let cases = [
        (
            "parent",
            work.tree(&[("40000", b"..", sub)]),
            "git-bad-tree",
        ),
        ("itself", work.tree(&[("40000", b".", sub)]), "git-bad-tree"),
        (
            "slash",
            work.tree(&[("100644", b"../../x", blob)]),
            "git-bad-tree",
        ),
        (
            "twice",
            work.tree(&[("100644", b"a", blob), ("100755", b"a", blob)]),
            "git-bad-tree",
        ),
        (
            "file and folder",
            work.tree(&[("100644", b"a", blob), ("40000", b"a", sub)]),
            "git-bad-tree",
        ),
        (
            "not UTF-8",
            work.tree(&[("100644", b"a\xff", blob)]),
            "git-bad-tree",
        ),
        ("mode", work.tree(&[("060000", b"a", blob)]), "git-bad-tree"),
        (
            "no such tree",
            work.tree(&[("40000", b"a", missing)]),
            "git-missing-object",
        ),
        (
            "a blob for a tree",
            work.tree(&[("40000", b"a", blob)]),
            "git-missing-object",
        ),
    ];
    for (what, tree, expected) in cases {
        let head = work.commit_tree("head", tree);
        let repository = work.open();
        for result in [
            repository.files(&head, "").map(drop),
            repository.list(&head, "").map(drop),
            repository.changes_between(&base, &head).map(drop),
            repository.changes_between(&head, &base).map(drop),
        ] {
            assert_eq!(result.map_err(|e| e.code()), Err(expected), "{what}");
        }
    }
}

/// Ten trees that each name the next one ten times describe ten thousand million files.
#[test]
fn a_bomb_of_trees_is_left() {
    let work = Work::new();
    let names: Vec<String> = (0..10).map(|n| format!("f{n}")).collect();
    let mut tree = work.blob("x");
    for level in 0..10 {
        let mode = if level == 0 { "100644" } else { "40000" };
        let entries: Vec<_> = names.iter().map(|n| (mode, n.as_bytes(), tree)).collect();
        tree = work.tree(&entries);
    }
    let head = work.commit_tree("head", tree);
    let base = work.commit_tree("base", work.tree(&[]));
    let start = Instant::now();
    let error = work.open().changes_between(&base, &head).unwrap_err();
    assert_eq!(error.code(), "git-bad-tree");
    assert!(error.to_string().contains("too many files"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(20));
    // Against itself nothing has to be walked.
    assert_eq!(work.open().changes_between(&head, &head).unwrap(), []);
}

#[test]
fn deep_trees_are_left() {
    let work = Work::new();
    let mut tree = work.tree(&[("100644", b"x", work.blob("x"))]);
    for _ in 0..5_000 {
        tree = work.tree(&[("40000", b"d", tree)]);
    }
    let head = work.commit_tree("head", tree);
    let error = work.open().list(&head, "").unwrap_err();
    assert_eq!(error.code(), "git-bad-tree");
}
