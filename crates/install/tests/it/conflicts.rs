//! What is in the way is told, all of it, before anything is written.

use install::{InstallError, Status};

use crate::{
    packages::package,
    project::{Scratch, go_on},
};

#[test]
fn everything_in_the_way_is_told_at_once() {
    let scratch = Scratch::new();
    scratch.put(".parac/agents/specs/coder.md", "mine\n");
    scratch.put(
        ".parac/agents/manifest.yaml",
        "agents:\n  - id: coder\n    name: Mine\n",
    );
    scratch.put(".parac/workflows/catalog.yaml", "workflows: {broken\n");
    scratch.put(".parac/policies", "a file\n");
    scratch.put(".parac/tools/custom/lint.py/inside", "a folder\n");
    let before = scratch.tree();
    let coder = package("core/coder")
        .agent("coder")
        .agent("other")
        .workflow("fix")
        .file("policies/STYLE.md", "be kind\n")
        .file("tools/lint.py", "x = 1\n");
    let plan = scratch.plan(&[&coder]).unwrap();
    let told: Vec<_> = plan
        .conflicts()
        .iter()
        .map(|c| (c.path.as_str(), c.entry.as_deref(), c.why.as_str()))
        .collect();
    let different = "a file with other content is there";
    let wanted = [
        (".parac/agents/specs/coder.md", None, different),
        (
            ".parac/policies/STYLE.md",
            None,
            "\".parac/policies\" is a file",
        ),
        (
            ".parac/tools/custom/lint.py",
            None,
            "\".parac/tools/custom/lint.py\" is a folder",
        ),
        (
            ".parac/agents/manifest.yaml",
            Some("coder"),
            "an entry of this id with other content is there",
        ),
    ];
    assert_eq!(told[..4], wanted);
    assert_eq!(
        (told[4].0, told[4].1),
        (".parac/workflows/catalog.yaml", Some("fix"))
    );
    assert!(told[4].2.starts_with("it is not YAML: "), "{}", told[4].2);
    assert!(told[4].2.contains("line "), "{}", told[4].2);
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["conflicts"][0]["path"], ".parac/agents/specs/coder.md");
    let Err(InstallError::Conflicts(conflicts)) = plan.apply(&go_on) else {
        panic!("applied over conflicts");
    };
    assert_eq!(conflicts.len(), 5);
    assert_eq!(scratch.tree(), before);
}

#[test]
fn packages_do_not_take_each_others_places() {
    let scratch = Scratch::new();
    let one = package("core/one").agent("coder");
    let other = package("acme/other").file("agents/coder.md", "# Another\n\n## Role\n\nx\n");
    let plan = scratch.plan(&[&one, &other]).unwrap();
    assert_eq!(plan.packages[1].files[0].status, Status::Conflict);
    assert!(
        plan.conflicts()[0].why.contains("core/one"),
        "{:?}",
        plan.conflicts()
    );
    assert_eq!(plan.conflicts().len(), 2, "the file and the entry");
    scratch.install(&[&one]).unwrap();
    let plan = scratch.plan(&[&other]).unwrap();
    assert!(
        plan.conflicts()[0].why.contains("core/one 1.0.0"),
        "{:?}",
        plan.conflicts()
    );
}

#[test]
fn a_project_that_changed_after_the_plan_is_safe() {
    let scratch = Scratch::new();
    let coder = package("core/coder").agent("coder");
    let plan = scratch.plan(&[&coder]).unwrap();
    scratch.put(".parac/agents/specs/coder.md", "written meanwhile\n");
    let before = scratch.tree();
    assert!(matches!(
        plan.apply(&go_on),
        Err(InstallError::Conflicts(_))
    ));
    assert_eq!(scratch.tree(), before);
    // What another install merged meanwhile is merged with.
    let scratch = Scratch::new();
    let plan = scratch.plan(&[&coder]).unwrap();
    scratch
        .install(&[&package("core/tester").agent("tester")])
        .unwrap();
    plan.apply(&go_on).unwrap();
    let manifest = scratch.text(".parac/agents/manifest.yaml");
    assert!(manifest.contains("id: tester") && manifest.contains("id: coder"));
}
