//! What a forge says besides yes, and what becomes of it. The emulator says none of this.

use std::time::Duration;

use publish::{
    ProposeError, Step,
    forge::{Forge, ForgeError},
};
use serde_json::json;

use super::{
    fixture::{name, propose, steps},
    scripted::{BASE_TREE, BRANCH, MADE, Scripted, commit, ok, pull, reference, says, submission},
};

const FORK: &str = "POST repos/octo/hub/forks";
const REFS: &str = "POST repos/anna/hub/git/refs";
const OURS: &str = "GET repos/anna/hub/git/ref/heads/paracle/anna/greeting-1.0.0";
const MADE_COMMIT: &str = "GET repos/anna/hub/git/commits/cccccccccccccccccccccccccccccccccccccccc";

/// A registry that the person has not forked yet.
fn without_fork() -> Scripted {
    let forge = Scripted::new();
    forge.answer("GET repos/anna/hub", [says(404, "Not Found")]);
    forge
}

fn refused(forge: &Scripted) -> ProposeError {
    propose(&forge.github(), &submission()).unwrap_err()
}

#[test]
fn nothing_happens_to_a_usual_proposal() {
    let forge = Scripted::new();
    let done = propose(&forge.github(), &submission()).unwrap();
    assert_eq!((done.number, done.commit.as_str()), (7, MADE));
}

#[test]
fn a_token_that_is_no_good_any_more() {
    let forge = Scripted::new();
    forge.answer("GET user", [says(401, "Bad credentials")]);
    let error = refused(&forge);
    assert!(
        matches!(error, ProposeError::Forge(ForgeError::BadToken { .. })),
        "{error:?}"
    );
    assert!(error.hint().unwrap().contains("sign in again"));
    assert_eq!(forge.asked(), ["GET user"]);
}

#[test]
fn a_token_that_is_too_weak_is_told_what_it_lacks() {
    let forge = without_fork();
    let scopes = "x-accepted-oauth-scopes: public_repo\r\nx-oauth-scopes: read:user\r\n";
    let answer = (403, scopes, json!({ "message": "Resource not accessible" }));
    forge.answer(FORK, [answer]);
    let hint = refused(&forge).hint().unwrap();
    assert_eq!(
        hint,
        "use a token with \"public_repo\"; yours has \"read:user\""
    );
}

#[test]
fn writing_where_nothing_is_said_to_be_means_a_weak_token() {
    let forge = without_fork();
    forge.answer(FORK, [says(404, "Not Found")]);
    let error = refused(&forge);
    assert!(
        matches!(&error, ProposeError::WeakToken { repository, .. } if *repository == name("octo/hub"))
    );
    assert!(error.hint().unwrap().contains("`public_repo`"));
}

#[test]
fn workflows_that_a_token_may_not_bring_over() {
    let forge = Scripted::new();
    let words = "refusing to allow an OAuth App to create or update workflow \
                 `.github/workflows/check.yml` without `workflow` scope";
    forge.answer(REFS, [says(422, words)]);
    let error = refused(&forge);
    assert!(error.hint().unwrap().contains("Sync fork"), "{error}");
}

#[test]
fn limits_are_waited_for_where_that_is_short() {
    let forge = without_fork();
    let secondary = (
        403,
        "retry-after: 0\r\n",
        json!({ "message": "secondary rate limit" }),
    );
    let many = (429, "retry-after: 0\r\n", json!({}));
    let fork = ok(json!({
        "id": 9, "full_name": "anna/hub", "html_url": "", "default_branch": "main",
    }));
    forge.answer(FORK, [secondary, many, fork]);
    propose(&forge.github(), &submission()).unwrap();
    let forks = forge.asked().iter().filter(|asked| *asked == FORK).count();
    assert_eq!(forks, 3);
}

#[test]
fn a_limit_of_an_hour_is_told() {
    let forge = Scripted::new();
    // The clock of these tests, and an hour.
    let spent = "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1900003600\r\n";
    let answer = (403, spent, json!({ "message": "API rate limit exceeded" }));
    forge.answer("POST repos/anna/hub/git/trees", [answer]);
    let error = refused(&forge);
    assert!(
        error.to_string().contains("it answers again in 61 minutes"),
        "{error}"
    );
    assert!(error.is_network());
}

#[test]
fn failures_of_the_server_are_asked_again_where_nothing_is_written() {
    let forge = Scripted::new();
    forge.answer(
        "GET user",
        [
            says(502, "Bad Gateway"),
            ok(json!({ "login": "anna", "id": 2 })),
        ],
    );
    propose(&forge.github(), &submission()).unwrap();

    let forge = Scripted::new();
    forge.answer("POST repos/anna/hub/git/commits", [says(503, "Unicorn")]);
    let error = refused(&forge);
    assert!(error.is_network() && error.hint().unwrap().contains("goes on where it was"));
    let commits = forge.asked();
    let commits = commits
        .iter()
        .filter(|asked| asked.ends_with("POST repos/anna/hub/git/commits"));
    assert_eq!(commits.count(), 1);
}

#[test]
fn a_fork_is_waited_for_until_its_git_data_is_there() {
    let forge = without_fork();
    let pending = says(409, "Git Repository is empty.");
    let ready = ok(reference(super::scripted::BASE));
    let answers = [pending.clone(), says(404, "Not Found"), pending, ready];
    forge.answer("GET repos/anna/hub/git/ref/heads/main", answers);
    let (_, told) = steps(&forge.github(), &submission()).unwrap();
    let waited = told
        .iter()
        .filter(|step| matches!(step, Step::WaitingForFork { .. }));
    assert_eq!(waited.count(), 3);
}

#[test]
fn a_fork_that_never_gets_ready_is_told() {
    let forge = without_fork();
    forge.answer(
        "GET repos/anna/hub/git/ref/heads/main",
        [says(409, "Git Repository is empty.")],
    );
    let error = refused(&forge);
    let ProposeError::ForkNotReady { fork, waited } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(*fork, name("anna/hub"));
    assert!(*waited >= Duration::from_millis(20));
    let asked = forge.asked();
    assert!(
        !asked.iter().any(|asked| asked.ends_with("/git/trees")),
        "{asked:?}"
    );
}

#[test]
fn a_fork_has_the_name_that_the_forge_gave_it() {
    let forge = without_fork();
    let renamed = json!({
        "id": 9, "full_name": "anna/old-hub", "html_url": "", "default_branch": "main",
    });
    forge.answer(FORK, [(202, "", renamed)]);
    let error = refused(&forge);
    let asked = forge.asked();
    assert!(
        asked.contains(&"GET repos/anna/old-hub/git/ref/heads/main".to_owned()),
        "{error:?}"
    );
}

#[test]
fn a_registry_that_cannot_be_forked() {
    let forge = without_fork();
    let hub = json!({
        "id": 1, "full_name": "octo/hub", "html_url": "", "default_branch": "main",
        "allow_forking": false, "permissions": { "push": false },
    });
    forge.answer("GET repos/octo/hub", [ok(hub)]);
    assert!(matches!(refused(&forge), ProposeError::NoForks(_)));
}

#[test]
fn two_runs_at_once_end_in_one_branch_and_one_pull_request() {
    let forge = Scripted::new();
    let message = "Add anna/greeting 1.0.0\n\nParacle-Proposed-By: github:2";
    let there = ok(reference(MADE));
    // Neither is there when it is looked for, and both are when they are to be made.
    let nothing = says(404, "Not Found");
    forge.answer(OURS, [nothing.clone(), nothing, there]);
    forge.answer(MADE_COMMIT, [ok(commit(MADE, BASE_TREE, message))]);
    forge.answer(REFS, [says(422, "Reference already exists")]);
    let replaced = format!("PATCH repos/anna/hub/git/refs/heads/{BRANCH}");
    forge.answer(&replaced, [ok(reference(MADE))]);
    let none = ok(json!([]));
    forge.answer(
        "GET repos/octo/hub/pulls",
        [none.clone(), none, ok(json!([pull(7)]))],
    );
    forge.answer(
        "POST repos/octo/hub/pulls",
        [says(422, "A pull request already exists")],
    );
    let done = propose(&forge.github(), &submission()).unwrap();
    assert_eq!((done.number, done.is_new), (7, false));
    assert!(forge.asked().contains(&replaced));
}

#[test]
fn a_pull_request_of_somebody_else_is_left_alone() {
    let forge = Scripted::new();
    let mut theirs = pull(8);
    theirs["user"] = json!({ "login": "anna", "id": 3 });
    forge.answer("GET repos/octo/hub/pulls", [ok(json!([theirs]))]);
    let error = forge.github().plan(&submission()).map(drop).unwrap_err();
    assert!(matches!(error, ProposeError::PullTaken { .. }), "{error:?}");
}

#[test]
fn ids_that_are_none_are_not_asked_for() {
    let forge = Scripted::new();
    let evil = "../../../../user/keys";
    forge.answer(
        "GET repos/octo/hub/git/ref/heads/main",
        [ok(reference(evil))],
    );
    let error = refused(&forge);
    assert!(
        matches!(error, ProposeError::Forge(ForgeError::Answer { .. })),
        "{error:?}"
    );
}
