//! A forge and a repository of the `git` program have the same commits.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; it starts git, and looks for Node in the environment"
)]

use std::{fs, path::Path, process::Command};

use emulator::{Emulator, Parts, Wanted};
use serde_json::{Value, json};

/// An author whose name and clock are no ASCII and no UTC.
const IDENTITY: [(&str, &str); 6] = [
    ("GIT_AUTHOR_NAME", "Zoë"),
    ("GIT_AUTHOR_EMAIL", "zoe@example.org"),
    ("GIT_AUTHOR_DATE", "2020-01-02T03:04:05-0330"),
    ("GIT_COMMITTER_NAME", "T"),
    ("GIT_COMMITTER_EMAIL", "t@example.org"),
    ("GIT_COMMITTER_DATE", "2020-01-02T03:04:05+0000"),
];

fn git(folder: &Path, args: &[&str]) -> String {
    let mut git = Command::new("git");
    let output = git.current_dir(folder).args(args).envs(IDENTITY).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_forge_and_a_repository_keep_step() {
    let parts = match Parts::given(|name| std::env::var_os(name)) {
        Ok(parts) => parts,
        Err(why) => return println!("skipped: {why}"),
    };
    let forge = Emulator::start(&parts)
        .unwrap()
        .forge(&Wanted {
            people: &["octo", "anna"],
            repositories: json!([{ "owner": "octo", "name": "hub" }]),
            is_checked: false,
            has_workflows: false,
        })
        .unwrap();
    let ask = |login: &str, method: &str, path: &str, body: Value| {
        let (status, value) = forge.ask(login, method, path, &body).unwrap();
        assert!(status < 300, "{method} {path}: {status} {value}");
        value
    };
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    git(here, &["init", "-q", "-b", "main"]);
    fs::create_dir(here.join("a")).unwrap();
    for (path, bytes) in [
        ("a.b", &b"\0\xff"[..]),
        ("a/run.sh", b"echo\r\n"),
        ("ü", b""),
    ] {
        fs::write(here.join(path), bytes).unwrap();
    }
    git(here, &["add", "."]);
    git(here, &["update-index", "--chmod=+x", "a/run.sh"]);
    git(here, &["commit", "-qm", "Begin\n\nmore\n\nlines"]);
    git(here, &["commit", "-q", "--allow-empty", "-m", "Go on"]);
    forge.push("octo/hub", here, "main").unwrap();
    let main = ask(
        "anna",
        "GET",
        "/repos/octo/hub/git/ref/heads/main",
        Value::Null,
    );
    assert_eq!(main["object"]["sha"], git(here, &["rev-parse", "main"]));

    ask("anna", "POST", "/repos/octo/hub/forks", json!({}));
    let file = json!({ "message": "Add a file", "content": "aGk=", "branch": "main" });
    ask("anna", "PUT", "/repos/anna/hub/contents/new.txt", file);
    let pull = json!({ "title": "A file", "head": "anna:main", "base": "main" });
    let pull = ask("anna", "POST", "/repos/octo/hub/pulls", pull);
    let files = ask("anna", "GET", "/repos/octo/hub/pulls/1/files", Value::Null);
    assert_eq!(files[0]["filename"], "new.txt");
    assert_eq!(files.as_array().unwrap().len(), 1);
    let head = &pull["head"]["sha"];
    let merged = json!({ "sha": head });
    let merged = ask("octo", "PUT", "/repos/octo/hub/pulls/1/merge", merged);
    forge.fetch("octo/hub", here).unwrap();
    assert_eq!(merged["sha"], git(here, &["rev-parse", "main"]));
    assert_eq!(*head, git(here, &["rev-parse", "refs/pull/1/head"]));
    assert_eq!(git(here, &["show", "main:new.txt"]), "hi");
    git(here, &["fsck", "--strict"]);
}
