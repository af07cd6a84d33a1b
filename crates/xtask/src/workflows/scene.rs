//! A registry of somebody's, its remote, and a pull request by its owner.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::hub::{Hub, REPOSITORY};
use super::values::Values;
use crate::program::Program;
use crate::tree;
use crate::workspace::{Failure, Workspace};

const PACKAGE: &str = "templates/skills/plain-words";
const NAME: &str = "octo/plain-words";
/// The package's folder, as its author has it.
const OWN: &str = "own/plain-words";

pub(super) struct Scene {
    root: PathBuf,
    program: Program,
    hub: Hub,
    /// How many jobs were run.
    jobs: usize,
    /// What jobs hand on to those that need them.
    handed: Values,
    /// What the pull request says, which is all that its workflows are told.
    pull: Values,
}

impl Scene {
    pub(super) fn new(workspace: &Workspace, program: &Program) -> Result<Scene, Failure> {
        let root = workspace.target().join("workflows");
        tree::remove(&root)?;
        tree::make(&root.join("home"))?;
        let mut scene = Scene {
            hub: Hub::new(workspace, &root.join("live"))?,
            root,
            program: program.clone(),
            jobs: 0,
            handed: Values::default(),
            pull: Values::default(),
        };
        scene.make()?;
        Ok(scene)
    }

    /// The registry as it was made; its files are those that are run.
    pub(super) fn registry(&self) -> PathBuf {
        self.root.join("hub")
    }

    pub(super) fn artifacts(&self) -> PathBuf {
        self.root.join("artifacts")
    }

    /// Where the site is.
    pub(super) fn site(&self) -> &str {
        &self.hub.site
    }

    fn origin(&self) -> PathBuf {
        self.root.join("origin.git")
    }

    fn make(&mut self) -> Result<(), Failure> {
        let none = BTreeMap::new();
        let root = self.root.clone();
        let new = format!(
            "paracle registry new hub --offline --no-input --title 'A hub' \
             --repository https://github.com/{REPOSITORY} --url {} \
             --program 0123456789abcdef0123456789abcdef01234567",
            self.site()
        );
        self.shell(&new, &none, &root)?;
        let hub = self.registry();
        write(
            &hub.join(format!("registry-index/packages/{NAME}/package.toml")),
            &format!("format = 1\nowners = [\"github:{}\"]\n", self.hub.author()?),
        )?;
        self.shell("git init --quiet --initial-branch main", &none, &hub)?;
        self.shell(
            "git add . && git commit --quiet --message Begin",
            &none,
            &hub,
        )?;
        self.shell("git clone --quiet --bare hub origin.git", &none, &root)?;
        self.hub.push(&self.origin())
    }

    /// Brings the remote into step with the forge.
    pub(super) fn fetch(&self) -> Result<(), Failure> {
        self.hub.fetch(&self.origin())
    }

    /// The owner of a package proposes a new version of it, who has the package's folder and nothing else.
    fn propose(&mut self) -> Result<(), Failure> {
        let own = self.root.join(OWN);
        tree::make(&self.root.join("own"))?;
        tree::copy(&self.registry().join(PACKAGE), &own)?;
        edit(&own.join("paracle.toml"), "1.0.0", "1.1.0")?;
        edit(
            &own.join("CHANGELOG.md"),
            "## 1.0.0",
            "## 1.1.0\n\nShorter.\n\n## 1.0.0",
        )?;
        self.as_author(&format!("paracle template publish {OWN} --yes"))?;
        self.fetch()?;
        let pull = self.hub.pull()?;
        // What GitHub writes there is this very object.
        let event = serde_json::json!({
            "action": "opened",
            "number": pull["number"],
            "sender": pull["user"],
            "repository": pull["base"]["repo"],
            "pull_request": pull,
        });
        write(&self.root.join("event.json"), &event.to_string())?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let (base, head) = (text(&pull["base"]["sha"]), text(&pull["head"]["sha"]));
        self.pull.set("github.event.pull_request.number", "1");
        self.pull.set("github.event.pull_request.base.sha", base);
        self.pull.set("github.event.pull_request.head.sha", head);
        Ok(())
    }

    /// Runs a line of the author's on the published registry and its forge; what it printed.
    fn as_author(&self, line: &str) -> Result<String, Failure> {
        let place = format!("--registry {} --api-url {}", self.site(), self.hub.api());
        let token = [("GITHUB_TOKEN".to_owned(), self.hub.token_of_author())];
        self.said(&format!("{line} {place}"), &token.into(), &self.root)
    }

    /// What expressions stand for in a job of `workflow`. The first that is about a pull request finds
    /// it opened.
    pub(super) fn values(&mut self, workflow: &str) -> Result<Values, Failure> {
        let mut values = self.handed.clone();
        if is_of_a_pull_request(workflow) {
            if !self.root.join("event.json").exists() {
                self.propose()?;
            }
            values.extend(&self.pull);
        }
        values.set("github.token", self.hub.token_of_keeper());
        values.set("github.repository", REPOSITORY);
        Ok(values)
    }

    pub(super) fn hand_on(&mut self, name: &str, value: String) {
        self.handed.set(name, value);
    }

    pub(super) fn job_folder(&mut self) -> Result<PathBuf, Failure> {
        self.jobs += 1;
        let folder = self.root.join(format!("job-{}", self.jobs));
        tree::make(&folder)?;
        Ok(folder)
    }

    /// What `actions/checkout` does. Returns the commit.
    pub(super) fn check_out(
        &self,
        workflow: &str,
        reference: Option<&str>,
        folder: &Path,
    ) -> Result<String, Failure> {
        let none = BTreeMap::new();
        let clone = format!("git clone --quiet '{}' .", self.origin().display());
        self.shell(&clone, &none, folder)?;
        match reference {
            Some(reference) => self.shell("git checkout --quiet \"$REF\"", &[("REF".to_owned(), reference.to_owned())].into(), folder)?,
            // As GitHub has it ready: the head merged into the base.
            None if workflow == "check" => self.shell(
                "git fetch --quiet origin refs/pull/1/head && git merge --quiet --no-ff --message Merge FETCH_HEAD",
                &none,
                folder,
            )?,
            None => {}
        }
        self.git(folder, &["rev-parse", "HEAD"])
    }

    /// The help of a verb; none where the program has no such verb.
    pub(super) fn help(&self, verbs: &[&str]) -> Result<Option<String>, Failure> {
        let mut command = self.program.command_in(&self.root.join("home"));
        let output = command.args(verbs).arg("--help").output();
        let output = output.map_err(|error| Failure::of("paracle", error))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(output.status.success().then_some(text))
    }

    /// Runs a script as GitHub does, with `paracle` on its path.
    pub(super) fn shell(
        &self,
        script: &str,
        env: &BTreeMap<String, String>,
        folder: &Path,
    ) -> Result<(), Failure> {
        self.said(script, env, folder).map(drop)
    }

    /// The same; what it printed.
    fn said(
        &self,
        script: &str,
        env: &BTreeMap<String, String>,
        folder: &Path,
    ) -> Result<String, Failure> {
        let home = self.root.join("home");
        let wrapper = [
            "bash",
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            script,
        ];
        let mut command = self
            .program
            .command_under(&wrapper.map(str::to_owned), &home);
        let mut path = self
            .program
            .path()
            .parent()
            .unwrap_or(&home)
            .as_os_str()
            .to_owned();
        path.push(":/usr/local/bin:/usr/bin:/bin");
        command
            .current_dir(folder)
            .env("PATH", path)
            // The forge's clock is the machine's: what is released after a merge has to say so.
            .env_remove("SOURCE_DATE_EPOCH")
            .envs(git_identity())
            .env("GITHUB_WORKSPACE", folder)
            .env("GITHUB_REPOSITORY", REPOSITORY)
            .env("GITHUB_API_URL", self.hub.api())
            .env("GITHUB_EVENT_PATH", self.root.join("event.json"))
            .envs(env);
        let output = command
            .output()
            .map_err(|error| Failure::of("bash", error))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(Failure(format!(
                "`{script}` failed ({})\n{}{}",
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            ))),
        }
    }

    fn git(&self, folder: &Path, args: &[&str]) -> Result<String, Failure> {
        let output = Command::new("git").current_dir(folder).args(args).output();
        let output = output.map_err(|error| Failure::of("git", error))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// What `actions/deploy-pages` does: the site is what was handed on.
    pub(super) fn deploy(&self) -> Result<(), Failure> {
        let live = self.root.join("live");
        tree::remove(&live)?;
        tree::make(&live)?;
        tree::copy(&self.artifacts().join("github-pages").join("."), &live)
    }

    /// Did the proposal come to be live, with records that are committed, and does its author hear so?
    pub(super) fn judge(&self) -> Result<(), Failure> {
        let index = format!("registry-index/packages/{NAME}/");
        let records = self.git(&self.origin(), &["ls-tree", "--name-only", "main", &index])?;
        for version in ["1.0.0", "1.1.0"] {
            let live = self.root.join(format!("live/dl/{NAME}/{version}.tar.gz"));
            if !records.contains(version) || !live.is_file() {
                return Err(Failure(format!(
                    "{NAME} {version} did not come to be live; records:\n{records}"
                )));
            }
        }
        self.hub.judge()?;
        let status = self.as_author(&format!("paracle template publish status {OWN}"))?;
        match status.starts_with(&format!("Live: {NAME} 1.1.0")) {
            true => Ok(()),
            false => Err(Failure(format!(
                "its author does not hear of it:\n{status}"
            ))),
        }
    }
}

fn is_of_a_pull_request(workflow: &str) -> bool {
    matches!(workflow, "check" | "decide")
}

fn git_identity() -> [(&'static str, &'static str); 5] {
    [
        ("GIT_AUTHOR_NAME", "a"),
        ("GIT_AUTHOR_EMAIL", "a@example.org"),
        ("GIT_COMMITTER_NAME", "a"),
        ("GIT_COMMITTER_EMAIL", "a@example.org"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
    ]
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text))
        .map_err(|error| Failure::of(path.display(), error))
}

fn edit(path: &Path, from: &str, to: &str) -> Result<(), Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::of(path.display(), error))?;
    if !text.contains(from) {
        return Err(Failure(format!("{} does not say {from:?}", path.display())));
    }
    write(path, &text.replacen(from, to, 1))
}
