//! Why nobody was signed in.

use client::ClientError;

/// What went wrong. Texts of the server are quoted with escapes.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The server could not be asked.
    #[error(transparent)]
    Network(#[from] ClientError),
    /// It is not known where one would sign in.
    #[error("{root:?} has no page to sign in on that is known")]
    NoWeb {
        /// What was looked at.
        root: String,
    },
    /// The person said no.
    #[error("signing in was refused on the page")]
    Denied,
    /// The code was not typed in time.
    #[error("the code was not entered in time")]
    Expired,
    /// The person gave up.
    #[error("signing in was given up")]
    Cancelled,
    /// The server knows no application of this name.
    #[error("the forge knows no application {client_id:?}")]
    UnknownClient {
        /// As the registry names it.
        client_id: String,
    },
    /// The application may not have people sign in like this.
    #[error("the application {client_id:?} does not let people sign in by a code")]
    NotEnabled {
        /// As the registry names it.
        client_id: String,
    },
    /// Another error of the server's.
    #[error("the forge refused: {error:?}{}", .description.as_ref().map(|text| format!(", {text:?}")).unwrap_or_default())]
    Refused {
        /// Its code.
        error: String,
        /// Its words.
        description: Option<String>,
    },
    /// The server failed.
    #[error("the forge answered {status}")]
    Failed {
        /// The HTTP status.
        status: u16,
    },
    /// An answer that is not what such an answer is.
    #[error("the forge's answer cannot be used: {why}")]
    Answer {
        /// What is wrong with it. Quotes nothing that may be secret.
        why: String,
    },
}

impl SignInError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Network(error) => return error.hint(),
            Self::NoWeb { .. } => "name the forge's API: --api-url https://api.github.com/, or \
                 https://HOST/api/v3/ for GitHub Enterprise"
                .into(),
            Self::Denied | Self::Cancelled => {
                "nothing was changed; GITHUB_TOKEN or `gh auth login` are other ways".into()
            }
            Self::Expired => "run the command again: it shows a new code".into(),
            Self::UnknownClient { .. } | Self::NotEnabled { .. } => {
                "the registry's maintainers set `oauth-client-id` in registry.toml to an OAuth app \
                 with device flow; until then set GITHUB_TOKEN, or run `gh auth login`"
                    .into()
            }
            Self::Failed { .. } => "run the command again later".into(),
            Self::Refused { .. } | Self::Answer { .. } => return None,
        })
    }

    /// Whether the network or the server is to blame.
    pub fn is_network(&self) -> bool {
        matches!(self, Self::Network(_) | Self::Failed { .. })
    }

    /// Whether asking again may help.
    pub(super) fn is_passing(&self) -> bool {
        self.is_network()
    }
}
