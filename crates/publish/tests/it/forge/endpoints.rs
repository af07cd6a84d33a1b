//! What others than contributors need: comments, labels, merging, files straight onto a branch.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use publish::{
    FileChange,
    forge::{
        Forge, GitHub,
        github::{Committed, Merging, Speaker},
    },
};
use serde_json::{Value, json};

use super::{
    fixture::{change, head, hub, propose, submission, world},
    scripted::{BASE, MADE, Scripted, commit, ok, reference, says},
    served::World,
};

fn texts(github: &GitHub, number: u64) -> Vec<String> {
    let comments = github.comments(&hub(), number).unwrap();
    comments.into_iter().filter_map(|c| c.body).collect()
}

fn pull(world: &World) -> u64 {
    propose(&world.github("anna"), &submission(world))
        .unwrap()
        .number
}

#[test]
fn there_is_one_comment_and_it_is_ones_own() {
    let world = world();
    let (number, octo) = (pull(&world), world.github("octo"));
    let id = octo.person().unwrap().id;
    let imitated = "I am the bot\n\n<!-- paracle:decision -->";
    let anna = world.behind("anna");
    let speaker = Speaker::Person(anna.person().unwrap().id);
    anna.say(&hub(), number, speaker, "paracle:decision", "I am the bot")
        .unwrap();
    let say = |text: &str| {
        octo.say(
            &hub(),
            number,
            Speaker::Person(id),
            "paracle:decision",
            text,
        )
        .unwrap();
    };
    say("one");
    assert_eq!(
        texts(&octo, number),
        [imitated, "one\n\n<!-- paracle:decision -->"]
    );
    say("two");
    world.log();
    say("two");
    assert!(world.log().iter().all(|asked| asked.method == "GET"));
    assert_eq!(
        texts(&octo, number),
        [imitated, "two\n\n<!-- paracle:decision -->"]
    );
}

#[test]
fn a_workflow_knows_its_own_comments() {
    let comment = |login: &str, kind: &str| {
        let user = json!({ "login": login, "id": 41_898_282, "type": kind });
        serde_json::from_value(json!({ "id": 1, "body": "", "user": user })).unwrap()
    };
    assert!(Speaker::Workflow.wrote(&comment("github-actions[bot]", "Bot")));
    assert!(!Speaker::Workflow.wrote(&comment("other[bot]", "Bot")));
    assert!(!Speaker::Workflow.wrote(&comment("github-actions", "User")));
    assert!(!Speaker::Person(7).wrote(&comment("github-actions[bot]", "Bot")));
}

#[test]
fn labels_come_and_go() {
    let world = world();
    let (number, octo) = (pull(&world), world.github("octo"));
    for _ in 0..2 {
        octo.provide_label(&hub(), "needs: review", "ededed", "A person looks")
            .unwrap();
    }
    octo.add_labels(&hub(), number, &["needs: review"]).unwrap();
    octo.add_labels(&hub(), number, &[]).unwrap();
    let labels = octo.pull(&hub(), number).unwrap().labels;
    assert_eq!(labels[0].name, "needs: review");
    for _ in 0..2 {
        octo.remove_label(&hub(), number, "needs: review").unwrap();
    }
    assert!(octo.pull(&hub(), number).unwrap().labels.is_empty());
}

#[test]
fn only_what_was_looked_at_is_merged() {
    let world = world();
    let it = submission(&world);
    let done = propose(&world.github("anna"), &it).unwrap();
    let octo = world.github("octo");
    let other = octo.merge(&hub(), done.number, BASE).unwrap();
    assert!(matches!(other, Merging::Refused(_)), "{other:?}");
    assert!(octo.pull(&hub(), done.number).unwrap().is_open());

    // As GitHub itself answers.
    let forge = Scripted::new();
    let merge = "PUT repos/octo/hub/pulls/7/merge";
    forge.answer(
        merge,
        [
            says(409, "Head branch was modified"),
            says(405, "Not mergeable"),
        ],
    );
    let github = forge.github();
    assert_eq!(github.merge(&hub(), 7, MADE).unwrap(), Merging::HeadMoved);
    let refused = Merging::Refused("Not mergeable".into());
    assert_eq!(github.merge(&hub(), 7, MADE).unwrap(), refused);
}

#[test]
fn files_go_straight_onto_a_branch_that_is_as_it_was() {
    let world = world();
    let (octo, old) = (world.github("octo"), head(&world));
    let files = [
        FileChange::put("registry-index/packages/a/b/1.0.0.toml", "x = 1\n"),
        FileChange::remove("templates/skills/old/run.sh"),
        FileChange::remove("never/there.txt"),
    ];
    let commit = |expected: &str| octo.commit_files(&hub(), "main", expected, "Release", &files);
    let Committed::Done(new) = commit(&old.commit).unwrap() else {
        panic!("not committed");
    };
    assert_eq!(head(&world), new);
    let file = |path: &str| octo.read(&hub(), &new.commit, path).unwrap();
    assert_eq!(
        file("registry-index/packages/a/b/1.0.0.toml").unwrap(),
        b"x = 1\n"
    );
    assert_eq!(file("templates/skills/old/run.sh"), None);
    assert_eq!(file("templates"), None);
    assert_eq!(commit(&new.commit).unwrap(), Committed::Nothing);
    change(&world, &[FileChange::put("README.md", "faster\n")]);
    assert_eq!(commit(&new.commit).unwrap(), Committed::Moved);
}

#[test]
fn who_was_faster_in_between_is_not_undone() {
    let forge = Scripted::new();
    let main = "GET repos/octo/hub/git/ref/heads/main";
    forge.answer(main, [ok(reference(BASE)), ok(reference(MADE))]);
    let path = format!("GET repos/octo/hub/git/commits/{MADE}");
    forge.answer(&path, [ok(commit(MADE, BASE, ""))]);
    let (tree, made) = (json!({ "sha": MADE }), json!({ "sha": MADE }));
    forge.answer("POST repos/octo/hub/git/trees", [ok(tree)]);
    forge.answer("POST repos/octo/hub/git/commits", [ok(made)]);
    let update = "PATCH repos/octo/hub/git/refs/heads/main";
    forge.answer(update, [says(422, "Update is not a fast forward")]);
    let files = [FileChange::put("a", "b")];
    let github = forge.github();
    let done = github.commit_files(&hub(), "main", BASE, "Release", &files);
    assert_eq!(done.unwrap(), Committed::Moved);
}

#[test]
fn a_large_file_is_read_as_a_blob() {
    let forge = Scripted::new();
    let large = json!({ "type": "file", "encoding": "none", "content": "", "sha": MADE });
    forge.answer("GET repos/octo/hub/contents/large.bin", [ok(large)]);
    let blob = json!({ "content": "AAEC\nAwQ=\n", "encoding": "base64" });
    forge.answer(&format!("GET repos/octo/hub/git/blobs/{MADE}"), [ok(blob)]);
    let github = forge.github();
    let read = |path: &str| github.read(&hub(), BASE, path).unwrap();
    assert_eq!(read("large.bin").unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(read("../../../user"), None);
    assert_eq!(forge.asked().len(), 2);
}

#[test]
fn a_workflow_is_started_as_github_describes_it() {
    let world = world();
    let inputs = BTreeMap::from([("head", "abc")]);
    let octo = world.github("octo");
    // The emulator has no workflows; that nothing else is wrong with the request is checked by prism.
    let error = octo
        .dispatch(&hub(), "release.yml", "main", &inputs)
        .unwrap_err();
    assert_eq!(error.status(), Some(404));
    let forge = Scripted::new();
    let path = "POST repos/octo/hub/actions/workflows/release.yml/dispatches";
    forge.answer(path, [(204, "", Value::Null)]);
    forge
        .github()
        .dispatch(&hub(), "release.yml", "main", &inputs)
        .unwrap();
}

#[test]
fn a_request_that_github_does_not_describe_fails_its_test() {
    let world = world();
    let api = world.github("octo").api().clone();
    let checked = || catch_unwind(AssertUnwindSafe(|| world.log().len()));
    let body = json!({ "ref": 5, "sha": MADE });
    drop(api.post::<Value>("repos/octo/hub/git/refs", &body));
    checked().unwrap_err();
    for path in ["pulls?state=sometimes", "branches"] {
        drop(api.get::<Value>(&format!("repos/octo/hub/{path}")));
        checked().unwrap_err();
    }
    api.get::<Value>("repos/octo/hub/pulls?state=all").unwrap();
    assert_eq!(checked().unwrap(), 1);
}
