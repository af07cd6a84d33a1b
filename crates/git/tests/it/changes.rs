//! What differs, between commits and on the disk.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use git::{Change, ChangeKind, Commit, Repository};

use crate::fixture::{Work, run};

const A: ChangeKind = ChangeKind::Added;
const M: ChangeKind = ChangeKind::Modified;
const R: ChangeKind = ChangeKind::Removed;

fn pairs(changes: &[Change]) -> Vec<(&str, ChangeKind)> {
    changes.iter().map(|c| (c.path.as_str(), c.kind)).collect()
}

fn base() -> (Work, Commit) {
    let work = Work::with(&[
        (".gitignore", "*.log\nbuild/\n"),
        ("back", "1\n"),
        ("becomes-folder", "1\n"),
        ("becomes-link", "1\n"),
        ("folder/file", "1\n"),
        ("gone", "1\n"),
        ("gone-staged", "1\n"),
        ("kept", "1\n"),
        ("mode", "1\n"),
        ("moved", "long enough to be taken for a rename\n"),
        ("other", "1\n"),
        ("other-staged", "1\n"),
        ("untracked-now", "1\n"),
        ("untracked-now.log", "1\n"),
    ]);
    // `*.log` is ignored: this one is tracked all the same.
    work.git(&["add", "-f", "untracked-now.log"]);
    let base = work.commit_all();
    (work, base)
}

fn disturb(work: &Work) {
    work.write("other", "2\n");
    work.write("other-staged", "2\n");
    work.write("back", "2\n");
    work.write("new-staged", "1\n");
    work.write("forced.log", "1\n");
    work.write("staged-and-gone", "1\n");
    fs::remove_file(work.path("gone-staged")).unwrap();
    work.git(&["add", "-A"]);
    work.git(&["add", "-f", "forced.log"]);
    work.git(&["rm", "-q", "--cached", "untracked-now", "untracked-now.log"]);
    work.write("back", "1\n");
    work.write("new", "1\n");
    work.write("new-folder/a/b", "1\n");
    work.write("ignored.log", "1\n");
    work.write("build/out", "1\n");
    for path in [
        "gone",
        "staged-and-gone",
        "becomes-folder",
        "becomes-link",
        "folder/file",
    ] {
        fs::remove_file(work.path(path)).unwrap();
    }
    fs::remove_dir(work.path("folder")).unwrap();
    work.write("folder", "a file\n");
    work.write("becomes-folder/x", "1\n");
    symlink("kept", work.path("becomes-link")).unwrap();
    fs::set_permissions(work.path("mode"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(work.path("moved"), work.path("moved-here")).unwrap();
}

/// The oracle: what a commit of everything would have changed.
fn as_git_has_it(work: &Work, base: &Commit) -> String {
    work.git(&["add", "-A"]);
    let tree = work.git(&["write-tree"]);
    let args = [
        "diff-tree",
        "-r",
        "--no-renames",
        "--name-status",
        base.as_str(),
        tree.trim(),
    ];
    work.git(&args)
}

fn told(changes: &[Change]) -> String {
    changes.iter().fold(String::new(), |text, change| {
        let letter = match change.kind {
            ChangeKind::Added => 'A',
            ChangeKind::Modified => 'M',
            ChangeKind::Removed => 'D',
        };
        text + &format!("{letter}\t{}\n", change.path)
    })
}

#[test]
fn the_disk_against_a_commit_is_what_git_would_commit() {
    let (work, base) = base();
    assert_eq!(work.open().changes(&base).unwrap(), []);
    disturb(&work);
    let changes = work.open().changes(&base).unwrap();
    let expected = [
        ("becomes-folder", R),
        ("becomes-folder/x", A),
        ("becomes-link", M),
        ("folder", A),
        ("folder/file", R),
        ("forced.log", A),
        ("gone", R),
        ("gone-staged", R),
        ("mode", M),
        ("moved", R),
        ("moved-here", A),
        ("new", A),
        ("new-folder/a/b", A),
        ("new-staged", A),
        ("other", M),
        ("other-staged", M),
        ("untracked-now.log", R),
    ];
    assert_eq!(pairs(&changes), expected);
    let git = as_git_has_it(&work, &base).replace("T\tbecomes-link", "M\tbecomes-link");
    assert_eq!(told(&changes), git);
}

#[test]
fn the_disk_against_an_older_commit() {
    let (work, base) = base();
    work.write("added-since", "1\n");
    fs::remove_file(work.path("gone")).unwrap();
    let head = work.commit_all();
    work.write("added-later", "1\n");
    work.write("gone", "1\n");
    let repository = work.open();
    let since = repository.changes(&base).unwrap();
    assert_eq!(pairs(&since), [("added-later", A), ("added-since", A)]);
    let later = repository.changes(&head).unwrap();
    assert_eq!(pairs(&later), [("added-later", A), ("gone", A)]);
}

/// libgit2 alone takes every file that a sparse checkout leaves out for deleted.
#[test]
fn a_sparse_checkout_has_deleted_nothing() {
    let (work, base) = base();
    work.write("in/x", "1\n");
    work.write("out/x", "1\n");
    let head = work.commit_all();
    work.git(&["sparse-checkout", "set", "--cone", "in"]);
    assert!(!work.path("out").exists());
    assert_eq!(work.open().changes(&head).unwrap(), []);
    assert!(work.open().is_clean("").unwrap());
    work.write("in/x", "2\n");
    assert_eq!(pairs(&work.open().changes(&head).unwrap()), [("in/x", M)]);
    assert!(!work.open().is_clean("").unwrap());
    let since = work.open().changes(&base).unwrap();
    assert_eq!(pairs(&since), [("in/x", A), ("out/x", A)]);
}

#[test]
fn files_that_git_was_told_not_to_look_at_are_looked_at() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let (work, base) = base();
        work.git(&["update-index", flag, "kept"]);
        assert_eq!(work.open().changes(&base).unwrap(), []);
        work.write("kept", "another text\n");
        let changes = work.open().changes(&base).unwrap();
        assert_eq!(pairs(&changes), [("kept", M)], "{flag}");
    }
}

#[test]
fn line_endings_on_the_disk_are_not_changes() {
    let (work, _) = base();
    work.git(&["config", "core.autocrlf", "true"]);
    work.write("kept", "1\r\n");
    let head = work.open().head().unwrap();
    assert_eq!(work.open().changes(&head).unwrap(), []);
}

#[test]
fn two_commits() {
    let (work, base) = base();
    disturb(&work);
    let head = work.commit_all();
    let changes = work.open().changes_between(&base, &head).unwrap();
    let args = [
        "diff-tree",
        "-r",
        "--no-renames",
        "--name-status",
        base.as_str(),
        head.as_str(),
    ];
    let git = work
        .git(&args)
        .replace("T\tbecomes-link", "M\tbecomes-link");
    assert_eq!(told(&changes), git);
    assert!(changes.len() > 10);
    assert_eq!(work.open().changes_between(&head, &head).unwrap(), []);
    let back = work.open().changes_between(&head, &base).unwrap();
    assert_eq!(back.len(), changes.len());
}

/// A linked work tree has its own files and its own HEAD.
#[test]
fn linked_work_trees() {
    let (work, base) = base();
    let elsewhere = tempfile::tempdir().unwrap();
    let linked = elsewhere.path().join("linked");
    run(
        &work.root(),
        &[
            "worktree",
            "add",
            "-q",
            "-b",
            "side",
            linked.to_str().unwrap(),
        ],
    );
    fs::write(linked.join("new"), "1").unwrap();
    let repository = Repository::open(&linked).unwrap();
    assert_eq!(pairs(&repository.changes(&base).unwrap()), [("new", A)]);
    assert_eq!(work.open().changes(&base).unwrap(), []);
}

/// A repository inside the repository is one entry, as git would commit it.
#[test]
fn an_embedded_repository_is_one_path() {
    let (work, base) = base();
    fs::create_dir(work.path("inner")).unwrap();
    run(&work.path("inner"), &["init", "-q"]);
    fs::write(work.path("inner/x"), "1").unwrap();
    run(&work.path("inner"), &["add", "x"]);
    run(&work.path("inner"), &["commit", "-q", "-m", "x"]);
    assert_eq!(pairs(&work.open().changes(&base).unwrap()), [("inner", A)]);
}
