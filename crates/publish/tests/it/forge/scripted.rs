//! A stand-in for answers that the emulator does not give: limits, refusals, failures, forks that are
//! not ready. What is not scripted is answered as for a proposal from a fork to which nothing happens.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use publish::{
    FileChange, Proposal, Submission,
    forge::{GitHub, Head},
};
use serde_json::{Value, json};

use super::fixture::{self, hub};

/// The last commit of the registry, of the fork, of the proposal; and trees.
pub(super) const BASE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
pub(super) const BASE_TREE: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
pub(super) const MADE: &str = "cccccccccccccccccccccccccccccccccccccccc";
const MADE_TREE: &str = "dddddddddddddddddddddddddddddddddddddddd";

pub(super) const BRANCH: &str = "paracle/anna/greeting-1.0.0";

/// Status, header lines, body.
pub(super) type Answer = (u16, &'static str, Value);

#[derive(Default)]
struct State {
    /// By method and path without a query; the last is for ever.
    answers: BTreeMap<String, VecDeque<Answer>>,
    asked: Vec<String>,
}

/// The server. It ends with the process.
pub(super) struct Scripted {
    url: String,
    state: Arc<Mutex<State>>,
}

impl Scripted {
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let scripted = Self { url, state };
        for (operation, answer) in usual() {
            scripted.answer(operation, [answer]);
        }
        let shared = scripted.state.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                drop(respond(&stream.unwrap(), &shared));
            }
        });
        scripted
    }

    /// What is answered to an operation such as `GET user`, one after the other.
    pub(super) fn answer(&self, operation: &str, answers: impl IntoIterator<Item = Answer>) {
        let answers = answers.into_iter().collect();
        let mut state = self.state.lock().unwrap();
        state.answers.insert(operation.to_owned(), answers);
    }

    pub(super) fn github(&self) -> GitHub {
        fixture::github(&self.url, Some("gho_anna"))
    }

    /// What was asked for so far.
    pub(super) fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }
}

/// What is proposed to it.
pub(super) fn submission() -> Submission {
    Submission {
        repository: hub(),
        branch: "main".into(),
        base: Head {
            commit: BASE.into(),
            tree: BASE_TREE.into(),
        },
        proposal: Proposal {
            branch: BRANCH.into(),
            title: "Add anna/greeting 1.0.0".into(),
            body: "Hello".into(),
            files: vec![FileChange::put("a.txt", "a\n")],
        },
    }
}

pub(super) fn ok(body: Value) -> Answer {
    (200, "", body)
}

pub(super) fn says(status: u16, message: &str) -> Answer {
    (status, "", json!({ "message": message }))
}

pub(super) fn commit(id: &str, tree: &str, message: &str) -> Value {
    json!({ "sha": id, "tree": { "sha": tree }, "parents": [{ "sha": BASE }], "message": message })
}

pub(super) fn reference(id: &str) -> Value {
    json!({ "object": { "sha": id } })
}

pub(super) fn pull(number: u64) -> Value {
    json!({
        "number": number, "html_url": "https://forge.example/octo/hub/pull/7", "state": "open",
        "title": "Add anna/greeting 1.0.0", "body": "Hello", "user": { "login": "anna", "id": 2 },
        "head": { "ref": BRANCH, "sha": MADE }, "base": { "ref": "main", "sha": BASE },
    })
}

fn repository(name: &str, id: u64, parent: Value) -> Value {
    json!({
        "id": id, "full_name": name, "html_url": "https://forge.example", "default_branch": "main",
        "permissions": { "push": parent.is_object() }, "parent": parent,
    })
}

/// A registry, a person without rights there, and a fork that is up to date.
fn usual() -> Vec<(&'static str, Answer)> {
    let fork = json!({ "id": 1, "full_name": "octo/hub" });
    vec![
        ("GET user", ok(json!({ "login": "anna", "id": 2 }))),
        (
            "GET repos/octo/hub",
            ok(repository("octo/hub", 1, Value::Null)),
        ),
        (
            "GET repos/anna/hub",
            ok(repository("anna/hub", 9, fork.clone())),
        ),
        (
            "POST repos/octo/hub/forks",
            (202, "", repository("anna/hub", 9, fork)),
        ),
        ("GET repos/octo/hub/git/ref/heads/main", ok(reference(BASE))),
        ("GET repos/anna/hub/git/ref/heads/main", ok(reference(BASE))),
        (
            "GET repos/octo/hub/git/commits/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ok(commit(BASE, BASE_TREE, "")),
        ),
        (
            "GET repos/anna/hub/git/commits/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ok(commit(BASE, BASE_TREE, "")),
        ),
        (
            "POST repos/anna/hub/git/trees",
            (201, "", json!({ "sha": MADE_TREE })),
        ),
        (
            "POST repos/anna/hub/git/commits",
            (201, "", json!({ "sha": MADE })),
        ),
        ("POST repos/anna/hub/git/refs", (201, "", reference(MADE))),
        ("GET repos/octo/hub/pulls", ok(json!([]))),
        ("POST repos/octo/hub/pulls", (201, "", pull(7))),
    ]
}

fn respond(stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        match line.strip_prefix("content-length:") {
            Some(value) => length = value.trim().parse().unwrap(),
            None if line.is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap_or_default());
    let path = path.split('?').next().unwrap_or_default();
    let operation = format!("{method} {}", path.trim_start_matches('/'));
    let (status, headers, body) = {
        let mut state = state.lock().unwrap();
        state.asked.push(operation.clone());
        match state.answers.get_mut(&operation) {
            Some(answers) if answers.len() > 1 => answers.pop_front().unwrap(),
            Some(answers) => answers[0].clone(),
            None => says(404, "Not Found"),
        }
    };
    let body = body.to_string();
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} -\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
