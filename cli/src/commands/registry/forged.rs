//! The registry's repository on its forge, for commands that workflows call.

use clap::Args;
use publish::forge::{Api, RepoName, Token};
use url::Url;

use crate::{context::Context, error::CliError, proposing};

/// Where the registry's repository is.
#[derive(Args, Clone, Debug)]
pub(crate) struct Forged {
    /// The registry's repository on its forge
    #[arg(long, value_name = "OWNER/NAME", help_heading = "Forge")]
    repository: Option<RepoName>,
    /// The forge's API
    #[arg(
        long,
        value_name = "URL",
        default_value = "https://api.github.com/",
        help_heading = "Forge"
    )]
    api_url: Url,
}

impl Forged {
    /// Asks as whoever GITHUB_TOKEN is.
    pub(crate) fn open(&self, context: &Context) -> Result<(Api, RepoName), CliError> {
        let repository = self
            .repository
            .clone()
            .ok_or_else(|| CliError::usage("which repository? --repository OWNER/NAME says"))?;
        let token = context.variable("GITHUB_TOKEN");
        let token = token.and_then(|text| Token::new(&text));
        let told = proposing::told(context);
        let api = Api::new(&self.api_url, token, &context.world, told)?;
        Ok((api, repository))
    }
}
