//! A registry of somebody's, its remote, and a pull request by its owner.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::values::Values;
use crate::program::Program;
use crate::tree;
use crate::workspace::{Failure, Workspace};

/// Who owns the first package.
const OWNER: u64 = 583_231;
const PACKAGE: &str = "templates/skills/plain-words";
const INDEX: &str = "registry-index/packages/octocat/plain-words";

pub(super) struct Scene {
    root: PathBuf,
    program: Program,
    /// How many jobs were run.
    jobs: usize,
    /// What jobs hand on to those that need them.
    handed: Values,
    /// What the pull request says, which is all that its workflows are told.
    pull: Values,
    /// Whether it was settled.
    settled: bool,
}

impl Scene {
    pub(super) fn new(workspace: &Workspace, program: &Program) -> Result<Scene, Failure> {
        let root = workspace.target().join("workflows");
        tree::remove(&root)?;
        tree::make(&root.join("home"))?;
        let mut scene = Scene {
            root,
            program: program.clone(),
            jobs: 0,
            handed: Values::default(),
            pull: Values::default(),
            settled: false,
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

    fn make(&mut self) -> Result<(), Failure> {
        let none = BTreeMap::new();
        let root = self.root.clone();
        self.shell(
            "paracle registry new hub --offline --no-input --title 'A hub' \
             --repository https://github.com/octocat/hub \
             --program 0123456789abcdef0123456789abcdef01234567",
            &none,
            &root,
        )?;
        let hub = self.registry();
        write(
            &hub.join(format!("{INDEX}/package.toml")),
            &format!("format = 1\nowners = [\"github:{OWNER}\"]\n"),
        )?;
        self.shell("git init --quiet --initial-branch main", &none, &hub)?;
        self.shell(
            "git add . && git commit --quiet --message Begin",
            &none,
            &hub,
        )?;
        self.shell("git clone --quiet --bare hub origin.git", &none, &root)
    }

    /// A new version by its owner, on top of what was released: `refs/pull/1/head`.
    fn propose(&mut self) -> Result<(), Failure> {
        let none = BTreeMap::new();
        let folder = self.root.join("fork");
        self.shell(
            "git clone --quiet origin.git fork",
            &none,
            &self.root.clone(),
        )?;
        edit(&folder.join(PACKAGE).join("paracle.toml"), "1.0.0", "1.1.0")?;
        edit(
            &folder.join(PACKAGE).join("CHANGELOG.md"),
            "## 1.0.0",
            "## 1.1.0\n\nShorter.\n\n## 1.0.0",
        )?;
        self.shell(
            "git commit --quiet --all --message 'Release plain-words 1.1.0' && git push --quiet origin HEAD:refs/pull/1/head",
            &none,
            &folder,
        )?;
        let base = self.git(&folder, &["rev-parse", "HEAD~"])?;
        let head = self.git(&folder, &["rev-parse", "HEAD"])?;
        let person = serde_json::json!({ "login": "octocat", "id": OWNER });
        let repository = serde_json::json!({ "full_name": "octocat/hub", "owner": person });
        let event = serde_json::json!({
            "action": "opened",
            "number": 1,
            "sender": person,
            "repository": repository,
            "pull_request": {
                "number": 1,
                "user": person,
                "created_at": "2023-11-14T22:00:00Z",
                "draft": false,
                "author_association": "OWNER",
                "head": { "ref": "plain-words-1.1.0", "sha": head, "repo": repository },
                "base": { "ref": "main", "sha": base, "repo": repository },
            },
        });
        write(&self.root.join("event.json"), &event.to_string())?;
        self.pull.set("github.event.pull_request.number", "1");
        self.pull.set("github.event.pull_request.base.sha", base);
        self.pull.set("github.event.pull_request.head.sha", head);
        Ok(())
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
        values.set("github.token", "a-token-that-nobody-takes");
        values.set("github.repository", "octocat/hub");
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
        let clone = format!(
            "git clone --quiet '{}' .",
            self.root.join("origin.git").display()
        );
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
            .envs(git_identity())
            .env("GITHUB_WORKSPACE", folder)
            .env("GITHUB_REPOSITORY", "octocat/hub")
            .env("GITHUB_API_URL", "http://127.0.0.1:9/")
            .env("GITHUB_EVENT_PATH", self.root.join("event.json"))
            .envs(env);
        let output = command
            .output()
            .map_err(|error| Failure::of("bash", error))?;
        match output.status.success() {
            true => Ok(()),
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

    /// What the forge would have done by the end of a step, where the next ones need it.
    pub(super) fn after(&mut self, script: &str, folder: &Path) -> Result<(), Failure> {
        let none = BTreeMap::new();
        if script.contains("registry release --push") {
            return self.shell(
                "git add registry-index && { git diff --cached --quiet || { git commit --quiet --message Release && git push --quiet origin HEAD:main; }; }",
                &none,
                folder,
            );
        }
        if script.contains("registry settle") {
            self.merge(folder)?;
        }
        Ok(())
    }

    /// Merges the head that was decided on, as settling would; nothing where the decision says otherwise.
    fn merge(&mut self, folder: &Path) -> Result<(), Failure> {
        let head = self
            .pull
            .fill("${{ github.event.pull_request.head.sha }}")?;
        let decision = folder.join("decision.json");
        if decision.is_file() {
            let text = fs::read_to_string(&decision)
                .map_err(|error| Failure::of("decision.json", error))?;
            let said: serde_json::Value =
                serde_json::from_str(&text).map_err(|error| Failure::of("decision.json", error))?;
            if said["head"] != head.as_str() || said["outcome"] != "merge" {
                return Err(Failure(format!(
                    "an owner's new version is not merged by itself: {text}"
                )));
            }
        }
        let script = "git fetch --quiet origin refs/pull/1/head && git checkout --quiet -B main origin/main && \
             git merge --quiet --no-ff --message Merge \"$HEAD\" && git push --quiet origin main";
        self.settled = true;
        self.shell(script, &[("HEAD".to_owned(), head)].into(), folder)
    }

    /// What `actions/deploy-pages` does: the site is what was handed on.
    pub(super) fn deploy(&self) -> Result<(), Failure> {
        let live = self.root.join("live");
        tree::remove(&live)?;
        tree::make(&live)?;
        tree::copy(&self.artifacts().join("github-pages").join("."), &live)
    }

    /// Did the proposal come to be live, with records that are committed?
    pub(super) fn judge(&self) -> Result<(), Failure> {
        let origin = self.root.join("origin.git");
        let records = self.git(
            &origin,
            &["ls-tree", "--name-only", "main", &format!("{INDEX}/")],
        )?;
        for version in ["1.0.0", "1.1.0"] {
            let live = self
                .root
                .join(format!("live/dl/octocat/plain-words/{version}.tar.gz"));
            if !records.contains(version) || !live.is_file() || !self.settled {
                return Err(Failure(format!(
                    "plain-words {version} did not come to be live; records:\n{records}"
                )));
            }
        }
        Ok(())
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
