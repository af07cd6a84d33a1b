#![allow(
    clippy::disallowed_methods,
    reason = "a test writes what is in the way"
)]

use super::{Begin, Program, Wanted, files, registry};

const REV: &str = "0123456789abcdef0123456789abcdef01234567";

fn wanted(title: &str) -> Wanted {
    Wanted {
        name: "acme".parse().unwrap(),
        title: title.into(),
        url: "https://hub.acme.example/".parse().unwrap(),
        repository: "https://github.com/Acme-Inc/hub".parse().unwrap(),
        program: Program {
            rev: REV.into(),
            label: "v1.2.3".into(),
        },
        begin: Begin::FirstPackage,
    }
}

fn file(files: &[(String, String)], path: &str) -> String {
    let found = files.iter().find(|(name, _)| name == path);
    found.unwrap_or_else(|| panic!("no {path}")).1.clone()
}

#[test]
fn workflows_have_the_program_from_the_pinned_commit_and_nothing_of_ours_is_left() {
    let files = files(&wanted("Acme"));
    let pinned = format!("uses: paracle-hub/paracle-hub/.github/actions/paracle@{REV} # v1.2.3\n");
    for (path, calls) in [("check", 1), ("decide", 2), ("release", 3), ("nightly", 2)] {
        let text = file(&files, &format!(".github/workflows/{path}.yml"));
        assert_eq!(text.matches(&pinned).count(), calls, "{path}");
    }
    let release = file(&files, ".github/workflows/release.yml");
    assert!(release.contains("BASE_URL: https://hub.acme.example/\n"));
    for (path, text) in &files {
        let rest = text
            .replace(&pinned, "")
            .replace("https://github.com/paracle-hub/paracle-hub)", "");
        assert!(!rest.contains("paracle-hub"), "{path}:\n{rest}");
        assert!(
            !rest.contains("only here") && !rest.contains("$/."),
            "{path}:\n{rest}"
        );
        assert!(
            !rest.contains("@TITLE@") && !rest.contains("cargo"),
            "{path}:\n{rest}"
        );
    }
    let owners = file(&files, ".github/CODEOWNERS");
    assert!(owners.contains("@Acme-Inc\n") && !owners.contains("registry-index/src"));
    let manifest = file(&files, "templates/skills/plain-words/paracle.toml");
    assert!(manifest.contains("name = \"acme-inc/plain-words\""));
}

#[test]
fn an_answer_cannot_become_another_key_or_a_link() {
    let files = files(&wanted("A \"B\"\\ [c](https://x.example) @URL@"));
    let registry = file(&files, "registry-index/registry.toml");
    let read: toml::Table = toml::from_str(&registry).unwrap();
    let title = "A \"B\"\\ [c](https://x.example) @URL@";
    assert_eq!(read["title"].as_str(), Some(title));
    let readme = file(&files, "README.md");
    assert!(readme.starts_with("# A \"B\"\\\\ \\[c\\](https://x.example) @URL@\n"));
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("hub");
    let written = registry(&inside, &wanted("Acme")).unwrap();
    assert!(written.iter().all(|path| inside.join(path).is_file()));
    let error = registry(&inside, &wanted("Other")).unwrap_err();
    assert!(error.to_string().contains("is not empty"));
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    assert!(registry(&file, &wanted("Acme")).is_err());
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
}

#[test]
fn an_empty_registry_has_no_package() {
    let empty = Wanted {
        begin: Begin::Empty,
        ..wanted("Acme")
    };
    assert!(
        !files(&empty)
            .iter()
            .any(|(path, _)| path.contains("plain-words"))
    );
}
