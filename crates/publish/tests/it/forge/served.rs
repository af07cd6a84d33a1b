//! GitHub on this machine: see `github/served.mjs`. One Node process for all tests, a forge for each.

use std::{
    env,
    ffi::OsString,
    io::{BufRead, BufReader, Lines, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
    thread,
};

use publish::forge::GitHub;
use serde::Deserialize;
use serde_json::{Value, json};

use super::fixture;

/// Where the emulator's answers are not what GitHub describes: the operation, where in the answer, and
/// what prism says. None of these fields is one that we read.
const DEVIATIONS: &[(&str, &str, &str)] = &[
    (
        "GET",
        "response.body",
        "Response body must have required property 'network_count'",
    ),
    (
        "GET",
        "response.body",
        "Response body must have required property 'subscribers_count'",
    ),
    (
        "POST forks",
        "response.body",
        "Response body must have required property 'network_count'",
    ),
    (
        "POST forks",
        "response.body",
        "Response body must have required property 'subscribers_count'",
    ),
    (
        "GET commits/…/check-runs",
        "response.body.check_runs.….output",
        "Response body property check_runs.0.output must have required property 'annotations_url'",
    ),
    // GitHub describes no refusal of this one.
    (
        "POST actions/workflows/release.yml/dispatches",
        "response",
        "Unable to match the returned status code with those defined in the document: 200,204",
    ),
];

/// A forge of its own.
pub(super) struct World {
    number: u64,
    url: String,
    front: String,
}

/// One request that the client made.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    violations: Vec<Violation>,
}

#[derive(Debug, Deserialize)]
struct Violation {
    location: Vec<Value>,
    message: String,
}

impl World {
    /// With these people, and repositories as the emulator's seed has them.
    pub(super) fn of(people: &[&str], repositories: &Value) -> Self {
        Self::begin(&json!({ "people": people, "repositories": repositories, "checked": true }))
    }

    /// The same without checks, which take most of the time, for what is done over and over.
    pub(super) fn unchecked(people: &[&str], repositories: &Value) -> Self {
        Self::begin(&json!({ "people": people, "repositories": repositories, "checked": false }))
    }

    fn begin(world: &Value) -> Self {
        let told = tell(&json!({ "world": world }));
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        Self {
            number: told["world"].as_u64().unwrap(),
            url: text("url"),
            front: text("front"),
        }
    }

    /// The forge as `login` asks it; every request and answer is checked.
    pub(super) fn github(&self, login: &str) -> GitHub {
        fixture::github(&self.url, Some(&format!("gho_{login}")))
    }

    /// The same behind the checks, for what others do, and for looking.
    pub(super) fn behind(&self, login: &str) -> GitHub {
        fixture::github(&self.front, Some(&format!("gho_{login}")))
    }

    /// From now on the `at`-th request is the last: it does or does not reach the forge, and gets no
    /// answer. 0 is never.
    pub(super) fn cut(&self, at: usize, after: bool) {
        self.log();
        tell(&json!({ "cut": { "world": self.number, "at": at, "after": after } }));
    }

    /// What was asked since the last time. Fails where something was asked that GitHub does not
    /// describe, and where an answer deviates from the description in a way that is not known.
    pub(super) fn log(&self) -> Vec<Asked> {
        let log = tell(&json!({ "log": { "world": self.number } }));
        let log: Vec<Asked> = serde_json::from_value(log).unwrap();
        let mut unknown = Vec::new();
        for asked in &log {
            for violation in &asked.violations {
                let path: Vec<String> = violation.location.iter().map(place).collect();
                let (operation, path) = (asked.operation(), path.join("."));
                let message = violation.message.as_str();
                let known = DEVIATIONS.contains(&(&operation, &path, message));
                if !known {
                    unknown.push(format!("(\"{operation}\", \"{path}\", \"{message}\")"));
                }
            }
        }
        unknown.sort();
        unknown.dedup();
        assert!(
            unknown.is_empty(),
            "not as GitHub describes it:\n{}",
            unknown.join(",\n")
        );
        log
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.log();
        }
    }
}

impl Asked {
    /// `POST git/trees`: its method and its path, without what differs between repositories.
    pub(super) fn operation(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let rest: Vec<&str> = match parts.as_slice() {
            ["repos", _, _, "contents", ..] => vec!["contents"],
            ["repos", _, _, "git", refs @ ("ref" | "refs"), _, ..] => vec!["git", refs, "…"],
            ["repos", _, _, rest @ ..] => rest.to_vec(),
            all => all.to_vec(),
        };
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = |part: &&str| !is_number(part) && part.len() != 40;
        let named: Vec<&str> = rest
            .iter()
            .map(|part| if is_name(part) { part } else { "…" })
            .collect();
        format!("{} {}", self.method, named.join("/"))
            .trim_end()
            .to_owned()
    }
}

/// A step of the way into an answer; which one of a list does not matter.
fn place(step: &Value) -> String {
    match step.as_str() {
        Some(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            "…".to_owned()
        }
        Some(text) => text.to_owned(),
        None => "…".to_owned(),
    }
}

struct Node {
    // Ends with this process: its input does.
    _child: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

/// Tells Node a command; what it answers.
fn tell(command: &Value) -> Value {
    static NODE: OnceLock<Mutex<Node>> = OnceLock::new();
    let node = NODE.get_or_init(|| Mutex::new(Node::start()));
    let mut node = node.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(node.commands, "{command}").unwrap();
    let answer: Value = serde_json::from_str(&node.answers.next().unwrap().unwrap()).unwrap();
    assert!(
        answer["failed"].is_null(),
        "{command}: {}",
        answer["failed"]
    );
    answer["done"].clone()
}

impl Node {
    fn start() -> Self {
        let variable = |name: &str| -> OsString {
            env::var_os(name).unwrap_or_else(|| {
                panic!("{name} is not set: run `cargo xtask test`, which fetches what it names")
            })
        };
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/it/forge/github/served.mjs"
        );
        let mut child = Command::new(variable("PUBLISH_NODE"))
            .arg(script)
            .arg(variable("PUBLISH_EMULATE"))
            .arg(variable("PUBLISH_OPENAPI"))
            .arg(variable("PUBLISH_PRISM"))
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = answers.next().expect("Node says why above").unwrap();
        assert!(ready.contains("ready"), "{ready}");
        Self {
            commands: child.stdin.take().unwrap(),
            _child: child,
            answers,
        }
    }
}
