//! GitHub's GraphQL on this machine: its own schema, executed by graphql-js over a fixture.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::SystemTime,
};

use client::World;
use publish::forge::{Api, Token, Told, Waiting};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

/// A server that answers as the fixture says. It ends with this value.
pub(super) struct GitHub {
    child: Child,
    pub(super) url: Url,
    pub(super) waits: Arc<Mutex<Vec<Waiting>>>,
    scratch: TempDir,
}

impl Drop for GitHub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Node with the server's script; `None` where there is no Node or no schema, and then it says so.
pub(super) fn script(last: &str) -> Option<Command> {
    #[expect(
        clippy::disallowed_methods,
        reason = "where they are differs by machine"
    )]
    let given = |name: &str| std::env::var_os(name);
    let (Some(node), Some(schema)) = (given("SITE_GEN_NODE"), given("PUBLISH_GRAPHQL_SCHEMA"))
    else {
        println!("skipped: SITE_GEN_NODE and PUBLISH_GRAPHQL_SCHEMA name no Node and no schema");
        return None;
    };
    #[expect(clippy::disallowed_methods, reason = "Node runs the engine")]
    let mut command = Command::new(node);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/ratings/github.mjs");
    command.arg(script).arg(schema).arg(last);
    Some(command)
}

/// What the script says of `documents`, by name.
pub(super) fn validated(documents: &Value) -> Option<Value> {
    let mut child = script("validate")?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(documents.to_string().as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

impl GitHub {
    /// A forge with this in it.
    pub(super) fn start(fixture: &Value) -> Option<Self> {
        let scratch = tempfile::tempdir().unwrap();
        let path: PathBuf = scratch.path().join("fixture.json");
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(fixture.to_string().as_bytes()).unwrap();
        let mut child = script(path.to_str().unwrap())?
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut port).unwrap();
        Some(Self {
            child,
            url: format!("http://127.0.0.1:{}/", port.trim())
                .parse()
                .unwrap(),
            waits: Arc::default(),
            scratch,
        })
    }

    /// Asked as the person that the fixture says is signed in.
    pub(super) fn api(&self) -> Api {
        let waits = Arc::clone(&self.waits);
        let told: Told = Arc::new(move |waiting| waits.lock().unwrap().push(*waiting));
        let world = World {
            cache: self.scratch.path().to_owned(),
            offline: false,
            git: git::Environment {
                path: "".into(),
                home: None,
                more: Vec::new(),
            },
            user_agent: "test".into(),
            clock: || SystemTime::UNIX_EPOCH,
            patience: client::source::PATIENCE,
        };
        Api::new(&self.url, Token::new("secret"), &world, told).unwrap()
    }

    /// What is there now.
    pub(super) fn state(&self) -> Value {
        self.api().get("state").unwrap()
    }

    /// Changes what is there.
    pub(super) fn set(&self, what: Value) {
        let _: Value = self.api().post("state", &what).unwrap();
    }

    /// How many GraphQL documents it was asked.
    pub(super) fn requests(&self) -> u64 {
        self.state()["requests"].as_u64().unwrap()
    }
}

/// A person.
pub(super) fn person(id: u64) -> Value {
    json!({ "login": format!("person-{id}"), "id": id })
}

/// A comment of the person `id`, at a day of January.
pub(super) fn comment(id: u64, day: u32, body: &str) -> Value {
    json!({
        "id": format!("N_{id}_{day}"), "body": body, "author": person(id),
        "createdAt": format!("2026-01-{day:02}T10:00:00Z"),
    })
}

/// A reaction of the person `id`, at a day of January.
pub(super) fn reaction(id: u64, day: u32, content: &str) -> Value {
    json!({
        "content": content, "user": person(id), "createdAt": format!("2026-01-{day:02}T10:00:00Z"),
    })
}

/// The discussion of a package, as the workflow opens it.
pub(super) fn discussion(title: &str, comments: Vec<Value>, reactions: Vec<Value>) -> Value {
    json!({
        "title": title,
        "body": publish::ratings::body(&title.parse().unwrap(), "https://hub.example/"),
        "author": { "login": "github-actions", "kind": "Bot" },
        "comments": comments,
        "reactions": reactions,
    })
}
