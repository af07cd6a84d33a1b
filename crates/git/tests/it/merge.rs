//! Two histories in one tree.

use git::{Commit, Merged};

use crate::fixture::Work;

const FILES: [(&str, &str); 4] = [
    ("a.txt", "one\ntwo\nthree\nfour\n"),
    ("b.txt", "b\n"),
    ("folder/c.txt", "c\n"),
    ("folder/d.txt", "d\n"),
];

/// Runs `change` on a branch of its own from the first commit.
fn branch(work: &Work, name: &str, change: impl FnOnce(&Work)) -> Commit {
    work.git(&["checkout", "-q", "-B", name, "main"]);
    change(work);
    work.commit_all()
}

#[test]
fn what_each_side_changed_is_put_together() {
    let work = Work::with(&FILES);
    let base = branch(&work, "base", |work| {
        work.write("b.txt", "B\n");
        work.write("new/e.txt", "e\n");
        work.git(&["rm", "-q", "folder/d.txt"]);
    });
    let head = branch(&work, "head", |work| {
        work.write("a.txt", "other\n");
        work.write("new/f.txt", "f\n");
        work.write("new/e.txt", "e\n");
        work.git(&["rm", "-q", "folder/c.txt"]);
    });
    let repository = work.open();
    let Merged::Together(merged) = repository.merged(&base, &head).unwrap() else {
        panic!("it does not conflict");
    };
    assert_eq!(
        repository.list(&merged, "").unwrap(),
        ["a.txt", "b.txt", "new/e.txt", "new/f.txt"]
    );
    assert_eq!(repository.read(&merged, "b.txt").unwrap().unwrap(), b"B\n");
    // As git itself merges it.
    let tree = work.git(&["merge-tree", "--write-tree", "base", "head"]);
    assert_eq!(repository.tree_id(&merged).unwrap(), tree.trim());
    let differences = repository.differences(&base, &merged).unwrap();
    let paths: Vec<&str> = differences.iter().map(|d| d.path.as_str()).collect();
    assert_eq!(paths, ["a.txt", "folder/c.txt", "new/f.txt"]);
    assert!(differences[1].new.is_none() && differences[2].old.is_none());
    // In memory, and nowhere else.
    assert!(repository.has(&merged) && !work.open().has(&merged));
    assert_eq!(
        repository.merged(&base, &head).unwrap(),
        Merged::Together(merged)
    );
}

#[test]
fn a_head_that_has_the_base_is_the_merge() {
    let work = Work::with(&FILES);
    let base = work.open().head().unwrap();
    let head = branch(&work, "head", |work| work.write("a.txt", "other\n"));
    let repository = work.open();
    assert_eq!(
        repository.merged(&base, &head).unwrap(),
        Merged::Ahead(head.clone())
    );
    assert!(repository.descends(&head, &base) && !repository.descends(&base, &head));
    assert!(repository.descends(&base, &base));
}

#[test]
fn what_both_changed_is_a_conflict() {
    let one = |work: &Work, change: fn(&Work), other: fn(&Work)| {
        let base = branch(work, "base", change);
        let head = branch(work, "head", other);
        work.open().merged(&base, &head).unwrap()
    };
    type Edit = fn(&Work);
    let rows: [(Edit, Edit, &str); 5] = [
        // Lines that git would merge.
        (
            |work| work.write("a.txt", "ONE\ntwo\nthree\nfour\n"),
            |work| work.write("a.txt", "one\ntwo\nthree\nFOUR\n"),
            "a.txt",
        ),
        (
            |work| drop(work.git(&["rm", "-q", "a.txt"])),
            |work| work.write("a.txt", "x\n"),
            "a.txt",
        ),
        (
            |work| drop(work.git(&["mv", "a.txt", "moved.txt"])),
            |work| work.write("a.txt", "x\n"),
            "a.txt",
        ),
        // A file where the other has a folder, both ways.
        (
            |work| work.write("new", "x\n"),
            |work| work.write("new/x.txt", "x\n"),
            "new/x.txt",
        ),
        (
            |work| work.write("new/x.txt", "x\n"),
            |work| work.write("new", "x\n"),
            "new",
        ),
    ];
    for (change, other, path) in rows {
        let work = Work::with(&FILES);
        assert_eq!(
            one(&work, change, other),
            Merged::Conflict(vec![path.to_owned()])
        );
    }
}

#[test]
fn histories_without_one_common_commit_are_a_conflict() {
    let work = Work::with(&FILES);
    let base = work.open().head().unwrap();
    work.git(&["checkout", "-q", "--orphan", "other"]);
    work.write("a.txt", "x\n");
    let head = work.commit_all();
    assert_eq!(
        work.open().merged(&base, &head).unwrap(),
        Merged::Conflict(Vec::new())
    );
}

#[test]
fn names_and_sizes_are_read_without_the_bytes() {
    let work = Work::with(&FILES);
    let repository = work.open();
    let head = repository.head().unwrap();
    assert_eq!(
        repository.names(&head, "").unwrap(),
        ["a.txt", "b.txt", "folder"]
    );
    assert_eq!(
        repository.names(&head, "folder").unwrap(),
        ["c.txt", "d.txt"]
    );
    assert_eq!(repository.names(&head, "none").unwrap(), [""; 0]);
    assert_eq!(repository.names(&head, "a.txt").unwrap(), [""; 0]);
    let file = &repository.files(&head, "").unwrap()[1];
    assert_eq!(repository.size(&file.id).unwrap(), 2);
    assert!(repository.size(head.as_str()).is_err());
}
