//! Blobs as files of releases, against a stand-in for the few endpoints that are about them: the emulator
//! of the other tests keeps no bytes.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use publish::{
    assets::{Assets, Moved},
    forge::{Api, RepoName, Token},
};
use registry_index::{
    Digest, Registry,
    blobs::{Blobs, FolderBlobs},
    testing::FakeRegistry,
};
use serde_json::{Value, json};

use crate::place::machine;

/// What the stand-in has.
#[derive(Default)]
struct State {
    releases: Vec<String>,
    /// By id: release, name, state, bytes.
    assets: BTreeMap<u64, (u64, String, String, Vec<u8>)>,
    uploads: usize,
    /// The upload that breaks off, leaving half a file behind.
    cut: Option<usize>,
    /// What was asked of the place where files lie with a token.
    leaked: usize,
}

#[derive(Clone)]
struct StandIn {
    state: Arc<Mutex<State>>,
    port: u16,
}

struct Request {
    method: String,
    path: String,
    headers: String,
    body: Vec<u8>,
}

impl StandIn {
    fn new() -> Self {
        let (api, storage) = (listen(), listen());
        let state = Arc::new(Mutex::new(State::default()));
        let port = api.local_addr().unwrap().port();
        let beyond = storage.local_addr().unwrap().port();
        let stand_in = Self { state, port };
        let shared = stand_in.clone();
        serve(api, move |request| shared.answer(request, beyond));
        let shared = stand_in.clone();
        serve(storage, move |request| shared.bytes(request));
        stand_in
    }

    fn api(&self) -> Api {
        let root = format!("http://127.0.0.1:{}/", self.port).parse().unwrap();
        let token = Token::new("ghs_secret");
        Api::new(&root, token, &machine(), Arc::new(|_| ())).unwrap()
    }

    fn asset(asset: (&u64, &(u64, String, String, Vec<u8>))) -> Value {
        let (id, (_, name, state, bytes)) = asset;
        json!({ "id": id, "name": name, "state": state, "size": bytes.len() })
    }

    fn release(&self, at: usize, tag: &str) -> Value {
        let id = at + 1;
        let port = self.port;
        json!({
            "id": id, "tag_name": tag,
            "upload_url": format!("http://127.0.0.1:{port}/uploads/{id}/assets{{?name,label}}"),
        })
    }

    fn answer(&self, request: &Request, beyond: u16) -> (u16, String, Vec<u8>) {
        assert!(
            request.headers.contains("ghs_secret"),
            "{}",
            request.headers
        );
        let mut state = self.state.lock().unwrap();
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let json = |value: Value| (200, String::new(), value.to_string().into_bytes());
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["repos", _, _, "releases"]) => {
                let all = state.releases.iter().enumerate();
                json(all.map(|(at, tag)| self.release(at, tag)).collect())
            }
            ("POST", ["repos", _, _, "releases"]) => {
                let asked: Value = serde_json::from_slice(&request.body).unwrap();
                assert_eq!(
                    (&asked["prerelease"], &asked["make_latest"]),
                    (&json!(true), &json!("false"))
                );
                state
                    .releases
                    .push(asked["tag_name"].as_str().unwrap().to_owned());
                let at = state.releases.len() - 1;
                json(self.release(at, &state.releases[at]))
            }
            ("GET", ["repos", _, _, "releases", "assets", id]) => {
                let to = format!("Location: http://127.0.0.1:{beyond}/{id}?signed=1\r\n");
                (302, to, Vec::new())
            }
            ("DELETE", ["repos", _, _, "releases", "assets", id]) => {
                state.assets.remove(&id.parse().unwrap());
                (204, String::new(), Vec::new())
            }
            ("GET", ["repos", _, _, "releases", id, "assets"]) => {
                let id: u64 = id.parse().unwrap();
                let here = state.assets.iter().filter(|asset| asset.1.0 == id);
                json(here.map(Self::asset).collect())
            }
            ("POST", ["uploads", id, "assets"]) => {
                state.uploads += 1;
                let name = query.strip_prefix("name=").unwrap().to_owned();
                let is_cut = state.cut == Some(state.uploads);
                let kind = if is_cut { "starter" } else { "uploaded" };
                let asset = (
                    id.parse().unwrap(),
                    name,
                    kind.to_owned(),
                    request.body.clone(),
                );
                let id = state.assets.len() as u64 + 100 * state.uploads as u64;
                state.assets.insert(id, asset);
                match is_cut {
                    true => (502, String::new(), Vec::new()),
                    false => json(Self::asset((&id, &state.assets[&id]))),
                }
            }
            other => panic!("{other:?}"),
        }
    }

    fn bytes(&self, request: &Request) -> (u16, String, Vec<u8>) {
        let mut state = self.state.lock().unwrap();
        if request.headers.contains("ghs_secret") {
            state.leaked += 1;
        }
        let id = request.path.trim_matches('/').split('?').next().unwrap();
        let bytes = state.assets[&id.parse().unwrap()].3.clone();
        (200, String::new(), bytes)
    }
}

fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

fn serve(
    listener: TcpListener,
    answer: impl Fn(&Request) -> (u16, String, Vec<u8>) + Send + Sync + 'static,
) {
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Some(request) = receive(&stream) else {
                continue;
            };
            let (status, headers, body) = answer(&request);
            let head = format!(
                "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
                body.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
}

fn receive(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let (mut headers, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().unwrap();
        }
        headers.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        path,
        headers,
        body,
    })
}

fn hub() -> (FakeRegistry, Registry) {
    let fake = FakeRegistry::new()
        .released("core/one", "1.0.0")
        .released_with("core/two", "1.0.0", |p| p.file("CHANGELOG.md", "# 1.0.0\n"));
    let registry = fake.registry();
    (fake, registry)
}

fn stores(fake: &FakeRegistry) -> (tempfile::TempDir, FolderBlobs, FolderBlobs) {
    let scratch = tempfile::tempdir().unwrap();
    let full = scratch.path().join("full");
    fake.write_blobs_to(&full);
    let empty = FolderBlobs::new(scratch.path().join("empty"));
    (scratch, FolderBlobs::new(full), empty)
}

fn name() -> RepoName {
    "octo/hub".parse().unwrap()
}

#[test]
fn blobs_go_there_once_and_come_back_proven() {
    let (fake, registry) = hub();
    let (_scratch, full, empty) = stores(&fake);
    let (stand_in, name) = (StandIn::new(), name());
    let api = stand_in.api();
    let assets = Assets::new(&api, &name).with_most(2);
    let sent = assets.publish(&registry, &full).unwrap();
    let count = sent.moved;
    assert!(
        count >= 4 && sent.present == 0 && sent.missing.is_empty(),
        "{sent:?}"
    );
    // No release has more files than it may.
    assert_eq!(
        stand_in.state.lock().unwrap().releases.len(),
        count.div_ceil(2)
    );
    assert_eq!(stand_in.state.lock().unwrap().releases[0], "blobs-01");
    let again = assets.publish(&registry, &full).unwrap();
    assert_eq!((again.moved, again.present), (0, count));
    let brought = assets.fill(&registry, &empty).unwrap();
    assert_eq!((brought.moved, brought.missing.len()), (count, 0));
    for blob in fake.blobs().all() {
        assert!(empty.read(&Digest::of(blob)).unwrap().is_some());
    }
    assert_eq!(stand_in.state.lock().unwrap().leaked, 0);
    assert_eq!(assets.fill(&registry, &empty).unwrap().moved, 0);
}

#[test]
fn an_upload_that_was_cut_off_is_made_good() {
    let (fake, registry) = hub();
    let (_scratch, full, empty) = stores(&fake);
    let (stand_in, name) = (StandIn::new(), name());
    let api = stand_in.api();
    let assets = Assets::new(&api, &name);
    stand_in.state.lock().unwrap().cut = Some(2);
    assets.publish(&registry, &full).unwrap_err();
    let again = assets.publish(&registry, &full).unwrap();
    assert_eq!(again.present, 1);
    let state = stand_in.state.lock().unwrap();
    let names: std::collections::BTreeSet<_> = state.assets.values().map(|one| &one.1).collect();
    assert_eq!(names.len(), state.assets.len());
    assert!(state.assets.values().all(|one| one.2 == "uploaded"));
    drop(state);
    assert!(assets.fill(&registry, &empty).unwrap().missing.is_empty());
}

#[test]
fn what_is_not_what_its_name_says_is_not_kept() {
    let (fake, registry) = hub();
    let (_scratch, full, empty) = stores(&fake);
    let (stand_in, name) = (StandIn::new(), name());
    let api = stand_in.api();
    let assets = Assets::new(&api, &name);
    let count = assets.publish(&registry, &full).unwrap().moved;
    if let Some(one) = stand_in.state.lock().unwrap().assets.values_mut().next() {
        one.3 = b"something else".to_vec();
    }
    let brought = assets.fill(&registry, &empty).unwrap();
    assert_eq!((brought.moved, brought.missing.len()), (count - 1, 1));
    // What neither side has is said, and what was revoked is not sent.
    let none = Assets::new(&api, &name).publish(&registry, &empty).unwrap();
    assert_eq!(none.missing.len(), 0, "the release says it is there");
    let revoked = "[[revoked]]\nversion = '1.0.0'\nreason = 'x'\n";
    let withdrawn = fake.entry("core/one", revoked).entry("core/two", revoked);
    let nothing = StandIn::new();
    let api = nothing.api();
    let sent = Assets::new(&api, &name).publish(&withdrawn.registry(), &full);
    assert_eq!(sent.unwrap(), Moved::default());
}

#[test]
fn the_token_goes_to_no_other_host() {
    let stand_in = StandIn::new();
    let api = stand_in.api();
    for url in [
        "https://uploads.github.com/x",
        "http://127.0.0.1:1/x",
        "https://evil.example/x",
    ] {
        let sent = api.upload::<Value>(&url.parse().unwrap(), b"x".to_vec());
        assert!(
            sent.unwrap_err()
                .to_string()
                .contains("is no place for uploads")
        );
    }
}
