//! Ratings and numbers, as the program's users meet them.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    place::{Place, Ran},
    registry::registry,
};

/// A released registry that takes ratings from `from`, and is on the forge of these tests.
fn rated(from: &str) -> Place {
    let place = registry();
    let toml = place.read("hub/registry-index/registry.toml");
    let line = toml
        .lines()
        .find(|line| line.starts_with("repository ="))
        .unwrap();
    let toml = toml.replace(line, "repository = \"https://github.test/example/hub\"");
    // What a new registry has is discussions.
    let toml = toml.replace("from = \"discussions\"", &format!("from = \"{from}\""));
    place.write("hub/registry-index/registry.toml", &toml);
    place.git("hub", &["commit", "-qam", "Take ratings"]);
    place.done(&["registry", "release", "--registry", "../hub"]);
    place
}

/// GitHub's GraphQL by its own schema, as the tests of `publish` have it.
struct GitHub(Child, String);

impl Drop for GitHub {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl GitHub {
    /// `None` where there is no Node or no schema, and then it says so.
    fn start(place: &Place, fixture: &Value) -> Option<Self> {
        let given = |name: &str| std::env::var_os(name);
        let (Some(node), Some(schema)) = (given("SITE_GEN_NODE"), given("PUBLISH_GRAPHQL_SCHEMA"))
        else {
            println!(
                "skipped: SITE_GEN_NODE and PUBLISH_GRAPHQL_SCHEMA name no Node and no schema"
            );
            return None;
        };
        place.write("fixture.json", fixture.to_string());
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../crates/publish/tests/it/ratings/github.mjs"
        );
        let mut child = Command::new(node)
            .arg(script)
            .arg(schema)
            .arg(place.path("fixture.json"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut port)
            .unwrap();
        Some(Self(child, format!("http://127.0.0.1:{}/", port.trim())))
    }

    /// Runs the program, signed in.
    fn run(&self, place: &Place, args: &[&str]) -> Ran {
        let mut command = place.command(env!("CARGO_BIN_EXE_paracle"));
        command
            .env("GITHUB_TOKEN", "secret")
            .args(args)
            .args(["--api-url", &self.1]);
        Ran::of(command.output().unwrap())
    }

    fn done(&self, place: &Place, args: &[&str]) -> Ran {
        let ran = self.run(place, args);
        assert_eq!(ran.code, 0, "{args:?}\n{}\n{}", ran.out, ran.err);
        ran
    }
}

const RATE: [&str; 6] = [
    "template",
    "rate",
    "acme/greeting",
    "--registry",
    "../hub",
    "--stars",
];

fn rate<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&RATE[..], more].concat()
}

#[test]
fn what_cannot_be_rated_is_refused_before_anything_is_asked() {
    let place = rated("discussions");
    for (more, word) in [
        (&["0"][..], "1..=5"),
        (&["6"], "1..=5"),
        (&["4", "--version", "9.0.0"], "no release 9.0.0"),
        (&["4", "--review", "../nothing.md"], "cannot read"),
    ] {
        place.fails(&rate(more), 2, &[word]);
    }
    place.write("long.md", "x".repeat(2_001));
    place.fails(
        &rate(&["4", "--review", "../long.md"]),
        2,
        &["2001 characters"],
    );
    let nowhere = rated("discussions");
    let path = "hub/registry-index/registry.toml";
    let toml = nowhere.read(path);
    let (before, after) = toml.split_once("[ratings]").unwrap();
    let rest = after.find("\n[").map_or("", |end| &after[end..]);
    nowhere.write(path, format!("{before}{rest}"));
    nowhere.done(&["registry", "release", "--registry", "../hub"]);
    nowhere.fails(&rate(&["4"]), 1, &["takes no ratings"]);
}

#[test]
fn whoever_is_nobody_is_told_what_to_post_and_where() {
    let place = rated("discussions");
    place.write("review.md", "Says hello.\n\n    indented \u{1b}[31m\n");
    let ran = place.fails(
        &rate(&["4", "--version", "1.0.0", "--review", "../review.md"]),
        4,
        &["https://github.test/example/hub/discussions?discussions_q=acme%2Fgreeting"],
    );
    assert_eq!(
        ran.out,
        "Rating: 4/5\nVersion: 1.0.0\n\nSays hello.\n\n    indented [31m\n"
    );
    let place = rated("pull-requests");
    place.fails(
        &rate(&["4"]),
        4,
        &["https://github.test/example/hub/edit/main/ratings/acme/greeting.toml"],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, in its order")]
fn from_a_discussion_to_the_page() {
    let place = rated("discussions");
    let voice = |id: u64| json!({ "content": "HEART", "user": { "login": format!("person-{id}"), "id": id }, "createdAt": "2026-01-01T00:00:00Z" });
    let Some(github) = GitHub::start(&place, &json!({})) else {
        return;
    };
    let early = github.run(&place, &rate(&["4", "--yes"]));
    assert_eq!(early.code, 1, "{}", early.err);
    assert!(early.err.contains("no discussion yet"), "{}", early.err);
    let discussions = ["registry", "ratings", "discussions", "--registry", "../hub"];
    assert!(
        github
            .done(&place, &discussions)
            .err
            .contains("acme/greeting")
    );
    assert!(!github.done(&place, &discussions).err.contains("Opened"));
    place.write(
        "review.md",
        "Says hello, <script>alert(1)</script> and the *name*.\n",
    );

    let asked = github.run(&place, &rate(&["4", "--review", "../review.md"]));
    assert_eq!(asked.code, 4, "nobody can be asked: {}", asked.err);
    let dry = github.done(
        &place,
        &rate(&["4", "--review", "../review.md", "--dry-run"]),
    );
    assert!(dry.out.contains("Rating: 4/5"));
    let posted = github
        .done(
            &place,
            &rate(&["4", "--review", "../review.md", "--yes", "--json"]),
        )
        .json();
    assert_eq!(
        (&posted["changes"], posted["posted"].is_string()),
        (&false.into(), true)
    );
    let again = github.done(
        &place,
        &rate(&[
            "5",
            "--review",
            "../review.md",
            "--version",
            "1.0.0",
            "--yes",
            "--json",
        ]),
    );
    assert_eq!(again.json()["changes"], true);

    let four: Vec<Value> = (11..15).map(voice).collect();
    let state: Value = get(&github, "state");
    let mut discussions = state["discussions"].clone();
    discussions[0]["reactions"] = json!(four);
    post(&github, &json!({ "discussions": discussions }));

    let collect = [
        "registry",
        "ratings",
        "collect",
        "--registry",
        "../hub",
        "--out",
        "../data/ratings",
    ];
    let first = github.done(&place, &collect);
    assert!(
        first
            .err
            .contains("5 ratings in 1 discussion; 1 file changed"),
        "{}",
        first.err
    );
    let file = place.read("data/ratings/acme/greeting.toml");
    assert!(
        file.contains("by = \"github:7\"\nlogin = \"example-dev\"\nstars = 5\nversion = \"1.0.0\""),
        "{file}"
    );
    assert!(
        github
            .done(&place, &collect)
            .err
            .contains("0 files changed")
    );
    post(&github, &json!({ "requests": 0, "failAfter": 1 }));
    assert_eq!(github.run(&place, &collect).code, 1);
    assert_eq!(place.read("data/ratings/acme/greeting.toml"), file);

    place.done(&[
        "registry",
        "build",
        "--registry",
        "../hub",
        "--ratings",
        "../data/ratings",
        "--out",
        "../site",
    ]);
    let page = place.read("site/p/acme/greeting/index.html");
    assert!(page.contains("<b>5 ratings.</b>") && page.contains("5.0 of 5 on average"));
    assert!(page.contains("<em>name</em>") && !page.contains("<script>alert"));
    let stats = place
        .done(&[
            "registry",
            "stats",
            "--registry",
            "../hub",
            "--ratings",
            "../data/ratings",
            "--json",
        ])
        .json();
    assert_eq!(
        (&stats["ratings"]["count"], &stats["ratings"]["averaged"]),
        (&5.into(), &1.into())
    );
    // The site tells clients; `sort:rating` is theirs to use.
    place.done(&[
        "template",
        "search",
        "--registry",
        "../site",
        "greeting",
        "--sort",
        "rating",
    ]);
}

/// GET without a client library: the server is ours.
fn get(github: &GitHub, path: &str) -> Value {
    ask(github, &format!("GET /{path} HTTP/1.0\r\n\r\n"))
}

fn post(github: &GitHub, body: &Value) {
    let body = body.to_string();
    ask(
        github,
        &format!(
            "POST /state HTTP/1.0\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    );
}

fn ask(github: &GitHub, request: &str) -> Value {
    use std::io::{Read, Write};
    let host = github.1.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn a_registry_without_discussions_is_left_alone() {
    let place = rated("pull-requests");
    for verb in ["collect", "discussions"] {
        let mut args = vec!["registry", "ratings", verb, "--registry", "../hub"];
        if verb == "collect" {
            args.extend(["--out", "../data"]);
        }
        assert!(
            place
                .done(&args)
                .err
                .contains("takes no ratings in discussions")
        );
    }
    assert!(!place.path("data").exists());
    let place = rated("discussions");
    let args = [
        "registry",
        "ratings",
        "collect",
        "--registry",
        "../hub",
        "--out",
        "../data",
    ];
    place.fails(&args, 4, &["GITHUB_TOKEN"]);
}

#[test]
fn a_registry_in_numbers() {
    let place = rated("pull-requests");
    let stats = place
        .done(&["registry", "stats", "--registry", "../hub", "--json"])
        .json();
    assert_eq!(
        (&stats["format"], &stats["packages"], &stats["releases"]),
        (&1.into(), &1.into(), &1.into())
    );
    assert_eq!(stats["licences"], json!([{ "id": "MIT", "packages": 1 }]));
    assert_eq!(stats["ages"][0], json!({ "days": 30, "packages": 1 }));
    let text = place
        .done(&["registry", "stats", "--registry", "../hub"])
        .out;
    assert!(
        text.starts_with("1 package, 1 release, 0 withdrawn, 0 deprecated"),
        "{text}"
    );
    assert!(text.contains("Licences") && text.contains("MIT"), "{text}");
    place.fails(
        &[
            "registry",
            "build",
            "--registry",
            "../hub",
            "--ratings",
            "../nothing",
        ],
        2,
        &["no folder"],
    );
}

#[test]
fn the_history_tells_how_long_a_release_waited() {
    let place = rated("pull-requests");
    let stats = |place: &Place| {
        place
            .done(&["registry", "stats", "--registry", "../hub", "--json"])
            .json()
    };
    assert_eq!(
        stats(&place).get("waits"),
        None,
        "it was released before it was merged"
    );
    // What is there came two hours before the time of these tests, in one commit.
    let place = registry();
    let mut amend = place.command("git");
    amend
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
        .args(["commit", "-q", "--amend", "--no-edit"])
        .env("GIT_COMMITTER_DATE", "2026-01-02T01:04:05Z")
        .current_dir(place.path("hub"));
    assert!(amend.status().unwrap().success());
    place.done(&["registry", "release", "--registry", "../hub"]);
    let waits = json!({ "releases": 1, "median": 7_200, "ninth": 7_200 });
    assert_eq!(stats(&place)["waits"], waits);
    let text = place
        .done(&["registry", "stats", "--registry", "../hub"])
        .out;
    assert!(
        text.contains("From merge to release: 2 h for half"),
        "{text}"
    );
}
