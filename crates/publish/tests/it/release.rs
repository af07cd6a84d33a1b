//! The release job: what is kept here, and what authors ask for.

use publish::Outcome;
use registry_index::testing::FakeRegistry;

use crate::place::{NOW, Place};

const RECORD: &str = "hub/registry-index/packages/octocat/thing/1.0.0.toml";

fn owned() -> FakeRegistry {
    FakeRegistry::new().entry("octocat/thing", "owners = ['github:7']\n")
}

/// What the one outcome refuses: places and messages.
fn refused(outcomes: &[Outcome]) -> Vec<String> {
    match outcomes {
        [Outcome::Refused(_, findings)] => findings
            .iter()
            .map(|f| format!("{} {}: {}", f.rule, f.place, f.message))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_new_is_released_and_nothing_else() {
    let registry = FakeRegistry::new()
        .package("core/one", |p| p)
        .package("core/two", |p| p.executable("tools/run.py", "print(1)\n"))
        .package("core/bad", |p| p.license("Nonsense-1.0"));
    let place = Place::new(&registry);
    let outcomes = place.release();
    let released = |outcomes: &[Outcome]| -> Vec<String> {
        let named = |outcome: &Outcome| match outcome {
            Outcome::Released(name, ..) => Some(name.to_string()),
            _ => None,
        };
        outcomes.iter().filter_map(named).collect()
    };
    assert_eq!(released(&outcomes), ["core/one", "core/two"]);
    assert!(matches!(&outcomes[0], Outcome::Refused(name, _) if name == "core/bad"));
    let record = place.read("hub/registry-index/packages/core/two/1.0.0.toml");
    assert!(
        record.contains("executable = true") && record.contains(NOW),
        "{record}"
    );
    assert_eq!(place.packages(), ["core/one", "core/two"]);
    // Again: nothing to do, whatever is refused stays refused.
    let again = place.release();
    assert_eq!(released(&again), [""; 0]);
    let unchanged = again.iter().filter(|o| matches!(o, Outcome::Unchanged(..)));
    assert_eq!(unchanged.count(), 2);
}

#[test]
fn a_folder_that_git_does_not_have_is_not_released() {
    let place = Place::new(&FakeRegistry::new().package("core/one", |p| p));
    for (path, text) in [
        ("hub/templates/agents/one/README.md", "# Other\n"),
        ("hub/templates/agents/one/project/new.txt", "new\n"),
    ] {
        place.write(path, text);
        let outcomes = place.release();
        assert!(matches!(&outcomes[..], [Outcome::NotCommitted(name)] if name == "core/one"));
        place.git("hub", &["stash", "-qu"]);
    }
    assert!(matches!(&place.release()[..], [Outcome::Released(..)]));
    place.write("hub/templates/agents/one/README.md", "# Other\n\nWords.\n");
    place.commit("hub");
    assert!(matches!(&place.release()[..], [Outcome::NeedsVersion(..)]));
}

#[test]
fn what_an_author_asks_for_is_released_from_where_it_is_pinned() {
    let place = Place::new(&owned());
    let rev = place.authored("skills/thing", |p| p);
    // The pinned commit need not be the newest.
    place.authored("skills/thing", |p| p.version("1.1.0"));
    place.request("1.0.0", &rev, "skills/thing");
    assert_eq!(place.errors(), [""; 0]);
    assert_eq!(place.packages(), [""; 0]);
    let outcomes = place.release();
    assert!(
        matches!(&outcomes[..], [Outcome::Released(..)]),
        "{outcomes:?}"
    );
    let record = place.read(RECORD);
    for words in [
        "git = \"https://github.com/octocat/things\"",
        &format!("rev = \"{rev}\""),
        "path = \"skills/thing\"",
    ] {
        assert!(record.contains(words), "{words} {record}");
    }
    assert_eq!(place.errors(), [""; 0]);
    assert_eq!(place.packages(), ["octocat/thing"]);
    // The request is closed; the next one overwrites it.
    assert!(place.release().is_empty());
    let next = place.git("author", &["rev-parse", "HEAD"]);
    place.request("1.1.0", &next, "skills/thing");
    assert!(matches!(&place.release()[..], [Outcome::Released(..)]));
}

#[test]
fn a_package_may_be_a_whole_repository() {
    let place = Place::new(&owned());
    let rev = place.authored("", |p| p);
    place.git("author", &["tag", "--annotate", "--message", "One", "v1"]);
    place.git("author", &["push", "-q", "--tags", "origin"]);
    place.git(
        "served/octocat/things.git",
        &["update-ref", "-d", "refs/heads/main"],
    );
    place.request("1.0.0", &rev, "");
    let outcomes = place.release();
    assert!(
        matches!(&outcomes[..], [Outcome::Released(..)]),
        "{outcomes:?}"
    );
}

#[test]
fn a_commit_that_nothing_keeps_is_refused() {
    let place = Place::new(&owned());
    place.authored("thing", |p| p);
    place.put("thing", |p| {
        p.summary("Does something that nobody has seen")
    });
    let rev = place.commit("author");
    // As a forge keeps a pull request's head: anybody can fetch it, and it is on no branch.
    place.git("author", &["push", "-q", "origin", "HEAD:refs/pull/1/head"]);
    place.request("1.0.0", &rev, "thing");
    let said = refused(&place.release());
    assert_eq!(
        said,
        [
            "request-true registry-index/packages/octocat/thing/request.toml:4:7: no branch and no tag of \
          \"https://github.com/octocat/things\" has this commit"
        ]
    );
    let nowhere = "0123456789abcdef0123456789abcdef01234567";
    place.request("1.0.0", nowhere, "thing");
    assert!(refused(&place.release())[0].contains("no branch and no tag"));
    // Once a branch has it, it is released.
    place.request("1.0.0", &rev, "thing");
    place.git("author", &["push", "-q", "origin", "HEAD:refs/heads/next"]);
    assert!(matches!(&place.release()[..], [Outcome::Released(..)]));
}

#[test]
fn what_a_pinned_folder_may_not_hold_is_refused() {
    type Change = fn(&Place);
    let cases: [(Change, &str); 6] = [
        (
            |place| {
                let link = place.path("author/thing/project");
                std::fs::create_dir_all(&link).unwrap();
                std::os::unix::fs::symlink("/etc/passwd", link.join("x")).unwrap();
            },
            "5:8: \"project/x\" is a symbolic link",
        ),
        (
            |place| {
                let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
                place.write("author/thing/project/big.bin", pointer);
            },
            "5:8: \"project/big.bin\" is kept by Git LFS",
        ),
        (
            |place| place.write("author/.gitattributes", "*.md filter=lfs\n"),
            "5:8: \".gitattributes\" gives \"*.md\" the attribute \"filter=lfs\"",
        ),
        (
            |place| place.write("author/thing/project/.gitattributes", "* ident\n"),
            "\"project/.gitattributes\" gives \"*\" the attribute \"ident\"",
        ),
        (
            |place| {
                let own = place.path("served/octocat/things.git");
                place.git(
                    "author",
                    &[
                        "-c",
                        "protocol.file.allow=always",
                        "submodule",
                        "--quiet",
                        "add",
                        own.to_str().unwrap(),
                        "thing/project/sub",
                    ],
                );
            },
            "5:8: \"project/sub\" is a submodule",
        ),
        (
            |place| place.put("thing", |p| p.set("name", "\"octocat/other\"")),
            "5:8: the package there is called \"octocat/other\"",
        ),
    ];
    for (change, why) in cases {
        let place = Place::new(&owned());
        place.authored("thing", |p| p);
        change(&place);
        let rev = place.commit("author");
        place.git("author", &["push", "-q", "origin", "HEAD"]);
        place.request("1.0.0", &rev, "thing");
        let said = refused(&place.release());
        assert!(said[0].contains(why), "{why}: {said:?}");
        assert!(!place.path(RECORD).exists());
    }
}

#[test]
fn what_the_rules_refuse_is_told_where_it_was_asked_for() {
    let place = Place::new(&owned());
    let rev = place.authored("thing", |p| p.license("Nonsense-1.0"));
    place.request("1.0.0", &rev, "thing");
    let said = refused(&place.release());
    let place_of_rev = "license-spdx registry-index/packages/octocat/thing/request.toml:4:7: ";
    let told = |said: &String| said.starts_with(&format!("{place_of_rev}\"paracle.toml:"));
    assert!(said.iter().any(told), "{said:?}");
    place.request("2.0.0", &rev, "thing");
    let said = refused(&place.release());
    assert!(
        said[0].ends_with("request.toml:2:11: the version there is \"1.0.0\""),
        "{said:?}"
    );
    place.request("1.0.0", &rev, "nowhere");
    assert!(refused(&place.release())[0].contains("there is no folder \"nowhere\""));
}

#[test]
fn nothing_is_fetched_offline_or_from_where_it_may_not() {
    let place = Place::new(&owned());
    let rev = place.authored("thing", |p| p);
    place.request("1.0.0", &rev, "thing");
    let offline = client::World {
        offline: true,
        ..place.world()
    };
    assert!(matches!(
        &place.release_in(&offline)[..],
        [Outcome::Waits(..)]
    ));
    let path = "hub/registry-index/packages/octocat/thing/request.toml";
    let text = place.read(path);
    for bad in [
        "https://evil.example/x",
        "file:///etc",
        "http://github.com/octocat/things",
    ] {
        place.write(
            path,
            &text.replace("https://github.com/octocat/things", bad),
        );
        place.commit("hub");
        let said = refused(&place.release());
        assert!(said[0].contains("request.toml:3:7: "), "{said:?}");
    }
}
