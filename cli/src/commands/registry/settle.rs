//! `paracle registry settle`.

use std::{fs, path::PathBuf, process::ExitCode};

use clap::Args;
use publish::{
    Decision,
    decide::settle::{SettleError, Settled, settle},
    forge::{Api, RepoName, Token},
};
use url::Url;

use crate::{
    context::Context,
    error::{CliError, Kind},
};

/// Exit code: what is live is not what was decided about; decide again.
const AGAIN: u8 = 5;

/// Carry out what `registry decide` decided: merge, or set labels and comment
///
/// Compares the live pull request and the branch with the decision first: where either moved, nothing is
/// done and the exit code is 5, so that it is decided again. Merges exactly the head that was decided
/// about and starts the release. May be run again after it was cut off. Two must not run at once.
/// Takes the token from GITHUB_TOKEN; it needs to write contents, pull requests and actions.
#[derive(Args, Debug)]
pub(crate) struct Settle {
    /// What was decided
    #[arg(long, value_name = "FILE")]
    decision: PathBuf,
    /// The event that this job runs for, as the forge wrote it: the decision has to be about it
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    /// The registry's repository
    #[arg(long, value_name = "OWNER/NAME")]
    repository: RepoName,
    /// The forge's API
    #[arg(long, value_name = "URL", default_value = "https://api.github.com/")]
    api_url: Url,
}

impl Settle {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let path = context.here.join(&self.decision);
        let text = fs::read(&path).map_err(|error| {
            CliError::failed(format!("cannot read {}: {error}", path.display()))
        })?;
        let decision: Decision = serde_json::from_slice(&text).map_err(|error| {
            CliError::failed(format!("{} is no decision: {error}", path.display()))
                .hint("`paracle registry decide` writes one")
        })?;
        if let Some(path) = &self.event {
            let event = super::decide::event(&context.here.join(path))?;
            decision.is_about(&event)?;
        }
        let token = context.variable("GITHUB_TOKEN");
        let token = token.as_deref().and_then(Token::new).ok_or_else(|| {
            CliError::new(
                Kind::NotAllowed,
                "there is no token to merge or comment with",
            )
            .hint("set GITHUB_TOKEN")
        })?;
        let told = crate::proposing::told(context);
        let api = Api::new(&self.api_url, Some(token), &context.world, told)?;
        match settle(&decision, &self.repository, &api)? {
            Settled::Merged(commit) => {
                context
                    .ui
                    .did("Merged", format!("as {commit}; the release is started"));
            }
            Settled::Told => context.ui.did("Told", "what a person has to look at"),
            Settled::Closed => context.ui.did("Nothing", "to do: it was closed"),
            Settled::Again(why) => {
                context.ui.warn(&format!("decide again: {why}"));
                return Ok(ExitCode::from(AGAIN));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl From<SettleError> for CliError {
    fn from(error: SettleError) -> Self {
        match error {
            SettleError::Forge(error) => error.into(),
            error => {
                let hint = error.hint();
                Self::from_chain(Kind::Failed, &error, hint)
            }
        }
    }
}
