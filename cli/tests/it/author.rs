//! What an author types before publishing: a package made, checked, packed, looked at.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

#[cfg(unix)]
use crate::pty::Terminal;
use crate::{
    place::{Place, Ran, repository, tree},
    registry::registry,
};

const KINDS: [&str; 6] = [
    "agent",
    "workflow",
    "skill",
    "project",
    "integration",
    "plugin",
];

/// `new` of `kind`, called `name`, with `more` said; the rest is usual.
fn new(place: &Place, kind: &str, name: &str, more: &[&str]) -> Ran {
    let family = if kind == "plugin" {
        "plugin"
    } else {
        "template"
    };
    let mut args = vec!["--no-input", family, "new", name, "--kind", kind];
    args.extend(more);
    place.paracle(&args)
}

fn paths(folder: &Path) -> Vec<String> {
    tree(folder).into_iter().map(|(path, _)| path).collect()
}

/// Everything that weighs more than a note.
fn faults(ran: &Ran) -> Vec<String> {
    let findings = ran.json()["findings"].as_array().unwrap().clone();
    let heavy = findings.iter().filter(|f| f["severity"] != "note");
    heavy
        .map(|f| format!("{} {} {}", f["rule"], f["place"]["file"], f["message"]))
        .collect()
}

#[test]
fn a_new_package_of_every_kind_passes_every_check() {
    let place = Place::new();
    // Names that are no id of one kind or another, and a summary that means something in every format.
    let names = [
        "octocat/greeting",
        "octocat/3d-tools",
        "o1/claude",
        "octocat/template",
    ];
    let summary = "Says \"hi\": 100% of %id% & {{ x }} <b> # [a](b) in C:\\n - 'yes'";
    for kind in KINDS {
        for name in names {
            let into = format!("{kind}s");
            let made = new(&place, kind, name, &["--into", &into, "--summary", summary]);
            assert_eq!(made.code, 0, "{kind} {name}\n{}{}", made.out, made.err);
            let folder = made.out.trim();
            let checked = place.paracle(&["template", "check", folder, "--format", "json"]);
            assert_eq!(faults(&checked), [""; 0], "{kind} {name}");
            assert_eq!(checked.code, 0);
        }
    }
    // The same with nothing said at all, and all of them at once.
    for kind in KINDS {
        let name = format!("octocat/new-{kind}");
        assert_eq!(new(&place, kind, &name, &["--author", "octocat"]).code, 0);
    }
    let folders = KINDS.map(|kind| format!("new-{kind}"));
    let mut args = vec!["template", "check", "--format", "json"];
    args.extend(folders.iter().map(String::as_str));
    let checked = place.done(&args);
    assert_eq!(faults(&checked), [""; 0]);
    assert!(
        checked.err.contains("Checked 6 packages"),
        "{}",
        checked.err
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a line is a kind")]
fn every_kind_has_what_it_needs() {
    let place = Place::new();
    let own = [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "paracle.toml",
        "tests/default/answers.toml",
    ];
    let components: [(&str, &[&str]); 6] = [
        ("agent", &["agents/it.md"]),
        ("workflow", &["agents/it-worker.md", "workflows/it.yaml"]),
        ("skill", &["skills/it/SKILL.md"]),
        (
            "project",
            &[
                "project/.parac/.gitignore",
                "project/.parac/GOVERNANCE.md",
                "project/.parac/agents/manifest.yaml",
                "project/.parac/agents/specs/maker.md",
                "project/.parac/memory/context/current_state.yaml.j2",
                "project/.parac/memory/context/open_questions.md",
                "project/.parac/memory/index.yaml",
                "project/.parac/policies/policy-pack.yaml",
                "project/.parac/project.yaml.j2",
                "project/.parac/roadmap/decisions.md",
                "project/.parac/roadmap/roadmap.yaml.j2",
                "project/.parac/tools/registry.yaml",
            ],
        ),
        ("integration", &["mcp/it.toml"]),
        ("plugin", &["plugin/plugin.wasm"]),
    ];
    for (kind, components) in components {
        let made = new(&place, kind, "octocat/it", &["--into", kind]);
        assert_eq!(made.code, 0, "{}", made.err);
        let mut wanted: Vec<&str> = own.iter().chain(components).copied().collect();
        wanted.sort_unstable();
        assert_eq!(
            paths(&place.project().join(kind).join("it")),
            wanted,
            "{kind}"
        );
        let readme = place.read(&format!("project/{kind}/it/README.md"));
        for heading in [
            "## What you get",
            "## When to use it",
            "## When not",
            "## A sample",
            "## Limits",
        ] {
            assert!(readme.contains(heading), "{kind} {heading}");
        }
        assert!(
            place
                .read(&format!("project/{kind}/it/LICENSE"))
                .contains("Copyright (c) 2026 octocat")
        );
    }
    let made = new(
        &place,
        "skill",
        "octocat/free",
        &["--license", "Apache-2.0"],
    );
    assert_eq!(made.code, 0);
    assert!(!place.project().join("free/LICENSE").exists());
    let next = made.err;
    for command in [
        "paracle template check ./free",
        "paracle template preview ./free",
    ] {
        assert!(next.contains(command), "{next}");
    }
}

#[test]
fn nothing_is_written_that_would_be_refused() {
    let place = Place::new();
    let refused: [(&[&str], &[&str]); 6] = [
        (
            &["octocat/it", "--category", "nonsense"],
            &["category-known", "choose from"],
        ),
        (&["octocat/it", "--summary", "short"], &["summary-form"]),
        (&["octocat/it", "--license", "GPL"], &["license-spdx"]),
        (
            &["octocat/it", "--license", "LicenseRef-Mine"],
            &["license-policy"],
        ),
        (&["octocat/official"], &["name-reserved"]),
        (&["octocat/../it"], &["namespace/name"]),
    ];
    for (args, words) in refused {
        let mut all = vec!["--no-input", "template", "new", "--kind", "skill"];
        all.extend(args);
        place.fails(&all, 2, words);
    }
    place.fails(
        &["--no-input", "template", "new", "octocat/it"],
        2,
        &["--kind"],
    );
    place.fails(
        &["--no-input", "template", "new", "it", "--kind", "skill"],
        2,
        &["--author", "github.user"],
    );
    place.fails(
        &[
            "--no-input",
            "template",
            "new",
            "octocat/it",
            "--kind",
            "plugin",
        ],
        2,
        &["paracle plugin new"],
    );
    assert_eq!(paths(&place.project()), [""; 0]);
    assert_eq!(new(&place, "skill", "octocat/it", &[]).code, 0);
    place.fails(
        &[
            "--no-input",
            "template",
            "new",
            "octocat/it",
            "--kind",
            "agent",
        ],
        1,
        &["it is there already", "--into"],
    );
    assert!(!place.project().join("it/agents").exists());
}

#[test]
fn a_name_alone_is_below_the_login_that_git_knows() {
    let place = Place::new();
    place.write("home/.gitconfig", "[github]\n\tuser = Octo-Cat\n");
    assert_eq!(new(&place, "skill", "it", &[]).code, 0);
    let manifest = place.read("project/it/paracle.toml");
    assert!(manifest.contains("name = \"octo-cat/it\""), "{manifest}");
    assert!(manifest.contains("authors = [\"Octo-Cat\"]"), "{manifest}");
    // What is said counts more.
    assert_eq!(
        new(&place, "skill", "other", &["--author", "hubot"]).code,
        0
    );
    assert!(
        place
            .read("project/other/paracle.toml")
            .contains("\"hubot/other\"")
    );
}

#[cfg(unix)]
#[test]
fn what_was_not_said_is_asked() {
    let place = Place::new();
    let mut terminal = Terminal::run(&place, (100, 40), &[], &["template", "new", "it"]);
    for (question, answer) in [
        ("What is it mainly?", "skill\r"),
        ("Your login on GitHub:", "octocat\r"),
        ("What does it do", "Finds what was lost\r"),
        ("On which shelves", "Testing \r"),
        ("Under which licence?", "apache\r"),
    ] {
        terminal.sees(&[question]);
        terminal.types(answer);
    }
    terminal.sees(&["paracle template preview ./it"]);
    let manifest = place.read("project/it/paracle.toml");
    for line in [
        "name = \"octocat/it\"",
        "kind = \"skill\"",
        "summary = \"Finds what was lost\"",
        "categories = [\"testing\"]",
        "license = \"Apache-2.0\"",
    ] {
        assert!(manifest.contains(line), "{line}\n{manifest}");
    }
}

#[test]
fn in_a_checkout_it_stands_where_the_registry_keeps_it() {
    let place = registry();
    fs::create_dir_all(place.path("hub/templates/skills")).unwrap();
    let ran = Ran::of(
        place
            .command(env!("CARGO_BIN_EXE_paracle"))
            .current_dir(place.path("hub/templates"))
            .args([
                "--no-input",
                "template",
                "new",
                "acme/farewell",
                "--kind",
                "agent",
            ])
            .args(["--category", "general"])
            .output()
            .unwrap(),
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        place
            .path("hub/templates/agents/farewell/paracle.toml")
            .is_file()
    );
    says_the_same(&place);
}

/// The registry's own check and the author's say the same of `acme/farewell`, under the same ids and paths.
fn says_the_same(place: &Place) {
    place.write("hub/templates/agents/farewell/README.md", "# Farewell\n");
    let by_author = place.paracle(&[
        "template",
        "check",
        "../hub/templates/agents/farewell",
        "--format",
        "json",
    ]);
    let by_registry = place.paracle(&[
        "registry",
        "check",
        "--registry",
        "../hub",
        "--only",
        "acme/farewell",
        "--format",
        "json",
    ]);
    assert_eq!((by_author.code, by_registry.code), (1, 1));
    assert_eq!(by_author.out, by_registry.out);
    assert!(
        by_author.out.contains("readme-present"),
        "{}",
        by_author.out
    );
    // The same folder by itself, meant for that registry.
    let alone = place.paracle(&[
        "template",
        "check",
        "../hub/templates/agents/farewell",
        "--registry",
        "../hub",
        "--format",
        "json",
    ]);
    let rules = |ran: &Ran| -> Vec<String> {
        let findings = ran.json()["findings"].as_array().unwrap().clone();
        findings
            .iter()
            .map(|finding| finding["rule"].to_string())
            .collect()
    };
    assert_eq!(rules(&alone), rules(&by_author));
    place.fails(
        &["template", "check", "../hub/templates"],
        1,
        &["paracle.toml"],
    );
    place.fails(&["template", "check", "../nowhere"], 2, &["template new"]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, in its order")]
fn a_folder_alone_is_checked_against_the_registry_that_is_meant() {
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
    assert_eq!(new(&place, "agent", "octocat/porter", &[]).code, 0);
    let manifest = place.read("project/porter/paracle.toml");
    place.write(
        "project/porter/paracle.toml",
        format!("{manifest}\n[dependencies]\n\"acme/greeting\" = \"^1\"\n"),
    );
    let check = |registry: &str| {
        place.paracle(&[
            "template",
            "check",
            "porter",
            "--format",
            "json",
            "--registry",
            registry,
        ])
    };
    // There it exists, is found, and is installed along with it.
    for registry in ["../hub", "../site"] {
        let checked = check(registry);
        assert_eq!(faults(&checked), [""; 0], "{registry}");
        assert!(
            !checked.out.contains("trial-install"),
            "{registry} {}",
            checked.out
        );
    }
    // The embedded one has no such package: nothing can be tried, and that is said.
    let embedded = place.paracle(&["template", "check", "porter", "--format", "json"]);
    assert_eq!(embedded.code, 1);
    let said = faults(&embedded);
    assert!(
        said.iter().all(|f| f.contains("dependency-known")),
        "{said:?}"
    );
    assert!(
        embedded.out.contains("not installed for trial"),
        "{}",
        embedded.out
    );
    // A new version of what is released already has to be a new one.
    place.write(
        "project/greeting/paracle.toml",
        place.read("hub/templates/skills/greeting/paracle.toml"),
    );
    for path in [
        "README.md",
        "skills/greeting/SKILL.md",
        "tests/default/answers.toml",
    ] {
        place.write(
            &format!("project/greeting/{path}"),
            place.read(&format!("hub/templates/skills/greeting/{path}")),
        );
    }
    place.write("project/greeting/README.md", "# Greeting\n\nOther words.\n");
    let again = place.paracle(&[
        "template",
        "check",
        "greeting",
        "--format",
        "github",
        "--registry",
        "../site",
    ]);
    assert!(
        again.out.starts_with("::") || again.out.is_empty(),
        "{}",
        again.out
    );
}

#[test]
fn a_package_packs_to_the_same_bytes_as_its_release() {
    let place = registry();
    let folder = "../hub/templates/skills/greeting";
    let packed = place.done(&["template", "pack", folder, "--out", "../a.tar.gz", "--json"]);
    place.done(&["template", "pack", folder, "--out", "../b.tar.gz"]);
    assert!(fs::read(place.path("a.tar.gz")).unwrap() == fs::read(place.path("b.tar.gz")).unwrap());
    place.done(&["registry", "release", "--registry", "../hub"]);
    let record = place.read("hub/registry-index/packages/acme/greeting/1.0.0.toml");
    let packed = packed.json();
    for key in ["content-id", "digest"] {
        assert!(
            record.contains(packed[key].as_str().unwrap()),
            "{key}\n{record}"
        );
    }
    let paths: Vec<&str> = packed["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        ["README.md", "paracle.toml", "skills/greeting/SKILL.md"]
    );
    let told = place.done(&["template", "pack", folder]);
    assert!(
        told.out.contains("content id  ") && told.out.contains("3 files"),
        "{}",
        told.out
    );
    assert!(place.project().join("greeting-1.0.0.tar.gz").is_file());
    // An archive gives way to another; nothing else does.
    place.done(&["template", "pack", folder]);
    place.write("notes.md", "Mine.\n");
    place.fails(
        &["template", "pack", folder, "--out", "../notes.md"],
        1,
        &["no archive", "--out"],
    );
    assert_eq!(place.read("notes.md"), "Mine.\n");
}

#[cfg(unix)]
#[test]
fn what_has_no_canonical_archive_is_refused() {
    let place = registry();
    let folder = "hub/templates/skills/greeting";
    std::os::unix::fs::symlink(
        "/etc/hosts",
        place.path(folder).join("skills/greeting/hosts"),
    )
    .unwrap();
    let ran = place.fails(
        &["template", "pack", &format!("../{folder}")],
        1,
        &["cannot be packed"],
    );
    assert!(ran.out.contains("error[archive-form]"), "{}", ran.out);
    assert_eq!(paths(&place.project()), [""; 0]);
    let checked = place.paracle(&["template", "check", &format!("../{folder}")]);
    assert!(checked.out.contains("error[path-form]"), "{}", checked.out);
}

#[test]
fn drafts_are_built_into_a_site_and_stay_out_of_its_index() {
    let place = registry();
    let build = |more: &[&str], out: &str| {
        let mut args = vec!["registry", "build", "--registry", "../hub", "--out", out];
        args.extend(more);
        place.done(&args)
    };
    build(&[], "../plain");
    let ran = build(&["--drafts"], "../drafts");
    assert!(ran.err.contains(" drafts, "), "{}", ran.err);
    assert!(!place.path("plain/p/acme/greeting/index.html").exists());
    assert!(
        place
            .read("drafts/p/acme/greeting/index.html")
            .contains("Draft, not released.")
    );
    let config = |site: &str| place.read(&format!("{site}/index/config.json"));
    assert_eq!(config("plain"), config("drafts"));
    assert!(!place.path("drafts/dl").exists());
}

#[test]
fn a_preview_is_the_page_that_the_gallery_will_have() {
    let place = Place::new();
    assert_eq!(
        new(
            &place,
            "skill",
            "octocat/it",
            &["--summary", "Finds what was lost"]
        )
        .code,
        0
    );
    let ran = place.done(&["template", "preview", "it", "--out", "../out"]);
    let page = fs::read_to_string(place.project().join(ran.out.trim())).unwrap();
    assert!(page.contains("Finds what was lost") && page.contains("Draft, not released."));
    place.fails(
        &["template", "preview", "it", "--out", "it"],
        1,
        &["not a site"],
    );
    assert!(place.project().join("it/paracle.toml").is_file());
    place.write("project/it/paracle.toml", "format = [");
    place.fails(
        &["template", "preview", "it", "--out", "../out"],
        1,
        &["no page of it yet"],
    );
}

/// Ends the server when the test does.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn get(address: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_served_preview_follows_what_is_written() {
    let place = Place::new();
    assert_eq!(new(&place, "skill", "octocat/it", &[]).code, 0);
    let mut server = Server(
        place
            .command(env!("CARGO_BIN_EXE_paracle"))
            .args(["template", "preview", "it", "--open", "no"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let address = lines.next().unwrap().unwrap();
    assert!(
        address.starts_with("http://127.0.0.1:") && address.ends_with("/p/octocat/it/"),
        "{address}"
    );
    assert!(get(&address).contains("What you get"));
    place.write("project/it/README.md", "# It\n\nQuite another text.\n");
    let start = Instant::now();
    while !get(&address).contains("Quite another text.") {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "the page stays as it was"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn the_worked_example_of_the_docs_works() {
    let place = Place::new();
    fs::create_dir(place.path("bin")).unwrap();
    let program = place.path("bin/paracle");
    fs::copy(env!("CARGO_BIN_EXE_paracle"), &program).unwrap();
    let text = fs::read_to_string(repository().join("docs/writing-a-template.md")).unwrap();
    let mut blocks = text.split("\n```");
    let mut before = blocks.next().unwrap();
    let (mut run, mut shown) = (0, 0);
    while let (Some(block), after) = (blocks.next(), blocks.next()) {
        let (kind, body) = block.split_once('\n').unwrap();
        let path = before.trim_end().rsplit('\n').next().unwrap();
        let path = path
            .strip_prefix('`')
            .and_then(|path| path.strip_suffix('`'));
        match (kind, path) {
            ("sh", _) => {
                let mut command = place.command("sh");
                command.args(["-ec", body]).env(
                    "PATH",
                    format!("{}:/usr/bin:/bin", place.path("bin").display()),
                );
                let ran = Ran::of(command.output().unwrap());
                assert_eq!(ran.code, 0, "{body}\n{}{}", ran.out, ran.err);
                run += 1;
            }
            (_, Some(path)) => place.write(&format!("project/{path}"), format!("{body}\n")),
            ("text", _) if body.starts_with("error[") => {
                let ran = place.paracle(&["template", "check", "release-notes"]);
                assert!(ran.out.contains(body), "{}", ran.out);
                shown += 1;
            }
            ("text", _) => {
                for path in body
                    .split_whitespace()
                    .filter(|word| word.contains('.') && !word.ends_with('.'))
                {
                    let path = path.trim_start_matches("release-notes/");
                    assert!(
                        place.project().join("release-notes").join(path).exists(),
                        "{path}"
                    );
                }
            }
            _ => {}
        }
        before = after.unwrap_or_default();
    }
    assert_eq!((run, shown), (6, 1));
}
