//! Who one is to a registry's forge: where a token comes from, and how one gets a new one.
//!
//! ```text
//! GITHUB_TOKEN, GH_TOKEN    of the environment: workflows have it
//! keyring                   the system's, where `registry login` has put one
//! gh                        what GitHub's own program is signed in with
//! code                      none of these: a code, typed on the forge's page
//! ```
//!
//! The first that has one is asked, and no other. A token is a value of [`Token`] from the moment it is
//! read: nothing here writes it anywhere but to the keyring. It is for one host: what a registry says of
//! itself decides which forge is asked, so a token of the environment, which names no host, goes to
//! GitHub's own and to what was named on the command line, and to no other.

mod code;
mod gh;
mod keyring;

use publish::{forge::Token, sign_in::web_root};
use url::Url;

use crate::{context::Context, error::CliError};

pub(crate) use code::by_code;
pub(crate) use keyring::{Keyring, account};

/// Who says which forge is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SaidBy {
    /// The user, on the command line.
    User,
    /// The registry, of itself.
    Registry,
}

/// A token, and where it was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) token: Token,
    pub(crate) source: Source,
}

/// Where a token may be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A variable of this name.
    Variable(&'static str),
    Keyring,
    Gh,
}

impl Source {
    /// For people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Variable(name) => name,
            Self::Keyring => "the system's keyring",
            Self::Gh => "gh",
        }
    }

    /// For programs.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Variable(_) => "environment",
            Self::Keyring => "keyring",
            Self::Gh => "gh",
        }
    }
}

/// The variables that may hold a token, in order.
const VARIABLES: [&str; 2] = ["GITHUB_TOKEN", "GH_TOKEN"];

/// The token for the API at `api`, where there is one. Nobody is asked for anything.
pub(crate) fn token(
    context: &Context,
    api: &Url,
    said_by: SaidBy,
) -> Result<Option<Found>, CliError> {
    if let Some((name, text)) = variable(context) {
        if is_meant(context, api, said_by) {
            let token = Token::new(&text).ok_or_else(|| {
                CliError::usage(format!("{name} holds something that is no token"))
                    .hint("set it to the token alone, or unset it")
            })?;
            let source = Source::Variable(name);
            return Ok(Some(Found { token, source }));
        }
        let host = api.host_str().unwrap_or_default();
        context.ui.warn(&format!(
            "{name} is not sent to {host}, which the registry names"
        ));
        context
            .ui
            .hint(&format!("if it is for {host}, say so: --api-url {api}"));
    }
    if let Ok(keyring) = Keyring::open(context) {
        match keyring.read(&account(api)) {
            Ok(Some(token)) => {
                let source = Source::Keyring;
                return Ok(Some(Found { token, source }));
            }
            Ok(None) => {}
            Err(why) => context.ui.warn(&format!("the keyring is not read: {why}")),
        }
    }
    let host = web_root(api).and_then(|web| web.host_str().map(str::to_owned));
    let token = host.and_then(|host| gh::token(context, &host));
    let source = Source::Gh;
    Ok(token.map(|token| Found { token, source }))
}

/// The variable that holds a token, and what it holds.
pub(crate) fn variable(context: &Context) -> Option<(&'static str, String)> {
    VARIABLES
        .iter()
        .find_map(|name| Some((*name, context.variable(name)?)))
}

/// Whether a token that names no host is for this one.
fn is_meant(context: &Context, api: &Url, said_by: SaidBy) -> bool {
    let host = api.host_str().unwrap_or_default();
    let is_cloud = host == "api.github.com";
    // In a workflow, the token is for the server that runs it.
    let own = context.variable("GITHUB_API_URL");
    let own = own.and_then(|url| Url::parse(&url).ok());
    let is_own = own.is_some_and(|own| own.origin() == api.origin());
    said_by == SaidBy::User || is_own || (api.scheme() == "https" && is_cloud)
}
