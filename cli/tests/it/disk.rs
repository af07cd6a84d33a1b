//! Disks that are full and folders that cannot be written: a clear error, and nothing lost.
#![cfg(target_os = "linux")]

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use crate::{
    place::{Place, Ran, has, tree},
    registry::site,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_paracle");

/// Runs the program with a limit on the size of every file it writes: `write` fails as on a full disk.
fn on_a_full_disk(place: &Place, blocks: u32, args: &[&str]) -> Ran {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let mut command = place.command("bash");
    command.args(["-c", &script, "bash", PROGRAM]).args(args);
    Ran::of(command.output().unwrap())
}

/// Runs the program as somebody who is not root, for whom permissions count.
fn as_nobody(place: &Place, args: &[&str]) -> Option<Ran> {
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout == b"0\n");
    let mut command = if is_root {
        if !has("setpriv") {
            println!("setpriv is not here: permissions cannot be shown as root");
            return None;
        }
        let mut command = place.command("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM]);
        command
    } else {
        place.command(PROGRAM)
    };
    Some(Ran::of(command.args(args).output().unwrap()))
}

/// Opens every folder on the way to `path`, as far as it is ours to open, and sets its own mode.
fn set_mode(place: &Place, path: &Path, mode: u32) {
    fs::set_permissions(place.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_full_disk_leaves_the_last_good_site() {
    let place = site();
    let before = tree(&place.path("site"));
    let ran = on_a_full_disk(
        &place,
        4,
        &[
            "registry",
            "build",
            "--registry",
            "../hub",
            "--out",
            "../site",
        ],
    );
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("cannot write"), "{}", ran.err);
    assert!(tree(&place.path("site")) == before);
    let left: Vec<_> = fs::read_dir(place.path(""))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().starts_with(".paracle-site")),
        "{left:?}"
    );
}

#[test]
fn a_full_disk_leaves_the_project_as_it_was() {
    let place = Place::new();
    place.write("project/notes.txt", "mine");
    let before = tree(&place.project());
    let ran = on_a_full_disk(
        &place,
        2,
        &[
            "template",
            "install",
            "--yes",
            "--accept=all",
            "code-reviewer",
        ],
    );
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(tree(&place.project()) == before, "{:?}", ran.err);
}

#[test]
fn a_read_only_project_is_told_and_left_alone() {
    let place = Place::new();
    set_mode(&place, &place.project(), 0o555);
    let Some(ran) = as_nobody(
        &place,
        &[
            "template",
            "install",
            "--yes",
            "--accept=all",
            "code-reviewer",
        ],
    ) else {
        return;
    };
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err.contains(".parac") && ran.err.to_lowercase().contains("permission"),
        "{}",
        ran.err
    );
    assert_eq!(fs::read_dir(place.project()).unwrap().count(), 0);
}

#[test]
fn a_read_only_place_for_the_site_is_told() {
    let place = site();
    fs::create_dir(place.path("closed")).unwrap();
    set_mode(&place, &place.path("closed"), 0o555);
    let args = [
        "registry",
        "build",
        "--registry",
        "../hub",
        "--out",
        "../closed/site",
        "--blobs",
        "../blobs",
    ];
    let Some(ran) = as_nobody(&place, &args) else {
        return;
    };
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err.contains("closed") || ran.err.contains("blobs"),
        "{}",
        ran.err
    );
}

#[test]
fn a_cache_that_cannot_be_written_costs_nothing() {
    let place = Place::new();
    fs::create_dir(place.path("cache")).unwrap();
    set_mode(&place, &place.path("cache"), 0o555);
    let Some(ran) = as_nobody(&place, &["template", "search", "review", "a", "diff"]) else {
        return;
    };
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("core/code-reviewer"), "{}", ran.out);
}
