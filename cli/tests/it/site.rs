//! A published site over http, and everything a server can do wrong.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

use crate::{place::Place, registry::site};

/// What the server does instead of answering properly.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    Status(u16, &'static str),
    /// Announces the whole length and sends half.
    CutOff,
    /// Sends something else of the same length.
    Altered,
    /// A web page with status 200, as captive portals do.
    Portal,
    /// A body without an end.
    Endless,
    Redirect(String),
}

#[derive(Default)]
struct Script {
    /// By the beginning of the path.
    troubles: BTreeMap<String, Trouble>,
    asked: Vec<String>,
}

/// A scripted server of one folder, on this machine only.
pub(crate) struct Host {
    pub(crate) url: String,
    script: Arc<Mutex<Script>>,
}

impl Host {
    pub(crate) fn of(folder: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(Script::default()));
        let shared = script.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (folder, script) = (folder.clone(), shared.clone());
                thread::spawn(move || drop(answer(stream.unwrap(), &folder, &script)));
            }
        });
        Self { url, script }
    }

    pub(crate) fn trouble(&self, path: &str, trouble: Trouble) {
        let mut script = self.script.lock().unwrap();
        script.troubles = BTreeMap::from([(path.to_owned(), trouble)]);
        script.asked.clear();
    }

    pub(crate) fn calm(&self) {
        let mut script = self.script.lock().unwrap();
        script.troubles.clear();
        script.asked.clear();
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.script.lock().unwrap().asked.clone()
    }
}

/// The path that is asked for, and the tag of the copy that the asker has.
fn request(stream: &TcpStream) -> std::io::Result<(String, Option<String>)> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().unwrap_or(Ok(String::new()))?;
    let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut tag = None;
    for line in lines.by_ref() {
        let line = line?;
        if let Some(value) = line.to_lowercase().strip_prefix("if-none-match:") {
            tag = Some(value.trim().to_owned());
        }
        if line.is_empty() {
            break;
        }
    }
    Ok((path, tag))
}

fn answer(mut stream: TcpStream, folder: &Path, script: &Mutex<Script>) -> std::io::Result<()> {
    let (path, tag) = request(&stream)?;
    let trouble = {
        let mut script = script.lock().unwrap();
        script.asked.push(path.clone());
        script
            .troubles
            .iter()
            .find(|(start, _)| path.starts_with(*start))
            .map(|(_, trouble)| trouble.clone())
    };
    let bytes = fs::read(folder.join(file_of(&path))).unwrap_or_default();
    let mut head = |status: &str, length: usize, more: &str| {
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n"
        )
    };
    let own_tag = format!("\"{}\"", registry_index::Digest::of(&bytes).short());
    match trouble {
        Some(Trouble::Status(code, more)) => head(&format!("{code} No"), 0, more)?,
        Some(Trouble::CutOff) => {
            head("200 OK", bytes.len(), "")?;
            stream.write_all(&bytes[..bytes.len() / 2])?;
        }
        Some(Trouble::Altered) => {
            head("200 OK", bytes.len(), "")?;
            stream.write_all(&vec![b' '; bytes.len()])?;
        }
        Some(Trouble::Portal) => {
            head("200 OK", 27, "Content-Type: text/html\r\n")?;
            stream.write_all(b"<html>Please log in.</html>")?;
        }
        Some(Trouble::Endless) => {
            write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            for _ in 0..20_000 {
                stream.write_all(&[b' '; 16 << 10])?;
            }
        }
        Some(Trouble::Redirect(to)) => head("302 Found", 0, &format!("Location: {to}\r\n"))?,
        None if bytes.is_empty() => head("404 Not Found", 0, "")?,
        None if tag.as_deref() == Some(&own_tag) => head("304 Not Modified", 0, "")?,
        None => {
            let kind = kind_of(&file_of(&path));
            let more = format!("ETag: {own_tag}\r\nContent-Type: {kind}\r\n");
            head("200 OK", bytes.len(), &more)?;
            stream.write_all(&bytes)?;
        }
    }
    Ok(())
}

/// The file that a static host serves for a path, or a proxy for a whole URL.
fn file_of(path: &str) -> String {
    let behind_host = |url: &str| url.split_once('/').map(|(_, path)| path.to_owned());
    let path = match path.strip_prefix("http://") {
        Some(url) => &behind_host(url).unwrap_or_default(),
        None => path,
    };
    let path = path
        .split('?')
        .next()
        .unwrap_or_default()
        .trim_start_matches('/');
    match path.is_empty() || path.ends_with('/') {
        true => format!("{path}index.html"),
        false => path.to_owned(),
    }
}

fn kind_of(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn served() -> (Place, Host) {
    let place = site();
    let host = Host::of(place.path("site"));
    place.done(&["registry", "add", "acme", &host.url]);
    host.calm();
    (place, host)
}

const INFO: &[&str] = &["template", "info", "acme/greeting", "--registry", "acme"];

#[test]
fn nothing_changed_costs_one_round_trip() {
    let (place, host) = served();
    place.done(INFO);
    host.calm();
    place.done(INFO);
    assert_eq!(host.asked(), ["/index/config.json"]);
    // Searching copies the index once, and installing the archive once.
    place.done(&["template", "search", "--registry", "acme", "hello"]);
    place.done(&[
        "template",
        "install",
        "--yes",
        "--accept=all",
        "acme/greeting",
        "--registry",
        "acme",
        "--into",
        "one",
    ]);
    host.calm();
    place.done(&["template", "search", "--registry", "acme", "hello"]);
    place.done(&[
        "template",
        "install",
        "--yes",
        "--accept=all",
        "acme/greeting",
        "--registry",
        "acme",
        "--into",
        "two",
    ]);
    assert_eq!(host.asked(), ["/index/config.json"; 2]);
    // And offline, none at all.
    host.calm();
    place.done(&[
        "--offline",
        "template",
        "install",
        "--yes",
        "--accept=all",
        "acme/greeting",
        "--registry",
        "acme",
        "--into",
        "three",
    ]);
    assert!(host.asked().is_empty());
}

#[test]
fn offline_without_a_copy_says_so() {
    let place = Place::new();
    place.fails(
        &[
            "--offline",
            "template",
            "info",
            "x/yy",
            "--registry",
            "http://127.0.0.1:9/",
        ],
        1,
        &["not in the cache", "without --offline"],
    );
    place.fails(
        &[
            "template",
            "info",
            "xx/yy",
            "--registry",
            "http://127.0.0.1:9/",
        ],
        3,
        &["cannot reach", "--offline"],
    );
}

#[test]
fn every_wrong_answer_has_its_words_and_keeps_the_last_good_copy() {
    let (place, host) = served();
    place.done(INFO);
    let elsewhere = "http://localhost:1/elsewhere".to_owned();
    for (trouble, code, words) in [
        (Trouble::Status(404, ""), 3, "answered 404"),
        (
            Trouble::Status(429, "Retry-After: 3600\r\n"),
            3,
            "3600 seconds",
        ),
        (Trouble::Status(500, ""), 3, "answered 500"),
        (Trouble::Status(403, ""), 3, "answered 403"),
        (Trouble::CutOff, 3, "cut off"),
        (Trouble::Altered, 1, "is damaged"),
        (Trouble::Portal, 1, "web page"),
        (Trouble::Endless, 1, "longer than"),
        (Trouble::Redirect(elsewhere.clone()), 3, "does not list"),
        (
            Trouble::Redirect("/index/config.json".into()),
            3,
            "redirects",
        ),
    ] {
        host.trouble("/index/config.json", trouble.clone());
        let ran = place.fails(INFO, code, &["index/config.json"]);
        assert!(
            ran.err.contains(words),
            "{trouble:?} does not say {words:?}: {}",
            ran.err
        );
        assert!(
            ran.err.contains("hint"),
            "{trouble:?} has no hint: {}",
            ran.err
        );
        place.done(&[
            "--offline",
            "template",
            "info",
            "acme/greeting",
            "--registry",
            "acme",
        ]);
    }
    host.calm();
    place.done(INFO);
}

#[test]
fn a_wrong_archive_is_never_installed_nor_kept() {
    let (place, host) = served();
    let install = &[
        "template",
        "install",
        "--yes",
        "--accept=all",
        "acme/greeting",
        "--registry",
        "acme",
    ];
    for (trouble, code, words) in [
        (Trouble::Altered, 1, "digest"),
        (Trouble::CutOff, 3, "cut off"),
        (Trouble::Endless, 1, "longer than"),
        (Trouble::Portal, 1, "digest"),
        (Trouble::Status(404, ""), 3, "404"),
        (
            Trouble::Redirect("http://localhost:1/x".into()),
            3,
            "does not list",
        ),
    ] {
        host.trouble("/dl/", trouble);
        place.fails(install, code, &["1.0.0.tar.gz", words]);
        assert_eq!(fs::read_dir(place.project()).unwrap().count(), 0);
    }
    host.calm();
    place.done(install);
}

#[test]
fn a_server_that_stumbles_once_is_asked_again() {
    let (place, host) = served();
    host.trouble(
        "/index/config.json",
        Trouble::Status(503, "Retry-After: 0\r\n"),
    );
    let script = host.script.clone();
    let calmer = thread::spawn(move || {
        loop {
            let mut script = script.lock().unwrap();
            if !script.asked.is_empty() {
                script.troubles.clear();
                return;
            }
            drop(script);
            thread::yield_now();
        }
    });
    place.done(INFO);
    calmer.join().unwrap();
}

/// `registry update` fetches what searching needs, from the addresses of the list only.
#[test]
fn updating_makes_a_registry_searchable_offline() {
    let (place, host) = served();
    place.done(&["registry", "update", "acme"]);
    host.calm();
    let found = place.done(&[
        "--offline",
        "template",
        "search",
        "--registry",
        "acme",
        "--json",
        "hello",
    ]);
    assert_eq!(found.json()["hits"][0]["name"], "acme/greeting");
    assert!(host.asked().is_empty());
    place.fails(
        &["registry", "update", "nobody"],
        2,
        &["no registry is called"],
    );
    place.fails(&["--offline", "registry", "update"], 2, &["--offline"]);
    host.trouble("/index/config.json", Trouble::Status(500, ""));
    place.fails(&["registry", "update", "acme"], 3, &["answered 500"]);
}

/// One registry that is down does not hide what the others have.
#[test]
fn a_registry_that_is_down_is_left_out_with_a_warning() {
    let (place, host) = served();
    host.trouble("/index/", Trouble::Status(404, ""));
    let ran = place.done(&["template", "search", "review a diff"]);
    assert!(ran.out.starts_with("core/code-reviewer"), "{}", ran.out);
    assert!(ran.err.contains("\"acme\" is left out"), "{}", ran.err);
}

/// What is withdrawn is told, not chosen, and never found.
#[test]
fn withdrawn_releases_are_refused_in_every_way_to_have_a_registry() {
    for (table, install_at_version) in [("yanked", 1), ("revoked", 1)] {
        let place = site();
        let entry =
            format!("format = 1\n[[{table}]]\nversion = \"1.0.0\"\nreason = \"It bites\"\n");
        place.write(
            "hub/registry-index/packages/acme/greeting/package.toml",
            entry,
        );
        place.done(&[
            "registry",
            "build",
            "--registry",
            "../hub",
            "--out",
            "../site",
        ]);
        for registry in ["../hub", "../site"] {
            place.fails(
                &["template", "search", "hello", "--registry", registry],
                1,
                &[],
            );
            place.fails(
                &[
                    "template",
                    "install",
                    "--yes",
                    "--accept=all",
                    "acme/greeting",
                    "--registry",
                    registry,
                ],
                1,
                &["It bites"],
            );
            let exact = [
                "template",
                "install",
                "--yes",
                "--accept=all",
                "acme/greeting@=1.0.0",
                "--registry",
                registry,
            ];
            place.fails(&exact, install_at_version, &[]);
            let info = place.done(&["template", "info", "acme/greeting", "--registry", registry]);
            assert!(info.out.contains(table), "{}", info.out);
        }
        let archive = place.path("site/dl/acme/greeting/1.0.0.tar.gz");
        assert_eq!(archive.exists(), table == "yanked");
    }
}

#[test]
fn a_damaged_cache_heals() {
    let (place, _host) = served();
    place.done(INFO);
    for (path, _) in crate::place::tree(&place.path("cache")) {
        if path.starts_with("objects/") {
            place.write(&format!("cache/{path}"), "damage");
        }
    }
    place.done(INFO);
}

/// The proxies that the environment names are used, and those hosts spared that it spares.
#[test]
fn a_registry_is_reached_through_a_proxy() {
    let place = site();
    let proxy = Host::of(place.path("site"));
    let add = |name: &str, url: &str, variables: &[(&str, &str)]| {
        let mut command = place.command(env!("CARGO_BIN_EXE_paracle"));
        command.args(["registry", "add", name, url]);
        crate::place::Ran::of(
            command
                .envs(variables.iter().copied())
                .env("HTTP_PROXY", &proxy.url)
                .env("HTTPS_PROXY", &proxy.url)
                .output()
                .unwrap(),
        )
    };
    let plain = "http://registry.invalid/";
    let ran = add("acme", plain, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(proxy.asked(), [format!("{plain}index/config.json")]);
    proxy.calm();
    let ran = add("other", plain, &[("NO_PROXY", "registry.invalid")]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(proxy.asked().is_empty());
    // What is encrypted goes through a tunnel, which this proxy does not dig.
    let ran = add("third", "https://registry.invalid/", &[]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert_eq!(proxy.asked()[0], "registry.invalid:443");
}

/// A mirror given on the command line is kept in the list, told of, and asked.
#[test]
fn a_mirror_stands_in_for_a_registry_that_is_down() {
    let place = site();
    let (host, mirror) = (Host::of(place.path("site")), Host::of(place.path("site")));
    place.done(&[
        "registry",
        "add",
        "acme",
        &host.url,
        "--mirror",
        &mirror.url,
    ]);
    let listed = place.done(&["registry", "list", "--json"]).json();
    assert_eq!(listed["registries"][1]["mirrors"][0], mirror.url);
    let listed = place.done(&["registry", "list"]).out;
    assert!(
        listed.contains(&format!("mirror {}", mirror.url)),
        "{listed}"
    );
    host.trouble("/", Trouble::Status(503, ""));
    mirror.calm();
    place.done(INFO);
    assert!(mirror.asked().contains(&"/index/config.json".to_owned()));
    let refused = ["registry", "add", "x", "../hub", "--mirror", &mirror.url];
    place.fails(&refused, 1, &["only a registry with an http(s) URL"]);
}
