//! Reading commits.

use std::time::{Duration, Instant};

use git::{Mode, Repository};

use crate::fixture::{Work, run};

fn sample() -> Work {
    let work = Work::with(&[
        ("a/b.txt", "b"),
        ("a/c/d.txt", "d"),
        ("a-b", "0"),
        ("run.sh", "#!/bin/sh\n"),
        ("größe.txt", "äöü"),
    ]);
    std::os::unix::fs::symlink("a/b.txt", work.path("link")).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(work.path("run.sh"), executable).unwrap();
    work.git(&["add", "-A"]);
    work.git(&["commit", "-q", "-m", "modes"]);
    work
}

#[test]
fn a_repository_is_found_from_below() {
    let work = sample();
    let root = work.root().canonicalize().unwrap();
    for path in ["", "a", "a/c", "a/b.txt"] {
        let repository = Repository::open(&work.path(path)).unwrap();
        assert_eq!(repository.root().canonicalize().unwrap(), root, "{path}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let error = Repository::open(elsewhere.path()).unwrap_err();
    assert_eq!(error.code(), "git-not-a-repository");
    let error = Repository::open(&elsewhere.path().join("missing")).unwrap_err();
    assert_eq!(error.code(), "git-not-a-repository");
}

#[test]
fn heads() {
    let empty = Work::new();
    assert_eq!(empty.open().head().unwrap_err().code(), "git-unborn");
    assert_eq!(
        empty.open().resolve("HEAD").unwrap_err().code(),
        "git-unknown-revision"
    );

    let work = sample();
    let first = work.open().resolve("HEAD~1").unwrap();
    let second = work.open().head().unwrap();
    assert_ne!(first, second);
    work.git(&["checkout", "-q", "--detach", first.as_str()]);
    assert_eq!(work.open().head().unwrap(), first, "detached");
}

#[test]
fn revisions() {
    let work = sample();
    let head = work.open().head().unwrap();
    work.git(&["tag", "-a", "-m", "annotated", "v1"]);
    work.git(&["tag", "of-a-file", "HEAD:a-b"]);
    let repository = work.open();
    for rev in [
        "HEAD",
        "main",
        "v1",
        "refs/heads/main",
        head.as_str(),
        &head.as_str()[..10],
    ] {
        assert_eq!(repository.resolve(rev).unwrap(), head, "{rev}");
    }
    let cases = [
        ("", "git-bad-revision"),
        ("-n1", "git-bad-revision"),
        ("--upload-pack=x", "git-bad-revision"),
        ("a\nb", "git-bad-revision"),
        ("nothing", "git-unknown-revision"),
        ("of-a-file", "git-unknown-revision"),
        ("HEAD~9", "git-unknown-revision"),
        (
            "0000000000000000000000000000000000000001",
            "git-unknown-revision",
        ),
    ];
    for (rev, expected) in cases {
        let error = repository.resolve(rev).unwrap_err();
        assert_eq!(error.code(), expected, "{rev}");
        assert!(!error.to_string().contains('\n'));
    }
    assert!(repository.has(&head));
    assert!(!repository.has(&"0".repeat(40).parse().unwrap()));
    for wrong in [
        "",
        "HEAD",
        &head.as_str()[1..],
        &head.as_str().to_uppercase(),
    ] {
        assert!(wrong.parse::<git::Commit>().is_err() || wrong.bytes().all(|b| b.is_ascii_digit()));
    }
}

#[test]
fn files_come_sorted_with_their_modes() {
    let work = sample();
    let repository = work.open();
    let head = repository.head().unwrap();
    let files = repository.files(&head, "").unwrap();
    let seen: Vec<(&str, Mode)> = files.iter().map(|f| (f.path.as_str(), f.mode)).collect();
    let expected = [
        ("a-b", Mode::File),
        ("a/b.txt", Mode::File),
        ("a/c/d.txt", Mode::File),
        ("größe.txt", Mode::File),
        ("link", Mode::Link),
        ("run.sh", Mode::Executable),
    ];
    assert_eq!(seen, expected);
    assert_eq!(repository.blob(&files[3].id).unwrap(), "äöü".as_bytes());

    assert_eq!(repository.list(&head, "a").unwrap(), ["b.txt", "c/d.txt"]);
    assert_eq!(repository.list(&head, "a/").unwrap(), ["b.txt", "c/d.txt"]);
    assert_eq!(repository.list(&head, "nowhere").unwrap(), [""; 0]);
    assert_eq!(
        repository.list(&head, "a/b.txt").unwrap_err().code(),
        "git-not-a-folder"
    );
    assert_eq!(
        repository.list(&head, "link").unwrap_err().code(),
        "git-not-a-folder"
    );
    let none = "0".repeat(40).parse().unwrap();
    assert_eq!(
        repository.list(&none, "").unwrap_err().code(),
        "git-missing-object"
    );
}

#[test]
fn bytes() {
    let work = sample();
    let repository = work.open();
    let head = repository.head().unwrap();
    assert_eq!(repository.read(&head, "a/b.txt").unwrap().unwrap(), b"b");
    for path in ["a", "a/x", "link", "", "../work/a-b", "/a-b"] {
        assert_eq!(repository.read(&head, path).unwrap(), None, "{path}");
    }
    let tree = work.git(&["rev-parse", "HEAD^{tree}"]);
    for id in [tree.trim(), head.as_str(), "", "x", "-p", &"1".repeat(40)] {
        assert_eq!(
            repository.blob(id).unwrap_err().code(),
            "git-missing-object",
            "{id}"
        );
    }
}

/// 65 MiB of zeros are 64 KB in git.
#[test]
fn a_large_blob_is_not_inflated() {
    let work = sample();
    let zeros = work.raw.blob(&vec![0; 65 << 20]).unwrap();
    let error = work.open().blob(&zeros.to_string()).unwrap_err();
    assert_eq!(error.code(), "git-too-big");
}

#[test]
fn shallow_and_bare() {
    let work = sample();
    let copies = tempfile::tempdir().unwrap();
    let url = format!("file://{}", work.root().display());
    run(
        copies.path(),
        &["clone", "-q", "--depth=1", &url, "shallow"],
    );
    let shallow = Repository::open(&copies.path().join("shallow")).unwrap();
    let head = work.open().head().unwrap();
    assert_eq!(shallow.head().unwrap(), head);
    assert_eq!(shallow.list(&head, "").unwrap().len(), 6);
    let before = work.open().resolve("HEAD~1").unwrap();
    assert!(!shallow.has(&before));
    assert_eq!(
        shallow.changes_between(&before, &head).unwrap_err().code(),
        "git-missing-object"
    );
    assert_eq!(shallow.remote_url("origin").unwrap(), url);
    assert_eq!(shallow.remote_url("other"), None);

    run(copies.path(), &["clone", "-q", "--bare", &url, "bare"]);
    let bare = Repository::open(&copies.path().join("bare")).unwrap();
    assert_eq!(bare.list(&head, "a").unwrap().len(), 2);
    assert_eq!(bare.changes(&head).unwrap_err().code(), "git-bare");
    assert_eq!(bare.is_clean("").unwrap_err().code(), "git-bare");
}

#[test]
fn cleanliness_is_told_by_folder() {
    let work = Work::with(&[
        ("a/x", "1"),
        ("b/x", "1"),
        ("[ab]/x", "1"),
        (".gitignore", "*.log\n"),
    ]);
    work.write("a/x.log", "ignored");
    let repository = work.open();
    assert!(repository.is_clean("").unwrap());
    work.write("b/new", "1");
    assert!(!repository.is_clean("").unwrap());
    assert!(!repository.is_clean("b").unwrap());
    assert!(!repository.is_clean("b/new").unwrap());
    work.write("c/d/e/new", "1");
    for path in ["c", "c/d", "c/d/e/new"] {
        assert!(!repository.is_clean(path).unwrap(), "{path}");
    }
    assert!(repository.is_clean("nowhere").unwrap());
    assert!(repository.is_clean("a").unwrap());
    assert!(
        repository.is_clean("[ab]").unwrap(),
        "a path, not a pattern"
    );
    work.write("a/x", "other");
    assert!(!repository.is_clean("a/").unwrap());
    work.git(&["add", "-A"]);
    assert!(!repository.is_clean("a").unwrap(), "staged");
    work.commit_all();
    assert!(work.open().is_clean("").unwrap());
}

#[test]
fn fifty_thousand_files_are_listed_quickly() {
    let work = Work::new();
    let blob = work.blob("x");
    let names: Vec<String> = (0..500).map(|n| format!("name-of-a-file-{n:03}")).collect();
    let leaves: Vec<_> = names
        .iter()
        .take(100)
        .map(|n| ("100644", n.as_bytes(), blob))
        .collect();
    let mut folders = Vec::new();
    for name in &names {
        let one = work.blob(name);
        let mut leaves = leaves.clone();
        leaves.push(("100644", b"zz", one));
        folders.push(("40000", name.as_bytes(), work.tree(&leaves)));
    }
    let head = work.commit_tree("main", work.tree(&folders));
    let repository = work.open();
    let start = Instant::now();
    assert_eq!(repository.list(&head, "").unwrap().len(), 50_500);
    assert_eq!(repository.files(&head, &names[7]).unwrap().len(), 101);
    let took = start.elapsed();
    eprintln!("listing 50,500 files took {took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn what_is_there_came_with_a_commit() {
    let work = Work::new();
    let mut commits = Vec::new();
    for (second, path, text) in [
        (1_000, "kept/a.txt", "one"),
        (2_000, "kept/a.txt", "two"),
        (3_000, "other.txt", "x"),
        (4_000, "other.txt", "y"),
    ] {
        work.write(path, text);
        work.git(&["add", "-A"]);
        let tree = git2::Oid::from_str(work.git(&["write-tree"]).trim()).unwrap();
        let repository = git2::Repository::open(work.root()).unwrap();
        let time = git2::Time::new(second, 0);
        let person = git2::Signature::new("x", "x@example.com", &time).unwrap();
        let tree = repository.find_tree(tree).unwrap();
        let parent = commits
            .last()
            .map(|id| repository.find_commit(*id).unwrap());
        let parents: Vec<_> = parent.iter().collect();
        let made = repository.commit(None, &person, &person, "x", &tree, &parents);
        commits.push(made.unwrap());
    }
    let brought = |commit: usize, path| {
        let commit = commits[commit].to_string().parse().unwrap();
        work.open().brought(&commit, path).unwrap()
    };
    assert_eq!(brought(3, "kept"), Some(2_000));
    assert_eq!(brought(0, "kept"), Some(1_000));
    assert_eq!(brought(3, "other.txt"), Some(4_000));
    assert_eq!(brought(2, "other.txt"), Some(3_000));
    assert_eq!(brought(3, "nothing"), None);
    let unknown = "1".repeat(40).parse().unwrap();
    assert!(work.open().brought(&unknown, "kept").is_err());
}
