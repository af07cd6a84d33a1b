//! Packages that are not installed, whatever the project.

use install::InstallError;
use registry_index::Digest;

use crate::{
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
fn what_this_version_cannot_do_is_named() {
    let coder = || package("core/coder").agent("coder");
    for (package, part) in [
        (
            coder().manifest("[variables.team]\ntype = \"string\"\n"),
            "core/coder asks for \"team\", which this version cannot do yet",
        ),
        (
            coder().manifest("[dependencies]\n\"core/git-tools\" = \"^1\"\n"),
            "core/coder needs core/git-tools ^1, which this version cannot do yet",
        ),
        (
            coder().file("project/a.py.j2", "{{ x }}"),
            "core/coder has \"project/a.py.j2\" to be rendered, which this version cannot do yet",
        ),
    ] {
        assert_eq!(refused(&package).to_string(), part);
    }
    let optional = "[dependencies.\"core/git-tools\"]\nversion = \"1\"\noptional = true\n";
    let plan = Scratch::new().plan(&[&coder().manifest(optional)]).unwrap();
    assert_eq!(plan.packages[0].optional[0].as_str(), "core/git-tools");
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
        "project/.parac/.stage-1/x",
        "project/.parac/.paracle-install",
        "project/.paracle-stage-1/x",
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
    let scratch = Scratch::new();
    let coder = package("core/coder").agent("coder");
    let install = |chosen| {
        let plan = install::plan(&scratch.project(), vec![chosen]);
        plan.map(|_| ()).unwrap_err()
    };
    let mut other = coder.chosen();
    other.release.record.archive.content_id = Digest::of(b"other");
    assert!(matches!(install(other), InstallError::Mismatch { .. }));
    let mut other = coder.chosen();
    other.release.record.manifest.summary = "Says something else".to_owned();
    assert!(matches!(install(other), InstallError::Mismatch { .. }));
    let mut revoked = coder.chosen();
    revoked.release.revoked = Some("steals\u{1b}[2J secrets".to_owned());
    let error = install(revoked);
    assert!(matches!(error, InstallError::Revoked { .. }));
    assert!(!error.to_string().contains('\u{1b}'));
    let mut newer = coder.chosen();
    newer.release.record.needs = vec!["teleport".to_owned()];
    assert!(install(newer).to_string().contains("teleport"));
}

#[test]
fn one_name_is_one_package_from_one_place() {
    let scratch = Scratch::new();
    let coder = package("core/coder").agent("coder");
    scratch.install(&[&coder]).unwrap();
    let before = scratch.tree();
    let error = scratch
        .install(&[&coder.clone().version("1.1.0")])
        .unwrap_err();
    assert!(
        matches!(error, InstallError::OtherVersion { .. }),
        "{error}"
    );
    let mut elsewhere = coder.chosen();
    elsewhere.registry = "https://evil.example/".to_owned();
    let error = install::plan(&scratch.project(), vec![elsewhere])
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
    assert!(
        matches!(error, InstallError::OtherVersion { .. }),
        "{error}"
    );
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
