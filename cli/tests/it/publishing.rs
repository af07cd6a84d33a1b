//! From a folder to a pull request, and on to a live page: the program against GitHub as crate `emulator`
//! has it, with every request and answer held against GitHub's own description.

use emulator::{Emulator, Forge, Parts, Wanted, unlike};
use serde_json::{Value, json};

use crate::place::{Place, Ran};

const PULLS: &str = "/repos/octo/hub/pulls?state=all";

/// A registry, `octo/hub` on its forge and `hub` here, and a package of `anna`'s for it.
struct Scene {
    place: Place,
    forge: Forge,
}

impl Scene {
    /// `None` where there is no Node, and then it says so.
    fn new() -> Option<Self> {
        let parts = match Parts::given(|name| std::env::var_os(name)) {
            Ok(parts) => parts,
            Err(why) => {
                println!("skipped: {why}");
                return None;
            }
        };
        let emulator = Emulator::start(&parts).unwrap();
        let wanted = Wanted {
            people: &["octo", "anna"],
            repositories: json!([{ "owner": "octo", "name": "hub" }]),
            is_checked: true,
            has_workflows: false,
        };
        let forge = emulator.forge(&wanted).unwrap();
        let place = Place::new();
        let url = emulator.pages(&place.path("site")).unwrap();
        let repository = "https://github.com/octo/hub";
        let new = ["registry", "new", "--offline", "--no-input", "../hub"];
        let more = ["--url", &url, "--repository", repository];
        place.done(&[&new[..], &more].concat());
        place.git("hub", &["init", "-q"]);
        let scene = Self { place, forge };
        scene.commit("Begin");
        Some(scene)
    }

    /// What is in `hub`, committed and released, on the forge.
    fn commit(&self, message: &str) {
        let keep = |message: &str| {
            self.place.git("hub", &["add", "."]);
            let commit = ["commit", "-q", "--allow-empty", "-m", message];
            self.place.git("hub", &commit);
        };
        keep(message);
        self.place
            .done(&["registry", "release", "--registry", "../hub"]);
        keep("Release");
        let hub = self.place.path("hub");
        self.forge.push("octo/hub", &hub, "main").unwrap();
    }

    /// A new package of anna's, in `project/greeting`.
    fn package(&self) {
        let new = ["--no-input", "template", "new", "anna/greeting"];
        let more = ["--kind", "skill", "--author", "anna"];
        self.place.done(&[&new[..], &more].concat());
    }

    /// Runs it on the registry and its forge, as `login` or as nobody.
    fn run(&self, login: Option<&str>, args: &[&str]) -> Ran {
        let mut command = self.place.command(env!("CARGO_BIN_EXE_paracle"));
        command.args(args);
        command.args(["--registry", "../hub", "--api-url", self.forge.url()]);
        if let Some(login) = login {
            command.env("GITHUB_TOKEN", Forge::token(login));
        }
        Ran::of(command.output().unwrap())
    }

    /// The same as anna; it succeeds, and asks only what GitHub knows.
    fn done(&self, args: &[&str]) -> Ran {
        let ran = self.run(Some("anna"), args);
        assert_eq!(ran.code, 0, "{args:?}\n{}\n{}", ran.out, ran.err);
        let unlike = unlike(&self.forge.log().unwrap());
        assert!(unlike.is_empty(), "{args:?}\n{}", unlike.join("\n"));
        ran
    }

    fn publish(&self, more: &[&str]) -> Ran {
        self.done(&[&["template", "publish", "greeting"], more].concat())
    }

    fn status(&self) -> Value {
        let args = ["template", "publish", "status", "greeting", "--json"];
        self.done(&args).json()
    }

    /// What the forge has at `path`; null where it has nothing.
    fn look(&self, path: &str) -> Value {
        match self.forge.ask("octo", "GET", path, &Value::Null).unwrap() {
            (200, value) => value,
            (404, _) => Value::Null,
            other => panic!("{path}: {other:?}"),
        }
    }

    fn pulls(&self) -> Vec<Value> {
        self.look(PULLS).as_array().unwrap().clone()
    }

    /// The files that the pull request changes, each after how.
    fn files(&self, number: u64) -> Vec<(String, String)> {
        let files = self.look(&format!("/repos/octo/hub/pulls/{number}/files"));
        let text = |file: &Value, key: &str| file[key].as_str().unwrap().to_owned();
        let files = files.as_array().unwrap().iter();
        files
            .map(|file| (text(file, "status"), text(file, "filename")))
            .collect()
    }

    /// A file of the branch that is proposed, as git has it.
    fn proposed(&self, number: u64, path: &str) -> String {
        let hub = self.place.path("hub");
        self.forge.fetch("octo/hub", &hub).unwrap();
        let file = format!("refs/pull/{number}/head:{path}");
        let mut git = self.place.command("git");
        git.current_dir(hub).args(["show", &file]);
        let ran = Ran::of(git.output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    }
}

const README: &str = "templates/skills/greeting/README.md";

#[test]
fn from_a_folder_to_a_live_page() {
    let Some(scene) = Scene::new() else { return };
    scene.package();
    let dry = scene.publish(&["--dry-run"]);
    assert!(dry.out.contains(README) && dry.err.contains("a new fork anna/hub"));
    assert_eq!(
        (scene.look("/repos/anna/hub"), scene.pulls().len()),
        (Value::Null, 0)
    );
    assert_eq!(scene.status()["pull"], Value::Null);

    let made = scene.publish(&["--yes", "--json"]).json();
    assert_eq!(
        (&made["format"], &made["number"], &made["is-new"]),
        (&json!(1), &json!(1), &json!(true)),
        "{made}"
    );
    let pulls = scene.pulls();
    let (pull, branch) = (&pulls[0], "paracle/anna/greeting-0.1.0");
    assert_eq!(pulls.len(), 1);
    assert_eq!(pull["title"], "Add anna/greeting 0.1.0");
    assert_eq!(
        (&pull["head"]["repo"]["full_name"], &pull["head"]["ref"]),
        (&json!("anna/hub"), &json!(branch))
    );
    assert_eq!(pull["head"]["sha"], made["commit"]);
    let files = scene.files(1);
    assert!(
        files.iter().all(|(status, _)| status == "added"),
        "{files:?}"
    );
    let entry = "registry-index/packages/anna/greeting/package.toml";
    for path in [README, entry] {
        assert!(files.iter().any(|(_, file)| file == path), "{files:?}");
    }
    let id = pull["user"]["id"].as_u64().unwrap();
    assert!(
        scene
            .proposed(1, entry)
            .contains(&format!("\"github:{id}\""))
    );
    let status = scene.status();
    assert_eq!(status["pull"]["state"], "proposed", "{status}");

    // The same again, and an edit: the pull request is brought up to date.
    let again = scene.publish(&["--yes"]);
    assert!(again.err.contains("Found") && again.err.contains("Updated"));
    assert_eq!(scene.pulls()[0]["head"]["sha"], made["commit"]);
    let text = scene.place.read("project/greeting/README.md") + "\nIt says hello.\n";
    scene.place.write("project/greeting/README.md", &text);
    let edited = scene.publish(&["--yes", "--json"]).json();
    assert_eq!(
        (&edited["number"], &edited["is-new"]),
        (&json!(1), &json!(false))
    );
    assert_eq!((scene.pulls().len(), scene.proposed(1, README)), (1, text));

    goes_live(&scene);
}

/// It is merged, released and built, and that is told as it comes about.
fn goes_live(scene: &Scene) {
    let head = scene.pulls()[0]["head"]["sha"].clone();
    let merge = scene.forge.ask(
        "octo",
        "PUT",
        "/repos/octo/hub/pulls/1/merge",
        &json!({ "sha": head }),
    );
    let (code, merged) = merge.unwrap();
    assert_eq!(code, 200, "{merged}");
    let status = scene.status();
    assert_eq!(
        (&status["live"], &status["pull"]["state"]["merged"]),
        (&json!(false), &merged["sha"]),
        "{status}"
    );
    let (place, hub) = (&scene.place, scene.place.path("hub"));
    scene.forge.fetch("octo/hub", &hub).unwrap();
    place.git("hub", &["reset", "-q", "--hard"]);
    scene.commit("Nothing more");
    let site = ["--out", "../site", "--registry", "../hub"];
    place.done(&[&["registry", "build"][..], &site].concat());
    assert_eq!(scene.status()["live"], true);
    let ran = scene.done(&["template", "publish", "status", "anna/greeting@0.1.0"]);
    assert!(
        ran.out.starts_with("Live: anna/greeting 0.1.0"),
        "{}",
        ran.out
    );
}

#[test]
fn who_is_not_signed_in_gets_a_patch() {
    let Some(scene) = Scene::new() else { return };
    scene.package();
    let publish = ["template", "publish", "greeting", "--yes"];
    let ran = scene.run(None, &publish);
    assert_eq!(ran.code, 4, "{}", ran.err);
    for words in ["you are not signed in", "registry login", "--patch FILE"] {
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    let who = "[user]\n\tname = Anna\n\temail = anna@example.org\n";
    scene.place.write("home/.gitconfig", who);
    let ran = scene.run(None, &[&publish[..], &["--patch", "it.patch"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    scene.place.git("hub", &["am", "-q", "../project/it.patch"]);
    assert_eq!(
        scene.place.read(&format!("hub/{README}")),
        scene.place.read("project/greeting/README.md")
    );
    assert!(scene.pulls().is_empty());
}

#[test]
fn what_the_registry_would_refuse_is_not_proposed() {
    let Some(scene) = Scene::new() else { return };
    scene.package();
    let path = "project/greeting/paracle.toml";
    let text = scene.place.read(path);
    let line = text
        .lines()
        .find(|line| line.starts_with("license"))
        .unwrap();
    let text = text.replace(line, "license = \"Nonsense-1.0\"");
    scene.place.write(path, text);
    let ran = scene.run(Some("anna"), &["template", "publish", "greeting", "--yes"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("license-spdx"), "{}", ran.out);
    assert!(ran.err.contains("it is not proposed"), "{}", ran.err);
    assert_eq!(scene.look("/repos/anna/hub"), Value::Null);
    assert!(
        scene
            .forge
            .log()
            .unwrap()
            .iter()
            .all(|asked| asked.method == "GET")
    );
}

#[test]
fn a_release_is_yanked_by_a_pull_request() {
    let Some(scene) = Scene::new() else { return };
    let yank = [
        "template",
        "yank",
        "octo/plain-words@1.0.0",
        "--reason",
        "Rude",
    ];
    let dry = scene.done(&[&yank[..], &["--dry-run"]].concat());
    assert!(dry.out.contains("+reason = \"Rude\""), "{}", dry.out);
    assert!(scene.pulls().is_empty());
    for is_new in [true, false] {
        let made = scene
            .done(&[&yank[..], &["--yes", "--json"]].concat())
            .json();
        assert_eq!(made["is-new"], is_new, "{made}");
    }
    let pulls = scene.pulls();
    assert_eq!(pulls.len(), 1);
    assert_eq!(pulls[0]["title"], "Yank octo/plain-words 1.0.0");
    let entry = "registry-index/packages/octo/plain-words/package.toml";
    assert_eq!(scene.files(1).len(), 1);
    assert_eq!(scene.files(1)[0].1, entry);
    let text = scene.proposed(1, entry);
    assert!(
        text.contains("version = \"1.0.0\"\nreason = \"Rude\""),
        "{text}"
    );
}
