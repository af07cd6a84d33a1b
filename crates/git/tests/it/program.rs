//! How the program is started.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use git::{Environment, GitError, Program};
use tempfile::tempdir;

use crate::fixture::{Work, program};

/// A `git` that is a script.
fn pretend(script: &str) -> (tempfile::TempDir, Program) {
    let dir = tempdir().unwrap();
    let path = dir.path().join("git");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let mut search = OsString::from(dir.path());
    search.push(":/usr/bin:/bin");
    let program = Program::new(Environment {
        path: search,
        home: Some("/a/home".into()),
        more: vec![
            ("https_proxy".into(), "http://proxy".into()),
            ("GIT_SSH_COMMAND".into(), "evil".into()),
            ("GIT_DIR".into(), "/evil".into()),
        ],
    });
    (dir, program)
}

#[test]
fn the_environment_is_scrubbed() {
    let (dir, program) = pretend("env");
    let output = program.call("status", dir.path()).run().unwrap();
    let output = String::from_utf8(output).unwrap();
    let mut seen: Vec<&str> = output
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| !["PWD", "SHLVL", "_", "OLDPWD"].contains(name))
        .collect();
    seen.sort_unstable();
    let expected = [
        "GIT_ALLOW_PROTOCOL",
        "GIT_ATTR_NOSYSTEM",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_SSH_COMMAND",
        "GIT_TERMINAL_PROMPT",
        "HOME",
        "LC_ALL",
        "PATH",
        "https_proxy",
    ];
    assert_eq!(seen, expected);
    assert!(output.contains("GIT_ALLOW_PROTOCOL=\n"));
    assert!(!output.contains("evil"));
}

#[test]
fn operands_stand_behind_the_dashes() {
    let (dir, program) = pretend(r#"for a; do echo "$a"; done"#);
    let call = program
        .call("fetch", dir.path())
        .option("--quiet")
        .setting("a.b=c");
    let output = call.operand("https://x/y").unwrap().run().unwrap();
    let output = String::from_utf8(output).unwrap();
    let at = |arg: &str| output.lines().position(|line| line == arg).unwrap();
    assert!(at("core.hooksPath=/dev/null") < at("a.b=c"));
    assert!(at("a.b=c") < at("fetch"));
    assert!(at("fetch") < at("--quiet"));
    assert!(at("--quiet") < at("--"));
    assert!(at("--") < at("https://x/y"));
    for setting in [
        "core.fsmonitor=false",
        "protocol.ext.allow=never",
        "submodule.recurse=false",
    ] {
        at(setting);
    }
    for operand in ["-u./payload", "--upload-pack=x", "-", ""] {
        let error = program
            .call("fetch", dir.path())
            .operand(operand)
            .err()
            .unwrap();
        assert_eq!(error.code(), "git-option", "{operand}");
    }
}

#[test]
fn failures_tell_what_git_said_without_escapes() {
    let (dir, program) = pretend(
        r"yes filler | head -c 100000 >&2; printf '\033[31mfatal:\033[0m \033]0;t\007no\n' >&2; exit 3",
    );
    let error = program.call("fetch", dir.path()).run().unwrap_err();
    let GitError::Failed {
        command,
        code,
        stderr,
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!((command.as_str(), *code), ("fetch", Some(3)));
    assert!(stderr.ends_with("fatal: no\n"), "{stderr:?}");
    assert!(stderr.len() <= 16 << 10);
    assert!(!error.to_string().contains('\u{1b}'));
}

#[test]
fn what_does_not_come_back_is_killed_with_all_it_started() {
    let (dir, program) = pretend("echo so far >&2; sleep 60 & echo $! > child; sleep 60");
    let program = program.with_timeout(Duration::from_millis(300));
    let start = Instant::now();
    let error = program.call("fetch", dir.path()).run().unwrap_err();
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(error.code(), "git-timed-out");
    assert!(error.to_string().ends_with("so far"), "{error}");
    let child = fs::read_to_string(dir.path().join("child")).unwrap();
    let stat = Path::new("/proc").join(child.trim()).join("stat");
    let alive = || fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    let patience = Instant::now();
    while alive() && patience.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(!alive());
}

#[test]
fn much_output_neither_blocks_nor_fills_the_memory() {
    let (dir, program) = pretend("head -c 80000000 /dev/zero");
    let output = program.call("show", dir.path()).run().unwrap();
    assert_eq!(output.len(), 64 << 20);
}

#[test]
fn a_missing_program_is_told() {
    let dir = tempdir().unwrap();
    let program = Program::new(Environment {
        path: "/nowhere".into(),
        ..Environment::default()
    });
    let error = program.call("status", dir.path()).run().unwrap_err();
    assert_eq!(error.code(), "git-not-started");
}

#[test]
fn a_folder_is_not_taken_for_a_repository_further_up() {
    let work = Work::with(&[("below/a", "1")]);
    let (below, program) = (work.path("below"), program());
    program
        .call("rev-parse", &below)
        .option("--git-dir")
        .run()
        .unwrap();
    let call = program.call("rev-parse", &below).of_this_folder();
    assert_eq!(
        call.option("--git-dir").run().unwrap_err().code(),
        "git-failed"
    );
}

/// The repository asks for two programs; neither is started.
#[test]
fn hooks_and_monitors_of_a_repository_do_not_run() {
    let work = Work::with(&[("a", "1")]);
    let planted = work.path("ran");
    let script = format!("#!/bin/sh\ntouch {}\n", planted.display());
    for hook in ["post-checkout", "reference-transaction", "monitor"] {
        let path = work.path(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    work.git(&["config", "core.fsmonitor", ".git/hooks/monitor"]);
    let root = work.root();
    let program = program();
    let call = program.call("checkout", &root).of_this_folder();
    call.option("--quiet")
        .option("-b")
        .option("side")
        .run()
        .unwrap();
    program.call("status", &root).run().unwrap();
    assert!(!planted.exists());
    assert_eq!(work.git(&["symbolic-ref", "HEAD"]), "refs/heads/side\n");
}
