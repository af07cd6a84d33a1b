//! Links that stand in a project lead nowhere.

use std::os::unix::fs::symlink;

use install::{InstallError, Project};

use crate::{
    packages::package,
    project::{Scratch, go_on},
};

/// A link at `link` to something outside, a package whose file or entry would go through it.
#[test]
fn nothing_goes_through_a_link() {
    let everything = package("core/all")
        .agent("coder")
        .workflow("fix")
        .server("db")
        .file("project/src/deep/a.py", "pass\n");
    for link in [
        ".parac/agents",
        ".parac/agents/specs",
        ".parac/agents/specs/coder.md",
        ".parac/agents/manifest.yaml",
        ".parac/workflows",
        ".parac/workflows/catalog.yaml",
        ".parac/tools/mcp",
        ".parac/tools/mcp/mcp.json",
        "src",
        "src/deep",
        "src/deep/a.py",
    ] {
        for dangling in [false, true] {
            let outside = Scratch::new();
            let target = outside.root.join("target");
            if !dangling && link.rsplit('/').next().unwrap().contains('.') {
                outside.put("target", "agents: []\n");
            } else if !dangling {
                std::fs::create_dir(&target).unwrap();
            }
            let scratch = Scratch::new();
            let path = scratch.root.join(link);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            symlink(&target, &path).unwrap();
            let before = (scratch.tree(), outside.tree());
            let plan = scratch.plan(&[&everything]).unwrap();
            let conflicts = plan.conflicts().to_vec();
            assert!(!conflicts.is_empty(), "{link}");
            let wanted = format!("{link:?} is a link");
            assert!(conflicts.iter().all(|c| c.why == wanted), "{conflicts:?}");
            assert!(matches!(
                plan.apply(&go_on),
                Err(InstallError::Conflicts(_))
            ));
            assert_eq!((scratch.tree(), outside.tree()), before, "{link}");
        }
    }
}

#[test]
fn the_account_is_not_behind_a_link_either() {
    let coder = package("core/coder").agent("coder");
    let outside = Scratch::new();
    outside.put("packages.lock", "format = 1\n");
    outside.put("packages.toml", "format = 1\n");
    let scratch = Scratch::new();
    symlink(&outside.root, scratch.root.join(".parac")).unwrap();
    let error = Project::open(&scratch.root).unwrap_err();
    assert_eq!(error.to_string(), "\".parac\" in the project is a link");
    for name in ["packages.lock", "packages.toml"] {
        let scratch = Scratch::new();
        std::fs::create_dir(scratch.root.join(".parac")).unwrap();
        symlink(
            outside.root.join(name),
            scratch.root.join(".parac").join(name),
        )
        .unwrap();
        let before = (scratch.tree(), outside.tree());
        let error = scratch.install(&[&coder]).unwrap_err();
        assert!(matches!(error, InstallError::InTheWay { .. }), "{error}");
        assert_eq!((scratch.tree(), outside.tree()), before);
    }
    // The guard's file and the stage are made, not followed.
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.root.join(".parac")).unwrap();
    symlink(
        outside.root.join("new"),
        scratch.root.join(".parac/.paracle"),
    )
    .unwrap();
    let error = scratch.install(&[&coder]).unwrap_err();
    assert!(matches!(error, InstallError::InTheWay { .. }), "{error}");
    assert!(!outside.root.join("new").exists());
}
