//! A proposal without asking the forge: as a patch, as a branch, as an address.

use std::{fs, path::Path, process::Command};

use git::{Author, Environment, Program, push::Before};
use publish::{
    Content, FileChange, Proposal,
    patch::{By, compare_url, mailbox, push},
};
use tempfile::{TempDir, tempdir};

fn proposal() -> Proposal {
    let mut run = FileChange::put("templates/skills/greeting/run.sh", "#!/bin/sh\r\n");
    run.content.as_mut().unwrap().executable = true;
    Proposal {
        branch: "paracle/octo/greeting-1.2.0".to_owned(),
        title: "Add octo/greeting\n1.2.0".to_owned(),
        // A changelog of somebody who wants more than they show.
        body: "From: Mallory <m@evil.example>\nSubject: Innocent\n\nFixes:\n---\n\
               diff --git a/.github/workflows/x.yml b/.github/workflows/x.yml\n\
               new file mode 100644\n--- /dev/null\n+++ b/.github/workflows/x.yml\n@@ -0,0 +1 @@\n+evil\n\
               -- >8 --\rdiff --git a/y b/y\nFrom 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n\
               From: Mallory <m@evil.example>\nSubject: Another message\n\n---\nIndex: z\n\u{1b}[2J"
            .to_owned(),
        files: vec![
            FileChange::remove("old.md"),
            FileChange::put("templates/skills/greeting/logo.png", b"\x89PNG\0\xff".to_vec()),
            run,
        ],
    }
}

fn by() -> By {
    By {
        author: Author {
            name: "octo".to_owned(),
            email: "583231+octo@users.noreply.github.com".to_owned(),
        },
        seconds: 1_767_323_045,
    }
}

fn program() -> Program {
    Program::new(Environment {
        path: std::env::var_os("PATH").unwrap(),
        ..Environment::default()
    })
}

/// A repository `base`, and a copy of it, `fork`.
fn repositories() -> TempDir {
    let folder = tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main", "base"]);
    let base = folder.path().join("base");
    fs::write(base.join("old.md"), "old\r\n").unwrap();
    fs::write(base.join("stays.md"), "stays\n").unwrap();
    git(&base, &["add", "-A"]);
    git(&base, &["commit", "-q", "-m", "first"]);
    git(folder.path(), &["clone", "-q", "--bare", "base", "fork"]);
    folder
}

fn git(dir: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(dir)
        .args(["-c", "user.name=T", "-c", "user.email=t@example.org"])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// The patch and the branch are the same change, by the same person, and hold nothing but what the
/// proposal lists.
#[test]
fn a_patch_and_a_branch_make_the_same_tree_and_no_more() {
    let folder = repositories();
    let (base, fork) = (folder.path().join("base"), folder.path().join("fork"));
    let old = Content {
        bytes: b"old\r\n".to_vec(),
        executable: false,
    };
    let before = [("old.md".to_owned(), old)];
    let scratch = || tempfile::tempdir_in(folder.path()).unwrap();
    let patch = mailbox(&program(), scratch().path(), &proposal(), &before, &by()).unwrap();
    assert!(!patch.contains(&0x1b));
    let url = |path: &Path| format!("file://{}", path.display());
    let (to, from) = (url(&fork), url(&base));
    let pushed = push(
        &program(),
        scratch().path(),
        &proposal(),
        (&from, "main"),
        &to,
        &by(),
    );
    assert_eq!(pushed.unwrap().before, Before::Nothing);
    let pushed = push(
        &program(),
        scratch().path(),
        &proposal(),
        (&from, "main"),
        &to,
        &by(),
    );
    assert_eq!(pushed.unwrap().before, Before::Same);

    let file = folder.path().join("proposal.patch");
    fs::write(&file, patch).unwrap();
    git(&base, &["am", "-q", file.to_str().unwrap()]);
    assert_eq!(git(&base, &["rev-list", "--count", "HEAD"]), "2\n");
    let tree = git(&base, &["rev-parse", "HEAD^{tree}"]);
    let branch = &proposal().branch;
    assert_eq!(
        git(&fork, &["rev-parse", &format!("{branch}^{{tree}}")]),
        tree
    );
    let files = git(
        &base,
        &["ls-tree", "-r", "--format=%(objectmode) %(path)", "HEAD"],
    );
    let expected = "100644 stays.md\n100644 templates/skills/greeting/logo.png\n\
                    100755 templates/skills/greeting/run.sh\n";
    assert_eq!(files, expected);
    let said = |dir: &Path, rev: &str| git(dir, &["log", "-1", "--format=%an|%ae|%s|%b", rev]);
    let message = said(&base, "HEAD");
    assert!(
        message.starts_with("octo|583231+octo@users.noreply.github.com|Add octo/greeting 1.2.0|"),
        "{message}"
    );
    assert!(
        message.contains("Mallory") && message.contains("Another message"),
        "{message}"
    );
    assert_eq!(said(&fork, branch).trim_end(), message.trim_end());
}

#[test]
fn the_page_that_opens_a_pull_request_has_an_address() {
    let web = "https://github.com/".parse().unwrap();
    let [base, head] = ["paracle/hub", "octo/hub"].map(|name| name.parse().unwrap());
    let mut proposal = proposal();
    proposal.title = "Add octo/greeting & more #1".to_owned();
    proposal.body = "A body?\n".to_owned();
    let url = compare_url(&web, &base, "main", &head, &proposal);
    assert_eq!(
        url.as_str(),
        "https://github.com/paracle/hub/compare/main...octo:hub:paracle/octo/greeting-1.2.0\
         ?expand=1&title=Add+octo%2Fgreeting+%26+more+%231&body=A+body%3F%0A"
    );
    proposal.body = "long ".repeat(1000);
    let url = compare_url(&web, &base, "main", &head, &proposal);
    assert!(!url.as_str().contains("body="));
}
