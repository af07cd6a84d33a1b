//! A change as a mailbox.

use std::fs;

use git::{Author, Edit, Environment, GitError, NewFile, Program, Saying, patch::mailbox};
use tempfile::tempdir;

use crate::fixture::{Work, environment, program};

fn put<'a>(path: &'a str, bytes: &'a [u8]) -> Edit<'a> {
    let executable = path.ends_with(".sh");
    Edit {
        path,
        file: Some(NewFile { bytes, executable }),
    }
}

fn made(program: &Program, before: &[Edit<'_>], edits: &[Edit<'_>]) -> Result<Vec<u8>, GitError> {
    let author = Author {
        name: "Öcto".to_owned(),
        email: "octo@example.org".to_owned(),
    };
    let saying = Saying {
        message: "Grüße\n\nA text.\n",
        author: &author,
        seconds: 1_767_323_045,
    };
    mailbox(program, tempdir().unwrap().path(), before, edits, &saying)
}

/// Whatever the files hold, and whatever attributes come with them, `git am` makes the same of it.
#[test]
#[expect(clippy::too_many_lines, reason = "one story, in its order")]
fn git_am_makes_the_very_tree() {
    let binary: Vec<u8> = (0..=255).cycle().take(3000).collect();
    let odd = "we\u{eb}rd [x]*?\\\"name.txt";
    let edits = [
        put("text.md", b"one\n2\nthree\n"),
        put("new/binary.png", &binary),
        put("new/run.sh", b"#!/bin/sh\n"),
        put("crlf.txt", b"a\r\nb\r\n"),
        put(odd, b"c\rd\r\n"),
        put("no-newline", b"end"),
        put("empty", b""),
        put("latin", b"\xe9\xff\n"),
        put(
            "letter.txt",
            b"From nobody Mon Sep 17 00:00:00 2001\n---\ndiff --git a/x b/x\n",
        ),
        put(".gitattributes", b"* binary -diff eol=crlf filter=evil\n"),
        Edit {
            path: "gone/file",
            file: None,
        },
        Edit {
            path: "never/was",
            file: None,
        },
    ];
    let before = [
        put("text.md", b"one\ntwo\nthree\n"),
        put("gone/file", b"bye\r\n"),
    ];
    let patch = made(&program(), &before, &edits).unwrap();
    let work = Work::with(&[
        ("text.md", "one\ntwo\nthree\n"),
        ("gone/file", "bye\r\n"),
        ("other", "stays"),
    ]);
    let file = work.root().parent().unwrap().join("change.patch");
    fs::write(&file, &patch).unwrap();
    work.git(&["am", "-q", file.to_str().unwrap()]);
    for edit in edits {
        let object = format!("HEAD:{}", edit.path);
        match edit.file {
            Some(expected) => {
                let id = work.git(&["rev-parse", &object]);
                let id = git2::Oid::from_str(id.trim()).unwrap();
                let blob = work.raw.find_blob(id).unwrap();
                assert_eq!(blob.content(), expected.bytes, "{}", edit.path);
            }
            None => assert!(work.raw.revparse_single(&object).is_err()),
        }
    }
    let tree = work.git(&[
        "ls-tree",
        "-r",
        "-z",
        "--format=%(objectmode) %(path)",
        "HEAD",
    ]);
    assert_eq!(tree.split_terminator('\0').count(), 11, "{tree}");
    assert!(tree.contains("100755 new/run.sh") && tree.contains("100644 other"));
    let said = work.git(&["log", "-1", "--format=%an|%ae|%at|%B"]);
    let expected = "Öcto|octo@example.org|1767323045|Grüße\n\nA text.";
    assert_eq!(said.trim(), expected);
}

#[test]
fn the_same_change_is_the_same_text_whatever_the_users_settings() {
    let edits = [put("a", b"1\n"), put("b", b"\x00\x01")];
    let first = made(&program(), &[], &edits).unwrap();
    let home = tempdir().unwrap();
    let settings = "[format]\n\tsignature = x\n\tsubjectPrefix = HEY\n\tattach = yes\n[diff]\n\tnoprefix = true\n\tcontext = 9\n";
    fs::write(home.path().join(".gitconfig"), settings).unwrap();
    let other = Program::new(Environment {
        home: Some(home.path().to_owned()),
        ..environment()
    });
    assert_eq!(made(&other, &[], &edits).unwrap(), first);
    let text = String::from_utf8(first).unwrap();
    assert!(
        text.starts_with(&format!("From {} Mon Sep 17", "0".repeat(40))),
        "{text}"
    );
    assert!(
        text.contains("\nDate: Fri, 2 Jan 2026 03:04:05 +0000\n"),
        "{text}"
    );
}

#[test]
fn a_file_may_take_the_place_of_a_folder_and_the_other_way_round() {
    let before = [put("a/b", b"1\n"), put("c", b"2\n")];
    let remove = |path| Edit { path, file: None };
    let edits = [
        remove("a/b"),
        remove("c"),
        put("a", b"3\n"),
        put("c/d", b"4\n"),
    ];
    let patch = made(&program(), &before, &edits).unwrap();
    let work = Work::with(&[("a/b", "1\n"), ("c", "2\n")]);
    let file = work.root().parent().unwrap().join("change.patch");
    fs::write(&file, &patch).unwrap();
    work.git(&["am", "-q", file.to_str().unwrap()]);
    assert_eq!(work.git(&["ls-files"]), "a\nc/d\n");
}

#[test]
fn no_path_leads_out_of_the_tree() {
    for path in [
        "../a",
        "a/../b",
        ".git/config",
        "a//b",
        "/a",
        "",
        "a/.GIT/x",
        "a/",
    ] {
        let made = made(&program(), &[], &[put(path, b"x")]);
        assert!(made.is_err(), "{path:?}");
    }
}
