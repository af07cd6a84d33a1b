//! A proposal to a registry: for which one, as whom, shown, agreed to, made.
//!
//! ```text
//! Forging     which registry, and how its forge is asked
//! Target      the registry's repository as its forge has it; nothing is cloned
//! Proposing   what every command takes that proposes something
//! shown       what differs, and what will be made, before anybody is asked for anything
//! unsigned    what can be done by who is not signed in
//! ```

use std::{cell::OnceCell, path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use publish::{
    BaseFiles, Proposal, PublishError,
    forge::{Api, BranchFiles, Forge as _, ForgeError, GitHub, Head, Person, RepoName, Waiting},
    propose::{ProposeError, Proposed, Submission},
};
use registry_index::{Layout, registry::Config};
use serde::Serialize;
use url::Url;

use crate::{
    context::Context,
    error::{CliError, Kind},
    sign_in::{self, SaidBy},
};

pub(crate) mod shown;
mod unsigned;

use unsigned::Unsigned;

/// Which registry is meant, and how its forge is asked.
#[derive(Args, Clone, Debug)]
pub(crate) struct Forging {
    /// The registry it is for: its name in `registry list`, a folder, or a URL
    #[arg(long, value_name = "REGISTRY")]
    pub(crate) registry: Option<String>,
    /// The forge's API [default: that of the host of the registry's repository]
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<Url>,
}

/// What every command takes that proposes something.
#[derive(Args, Clone, Debug)]
pub(crate) struct Proposing {
    #[command(flatten)]
    pub(crate) forging: Forging,
    /// Write the proposal as a patch for `git am`, and propose nothing
    #[arg(long, value_name = "FILE")]
    pub(crate) patch: Option<PathBuf>,
    /// Push the proposal's branch to your own copy of the repository, with your own git
    ///
    /// A folder or a URL, also as git@host:owner/name. Says on which page a pull request is opened from
    /// the branch. A branch of the same name that is no such proposal stays as it is.
    #[arg(
        long,
        value_name = "REMOTE",
        conflicts_with = "patch",
        allow_hyphen_values = true
    )]
    pub(crate) push: Option<String>,
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

/// A registry's forge, before it is asked for anything.
pub(crate) struct Server {
    /// What the registry says of itself.
    pub(crate) policies: Config,
    /// The API's address.
    pub(crate) root: Url,
    /// Who named it.
    pub(crate) said_by: SaidBy,
}

/// The repository that a proposal is for.
pub(crate) struct Target<'a> {
    pub(crate) context: &'a Context,
    /// What the registry accepts, and where it is developed.
    pub(crate) policies: Config,
    /// Its repository.
    pub(crate) repository: RepoName,
    /// Its forge, asked as `person` where somebody is signed in.
    pub(crate) forge: GitHub,
    /// Who is signed in.
    pub(crate) person: Option<Person>,
    base: OnceCell<Head>,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was only shown, or written to a file.
    Shown,
    /// It is a pull request.
    Proposed(Proposed),
}

impl Forging {
    /// Where no registry was named, the one whose checkout it is about.
    pub(crate) fn prefer(&mut self, checkout: Option<(Layout, String)>) {
        let root = checkout.map(|(layout, _)| layout.root().display().to_string());
        self.registry = self.registry.take().or(root);
    }

    /// Finds out which registry is meant, and where its forge is.
    pub(crate) fn server(&self, context: &Context) -> Result<Server, CliError> {
        let policies = policies(context, self.registry.as_deref())?;
        let (root, said_by) = match (&self.api_url, &policies.repository) {
            (Some(root), _) => (root.clone(), SaidBy::User),
            (None, Some(repository)) => (api_of(repository)?, SaidBy::Registry),
            (None, None) => return Err(no_repository(&policies)),
        };
        Ok(Server {
            policies,
            root,
            said_by,
        })
    }

    /// Finds out which registry is meant, and who is signed in to its forge.
    pub(crate) fn target<'a>(&self, context: &'a Context) -> Result<Target<'a>, CliError> {
        let Server {
            policies,
            root,
            said_by,
        } = self.server(context)?;
        let url = policies.repository.as_deref();
        let url = url.ok_or_else(|| no_repository(&policies))?;
        let repository =
            RepoName::of_url(url).map_err(|error| CliError::failed(error.to_string()))?;
        let api = Api::new(&root, None, &context.world, told(context))?;
        let found = sign_in::token(context, &root, said_by)?;
        let forge = GitHub::new(api.with_token(found.map(|found| found.token)));
        let person = match forge.api().has_token() {
            true => Some(forge.signed_in()?),
            false => None,
        };
        Ok(Target {
            context,
            policies,
            repository,
            forge,
            person,
            base: OnceCell::new(),
        })
    }
}

fn no_repository(policies: &Config) -> CliError {
    CliError::failed(format!(
        "the registry {:?} names no repository",
        policies.name
    ))
    .hint("its registry.toml needs `repository` under [forge]")
}

impl Target<'_> {
    /// The end of the branch that proposals are for; the same one during a command.
    pub(crate) fn base(&self) -> Result<&Head, ForgeError> {
        if let Some(base) = self.base.get() {
            return Ok(base);
        }
        let branch = &self.policies.branch;
        let head = self.forge.head(&self.repository, branch)?;
        let head = head.ok_or_else(|| ForgeError::Status {
            method: "GET",
            path: format!("{}: the branch {branch:?}", self.repository),
            status: 404,
            message: "Not Found".into(),
        })?;
        Ok(self.base.get_or_init(|| head))
    }

    fn files(&self) -> Result<BranchFiles<'_>, ForgeError> {
        let tree = &self.base()?.tree;
        Ok(BranchFiles::new(&self.forge, &self.repository, tree))
    }
}

/// The registry's files at the end of that branch.
impl BaseFiles for Target<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        self.files()?.read(path)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, PublishError> {
        self.files()?.list(folder)
    }

    fn is_executable(&self, path: &str) -> Result<bool, PublishError> {
        self.files()?.is_executable(path)
    }
}

impl Proposing {
    /// As [`Forging::target`]. Who is not signed in and has something to propose may sign in by a code; the
    /// token is forgotten with the command.
    pub(crate) fn target<'a>(&self, context: &'a Context) -> Result<Target<'a>, CliError> {
        let target = self.forging.target(context)?;
        let is_over = target.person.is_some() || self.is_without_forge() || self.dry_run;
        if is_over || target.policies.oauth_client_id.is_none() {
            return Ok(target);
        }
        let question = format!(
            "You are not signed in to {}. Sign in by a code, for this command only?",
            target.forge.api().host()
        );
        if context.ui.confirm(&question) != Some(true) {
            return Ok(target);
        }
        let root = target.forge.api().root();
        let signed = sign_in::by_code(context, &target.policies, root)?;
        let forge = GitHub::new(target.forge.api().with_token(Some(signed.token)));
        Ok(Target {
            person: Some(forge.signed_in()?),
            forge,
            ..target
        })
    }

    /// Shows `proposal`, has it agreed to and makes it.
    pub(crate) fn propose(
        &self,
        target: &Target<'_>,
        proposal: Proposal,
    ) -> Result<Outcome, CliError> {
        let context = target.context;
        if !self.json {
            shown::proposal(context, target, &proposal, self.dry_run)?;
        }
        if self.is_without_forge() || target.person.is_none() {
            return self.unsigned(target, &proposal);
        }
        let submission = Submission {
            repository: target.repository.clone(),
            branch: target.policies.branch.clone(),
            base: target.base()?.clone(),
            proposal,
        };
        let plan = target.forge.plan(&submission)?;
        shown::plan(context, &plan);
        if self.dry_run {
            return Ok(Outcome::Shown);
        }
        self.agree(context)?;
        let mut told = |step| shown::step(context, &step);
        let proposed = target.forge.propose(&submission, &plan, &mut told)?;
        if self.json {
            context.ui.json(&Made {
                format: 1,
                proposed: &proposed,
            })?;
        } else {
            let word = if proposed.is_new {
                "Proposed"
            } else {
                "Updated"
            };
            context.ui.did(word, &proposed.url);
        }
        Ok(Outcome::Proposed(proposed))
    }

    /// Whether the forge is not asked to make anything.
    fn is_without_forge(&self) -> bool {
        self.patch.is_some() || self.push.is_some()
    }

    /// Makes of `proposal` what needs nobody who is signed in.
    fn unsigned(&self, target: &Target<'_>, proposal: &Proposal) -> Result<Outcome, CliError> {
        let Target {
            context, policies, ..
        } = target;
        let unsigned = Unsigned {
            context,
            policies,
            repository: &target.repository,
            api: target.forge.api().root(),
            person: target.person.as_ref(),
            is_json: self.json,
        };
        match (&self.patch, &self.push) {
            _ if self.dry_run => {}
            (Some(file), _) => unsigned.write(proposal, target, file)?,
            (None, Some(remote)) => {
                self.agree(context)?;
                unsigned.push(proposal, remote)?;
            }
            (None, None) => return Err(unsigned.refusal()),
        }
        Ok(Outcome::Shown)
    }

    fn agree(&self, context: &Context) -> Result<(), CliError> {
        if self.yes {
            return Ok(());
        }
        let error = |message| CliError::new(Kind::NotAllowed, message);
        match context.ui.confirm("Propose this?") {
            Some(true) => Ok(()),
            Some(false) => Err(error("nothing was proposed")),
            None => Err(error("this is not proposed without somebody's leave")
                .hint("agree with --yes, or look at it with --dry-run")),
        }
    }
}

/// What was made, as JSON.
#[derive(Serialize)]
struct Made<'a> {
    format: u32,
    #[serde(flatten)]
    proposed: &'a Proposed,
}

impl Outcome {
    /// The exit code of a command that only proposes.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::SUCCESS
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
pub(crate) fn api_of(repository: &str) -> Result<Url, CliError> {
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
            ForgeError::BadToken { .. } | ForgeError::NotAllowed(_) => Kind::NotAllowed,
            error if error.is_network() => Kind::Network,
            _ => Kind::Failed,
        };
        let hint = error.hint();
        Self::from_chain(kind, &error, hint)
    }
}

impl From<ProposeError> for CliError {
    fn from(error: ProposeError) -> Self {
        let hint = error.hint();
        match error {
            ProposeError::Forge(error) => error.into(),
            error if error.is_network() => Self::from_chain(Kind::Network, &error, hint),
            ProposeError::WeakToken { .. } | ProposeError::NoRights(_) => {
                Self::from_chain(Kind::NotAllowed, &error, hint)
            }
            error => Self::from_chain(Kind::Failed, &error, hint),
        }
    }
}
