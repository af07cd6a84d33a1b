//! With real repositories and a real server, both of this machine.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use client::World;
use git::{Commit, Environment, GitError, Program, UrlPolicy};
use url::Url;

use super::ask::{Reach, Repositories, Servers};
use super::{Answer, Links, Sources};

fn environment() -> Environment {
    Environment {
        path: "/usr/local/bin:/usr/bin:/bin".into(),
        ..Environment::default()
    }
}

fn world() -> World {
    World {
        cache: std::env::temp_dir().join("unused"),
        offline: false,
        git: environment(),
        user_agent: "paracle/test".into(),
        clock: || std::time::SystemTime::UNIX_EPOCH,
        patience: Duration::from_secs(10),
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "makes the repository that is asked"
)]
fn git(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn commit(folder: &Path, message: &str) -> Commit {
    git(
        folder,
        &["commit", "--quiet", "--allow-empty", "--message", message],
    );
    git(folder, &["rev-parse", "HEAD"]).parse().unwrap()
}

fn repositories(scratch: &Path) -> Repositories {
    Repositories {
        program: Program::new(environment()),
        policy: UrlPolicy {
            file: true,
            ..UrlPolicy::default()
        },
        scratch: scratch.to_owned(),
    }
}

#[test]
fn a_commit_is_contained_while_a_branch_or_a_tag_leads_to_it() {
    let place = tempfile::tempdir().unwrap();
    let theirs = place.path().join("theirs");
    std::fs::create_dir(&theirs).unwrap();
    git(&theirs, &["init", "--quiet", "--initial-branch", "main"]);
    let old = commit(&theirs, "old");
    let tip = commit(&theirs, "tip");
    git(&theirs, &["checkout", "--quiet", "--detach"]);
    let tagged = commit(&theirs, "tagged");
    git(&theirs, &["tag", "--annotate", "--message", "x", "v1"]);
    let lost = commit(&theirs, "lost");
    git(&theirs, &["update-ref", "refs/pull/1/head", lost.as_str()]);
    let never: Commit = "1".repeat(40).parse().unwrap();
    let url = format!("file://{}", theirs.display());
    let all = [old.clone(), tip.clone(), tagged.clone(), lost, never];
    let scratch = place.path().join("scratch");
    let asked = repositories(&scratch).contained(&url, &all).unwrap();
    assert_eq!(asked, [true, true, true, false, false]);
    // Where all are tips nothing is fetched.
    let tips = repositories(&place.path().join("tips"));
    assert_eq!(
        tips.contained(&url, &[tip, tagged.clone()]).unwrap(),
        [true, true]
    );
    assert!(
        std::fs::read_dir(place.path().join("tips"))
            .unwrap()
            .flatten()
            .all(|folder| std::fs::read_dir(folder.path()).unwrap().next().is_none())
    );
    // The branch is rewound, and the tag removed.
    git(&theirs, &["tag", "--delete", "v1"]);
    git(&theirs, &["update-ref", "refs/heads/main", old.as_str()]);
    let again = repositories(&place.path().join("again"));
    assert_eq!(
        again.contained(&url, &[old, tagged]).unwrap(),
        [true, false]
    );
    let gone = format!("file://{}/nowhere", place.path().display());
    let error = again.contained(&gone, &all).unwrap_err();
    assert!(matches!(error, GitError::Failed { .. }), "{error}");
}

/// Answers by path; notes each request's first line.
struct Server {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answers: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let noted = heard.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let first = lines.next().unwrap_or_default();
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                let what = first.trim_end_matches(" HTTP/1.1");
                noted.lock().unwrap().push(what.to_owned());
                let found = answers.iter().find(|(request, _)| *request == what);
                let head = found.map_or("404 No\r\n", |(_, head)| *head);
                let _ = write!(
                    &stream,
                    "HTTP/1.1 {head}Content-Length: 0\r\nConnection: close\r\n\r\n"
                );
            }
        });
        Self { address, heard }
    }

    fn url(&self, path: &str) -> Url {
        format!("{}{path}", self.address).parse().unwrap()
    }
}

#[test]
fn only_what_a_server_says_is_gone_is_dead() {
    let server = Server::new(&[
        ("HEAD /here", "200 OK\r\n"),
        ("HEAD /old", "302 Found\r\nLocation: /here\r\n"),
        ("GET /no-head", "200 OK\r\n"),
        ("GET /gone", "410 Gone\r\n"),
        ("HEAD /secret", "403 No\r\n"),
        ("GET /secret", "403 No\r\n"),
        ("GET /broken", "500 Oh\r\n"),
        ("HEAD /round", "302 Found\r\nLocation: /round\r\n"),
    ]);
    let servers = Servers::new(&world(), Reach::Everything).unwrap();
    for (path, answer) in [
        ("/here", Answer::Alive),
        ("/old", Answer::Alive),
        ("/no-head", Answer::Alive),
        ("/gone", Answer::Dead(410)),
        ("/nowhere", Answer::Dead(404)),
        ("/secret", Answer::Unknown("the server says 403".into())),
        ("/broken", Answer::Unknown("the server says 500".into())),
        ("/round", Answer::Unknown("it redirects too often".into())),
    ] {
        assert_eq!(servers.ask(&server.url(path)), answer, "{path}");
    }
    assert!(
        server
            .heard
            .lock()
            .unwrap()
            .contains(&"HEAD /here".to_owned())
    );
}

#[test]
fn nothing_private_is_asked_and_nobody_is_led_there() {
    let server = Server::new(&[("HEAD /", "200 OK\r\n")]);
    let servers = Servers::new(&world(), Reach::Public).unwrap();
    let port = server.url("/").port().unwrap();
    for private in [
        server.address.clone(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        // Looked up, and private then.
        format!("https://localhost:{port}/"),
        // Other spellings of the same number.
        format!("https://0x7f.1:{port}/"),
        format!("https://2130706433:{port}/"),
    ] {
        let answer = servers.ask(&private.parse().unwrap());
        assert!(
            matches!(answer, Answer::Unknown(_)),
            "{private}: {answer:?}"
        );
    }
    assert_eq!(*server.heard.lock().unwrap(), [""; 0]);
}

/// A world in which everything is as it is told.
#[derive(Default)]
struct Told {
    contained: BTreeMap<String, Vec<String>>,
    dead: Vec<&'static str>,
    asked: Mutex<Vec<String>>,
}

impl Sources for Told {
    fn contained(&self, url: &str, commits: &[Commit]) -> Result<Vec<bool>, GitError> {
        match self.contained.get(url) {
            Some(known) => Ok(commits
                .iter()
                .map(|commit| known.contains(&commit.to_string()))
                .collect()),
            None => Err(GitError::Failed {
                command: "ls-remote".into(),
                code: Some(128),
                stderr: "not found\u{1b}".into(),
            }),
        }
    }
}

impl Links for Told {
    fn ask(&self, url: &Url) -> Answer {
        self.asked.lock().unwrap().push(url.to_string());
        match self.dead.contains(&url.as_str()) {
            true => Answer::Dead(404),
            false => Answer::Alive,
        }
    }
}

mod whole;
