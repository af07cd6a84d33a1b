//! What an install writes, and how it is accounted for.

use install::{Project, Status, installed};
use snapbox::{assert_data_eq, str};

use crate::{
    packages::package,
    project::{Scratch, go_on},
};

#[test]
fn an_empty_folder_becomes_a_project() {
    let scratch = Scratch::new();
    let reviewer = package("core/reviewer")
        .manifest("[uses]\nnetwork = [\"api.example\"]\n")
        .agent("reviewer")
        .workflow("review")
        .server("github")
        .file(
            "skills/diff-reading/SKILL.md",
            "---\nname: diff-reading\ndescription: Reads\n---\n",
        )
        .program("skills/diff-reading/scripts/read.py", "print()\n")
        .file("policies/STYLE.md", "be kind\n")
        .file("tools/lint.py", "x = 1\n")
        .file("project/src/main.py", "pass\n");
    let plan = scratch.plan(&[&reviewer]).unwrap();
    assert_eq!(scratch.tree().len(), 0, "a plan writes nothing");
    let shown = &plan.packages[0];
    assert!(shown.files.iter().all(|file| file.status == Status::New));
    assert_eq!(shown.uses.network, ["api.example"]);
    assert_eq!(
        shown.mcp_commands[0].command,
        ["npx", "-y", "github-mcp@1.0.0"]
    );
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["packages"][0]["files"][0]["status"], "new");
    assert_eq!(json["packages"][0]["entries"][0]["id"], "reviewer");
    let receipt = plan.apply(&go_on).unwrap();
    let files = [
        ".parac/agents/manifest.yaml",
        ".parac/agents/skills/diff-reading/SKILL.md",
        ".parac/agents/skills/diff-reading/scripts/read.py",
        ".parac/agents/specs/reviewer.md",
        ".parac/packages.lock",
        ".parac/packages.toml",
        ".parac/policies/STYLE.md",
        ".parac/tools/custom/lint.py",
        ".parac/tools/mcp/servers.yaml",
        ".parac/workflows/catalog.yaml",
        ".parac/workflows/definitions/review.yaml",
        "src/main.py",
    ];
    assert_eq!(scratch.files(), files);
    assert_eq!(receipt.written.len(), 10, "all but the account");
    let tree = scratch.tree();
    let program = &tree[".parac/agents/skills/diff-reading/scripts/read.py"];
    assert!(program.starts_with("755 "), "{program}");
    assert!(tree["src/main.py"].starts_with("644 "));
    let (definition, raw) = (".parac/workflows/definitions/review.yaml", "{{ inputs.x }}");
    assert!(scratch.text(definition).contains(raw), "copied as it is");
}

#[test]
fn many_files_come_as_few_do() {
    let scratch = Scratch::new();
    let mut large = package("core/large");
    for at in 0..300 {
        large = large.file(&format!("project/src/{}/{at}.py", at % 40), "pass\n");
    }
    scratch.install(&[&large]).unwrap();
    assert_eq!(scratch.files().len(), 302);
    scratch
        .remove(&["core/large"])
        .unwrap()
        .apply(&go_on)
        .unwrap();
    assert_eq!(scratch.files(), Vec::<String>::new());
}

#[test]
fn entries_are_written_as_paracle_reads_them() {
    let scratch = Scratch::new();
    let reviewer = package("core/reviewer")
        .manifest("[agents.reviewer]\nrole = \"Code reviewer\"\ntools = [\"read_file\"]\nskills = [\"diff-reading\"]\n")
        .agent("reviewer")
        .workflow("review")
        .server("github");
    scratch.install(&[&reviewer]).unwrap();
    assert_data_eq!(
        scratch.text(".parac/agents/manifest.yaml"),
        str![[r#"
agents:
  - id: reviewer
    name: The reviewer
    role: Code reviewer
    spec_file: specs/reviewer.md
    tools:
      - read_file
    skills:
      - diff-reading

"#]]
    );
    assert_data_eq!(
        scratch.text(".parac/workflows/catalog.yaml"),
        str![[r#"
workflows:
  - name: review
    description: Runs review
    file: definitions/review.yaml
    status: active
    tags: []

"#]]
    );
    assert_data_eq!(
        scratch.text(".parac/tools/mcp/servers.yaml"),
        str![[r#"
servers:
  - id: github
    name: github
    description: Serves github
    command: npx
    args:
      - "-y"
      - github-mcp@1.0.0
    env:
      TOKEN: "${TOKEN}"
    enabled: true

"#]]
    );
}

#[test]
fn the_account_is_small_and_sorted() {
    let scratch = Scratch::new();
    scratch
        .install(&[&package("core/coder").agent("coder")])
        .unwrap();
    assert_data_eq!(
        scratch.text(".parac/packages.toml"),
        str![[r#"
# The packages that this project asks for. packages.lock says what that came to.
format = 1

[packages."core/coder"]
version = "^1.0"
registry = "https://registry.example/"

"#]]
    );
    assert_data_eq!(
        scratch.text(".parac/packages.lock"),
        str![[r#"
# Written by `paracle`, not meant to be edited. Keep it in version control.
format = 1
made = [
  ".parac/agents/",
  ".parac/agents/manifest.yaml",
  ".parac/agents/specs/",
]
shared = [
  { file = ".parac/agents/manifest.yaml", before = "[..]" },
]

[[package]]
name = "core/coder"
version = "1.0.0"
registry = "https://registry.example/"
content-id = "[..]"
files = [
  { path = ".parac/agents/specs/coder.md", digest = "[..]" },
]
entries = [
  { file = ".parac/agents/manifest.yaml", id = "coder", digest = "[..]" },
]

"#]]
    );
    let packages = installed(&scratch.project()).unwrap();
    assert_eq!(packages[0].name.as_str(), "core/coder");
    assert_eq!(packages[0].entries[0].id, "coder");
}

#[test]
fn the_order_of_installing_leaves_no_trace_in_the_lock() {
    let a = package("core/first").agent("first").workflow("one");
    let b = package("core/second").agent("second").server("two");
    let orders = [Scratch::new(), Scratch::new(), Scratch::new()];
    orders[0].install(&[&a]).unwrap();
    orders[0].install(&[&b]).unwrap();
    orders[1].install(&[&b]).unwrap();
    orders[1].install(&[&a]).unwrap();
    orders[2].install(&[&b, &a]).unwrap();
    let lock = orders[0].text(".parac/packages.lock");
    assert!(lock.contains("core/first") && lock.contains("core/second"));
    for other in &orders[1..] {
        assert_eq!(other.text(".parac/packages.lock"), lock);
        assert_eq!(other.files(), orders[0].files());
    }
}

#[test]
fn installing_again_changes_nothing_and_keeps_edits() {
    let scratch = Scratch::new();
    let coder = package("core/coder").agent("coder");
    scratch.install(&[&coder]).unwrap();
    let spec = ".parac/agents/specs/coder.md";
    scratch.put(spec, "mine now\n");
    let manifest = scratch.text(".parac/agents/manifest.yaml");
    scratch.put(
        ".parac/agents/manifest.yaml",
        &manifest.replace("The coder", "My coder"),
    );
    let before = scratch.tree();
    let plan = scratch.plan(&[&coder]).unwrap();
    assert_eq!(plan.packages[0].files[0].status, Status::Kept);
    assert_eq!(plan.packages[0].entries[0].status, Status::Kept);
    let receipt = plan.apply(&go_on).unwrap();
    assert_eq!(receipt.written, Vec::<String>::new());
    assert_eq!(scratch.tree(), before);
    // What was deleted comes back.
    std::fs::remove_file(scratch.root.join(spec)).unwrap();
    scratch.install(&[&coder]).unwrap();
    assert!(scratch.text(spec).starts_with("# The coder"));
}

#[test]
fn what_packages_share_is_owned_together() {
    let scratch = Scratch::new();
    let skill = (
        "skills/diff/SKILL.md",
        "---\nname: diff\ndescription: d\n---\n",
    );
    let a = package("core/first").agent("first").file(skill.0, skill.1);
    let b = package("core/second")
        .agent("second")
        .file(skill.0, skill.1);
    scratch.install(&[&a, &b]).unwrap();
    let together = scratch.text(".parac/packages.lock");
    assert_eq!(together.matches("skills/diff/SKILL.md").count(), 2);
    assert!(!together.contains("existing"), "{together}");
    // The very same file that was there before is not to be taken away one day.
    let other = Scratch::new();
    other.put(".parac/agents/skills/diff/SKILL.md", skill.1);
    other.install(&[&a]).unwrap();
    other.install(&[&b]).unwrap();
    let lock = other.text(".parac/packages.lock");
    assert_eq!(lock.matches("existing = true").count(), 2, "{lock}");
    let at_once = Scratch::new();
    at_once.put(".parac/agents/skills/diff/SKILL.md", skill.1);
    at_once.install(&[&a, &b]).unwrap();
    assert_eq!(at_once.text(".parac/packages.lock"), lock);
}

#[test]
fn an_account_at_the_root_stays_there() {
    let scratch = Scratch::new();
    scratch.put("packages.toml", "# mine\nformat = 1\n");
    let starter = package("core/starter").file("project/src/a.py", "pass\n");
    scratch.install(&[&starter]).unwrap();
    assert_eq!(
        scratch.files(),
        ["packages.lock", "packages.toml", "src/a.py"]
    );
    assert!(
        scratch
            .text("packages.toml")
            .starts_with("# mine\nformat = 1\n")
    );
    assert_eq!(installed(&scratch.project()).unwrap().len(), 1);
}

#[test]
fn a_project_is_found_from_below() {
    let scratch = Scratch::new();
    scratch.put(".parac/project.yaml", "name: x\n");
    scratch.put("src/deep/a.py", "pass\n");
    let found = Project::find(&scratch.root.join("src/deep")).unwrap();
    assert_eq!(found.root(), scratch.root);
    assert_eq!(found.lock(), ".parac/packages.lock");
}

#[test]
fn a_starter_brings_its_own_shared_file() {
    let scratch = Scratch::new();
    let starter = package("core/starter")
        .file(
            "project/.parac/agents/manifest.yaml",
            "# of the starter\nagents: []\n",
        )
        .agent("coder");
    scratch.install(&[&starter]).unwrap();
    let manifest = scratch.text(".parac/agents/manifest.yaml");
    assert!(
        manifest.starts_with("# of the starter\nagents:\n  - id: coder\n"),
        "{manifest}"
    );
    let before = scratch.tree();
    scratch.install(&[&starter]).unwrap();
    assert_eq!(scratch.tree(), before);
}

#[test]
fn many_at_once_wait_for_each_other() {
    let scratch = Scratch::new();
    let names = [
        "core/aa", "core/bb", "core/cc", "core/dd", "core/ee", "core/ff",
    ];
    std::thread::scope(|scope| {
        for name in names {
            let scratch = &scratch;
            scope.spawn(move || {
                let id = &name[5..];
                scratch
                    .install(&[&package(name).agent(id).server(id)])
                    .unwrap();
            });
        }
    });
    assert_eq!(installed(&scratch.project()).unwrap().len(), names.len());
    let manifest = scratch.text(".parac/agents/manifest.yaml");
    assert_eq!(manifest.matches("- id: ").count(), names.len());
    let own = scratch.root.join(".parac/.paracle");
    for gone in ["guard", "current", "finished", "taken-back"] {
        assert!(!own.join(gone).exists(), "{gone} is left");
    }
    let history = install::history(&scratch.project()).unwrap();
    assert_eq!(history.len(), names.len());
}
