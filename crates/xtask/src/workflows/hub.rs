//! The registry's forge: GitHub as crate `emulator` has it, and a pull request there.

use std::env;
use std::path::Path;

use emulator::{Emulator, EmulatorError, Forge, Parts, Wanted, unlike};
use serde_json::{Value, json};

use crate::npm;
use crate::workspace::{Failure, Workspace};

/// The registry's repository.
pub(super) const REPOSITORY: &str = "octo/hub";
/// Whoever keeps it. Its workflows have this one's token: the emulator has no bots.
const KEEPER: &str = "octo";
/// Who owns a package there, and has no other rights.
const AUTHOR: &str = "anna";

pub(super) struct Hub {
    forge: Forge,
    /// Where the site is, with a `/` at its end.
    pub(super) site: String,
}

impl From<EmulatorError> for Failure {
    fn from(error: EmulatorError) -> Failure {
        Failure(error.to_string())
    }
}

impl Hub {
    /// An empty one. What is in `live` is its site.
    pub(super) fn new(workspace: &Workspace, live: &Path) -> Result<Hub, Failure> {
        npm::provide_node(workspace)?;
        let emulator = Emulator::start(&Parts {
            node: npm::node(workspace),
            emulate: npm::EMULATE.provide(workspace)?,
            openapi: npm::OPENAPI.provide(workspace)?,
            prism: npm::PRISM.provide(workspace)?,
            path: env::var_os("PATH").unwrap_or_default(),
        })?;
        let (owner, name) = REPOSITORY.split_once('/').unwrap_or_default();
        let forge = emulator.forge(&Wanted {
            people: &[KEEPER, AUTHOR],
            repositories: json!([{ "owner": owner, "name": name }]),
            is_checked: true,
            has_workflows: true,
        })?;
        let site = emulator.pages(live)?;
        Ok(Hub { forge, site })
    }

    /// Where its API is.
    pub(super) fn api(&self) -> &str {
        self.forge.url()
    }

    pub(super) fn token_of_keeper(&self) -> String {
        Forge::token(KEEPER)
    }

    pub(super) fn token_of_author(&self) -> String {
        Forge::token(AUTHOR)
    }

    /// The numeric id of the author.
    pub(super) fn author(&self) -> Result<u64, Failure> {
        let (_, user) = self.forge.ask(AUTHOR, "GET", "/user", &Value::Null)?;
        let id = user["id"].as_u64();
        id.ok_or_else(|| Failure(format!("the forge does not know {AUTHOR}: {user}")))
    }

    /// Takes over the branch `main` of the git repository in `origin`.
    pub(super) fn push(&self, origin: &Path) -> Result<(), Failure> {
        Ok(self.forge.push(REPOSITORY, origin, "main")?)
    }

    /// Brings the git repository in `origin` into step.
    pub(super) fn fetch(&self, origin: &Path) -> Result<(), Failure> {
        Ok(self.forge.fetch(REPOSITORY, origin)?)
    }

    /// The first pull request, as the forge has it.
    pub(super) fn pull(&self) -> Result<Value, Failure> {
        self.look("pulls/1")
    }

    fn look(&self, path: &str) -> Result<Value, Failure> {
        let path = format!("/repos/{REPOSITORY}/{path}");
        match self.forge.ask(KEEPER, "GET", &path, &Value::Null)? {
            (200, value) => Ok(value),
            (status, value) => Err(Failure(format!("{path}: {status} {value}"))),
        }
    }

    /// Was the first pull request merged, and its author told that it is live, by requests as GitHub
    /// describes them?
    pub(super) fn judge(&self) -> Result<(), Failure> {
        let pull = self.pull()?;
        let labels = pull["labels"].as_array().into_iter().flatten();
        let labels: Vec<&str> = labels.filter_map(|label| label["name"].as_str()).collect();
        let comments = self.look("issues/1/comments")?;
        let comments = comments.as_array().into_iter().flatten();
        let said = comments.filter_map(|comment| comment["body"].as_str());
        let told = said
            .filter(|text| text.contains("paracle template install"))
            .count();
        if pull["merged"] != true || labels != ["live"] || told != 1 {
            return Err(Failure(format!(
                "the pull request did not come to be live: merged {}, labels {labels:?}, told {told} times",
                pull["merged"]
            )));
        }
        let log = self.forge.log()?;
        let dispatch = "POST actions/workflows/release.yml/dispatches";
        if !log.iter().any(|asked| asked.operation() == dispatch) {
            return Err(Failure("the merge did not start release.yml".into()));
        }
        let unlike = unlike(&log);
        if unlike.is_empty() {
            println!("    {} requests, as GitHub describes them", log.len());
            return Ok(());
        }
        let unlike = unlike.join("\n");
        Err(Failure(format!("not as GitHub describes it:\n{unlike}")))
    }
}
