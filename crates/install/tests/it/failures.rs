//! The system says no half-way. The limits are set on a process of its own: this very test binary,
//! run again for one test that is ignored otherwise.

use std::{
    fs,
    ops::ControlFlow,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use install::Progress;

use crate::{
    packages::{Package, package},
    project::Scratch,
};

const ROOT: &str = "INSTALL_TEST_ROOT";
const CLOSED: &str = "INSTALL_TEST_CLOSED";

fn several() -> Package {
    let large = "x\n".repeat(40_000);
    package("core/several")
        .agent("coder")
        .server("db")
        .workflow("fix")
        .file("project/a/large.txt", &large)
}

/// Run again under limits by the tests below. What was allowed when the plan was made may be forbidden
/// when it is carried out: the folder that is named loses its mode once everything is staged.
#[test]
#[ignore = "run by the other tests of this module"]
#[allow(
    clippy::disallowed_methods,
    reason = "how the parent hands the folders down"
)]
fn install_under_limits() {
    let root = std::env::var_os(ROOT).expect("set by the parent");
    let closed = std::env::var_os(CLOSED).map(|path| Path::new(&root).join(path));
    let watch = |progress: Progress| {
        if let (Progress::Journalled, Some(folder)) = (progress, &closed) {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
        }
        ControlFlow::Continue(())
    };
    let plan = Scratch::at(Path::new(&root)).plan(&[&several()]).unwrap();
    for conflict in plan.conflicts() {
        println!("in the way: {}: {}", conflict.path, conflict.why);
    }
    match plan.apply(&watch) {
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

/// Runs the install held to modes, as everybody but root is; nothing where that cannot be had.
fn run_held(scratch: &Scratch, arguments: &[&str]) -> Option<String> {
    let probe = scratch.root.join("probe");
    fs::create_dir(&probe).unwrap();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o555)).unwrap();
    let is_held = fs::write(probe.join("x"), "").is_err();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_dir_all(&probe).unwrap();
    let output = if is_held {
        run("env", arguments, &scratch.root)
    } else {
        // Root without its capabilities is held to modes like everybody else.
        let dropped = ["--bounding-set=-all", "--inh-caps=-all", "--", "env"];
        run("setpriv", &[&dropped, arguments].concat(), &scratch.root)
    };
    if output.is_none() {
        println!("skipped: root is not held to modes here, and there is no setpriv");
    }
    output.map(|output| said(&output))
}

const DEFINITIONS: &str = ".parac/workflows/definitions";

#[test]
fn a_read_only_folder_is_told_before_anything_is_written() {
    let scratch = project();
    let folder = scratch.root.join(DEFINITIONS);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let before = scratch.tree();
    let Some(said) = run_held(&scratch, &[]) else {
        return;
    };
    let wanted = format!(
        "in the way: {DEFINITIONS}/fix.yaml: the folder {DEFINITIONS:?} may not be written to"
    );
    assert!(said.contains(&wanted), "{said}");
    assert_eq!(scratch.tree(), before);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    scratch.install(&[&several()]).unwrap();
}

/// A folder that nothing may be added to any more when the files before it are in place already.
#[test]
fn a_folder_that_closes_half_way_takes_back_what_was_done() {
    let scratch = project();
    let closing = format!("{CLOSED}={DEFINITIONS}");
    let before = scratch.tree();
    let Some(said) = run_held(&scratch, &[&closing]) else {
        return;
    };
    let wanted = format!("failed: cannot write \"{DEFINITIONS}/fix.yaml\": Permission denied");
    assert!(said.contains(&wanted), "{said}");
    let folder = scratch.root.join(DEFINITIONS);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(
        scratch.tree(),
        before,
        "files, folders and the shared file are as they were"
    );
    assert!(!scratch.root.join(".parac/.paracle").exists());
}
