//! Where a submission is.

use publish::{
    follow::{Check, Checks, Reason, State},
    forge::{Forge, github::Merging},
};
use serde_json::{Value, json};

use super::{
    fixture::{hub, propose, submission, world},
    scripted::{MADE, Scripted, ok, pull},
    served::World,
};

fn state(world: &World, number: u64) -> State {
    world.github("anna").follow(&hub(), number).unwrap().state
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, in its order")]
fn from_proposed_to_merged() {
    let world = world();
    let done = propose(&world.github("octo"), &submission(&world)).unwrap();
    let (number, octo) = (done.number, world.behind("octo"));
    assert_eq!(state(&world, number), State::Proposed);

    let api = octo.api();
    let run = json!({ "name": "check", "head_sha": done.commit, "status": "in_progress" });
    let run: Value = api.post("repos/octo/hub/check-runs", &run).unwrap();
    let path = format!("repos/octo/hub/check-runs/{}", run["id"]);
    let check = |state| match state {
        State::Checks(Checks::Running(checks) | Checks::Failed(checks)) => checks,
        other => panic!("{other:?}"),
    };
    let running = state(&world, number);
    assert!(
        matches!(running, State::Checks(Checks::Running(_))),
        "{running:?}"
    );
    assert_eq!(check(running)[0].name, "check");
    let conclude = |conclusion: &str| {
        let body = json!({ "status": "completed", "conclusion": conclusion });
        api.patch::<Value>(&path, &body).unwrap();
    };
    conclude("failure");
    let failed = state(&world, number);
    assert!(
        matches!(failed, State::Checks(Checks::Failed(_))),
        "{failed:?}"
    );
    assert!(check(failed)[0].url.is_some());
    conclude("success");
    assert_eq!(state(&world, number), State::Checks(Checks::Passed));

    octo.add_labels(&hub(), number, &["new-package"]).unwrap();
    let path = format!("repos/octo/hub/pulls/{number}/reviews");
    let review = json!({ "event": "REQUEST_CHANGES", "body": "No" });
    world
        .behind("bert")
        .api()
        .post::<Value>(&path, &review)
        .unwrap();
    let by = Reason::ChangesRequested { by: "bert".into() };
    let meant = State::NeedsReview {
        labels: vec!["new-package".into()],
        reasons: vec![by],
    };
    assert_eq!(state(&world, number), meant);
    let review = json!({ "event": "APPROVE" });
    world
        .behind("bert")
        .api()
        .post::<Value>(&path, &review)
        .unwrap();
    octo.remove_label(&hub(), number, "new-package").unwrap();
    assert_eq!(state(&world, number), State::Checks(Checks::Passed));

    let merged = world
        .github("octo")
        .merge(&hub(), number, &done.commit)
        .unwrap();
    let Merging::Done(commit) = merged else {
        panic!("{merged:?}");
    };
    assert_eq!(state(&world, number), State::Merged(commit));
}

#[test]
fn closed_without_merging() {
    let world = world();
    let done = propose(&world.github("anna"), &submission(&world)).unwrap();
    let path = format!("repos/octo/hub/pulls/{}", done.number);
    let api = world.behind("octo").api().clone();
    api.patch::<Value>(&path, &json!({ "state": "closed" }))
        .unwrap();
    let followed = world.github("anna").follow(&hub(), done.number).unwrap();
    assert_eq!(followed.state, State::Closed);
    assert_eq!(
        (followed.number, followed.commit),
        (done.number, done.commit)
    );
}

#[test]
fn a_newcomers_checks_have_to_be_allowed() {
    let forge = Scripted::new();
    forge.answer("GET repos/octo/hub/pulls/7", [ok(pull(7))]);
    forge.answer("GET repos/octo/hub/pulls/7/reviews", [ok(json!([]))]);
    let none = ok(json!({ "total_count": 0, "check_runs": [] }));
    forge.answer(
        &format!("GET repos/octo/hub/commits/{MADE}/check-runs"),
        [none],
    );
    let run = json!({
        "name": "check", "html_url": "https://forge.example/run", "status": "completed",
        "conclusion": "action_required",
    });
    let runs = ok(json!({ "total_count": 1, "workflow_runs": [run] }));
    forge.answer("GET repos/octo/hub/actions/runs", [runs]);
    let waits = Reason::NotAllowedToRun(Check {
        name: "check".into(),
        url: Some("https://forge.example/run".into()),
    });
    let meant = State::NeedsReview {
        labels: vec![],
        reasons: vec![waits],
    };
    assert_eq!(forge.github().follow(&hub(), 7).unwrap().state, meant);
}

#[test]
fn a_commit_that_the_repository_does_not_have_has_no_checks() {
    let world = world();
    let done = propose(&world.github("anna"), &submission(&world)).unwrap();
    let (octo, anna) = (world.behind("octo"), world.behind("anna"));
    let path = format!("repos/octo/hub/commits/{}/check-runs", done.commit);
    let missing = octo.api().get::<Value>(&path).unwrap_err();
    assert_eq!(missing.status(), Some(404));
    let follow = || anna.follow(&hub(), done.number).unwrap().state;
    assert_eq!(follow(), State::Proposed);
    octo.add_labels(&hub(), done.number, &["new-package"])
        .unwrap();
    assert!(matches!(follow(), State::NeedsReview { .. }));
}
