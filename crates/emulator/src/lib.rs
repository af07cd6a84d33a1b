//! GitHub on this machine, for tests and chores. No part of the program.
//!
//! ```text
//! Parts      Node, and the packages of npm that a GitHub is made of
//! Emulator   one Node process; it ends with the value, and at the latest with this process
//! Forge      a GitHub of its own in it: people, repositories, and what was asked of it
//! asked      what our program asked, and where it is not as GitHub describes it
//! ```
//!
//! The forge itself is vercel-labs' emulator, behind GitHub's own OpenAPI description; what lies between,
//! and which part of GitHub nobody emulates, is told by `github/served.mjs`, `stand-in.mjs` and
//! `hosting.mjs`. Commits have git's own ids there, so a forge and a repository of the `git` program can
//! be kept in step: [`Forge::push`] and [`Forge::fetch`].

use std::{
    ffi::OsString,
    io::{self, BufRead, BufReader, Lines, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::{Value, json};

mod asked;

pub use asked::{Asked, unlike};

/// What Node runs.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/github/served.mjs");

/// Why there is no such forge, or why it did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// Something that it is made of was not named.
    #[error("{0} is not set: run `cargo xtask test`, which fetches what it names")]
    NotGiven(&'static str),
    /// Node could not be started, or cannot be talked to.
    #[error("Node does not run the emulator")]
    Node(#[from] io::Error),
    /// Node ended; it said why on its error output.
    #[error("the emulator ended")]
    Ended,
    /// It failed at a command.
    #[error("{command}: {why}")]
    Failed {
        /// The command.
        command: String,
        /// What it said.
        why: String,
    },
    /// Its answer is not what this crate reads.
    #[error("the emulator's answer means nothing")]
    Answer(#[from] serde_json::Error),
}

/// What it is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The program of Node.
    pub node: PathBuf,
    /// The folder of the package `emulate`.
    pub emulate: PathBuf,
    /// The folder of `@octokit/openapi`.
    pub openapi: PathBuf,
    /// The folder of `@stoplight/prism-cli`.
    pub prism: PathBuf,
    /// Where the `git` program is looked for; nothing where it is not needed.
    pub path: OsString,
}

impl Parts {
    /// As `cargo xtask test` names them in the environment, which `given` reads.
    ///
    /// # Errors
    /// [`EmulatorError::NotGiven`].
    pub fn given(given: impl Fn(&str) -> Option<OsString>) -> Result<Self, EmulatorError> {
        let part = |name| {
            given(name)
                .map(PathBuf::from)
                .ok_or(EmulatorError::NotGiven(name))
        };
        Ok(Self {
            node: part("PUBLISH_NODE")?,
            emulate: part("PUBLISH_EMULATE")?,
            openapi: part("PUBLISH_OPENAPI")?,
            prism: part("PUBLISH_PRISM")?,
            path: given("PATH").unwrap_or_default(),
        })
    }
}

struct Node {
    child: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

/// A process that has any number of forges.
#[derive(Clone)]
pub struct Emulator(Arc<Mutex<Node>>);

/// What a forge begins with.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// People, by login. Their ids are for the forge to say.
    pub people: &'a [&'a str],
    /// Repositories, as the emulator's seed has them.
    pub repositories: Value,
    /// Whether what is asked, and what is answered, is held against GitHub's description. That takes most
    /// of the time.
    pub is_checked: bool,
    /// Whether workflows can be started. The emulator knows none; the stand-in takes the request then, and
    /// nothing runs.
    pub has_workflows: bool,
}

/// A forge of its own.
pub struct Forge {
    emulator: Emulator,
    number: u64,
    url: String,
    front: String,
}

impl Emulator {
    /// Starts Node, and waits until it is there.
    ///
    /// # Errors
    /// [`EmulatorError`].
    pub fn start(parts: &Parts) -> Result<Self, EmulatorError> {
        #[allow(
            clippy::disallowed_methods,
            reason = "Node is a program; only tests and chores come here"
        )]
        let mut child = Command::new(&parts.node)
            .arg(SCRIPT)
            .args([&parts.emulate, &parts.openapi, &parts.prism])
            .env_clear()
            .env("PATH", &parts.path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("a pipe to Node is missing");
        let commands = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        let mut answers = BufReader::new(output).lines();
        answers.next().ok_or(EmulatorError::Ended)??;
        Ok(Self(Arc::new(Mutex::new(Node {
            child,
            commands,
            answers,
        }))))
    }

    /// A forge with this in it.
    ///
    /// # Errors
    /// [`EmulatorError`].
    pub fn forge(&self, wanted: &Wanted<'_>) -> Result<Forge, EmulatorError> {
        let world = json!({
            "people": wanted.people,
            "repositories": wanted.repositories,
            "checked": wanted.is_checked,
            "workflows": wanted.has_workflows,
        });
        let told = self.tell(&json!({ "world": world }))?;
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        Ok(Forge {
            emulator: self.clone(),
            number: told["world"].as_u64().unwrap_or_default(),
            url: text("url"),
            front: text("front"),
        })
    }

    /// Has `folder` published over http on this machine, as GitHub Pages would; its address, with a `/` at
    /// its end. The folder may come later, and may change.
    ///
    /// # Errors
    /// [`EmulatorError`].
    pub fn pages(&self, folder: &Path) -> Result<String, EmulatorError> {
        let told = self.tell(&json!({ "pages": { "folder": folder } }))?;
        Ok(told["url"].as_str().unwrap_or_default().to_owned())
    }

    /// Tells Node a command; what it answers.
    fn tell(&self, command: &Value) -> Result<Value, EmulatorError> {
        let mut node = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(node.commands, "{command}")?;
        let line = node.answers.next().ok_or(EmulatorError::Ended)??;
        let mut answer: Value = serde_json::from_str(&line)?;
        match answer["failed"].as_str() {
            Some(why) => Err(EmulatorError::Failed {
                command: command.to_string(),
                why: why.to_owned(),
            }),
            None => Ok(answer["done"].take()),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Nobody is left to tell about a process that cannot be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Forge {
    /// The API's address, with a `/` at its end. What is asked there is kept, and checked if so wanted.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same behind the checks: for what others do, and for looking.
    pub fn front(&self) -> &str {
        &self.front
    }

    /// What signs `login` in.
    pub fn token(login: &str) -> String {
        format!("gho_{login}")
    }

    /// Asks as `login`, behind the checks: the status and what was answered, null where it was nothing.
    /// `path` begins with a `/`.
    ///
    /// # Errors
    /// [`EmulatorError`]; whatever the forge answers is none.
    pub fn ask(
        &self,
        login: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<(u16, Value), EmulatorError> {
        let asked = json!({ "world": self.number, "login": login, "method": method, "path": path, "body": body });
        let mut told = self.emulator.tell(&json!({ "ask": asked }))?;
        let status = told["status"].as_u64().and_then(|it| it.try_into().ok());
        Ok((status.unwrap_or_default(), told["value"].take()))
    }

    /// From now on the `at`-th request is the last: it does or does not reach the forge, and gets no
    /// answer. 0 is never.
    ///
    /// # Errors
    /// [`EmulatorError`].
    pub fn cut(&self, at: usize, after: bool) -> Result<(), EmulatorError> {
        let cut = json!({ "world": self.number, "at": at, "after": after });
        self.emulator.tell(&json!({ "cut": cut })).map(drop)
    }

    /// What was asked since the last time.
    ///
    /// # Errors
    /// [`EmulatorError`].
    pub fn log(&self) -> Result<Vec<Asked>, EmulatorError> {
        let log = json!({ "log": { "world": self.number } });
        Ok(serde_json::from_value(self.emulator.tell(&log)?)?)
    }

    /// Has `branch` of the git repository in `folder`, and all that is before it, be `branch` of
    /// `repository`, with the same ids.
    ///
    /// # Errors
    /// [`EmulatorError`].
    pub fn push(&self, repository: &str, folder: &Path, branch: &str) -> Result<(), EmulatorError> {
        let push = json!({ "world": self.number, "repository": repository, "folder": folder, "branch": branch });
        self.emulator.tell(&json!({ "push": push })).map(drop)
    }

    /// Brings the git repository in `folder` into step with `repository`: its branches, and
    /// `refs/pull/<number>/head` of its pull requests, with the same ids.
    ///
    /// # Errors
    /// [`EmulatorError`].
    pub fn fetch(&self, repository: &str, folder: &Path) -> Result<(), EmulatorError> {
        let fetch = json!({ "world": self.number, "repository": repository, "folder": folder });
        self.emulator.tell(&json!({ "fetch": fetch })).map(drop)
    }
}
