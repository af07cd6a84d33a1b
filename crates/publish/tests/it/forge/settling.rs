//! Carrying out what was decided: on the emulator, and where it does not answer as GitHub does on the
//! stand-in.

use publish::{
    Decision,
    decide::{
        Reason, Verdict,
        settle::{SettleError, Settled, settle},
    },
    forge::{ForgeError, GitHub},
};
use serde_json::{Value, json};

use super::{
    fixture::{change, head, hub, name, proposal, propose, submission, world},
    scripted::{BASE, BASE_TREE, MADE, Scripted, commit, ok, pull, reference, says},
    served::World,
};

const MERGED: &str = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
const DISPATCH: &str = "POST repos/octo/hub/actions/workflows/release.yml/dispatches";

fn decision(outcome: Verdict, ids: &[&str]) -> Decision {
    let reason = |id: &&str| Reason {
        id: (*id).to_owned(),
        subject: "octocat/`greeting`\n@octo".into(),
        message: String::new(),
    };
    Decision {
        format: 1,
        outcome,
        repository: "octo/hub".into(),
        number: 7,
        branch: "main".into(),
        base: BASE.into(),
        head: MADE.into(),
        tree: Some(BASE_TREE.into()),
        opened_by: 2,
        packages: vec!["octocat/greeting".into()],
        // Not what labels are set by.
        labels: vec!["priority".into()],
        reasons: ids.iter().map(reason).collect(),
    }
}

fn merge() -> Decision {
    decision(Verdict::Merge, &["own-new-version"])
}

/// A pull request of `anna`'s on the emulator, and what was decided about it.
fn proposed(world: &World, outcome: Verdict, ids: &[&str]) -> Decision {
    let anna = world.behind("anna");
    let made = propose(&anna, &submission(world)).unwrap();
    let fork = name("anna/hub");
    let branch = anna.branch(&fork, &proposal().branch).unwrap().unwrap();
    let pull: Value = anna
        .api()
        .get(&format!("repos/octo/hub/pulls/{}", made.number))
        .unwrap();
    Decision {
        number: made.number,
        base: head(world).commit,
        head: branch.id,
        tree: Some(branch.tree),
        opened_by: pull["user"]["id"].as_u64().unwrap(),
        ..decision(outcome, ids)
    }
}

fn labels_and_comments(octo: &GitHub, number: u64) -> (Vec<String>, Vec<String>) {
    let list = |path: &str, key: &str| -> Vec<String> {
        let path = format!("repos/octo/hub/issues/{number}/{path}");
        let all: Vec<Value> = octo.api().list(&path).unwrap();
        let text = |one: &Value| one[key].as_str().unwrap().to_owned();
        all.iter().map(text).collect()
    };
    (list("labels", "name"), list("comments", "body"))
}

#[test]
fn what_a_person_looks_at_is_labelled_and_told_once() {
    let world = world();
    let mut decided = proposed(&world, Verdict::Review, &["new-use", "transfer"]);
    let (octo, number) = (world.github("octo"), decided.number);
    let behind = world.behind("octo");
    let path = format!("repos/octo/hub/issues/{number}");
    let of_others: Value = json!({ "body": "<!-- paracle: decision -->\nLooks fine" });
    let anna = world.behind("anna");
    let _: Value = anna
        .api()
        .post(&format!("{path}/comments"), &of_others)
        .unwrap();
    let own = json!({ "name": "mine", "color": "ffffff" });
    let _: Value = behind.api().post("repos/octo/hub/labels", &own).unwrap();
    let _: Value = behind
        .api()
        .post(&format!("{path}/labels"), &json!({ "labels": ["mine"] }))
        .unwrap();
    assert_eq!(settle(&decided, &hub(), octo.api()).unwrap(), Settled::Told);
    let (mut labels, comments) = labels_and_comments(&behind, number);
    labels.sort();
    assert_eq!(labels, ["mine", "new-use", "transfer"]);
    assert_eq!(comments.len(), 2);
    assert!(comments[0].ends_with("Looks fine"));
    assert!(
        comments[1].contains("(new-use)") && comments[1].contains("`octocat/'greeting' @octo`")
    );
    // Again: nothing is left to do.
    world.log();
    assert_eq!(settle(&decided, &hub(), octo.api()).unwrap(), Settled::Told);
    assert!(world.log().iter().all(|asked| asked.method == "GET"));
    // Another decision takes the place of the first.
    decided.reasons[0].id = "conflict".into();
    decided.outcome = Verdict::Refuse;
    assert_eq!(settle(&decided, &hub(), octo.api()).unwrap(), Settled::Told);
    let (mut labels, comments) = labels_and_comments(&behind, number);
    labels.sort();
    assert_eq!(labels, ["mine", "refused", "transfer"]);
    assert_eq!(comments.len(), 2);
    assert!(!comments[1].contains("new-use"));
    // What moved is not touched.
    change(&world, &[publish::FileChange::put("b.txt", "b\n")]);
    world.log();
    let again = settle(&decided, &hub(), octo.api()).unwrap();
    assert_eq!(again, Settled::Again("the branch moved"));
    assert!(world.log().iter().all(|asked| asked.method == "GET"));
}

/// The emulator knows no workflows that could be started: the merge stands, and settling goes on there.
#[test]
fn exactly_the_head_is_merged() {
    let world = world();
    let decided = proposed(&world, Verdict::Merge, &["own-new-version"]);
    let octo = world.github("octo");
    for _ in 0..2 {
        let failed = settle(&decided, &hub(), octo.api()).unwrap_err();
        let missing = matches!(
            failed,
            SettleError::Forge(ForgeError::Status { status: 404, .. })
        );
        assert!(missing, "{failed}");
        let path = format!("git/commits/{}", head(&world).commit);
        let made: Value = octo.api().get(&format!("repos/octo/hub/{path}")).unwrap();
        let parents = made["parents"].as_array().unwrap();
        let parents: Vec<&str> = parents.iter().map(|p| p["sha"].as_str().unwrap()).collect();
        assert_eq!(parents, [decided.base.as_str(), &decided.head]);
    }
    let other = Decision {
        head: decided.base.clone(),
        ..decided
    };
    let again = settle(&other, &hub(), octo.api()).unwrap();
    assert_eq!(again, Settled::Again("the head moved"));
}

fn scripted() -> Scripted {
    let scripted = Scripted::new();
    let mut live = pull(7);
    live["head"]["repo"] = json!({ "owner": { "login": "anna", "id": 2 } });
    for (operation, answer) in [
        ("GET repos/octo/hub/pulls/7", ok(live)),
        ("GET repos/octo/hub/git/ref/heads/main", ok(reference(BASE))),
        (
            "PUT repos/octo/hub/pulls/7/merge",
            ok(json!({ "sha": MERGED, "merged": true })),
        ),
        ("GET repos/octo/hub/issues/7/comments", ok(json!([]))),
        (
            "POST repos/octo/hub/issues/7/comments",
            ok(json!({ "id": 1 })),
        ),
        (DISPATCH, (204, "", Value::Null)),
    ] {
        scripted.answer(operation, [answer]);
    }
    let made = format!("GET repos/octo/hub/git/commits/{MERGED}");
    scripted.answer(&made, [ok(commit(MERGED, BASE_TREE, "Merge"))]);
    scripted
}

#[test]
fn a_merge_starts_the_release() {
    let scripted = scripted();
    let settled = settle(&merge(), &hub(), scripted.github().api()).unwrap();
    assert_eq!(settled, Settled::Merged(MERGED.into()));
    let asked = scripted.asked();
    assert!(asked.iter().any(|asked| asked == DISPATCH), "{asked:?}");
}

#[test]
fn what_was_not_decided_about_is_not_released() {
    let tried = |decision: &Decision, operation: &str, answer| {
        let scripted = scripted();
        scripted.answer(operation, [answer]);
        let settled = settle(decision, &hub(), scripted.github().api());
        let asked = scripted.asked();
        let has = |part: &str| asked.iter().any(|asked| asked.contains(part));
        assert!(!has("dispatches") && !has("comments"), "{asked:?}");
        settled
    };
    let made = format!("GET repos/octo/hub/git/commits/{MERGED}");
    let other_tree = ok(commit(MERGED, MADE, "Merge"));
    let unlike = tried(&merge(), &made, other_tree).unwrap_err();
    assert!(matches!(unlike, SettleError::Unlike { .. }), "{unlike}");
    let mut moved = commit(MERGED, BASE_TREE, "Merge");
    moved["parents"][0]["sha"] = MADE.into();
    let unlike = tried(&merge(), &made, ok(moved)).unwrap_err();
    assert!(matches!(unlike, SettleError::Unlike { .. }), "{unlike}");
    let raced = says(409, "Head branch was modified");
    let again = tried(&merge(), "PUT repos/octo/hub/pulls/7/merge", raced).unwrap();
    assert!(matches!(again, Settled::Again(_)), "{again:?}");
    let mut closed = pull(7);
    closed["state"] = "closed".into();
    let closed = tried(&merge(), "GET repos/octo/hub/pulls/7", ok(closed)).unwrap();
    assert_eq!(closed, Settled::Closed);
    // Without a repository of its own the head could be anybody's.
    let again = tried(&merge(), "GET repos/octo/hub/pulls/7", ok(pull(7))).unwrap();
    assert!(matches!(again, Settled::Again(_)), "{again:?}");
    let mallory = Decision {
        opened_by: 66,
        ..merge()
    };
    let nothing = "GET nothing";
    assert!(matches!(
        tried(&mallory, nothing, says(404, "")),
        Ok(Settled::Again(_))
    ));
}

#[test]
fn a_decision_that_could_not_have_been_made_is_not_carried_out() {
    let scripted = scripted();
    let merge = || merge();
    let mut unknown = merge();
    unknown.reasons[0].id = "because".into();
    let mut bold = decision(Verdict::Review, &["new-use"]);
    bold.outcome = Verdict::Merge;
    for unsound in [
        Decision {
            format: 2,
            ..merge()
        },
        Decision {
            repository: "octo/other".into(),
            ..merge()
        },
        Decision {
            head: "main".into(),
            ..merge()
        },
        Decision {
            branch: "../../user".into(),
            ..merge()
        },
        Decision {
            tree: None,
            ..merge()
        },
        Decision {
            reasons: Vec::new(),
            ..merge()
        },
        unknown,
        bold,
    ] {
        let settled = settle(&unsound, &hub(), scripted.github().api());
        assert!(
            matches!(settled, Err(SettleError::Unsound(_))),
            "{settled:?}"
        );
    }
    assert_eq!(scripted.asked(), [""; 0]);
}
