//! A proposal to a registry: for which one, as whom, shown, agreed to, made.
//!
//! ```text
//! Proposing   what every such command takes
//! Target      the registry's repository, asked through its forge; nothing is cloned
//! shown       what differs, before anybody is asked for anything
//! ```

use std::{cell::OnceCell, path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use publish::{
    Proposal,
    forge::{Api, ForgeError, Person, RepoName, Token, Waiting},
};
use registry_index::registry::Config;
use serde::Deserialize;
use url::Url;

use crate::{
    context::Context,
    error::{CliError, Kind},
};

mod shown;

/// What every command takes that proposes something.
#[derive(Args, Clone, Debug)]
pub(crate) struct Proposing {
    /// The registry it is for: its name in `registry list`, a folder, or a URL
    #[arg(long, value_name = "REGISTRY")]
    pub(crate) registry: Option<String>,
    /// The forge's API [default: that of the host of the registry's repository]
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<Url>,
    /// Write the proposal as a patch for `git am`, and propose nothing
    #[arg(long, value_name = "FILE")]
    pub(crate) patch: Option<PathBuf>,
    /// Agree to the proposal without being asked
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Show the proposal and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print what became of it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The repository that a proposal is for.
pub(crate) struct Target<'a> {
    context: &'a Context,
    asked: Proposing,
    /// What the registry accepts, and where it is developed.
    pub(crate) policies: Config,
    /// Its repository.
    pub(crate) repository: RepoName,
    /// Its forge, asked as `person` where somebody is signed in.
    pub(crate) api: Api,
    /// Who is signed in.
    pub(crate) person: Option<Person>,
    base: OnceCell<Base>,
}

/// The newest commit of the branch that proposals are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) commit: String,
    pub(crate) tree: String,
}

impl Proposing {
    /// Finds out which registry is meant, and who is signed in to its forge.
    pub(crate) fn target<'a>(&self, context: &'a Context) -> Result<Target<'a>, CliError> {
        let policies = policies(context, self.registry.as_deref())?;
        let url = policies.repository.as_deref().ok_or_else(|| {
            let error = format!("the registry {:?} names no repository", policies.name);
            CliError::failed(error).hint("its registry.toml needs `repository` under [forge]")
        })?;
        let repository =
            RepoName::of_url(url).map_err(|error| CliError::failed(error.to_string()))?;
        let root = match &self.api_url {
            Some(root) => root.clone(),
            None => api_of(url)?,
        };
        let token = context
            .variable("GITHUB_TOKEN")
            .and_then(|text| Token::new(&text));
        let api = Api::new(&root, token, &context.world, told(context))?;
        let person = match api.has_token() {
            true => Some(api.get("user")?),
            false => None,
        };
        Ok(Target {
            context,
            asked: self.clone(),
            policies,
            repository,
            api,
            person,
            base: OnceCell::new(),
        })
    }
}

impl Target<'_> {
    /// The newest commit of the branch that proposals are for; the same one during a command.
    pub(crate) fn base(&self) -> Result<&Base, CliError> {
        #[derive(Deserialize)]
        struct Branch {
            commit: Outer,
        }
        #[derive(Deserialize)]
        struct Outer {
            sha: String,
            commit: Inner,
        }
        #[derive(Deserialize)]
        struct Inner {
            tree: Tree,
        }
        #[derive(Deserialize)]
        struct Tree {
            sha: String,
        }
        if let Some(base) = self.base.get() {
            return Ok(base);
        }
        let path = format!(
            "repos/{}/branches/{}",
            self.repository, self.policies.branch
        );
        let Outer { sha, commit } = self.api.get::<Branch>(&path)?.commit;
        let base = Base {
            commit: sha,
            tree: commit.tree.sha,
        };
        Ok(self.base.get_or_init(|| base))
    }

    /// Shows `proposal`, has it agreed to and makes it.
    pub(crate) fn propose(&self, proposal: &Proposal) -> Result<ExitCode, CliError> {
        shown::print(self, proposal)?;
        if self.asked.dry_run {
            return Ok(ExitCode::SUCCESS);
        }
        let _ = self.context;
        Err(CliError::failed("proposing is not wired yet"))
    }
}

/// What `named` says of itself, or this program's own registry.
fn policies(context: &Context, named: Option<&str>) -> Result<Config, CliError> {
    let named: Vec<String> = named.map(str::to_owned).into_iter().collect();
    let hub = context.hub(&named)?;
    let (name, source) = hub
        .registries()
        .next()
        .ok_or_else(|| CliError::failed("there is no registry to propose to"))?;
    source.config().policies.clone().ok_or_else(|| {
        CliError::failed(format!(
            "the registry {name:?} does not say what it accepts"
        ))
        .hint("it was published by an older program; name its folder or its git URL instead")
    })
}

/// The API of the forge that `repository` is on: github.com has one of its own, an Enterprise server has
/// it below itself.
fn api_of(repository: &str) -> Result<Url, CliError> {
    let host = Url::parse(repository)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    let url = match host.as_deref() {
        Some("github.com") => "https://api.github.com/".to_owned(),
        Some(host) => format!("https://{host}/api/v3/"),
        None => String::new(),
    };
    Url::parse(&url)
        .map_err(|_| CliError::failed(format!("{repository:?} is on no forge that is known")))
}

/// Says what is waited for.
pub(crate) fn told(context: &Context) -> publish::forge::Told {
    let ui = context.ui.clone();
    Arc::new(move |waiting: &Waiting| {
        let seconds = waiting.pause.as_secs();
        if waiting.is_rate_limit {
            ui.warn(&format!("asked too often; going on in {seconds} s"));
        }
    })
}

impl From<ForgeError> for CliError {
    fn from(error: ForgeError) -> Self {
        let kind = match &error {
            ForgeError::BadToken { .. } | ForgeError::NotAllowed { .. } => Kind::NotAllowed,
            error if error.is_network() => Kind::Network,
            _ => Kind::Failed,
        };
        let hint = error.hint();
        Self::from_chain(kind, &error, hint)
    }
}
