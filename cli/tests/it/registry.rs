//! A registry of one's own: made, checked, released, built, and asked.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use crate::place::{Place, repository, tree};

const SKILL: &str = "---\nname: greeting\ndescription: Greets people by name. Use when a person arrives.\n---\n\n# Greeting\n\nSay hello, and the name.\n";
const MANIFEST: &str = r#"format = 1
[package]
name = "acme/greeting"
version = "1.0.0"
kind = "skill"
summary = "Greets people who arrive by their names"
license = "MIT"
authors = ["octocat"]
categories = ["general"]
keywords = ["hello"]
"#;

/// A registry in `hub` with one package, committed.
pub(crate) fn registry() -> Place {
    let place = Place::new();
    place.done(&["registry", "new", "--empty", "--offline", "../hub"]);
    place.write("hub/templates/skills/greeting/paracle.toml", MANIFEST);
    place.write(
        "hub/templates/skills/greeting/README.md",
        "# Greeting\n\nSays hello.\n",
    );
    place.write(
        "hub/templates/skills/greeting/skills/greeting/SKILL.md",
        SKILL,
    );
    place.write(
        "hub/templates/skills/greeting/tests/default/answers.toml",
        "format = 1\n",
    );
    place.write(
        "hub/registry-index/namespaces/acme.toml",
        "format = 1\nowners = [\"github:1\"]\n",
    );
    place.git("hub", &["init", "-q"]);
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Begin"]);
    place
}

/// The same, released and built into `site`.
pub(crate) fn site() -> Place {
    let place = registry();
    place.done(&["registry", "release", "--registry", "../hub"]);
    place.done(&[
        "registry",
        "build",
        "--registry",
        "../hub",
        "--out",
        "../site",
    ]);
    place
}

#[test]
fn from_nothing_to_an_installed_package() {
    let place = registry();
    place.done(&["registry", "check", "--registry", "../hub"]);
    let released = place.done(&["registry", "release", "--registry", "../hub"]);
    assert_eq!(
        released.out.trim(),
        "registry-index/packages/acme/greeting/1.0.0.toml"
    );
    assert!(
        place
            .read("hub/registry-index/packages/acme/greeting/1.0.0.toml")
            .contains("2026-01-02T03:04:05Z")
    );
    // Released once; a second time there is nothing to do.
    assert_eq!(
        place
            .done(&["registry", "release", "--registry", "../hub"])
            .out,
        ""
    );
    place.done(&[
        "registry",
        "build",
        "--registry",
        "../hub",
        "--out",
        "../site",
    ]);
    for (name, location) in [("folder", "../hub"), ("site", "../site")] {
        place.done(&["registry", "add", name, location]);
        let found = place.done(&["template", "search", "--registry", name, "--json", "hello"]);
        assert_eq!(found.json()["hits"][0]["name"], "acme/greeting", "{name}");
        place.done(&["registry", "remove", name]);
    }
    place.done(&[
        "template",
        "install",
        "--yes",
        "--accept=all",
        "acme/greeting",
        "--registry",
        "../site",
    ]);
    assert_eq!(
        place.read("project/.parac/agents/skills/greeting/SKILL.md"),
        SKILL
    );
    assert!(
        place
            .read("project/.parac/packages.lock")
            .contains("https://hub.example/")
    );
}

#[test]
fn a_clone_of_a_registry_is_a_registry() {
    let place = registry();
    place.done(&["registry", "release", "--registry", "../hub"]);
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Release"]);
    let url = format!("git+file://{}", place.path("hub").display());
    place.done(&[
        "template",
        "install",
        "--yes",
        "--accept=all",
        "acme/greeting",
        "--registry",
        &url,
    ]);
    assert_eq!(
        place.read("project/.parac/agents/skills/greeting/SKILL.md"),
        SKILL
    );
    // Once cloned, it works without the network.
    fs::rename(place.path("hub"), place.path("gone")).unwrap();
    place.done(&[
        "--offline",
        "template",
        "info",
        "acme/greeting",
        "--registry",
        &url,
    ]);
}

#[test]
fn a_finding_points_at_the_place_and_one_bad_package_hides_no_other() {
    let place = registry();
    place.write(
        "hub/templates/skills/broken/paracle.toml",
        "format = 1\n[package\n",
    );
    place.write(
        "hub/templates/skills/greeting/paracle.toml",
        MANIFEST
            .replace("keywords", "keyword")
            .replace("MIT", "Nonsense-1.0"),
    );
    let ran = place.paracle(&["registry", "check", "--registry", "../hub"]);
    assert_eq!(ran.code, 1);
    for words in [
        "error[toml-syntax]",
        "templates/skills/broken/paracle.toml:2:",
        "error[unknown-key]",
        "templates/skills/greeting/paracle.toml:10:1",
        "did you mean `keywords`?",
        "error[license-spdx]",
    ] {
        assert!(ran.out.contains(words), "no {words:?} in\n{}", ran.out);
    }
    every_format_tells_the_same(&place);
    // The others are still built.
    place.paracle(&[
        "registry",
        "build",
        "--registry",
        "../hub",
        "--out",
        "../site",
    ]);
    assert!(place.path("site/index.html").is_file());
}

fn every_format_tells_the_same(place: &Place) {
    let told = |format| {
        place.paracle(&[
            "registry",
            "check",
            "--registry",
            "../hub",
            "--format",
            format,
        ])
    };
    let json = told("json").json();
    let findings = json["findings"].as_array().unwrap();
    assert!(
        findings
            .iter()
            .any(|f| f["rule"] == "unknown-key" && f["place"]["line"] == 10)
    );
    assert_eq!(told("sarif").json()["version"], "2.1.0");
    assert!(
        told("github")
            .out
            .lines()
            .all(|line| line.starts_with("::"))
    );
}

#[test]
fn old_defects_do_not_block_a_change_that_does_not_touch_them() {
    let place = registry();
    place.write(
        "hub/templates/skills/broken/paracle.toml",
        "format = 1\n[package\n",
    );
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Break something"]);
    place.write(
        "hub/templates/skills/greeting/README.md",
        "# Greeting\n\nSays hello to you.\n",
    );
    place.done(&[
        "registry",
        "check",
        "--registry",
        "../hub",
        "--base",
        "HEAD",
    ]);
    place.fails(&["registry", "check", "--registry", "../hub"], 1, &[]);
    place.fails(
        &[
            "registry",
            "check",
            "--registry",
            "../hub",
            "--base",
            "nonsense",
        ],
        1,
        &["nonsense"],
    );
}

#[test]
fn a_record_never_changes() {
    let place = registry();
    place.done(&["registry", "release", "--registry", "../hub"]);
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Release"]);
    let record = "hub/registry-index/packages/acme/greeting/1.0.0.toml";
    place.write(
        record,
        place.read(record).replace("Greets people", "Robs people"),
    );
    let ran = place.paracle(&[
        "registry",
        "check",
        "--registry",
        "../hub",
        "--base",
        "HEAD",
    ]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("record-immutable"), "{}", ran.out);
    place.git("hub", &["checkout", "-q", "."]);
    // New content under an old version is refused; what is not committed is not released.
    place.write(
        "hub/templates/skills/greeting/README.md",
        "# Greeting\n\nOther words.\n",
    );
    place.fails(
        &["registry", "release", "--registry", "../hub"],
        1,
        &["not committed"],
    );
    place.git("hub", &["commit", "-qam", "Reword"]);
    place.fails(
        &["registry", "release", "--registry", "../hub"],
        1,
        &["new version"],
    );
}

#[test]
fn blobs_are_filled_from_history_and_verified() {
    let place = registry();
    place.done(&["registry", "release", "--registry", "../hub"]);
    place.git("hub", &["add", "."]);
    place.git("hub", &["rm", "-rqf", "templates/skills/greeting"]);
    place.git("hub", &["commit", "-qm", "Move on"]);
    fs::remove_dir_all(place.path("hub/.paracle")).unwrap();
    place.fails(
        &["registry", "blobs", "verify", "--registry", "../hub"],
        1,
        &["the archive of acme/greeting 1.0.0 is missing"],
    );
    place.done(&[
        "--offline",
        "registry",
        "blobs",
        "fill",
        "--registry",
        "../hub",
    ]);
    place.done(&["registry", "blobs", "verify", "--registry", "../hub"]);
}

#[test]
fn the_same_registry_gives_the_same_bytes_at_any_parallelism() {
    let place = Place::new();
    let build = |threads: &str, out: &str| {
        let status = place
            .command(env!("CARGO_BIN_EXE_paracle"))
            .env("RAYON_NUM_THREADS", threads)
            .args(["registry", "build", "--registry"])
            .arg(repository())
            .args([
                "--blobs",
                "../blobs",
                "--base-url",
                "https://hub.example/base",
                "--out",
                out,
            ])
            .output()
            .unwrap();
        assert!(
            status.status.success(),
            "{}",
            String::from_utf8_lossy(&status.stderr)
        );
        tree(&place.path(&out["../".len()..]))
    };
    let (one, many) = (build("1", "../one"), build("7", "../many"));
    let names = |tree: &[(String, Vec<u8>)]| {
        tree.iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&one), names(&many));
    for ((name, a), (_, b)) in one.iter().zip(&many) {
        assert!(a == b, "{name} differs");
    }
}

#[test]
fn the_last_good_site_stays_in_place() {
    let place = site();
    let before = tree(&place.path("site"));
    place.fails(
        &[
            "registry",
            "build",
            "--registry",
            "../hub",
            "--out",
            "../site",
            "--base-url",
            "hub.example",
        ],
        2,
        &["hub.example", "https://"],
    );
    let registry = place.read("hub/registry-index/registry.toml");
    place.write("hub/registry-index/registry.toml", "format = [");
    place.fails(
        &[
            "registry",
            "build",
            "--registry",
            "../hub",
            "--out",
            "../site",
        ],
        1,
        &["registry check"],
    );
    place.write("hub/registry-index/registry.toml", registry);
    assert!(tree(&place.path("site")) == before);
    // A folder that is not a site is never replaced.
    place.write("mine/thesis.txt", "years");
    place.fails(
        &[
            "registry",
            "build",
            "--registry",
            "../hub",
            "--out",
            "../mine",
        ],
        1,
        &["not a site", "--out"],
    );
    assert_eq!(place.read("mine/thesis.txt"), "years");
    // No slash at the end of the base URL is no difference.
    let with = |url: &str| {
        place.done(&[
            "registry",
            "build",
            "--registry",
            "../hub",
            "--out",
            "../site",
            "--base-url",
            url,
        ]);
        tree(&place.path("site"))
    };
    assert!(with("https://hub.example/base") == with("https://hub.example/base/"));
}

/// `paracle registry serve` on the next free port; killed when dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(place: &Place, args: &[&str]) -> Self {
        let mut child = place
            .command(env!("CARGO_BIN_EXE_paracle"))
            .args(["registry", "serve", "--registry", "../hub"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serving_shows_drafts_and_rebuilds_on_change() {
    let place = registry();
    let server = Server::start(&place, &[]);
    assert!(server.get("/").starts_with("HTTP/1.1 200"));
    assert!(server.get("/nowhere/").starts_with("HTTP/1.1 404"));
    let page = server.get("/p/acme/greeting/");
    assert!(page.contains("Draft"), "a draft is not marked:\n{page}");
    place.write(
        "hub/templates/skills/greeting/README.md",
        "# Greeting\n\nQuite another sentence.\n",
    );
    let patience = Instant::now() + Duration::from_secs(60);
    while !server
        .get("/p/acme/greeting/")
        .contains("Quite another sentence.")
    {
        assert!(Instant::now() < patience, "the site was not rebuilt");
        std::thread::sleep(Duration::from_millis(100));
    }
    // A port that is taken is told when it was asked for, and passed over when it was not.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    place.fails(
        &["registry", "serve", "--registry", "../hub", "--port", &port],
        1,
        &[&port, "--port"],
    );
}

#[test]
fn a_folder_that_is_no_registry_says_how_to_make_one() {
    let place = Place::new();
    place.fails(
        &["registry", "check"],
        1,
        &["no registry in", "paracle registry new"],
    );
    place.fails(
        &["registry", "new", "../Bad_Name"],
        2,
        &["Bad_Name", "--name"],
    );
    place.write("full/x", "");
    place.fails(&["registry", "new", "../full"], 1, &["not empty"]);
    place.fails(
        &["registry", "add", "acme", "../nowhere"],
        1,
        &["is not a registry"],
    );
    place.fails(
        &["registry", "add", "paracle", "../nowhere"],
        1,
        &["brings along"],
    );
    place.fails(
        &["registry", "remove", "acme"],
        1,
        &["no registry is called"],
    );
}
