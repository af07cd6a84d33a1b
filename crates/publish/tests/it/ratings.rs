//! Ratings over GitHub's own schema: taken, opened, given.

mod github;

use std::collections::BTreeMap;

use publish::{
    forge::Person,
    ratings::{self, Forum, Packages, RatingError, Said},
};
use registry_index::{PackageName, testing::FakeRegistry};
use serde_json::{Value, json};

use github::{GitHub, comment, discussion, person, reaction};

fn packages() -> Packages {
    let registry = FakeRegistry::new()
        .released("core/one", "1.0.0")
        .released("core/one", "1.1.0")
        .released("core/two", "1.0.0")
        .entry("core/two", "owners = [\"github:50\"]\n")
        .renamed("core/zwei", "core/two");
    Packages::of(&registry.loaded())
}

fn forum<'a>(api: &'a publish::forge::Api, category: &str) -> Result<Forum<'a>, RatingError> {
    Forum::find(api, &"example/hub".parse().unwrap(), category)
}

fn collected(github: &GitHub) -> Result<BTreeMap<String, String>, RatingError> {
    let api = github.api();
    let collected = ratings::collect(&forum(&api, "Ratings")?, &packages())?;
    let files = collected.files.into_iter();
    Ok(files.map(|(name, text)| (name.to_string(), text)).collect())
}

/// `(id, stars, version, date, review)` of each rating in a file.
fn read(text: &str) -> Vec<(u64, u64, String, String, String)> {
    let file: toml::Value = toml::from_str(text).unwrap();
    let of = |one: &toml::Value, key: &str| {
        one.get(key)
            .and_then(toml::Value::as_str)
            .unwrap_or("")
            .to_owned()
    };
    let one = |one: &toml::Value| {
        let by = of(one, "by")
            .strip_prefix("github:")
            .unwrap()
            .parse()
            .unwrap();
        let stars = one["stars"].as_integer().unwrap() as u64;
        (
            by,
            stars,
            of(one, "version"),
            of(one, "date"),
            of(one, "review"),
        )
    };
    file["ratings"]
        .as_array()
        .unwrap()
        .iter()
        .map(one)
        .collect()
}

#[test]
fn every_document_is_valid_by_githubs_own_schema() {
    let documents: BTreeMap<&str, &str> = ratings::DOCUMENTS.iter().copied().collect();
    assert_eq!(documents.len(), 8);
    let mut asked = json!(documents);
    asked["BAD"] = json!("query { repository(owner: \"a\", name: \"b\") { nothing } }");
    let Some(said) = github::validated(&asked) else {
        return;
    };
    for name in documents.keys() {
        assert_eq!(said[name], json!([]), "{name}");
    }
    assert_ne!(said["BAD"], json!([]), "nothing is validated");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a line is a voice")]
fn one_rating_a_person_the_newest_and_a_comment_before_a_reaction() {
    let rated = |stars: u8, more: &str| format!("Rating: {stars}/5\n{more}");
    let with = |mut comment: Value, key: &str, value: Value| {
        comment[key] = value;
        comment
    };
    let comments = vec![
        comment(11, 1, &rated(1, "")),
        comment(11, 3, &rated(4, "Version: 1.1.0\n\nBetter.")),
        comment(11, 4, "Thanks!"),
        with(
            comment(12, 2, &rated(2, "old")),
            "lastEditedAt",
            json!("2026-01-09T00:00:00Z"),
        ),
        comment(12, 5, &rated(5, "new")),
        comment(13, 2, &rated(3, "Version: 9.9.9\n\nIt depends.")),
        with(
            comment(14, 2, &rated(5, "")),
            "author",
            json!({ "login": "robot", "kind": "Bot" }),
        ),
        with(comment(15, 2, &rated(5, "")), "author", Value::Null),
        with(comment(16, 2, &rated(5, "")), "isMinimized", json!(true)),
        with(comment(17, 2, &rated(5, "")), "editor", person(99)),
        with(comment(18, 2, &rated(5, "")), "editor", person(18)),
        with(
            comment(19, 2, &rated(5, "")),
            "deletedAt",
            json!("2026-01-03T00:00:00Z"),
        ),
        comment(1, 2, &rated(5, "I own this.")),
        comment(
            20,
            2,
            &rated(2, "<script>alert(1)</script> \u{202e}evil\u{200b}"),
        ),
        comment(21, 2, &rated(1, &"x".repeat(5_000))),
    ];
    let reactions = vec![
        reaction(11, 9, "HEART"),
        reaction(31, 1, "HEART"),
        reaction(31, 2, "THUMBS_DOWN"),
        reaction(32, 1, "THUMBS_UP"),
        reaction(33, 1, "CONFUSED"),
        reaction(34, 1, "ROCKET"),
        json!({ "content": "HEART", "user": null, "createdAt": "2026-01-01T00:00:00Z" }),
    ];
    let fixture = json!({ "discussions": [discussion("core/one", comments, reactions)] });
    let Some(github) = GitHub::start(&fixture) else {
        return;
    };
    let files = collected(&github).unwrap();
    let found = read(&files["core/one"]);
    let short: Vec<(u64, u64)> = found.iter().map(|one| (one.0, one.1)).collect();
    let expected = [
        (11, 4),
        (12, 2),
        (13, 3),
        (18, 5),
        (20, 2),
        (21, 1),
        (31, 1),
        (32, 4),
        (33, 2),
    ];
    assert_eq!(short, expected);
    assert_eq!(found[0].2, "1.1.0");
    assert_eq!(
        (found[0].3.as_str(), found[0].4.as_str()),
        ("2026-01-03", "Better.")
    );
    assert_eq!(found[1].3, "2026-01-09", "an edit is said anew");
    assert_eq!(found[2].2, "", "there is no such version");
    assert_eq!(found[4].4, "<script>alert(1)</script> evil");
    assert_eq!(found[5].4.len(), 2_000);
    // What was taken passes the registry's own rules.
    let taken = files["core/one"].strip_prefix("format = 1\n").unwrap();
    let registry = FakeRegistry::new()
        .released("core/one", "1.1.0")
        .rated("core/one", taken);
    let world = registry.world();
    assert_eq!(world.said_by("rating-form"), [""; 0]);
    assert_eq!(world.said_by("hidden-unicode"), [""; 0]);
    assert_eq!(
        registry.registry().packages[&"core/one".parse().unwrap()]
            .ratings
            .as_ref()
            .unwrap()
            .count,
        9
    );
}

#[test]
fn only_discussions_of_the_registrys_own_count() {
    let fine = || vec![comment(11, 1, "5/5")];
    let with = |key: &str, value: Value| {
        let mut one = discussion("core/one", fine(), vec![]);
        one[key] = value;
        one
    };
    let none = [
        with("author", person(66)),
        with("author", json!({ "login": "other-bot", "kind": "Bot" })),
        with("author", json!({ "login": "github-actions", "id": 66 })),
        with("body", json!("What do you think?")),
        with("category", json!("General")),
        with("title", json!("core/unknown")),
        with("title", json!("About core/one")),
    ];
    let mut mine = with("author", person(66));
    mine["association"] = json!("COLLABORATOR");
    let old = discussion("core/zwei", fine(), vec![]);
    let owned = discussion(
        "core/two",
        vec![comment(50, 1, "5/5"), comment(1, 1, "4/5")],
        vec![],
    );
    let Some(github) = GitHub::start(&json!({ "discussions": none })) else {
        return;
    };
    assert_eq!(collected(&github).unwrap(), BTreeMap::new());
    github.set(json!({ "discussions": [mine, old, owned] }));
    let files = collected(&github).unwrap();
    assert_eq!(read(&files["core/one"]).len(), 1);
    // What was said under the old name is kept; the owner of the package is left out, and that of the
    // namespace, who does not own this one, is not.
    let two: Vec<u64> = read(&files["core/two"]).iter().map(|one| one.0).collect();
    assert_eq!(two, [1, 11]);
}

#[test]
fn lists_are_read_to_their_end_and_give_the_same_bytes() {
    let comments = (100..240)
        .map(|id| comment(id, 1, "Rating: 4/5\n\nFine."))
        .collect();
    let reactions = (300..370).map(|id| reaction(id, 1, "HEART")).collect();
    let mut discussions: Vec<Value> = (0..70)
        .map(|at| discussion(&format!("other/p-{at}"), vec![], vec![]))
        .collect();
    discussions.push(discussion("core/one", comments, reactions));
    let Some(github) = GitHub::start(&json!({ "discussions": discussions })) else {
        return;
    };
    let first = collected(&github).unwrap();
    assert_eq!(read(&first["core/one"]).len(), 210);
    github.set(json!({ "page": 7 }));
    assert_eq!(collected(&github).unwrap(), first);
}

#[test]
fn a_failure_half_way_takes_nothing_and_a_limit_is_waited_for() {
    let one = discussion(
        "core/one",
        (100..180).map(|id| comment(id, 1, "4/5")).collect(),
        vec![],
    );
    let Some(github) = GitHub::start(&json!({ "discussions": [one] })) else {
        return;
    };
    collected(&github).unwrap();
    let asked = github.requests();
    for fail_after in 0..asked {
        github.set(json!({ "requests": 0, "failAfter": fail_after }));
        let error = collected(&github).unwrap_err();
        assert!(
            error.to_string().contains("Something went wrong"),
            "{error}"
        );
    }
    github.set(json!({ "failAfter": null, "limitOnce": true, "broken": 1 }));
    assert_eq!(read(&collected(&github).unwrap()["core/one"]).len(), 80);
    let waits = github.waits.lock().unwrap().clone();
    assert_eq!(waits.iter().filter(|wait| wait.is_rate_limit).count(), 1);
    assert_eq!(waits.len(), 2, "a query that failed is asked again");
}

#[test]
fn each_package_gets_one_discussion() {
    let Some(github) =
        GitHub::start(&json!({ "discussions": [discussion("core/zwei", vec![], vec![])] }))
    else {
        return;
    };
    let api = github.api();
    let forum = forum(&api, "Ratings").unwrap();
    let open = |most| ratings::open(&forum, &packages(), "https://hub.example/", most).unwrap();
    let none = open(0);
    assert_eq!((none.opened.len(), none.there, none.left), (0, 1, 1));
    let opened = open(10);
    let names: Vec<String> = opened
        .opened
        .iter()
        .map(|(name, _)| name.to_string())
        .collect();
    assert_eq!(names, ["core/one"]);
    assert_eq!(open(10).opened, []);
    let made = &github.state()["discussions"][1];
    assert_eq!(made["title"], "core/one");
    let body = made["body"].as_str().unwrap();
    assert!(body.contains("https://hub.example/p/core/one/"), "{body}");
    // The example in the body is a rating, as it says; the body itself is none.
    let example = body
        .split("```")
        .nth(1)
        .unwrap()
        .strip_prefix("text\n")
        .unwrap();
    assert_eq!(ratings::parse(example).unwrap().stars, 4);
    assert_eq!(ratings::parse(body), None);
}

#[test]
fn what_is_missing_is_named() {
    let Some(github) = GitHub::start(&json!({})) else {
        return;
    };
    let api = github.api();
    let error = forum(&api, "Opinions").err().unwrap();
    assert!(matches!(&error, RatingError::NoCategory { category, .. } if category == "Opinions"));
    assert!(error.hint().unwrap().contains("Announcement"));
    github.set(json!({ "enabled": false }));
    assert!(matches!(
        forum(&api, "Ratings").err().unwrap(),
        RatingError::NoDiscussions(_)
    ));
}

#[test]
fn rating_twice_changes_the_same_comment() {
    let strangers = vec![
        comment(8, 1, "Rating: 1/5"),
        comment(7, 1, "A question: does it work?"),
    ];
    let Some(github) =
        GitHub::start(&json!({ "discussions": [discussion("core/one", strangers, vec![])] }))
    else {
        return;
    };
    let api = github.api();
    let forum = forum(&api, "Ratings").unwrap();
    let me: Person = api.get("user").unwrap();
    let name: PackageName = "core/one".parse().unwrap();
    let packages = Packages::one(&name, &BTreeMap::new());
    let rate = |stars, review: Option<&str>| {
        let said = Said {
            stars,
            version: Some("1.0.0".parse().unwrap()),
            review: review.map(str::to_owned),
        };
        let posting = ratings::place(&forum, &packages, &name, &me, &said).unwrap();
        ratings::post(&forum, &posting).unwrap();
        posting.is_change()
    };
    assert!(!rate(3, None));
    assert!(rate(5, Some("It grew on me.")));
    let state = github.state();
    let comments = state["discussions"][0]["comments"].as_array().unwrap();
    assert_eq!(comments.len(), 3);
    let files = collected(&github).unwrap();
    let mine = &read(&files["core/one"])[0];
    assert_eq!((mine.0, mine.1, mine.4.as_str()), (7, 5, "It grew on me."));
    let other: PackageName = "core/two".parse().unwrap();
    let said = Said {
        stars: 1,
        version: None,
        review: None,
    };
    let nowhere = ratings::place(&forum, &packages, &other, &me, &said);
    assert!(matches!(nowhere, Err(RatingError::NotOpened(_))));
}

#[test]
fn a_proposal_changes_ones_own_entry_only() {
    let name: PackageName = "core/one".parse().unwrap();
    let person = Person {
        login: "example-dev".into(),
        id: 7,
    };
    let said = Said {
        stars: 4,
        version: None,
        review: Some("Good.".into()),
    };
    let make = |before: Option<&[u8]>| {
        ratings::proposal(&name, &person, &said, "2026-11-20", before).unwrap()
    };
    let first = make(None);
    assert_eq!(first.files.len(), 1);
    assert_eq!(first.files[0].path, "ratings/core/one.toml");
    let text = |proposal: &publish::Proposal| {
        String::from_utf8(proposal.files[0].content.clone().unwrap().bytes).unwrap()
    };
    let theirs = text(&first)
        .replace("github:7", "github:5")
        .replace("= 4", "= 1");
    let both = text(&make(Some(theirs.as_bytes())));
    let stars: Vec<(u64, u64)> = read(&both).iter().map(|one| (one.0, one.1)).collect();
    assert_eq!(stars, [(5, 1), (7, 4)]);
    assert_eq!(
        make(Some(both.as_bytes())).files[0]
            .content
            .clone()
            .unwrap()
            .bytes,
        both.as_bytes()
    );
}
