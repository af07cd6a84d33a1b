//! Packages that are not installed, whatever the project.

use install::{Described, InstallError};
use registry_index::Digest;

use crate::{
    answers::{facts, no_renderer},
    packages::{Package, package},
    project::Scratch,
};

fn refused(package: &Package) -> InstallError {
    let scratch = Scratch::new();
    let error = scratch.install(&[package]).unwrap_err();
    assert_eq!(scratch.tree().len(), 0, "{error}");
    assert!(!error.hint().is_empty());
    error
}

#[test]
fn files_that_belong_nowhere_are_refused() {
    assert!(matches!(
        refused(&package("core/coder").file("stray.txt", "x")),
        InstallError::NoPlace { .. }
    ));
    for path in [
        "project/.parac/packages.lock",
        "project/.parac/Packages.TOML",
        "project/packages.lock",
        "project/packages.toml",
        "project/.parac/.paracle/current/x",
        "project/.parac/.Paracle",
        "project/.paracle/x",
    ] {
        let error = refused(&package("core/coder").file(path, "x"));
        assert!(
            matches!(error, InstallError::Reserved { .. }),
            "{path}: {error}"
        );
    }
    // Apart in the package, one place in the project.
    let twice = package("core/coder")
        .agent("coder")
        .file("project/.parac/agents/specs/Coder.md", "x");
    assert!(matches!(refused(&twice), InstallError::Path { .. }));
}

#[test]
fn a_release_is_what_its_record_says() {
    let coder = package("core/coder").agent("coder");
    let install = |chosen: install::Chosen| {
        chosen
            .prepare(&facts(), &no_renderer())
            .map(|_| ())
            .unwrap_err()
    };
    let mut other = coder.chosen();
    other.described.content_id = Digest::of(b"other");
    assert!(matches!(install(other), InstallError::Mismatch { .. }));
    let mut other = coder.chosen();
    other.described.manifest.summary = "Says something else".to_owned();
    assert!(matches!(install(other), InstallError::Mismatch { .. }));
    let mut revoked = coder.release();
    revoked.revoked = Some("steals\u{1b}[2J secrets".to_owned());
    let error = Described::of_release(&revoked).unwrap_err();
    assert!(matches!(error, InstallError::Revoked { .. }));
    assert!(!error.to_string().contains('\u{1b}'));
    let mut newer = coder.release();
    newer.record.needs = vec!["teleport".to_owned()];
    let error = Described::of_release(&newer).unwrap_err();
    assert!(error.to_string().contains("teleport"));
}

#[test]
fn one_name_is_one_package_from_one_place() {
    let scratch = Scratch::new();
    let coder = package("core/coder").agent("coder");
    scratch.install(&[&coder]).unwrap();
    let before = scratch.tree();
    let mut elsewhere = coder.chosen();
    elsewhere.registry = "https://evil.example/".to_owned();
    let goal = install::Goal {
        put: vec![elsewhere.prepare(&facts(), &no_renderer()).unwrap()],
        ..install::Goal::default()
    };
    let error = install::plan(&scratch.project(), goal)
        .map(|_| ())
        .unwrap_err();
    assert!(
        matches!(error, InstallError::OtherRegistry { .. }),
        "{error}"
    );
    let error = scratch
        .install(&[&coder.file("tools/new.py", "x")])
        .unwrap_err();
    assert!(matches!(error, InstallError::Mismatch { .. }), "{error}");
    assert_eq!(scratch.tree(), before);
    // Nor are two versions installed at once.
    let tester = package("core/tester").agent("tester");
    let error = scratch
        .install(&[&tester, &tester.clone().version("1.1.0")])
        .unwrap_err();
    assert!(matches!(error, InstallError::TwoVersions { .. }), "{error}");
    assert_eq!(scratch.tree(), before);
}

#[test]
fn a_broken_account_is_told_with_its_place() {
    let coder = package("core/coder").agent("coder");
    for (name, text) in [
        ("packages.lock", "format = 1\n[[package]\n"),
        ("packages.lock", "format = 9\n"),
        ("packages.toml", "format = \n"),
    ] {
        let scratch = Scratch::new();
        scratch.put(&format!(".parac/{name}"), text);
        let before = scratch.tree();
        let error = scratch.install(&[&coder]).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!(".parac/{name} cannot be read: ")),
            "{error}"
        );
        assert!(
            error.contains("line ") || error.contains("format 9"),
            "{error}"
        );
        assert_eq!(scratch.tree(), before);
    }
}
