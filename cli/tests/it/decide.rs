//! What becomes of a pull request, as a workflow asks it: an event in, a decision out.

use serde_json::{Value, json};

use crate::{place::Place, registry::registry};

/// A released package, and its next version in a second commit.
fn bumped() -> (Place, String) {
    let place = registry();
    place.done(&["registry", "release", "--registry", "../hub"]);
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Release"]);
    let path = "hub/templates/skills/greeting/paracle.toml";
    let text = place.read(path).replace("1.0.0", "1.1.0");
    place.write(path, text);
    place.git("hub", &["commit", "-qam", "Greet better"]);
    let head = place.read("hub/.git/refs/heads/main").trim().to_owned();
    // What stands in the work tree does not matter.
    place.write("hub/templates/skills/greeting/README.md", "");
    (place, head)
}

fn event(head: &str, action: &str, opener: u64) -> String {
    let person = |id: u64| json!({ "id": id, "login": format!("p{id}") });
    let side = |sha: &str, owner: u64| {
        let repo = json!({ "full_name": format!("p{owner}/hub"), "owner": person(owner) });
        json!({ "ref": "main", "sha": sha, "repo": repo })
    };
    let pull = json!({
        "number": 7, "user": person(opener), "created_at": "2026-01-01T00:00:00Z", "draft": false,
        "author_association": "NONE", "head": side(head, opener), "base": side("0", 9),
    });
    json!({ "action": action, "sender": person(opener), "pull_request": pull }).to_string()
}

fn decided(place: &Place, head: &str, event: &str) -> Value {
    place.write("event.json", event);
    place.done(&[
        "registry",
        "decide",
        "--registry",
        "../hub",
        "--base",
        "HEAD~1",
        "--head",
        head,
        "--event",
        "../event.json",
        "--out",
        "../decision.json",
    ]);
    serde_json::from_str(&place.read("decision.json")).unwrap()
}

#[test]
fn an_event_becomes_a_decision() {
    let (place, head) = bumped();
    let own = decided(&place, &head, &event(&head, "synchronize", 1));
    assert_eq!(own["outcome"], "merge", "{own:#}");
    assert_eq!(own["packages"], json!(["acme/greeting"]));
    assert_eq!(
        (&own["number"], &own["format"], &own["head"]),
        (&json!(7), &json!(1), &json!(head))
    );
    let labeled = decided(&place, &head, &event(&head, "labeled", 1));
    assert_eq!(labeled["labels"], json!(["pusher-unknown"]));
    let stranger = decided(&place, &head, &event(&head, "opened", 2));
    assert_eq!(
        (&stranger["outcome"], &stranger["labels"]),
        (&json!("refuse"), &json!(["refused"]))
    );
}

#[test]
fn what_cannot_be_decided_or_settled_says_so() {
    let (place, head) = bumped();
    let decide = [
        "registry",
        "decide",
        "--registry",
        "../hub",
        "--base",
        "HEAD~1",
        "--head",
        &head,
        "--event",
        "../event.json",
    ];
    place.fails(&decide, 1, &["event.json"]);
    place.write("event.json", "{\"action\": \"schedule\"}");
    place.fails(
        &decide,
        1,
        &["there is no `pull_request` in it", "GITHUB_EVENT_PATH"],
    );
    place.write("event.json", event(&"0".repeat(40), "opened", 1));
    place.fails(&decide, 1, &["is about the head", "decide again"]);
    let settle = [
        "registry",
        "settle",
        "--decision",
        "../decision.json",
        "--repository",
        "p9/hub",
    ];
    place.write("decision.json", "{}");
    place.fails(&settle, 1, &["is no decision", "registry decide"]);
    decided(&place, &head, &event(&head, "opened", 1));
    place.fails(&settle, 4, &["no token", "GITHUB_TOKEN"]);
}
