//! What owners do to packages that are there, in a checkout of the registry.

use crate::{place::Place, registry::registry};

const ENTRY: &str = "hub/registry-index/packages/acme/greeting/package.toml";

fn released() -> Place {
    let place = registry();
    place.done(&["registry", "release", "--registry", "../hub"]);
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Release"]);
    place
}

/// Runs the command on the checkout.
fn here<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [args, &["--registry", "../hub", "--here"]].concat()
}

#[test]
fn what_is_yanked_is_not_chosen_and_can_be_again() {
    let place = released();
    let yank = [
        "template",
        "yank",
        "acme/greeting@1.0.0",
        "--reason",
        "It insults people",
    ];
    let shown = place.done(&here(&[&yank[..], &["--dry-run"]].concat()));
    assert!(
        shown.out.contains("+reason = \"It insults people\""),
        "{}",
        shown.out
    );
    assert!(!place.path(ENTRY).exists());
    place.done(&here(&yank));
    assert!(place.read(ENTRY).contains("version = \"1.0.0\""));
    place.done(&["registry", "check", "--registry", "../hub"]);
    let install = [
        "template",
        "install",
        "--yes",
        "--accept=all",
        "acme/greeting",
        "--registry",
        "../hub",
    ];
    assert_ne!(place.paracle(&install).code, 0);
    place.fails(&here(&yank), 1, &["is yanked already"]);
    place.done(&here(&["template", "unyank", "acme/greeting@1.0.0"]));
    place.done(&install);
}

#[test]
fn a_renamed_package_is_found_by_both_names() {
    let place = released();
    place.done(&here(&[
        "template",
        "rename",
        "acme/greeting",
        "acme/welcome",
    ]));
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Rename"]);
    place.done(&[
        "registry",
        "check",
        "--registry",
        "../hub",
        "--base",
        "HEAD~1",
    ]);
    let out = place
        .done(&["registry", "release", "--registry", "../hub"])
        .out;
    assert_eq!(
        out.trim(),
        "registry-index/packages/acme/welcome/1.0.0.toml"
    );
    place.done(&["registry", "check", "--registry", "../hub"]);
    let install = |name| {
        let args = [
            "template",
            "install",
            "--yes",
            "--accept=all",
            name,
            "--registry",
            "../hub",
        ];
        place.done(&args)
    };
    install("acme/greeting");
    assert!(
        place
            .read("project/.parac/packages.lock")
            .contains("acme/welcome")
    );
    place.fails(
        &here(&["template", "rename", "acme/welcome", "acme/greeting"]),
        1,
        &["was the name of"],
    );
}

#[test]
fn owners_are_ids() {
    let place = released();
    let owners = || {
        place
            .done(&here(&["template", "owners", "acme/greeting"]))
            .out
    };
    assert_eq!(owners(), "github:1\n");
    place.done(&here(&[
        "template",
        "owners",
        "acme/greeting",
        "--add",
        "github:583231",
    ]));
    assert_eq!(owners(), "github:1\ngithub:583231\n");
    place.done(&here(&[
        "template",
        "transfer",
        "acme/greeting",
        "--to",
        "github:7",
    ]));
    assert_eq!(owners(), "github:7\n");
    place.fails(
        &here(&[
            "template",
            "owners",
            "acme/greeting",
            "--remove",
            "github:7",
        ]),
        1,
        &["would have no owner"],
    );
    place.fails(
        &here(&["template", "transfer", "acme/greeting", "--to", "a/../b"]),
        2,
        &["is no login"],
    );
    place.done(&here(&[
        "template",
        "deprecate",
        "acme/greeting",
        "--reason",
        "Old",
    ]));
    place.done(&here(&["template", "deprecate", "acme/greeting", "--undo"]));
    place.done(&here(&[
        "template",
        "revoke",
        "acme/greeting@1.0.0",
        "--reason",
        "A secret",
    ]));
    place.done(&["registry", "check", "--registry", "../hub"]);
}
