//! The system says no half-way. The limits are set on a process of its own: this very test binary,
//! run again for one test that is ignored otherwise.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use crate::{
    packages::{Package, package},
    project::Scratch,
};

const ROOT: &str = "INSTALL_TEST_ROOT";

fn several() -> Package {
    let large = "x\n".repeat(40_000);
    package("core/several")
        .agent("coder")
        .server("db")
        .workflow("fix")
        .file("project/a/large.txt", &large)
}

/// Run again under limits by the tests below.
#[test]
#[ignore = "run by the other tests of this module"]
#[allow(
    clippy::disallowed_methods,
    reason = "how the parent hands the folder down"
)]
fn install_under_limits() {
    let root = std::env::var_os(ROOT).expect("set by the parent");
    let error = Scratch::at(Path::new(&root)).install(&[&several()]);
    match error {
        Ok(_) => println!("installed"),
        Err(error) => {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            println!("failed: {error}: {}", source.unwrap_or_default());
        }
    }
}

fn run(program: &str, arguments: &[&str], root: &Path) -> Option<Output> {
    let output = Command::new(program)
        .args(arguments)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "failures::install_under_limits"])
        .args(["--ignored", "--nocapture", "--test-threads=1"])
        .env(ROOT, root)
        .output();
    match output {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("{program}: {error}"),
    }
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text + &String::from_utf8_lossy(&output.stderr)
}

fn project() -> Scratch {
    let scratch = Scratch::new();
    scratch.put(".parac/agents/manifest.yaml", "# mine\nagents: []\n");
    scratch.put(".parac/workflows/definitions/mine.yaml", "name: mine\n");
    scratch
}

/// No file may grow beyond 16 KiB: writing fails as on a full disk, with a signal that is ignored.
#[test]
fn a_full_disk_changes_nothing() {
    let scratch = project();
    let before = scratch.tree();
    let limited = "trap '' XFSZ; ulimit -f 32; exec \"$@\"";
    let output = run("sh", &["-c", limited, "sh"], &scratch.root).unwrap();
    let said = said(&output);
    assert!(
        said.contains("failed: cannot write \"a/large.txt\""),
        "{said}"
    );
    assert_eq!(scratch.tree(), before);
}

/// A folder that nothing may be added to, found when the files before it are in place already.
#[test]
fn a_read_only_folder_takes_back_what_was_done() {
    let scratch = project();
    let folder = scratch.root.join(".parac/workflows/definitions");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let before = scratch.tree();
    // Root without its capabilities is held to modes like everybody else.
    let is_held = fs::write(folder.join("probe"), "").is_err();
    let output = if is_held {
        run("env", &[], &scratch.root)
    } else {
        fs::remove_file(folder.join("probe")).unwrap();
        let arguments = ["--bounding-set=-all", "--inh-caps=-all", "--"];
        run("setpriv", &arguments, &scratch.root)
    };
    let Some(output) = output else {
        println!("skipped: root is not held to modes here, and there is no setpriv");
        return;
    };
    let said = said(&output);
    let wanted =
        "failed: cannot write \".parac/workflows/definitions/fix.yaml\": Permission denied";
    assert!(said.contains(wanted), "{said}");
    assert_eq!(
        scratch.tree(),
        before,
        "files, folders and the shared file are as they were"
    );
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    scratch.install(&[&several()]).unwrap();
}

/// What a killed process left is removed by the next one.
#[test]
fn an_old_stage_is_removed() {
    let scratch = project();
    scratch.put(".parac/.stage-dead/0", "half\n");
    scratch.install(&[&several()]).unwrap();
    assert!(!scratch.root.join(".parac/.stage-dead").exists());
}
