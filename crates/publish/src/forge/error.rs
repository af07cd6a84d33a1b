//! Why a forge did not do what it was asked.

use std::time::Duration;

use client::ClientError;

/// What went wrong. Texts of the server are quoted with escapes.
#[derive(Debug, thiserror::Error)]
pub enum ForgeError {
    /// It could not be asked.
    #[error(transparent)]
    Network(#[from] ClientError),
    /// It does not know the token, or does not accept it any more.
    #[error("{host} does not accept the token: {message:?}")]
    BadToken {
        /// The API's host.
        host: String,
        /// The server's words.
        message: String,
    },
    /// The token, or the person, may not do this.
    #[error(transparent)]
    NotAllowed(Box<Refusal>),
    /// It was asked too often, and wants to be left alone for longer than is waited.
    #[error("{host} was asked too often; it answers again in {} minutes", .wait.as_secs().div_ceil(60))]
    RateLimited {
        /// The API's host.
        host: String,
        /// For how long.
        wait: Duration,
    },
    /// Another answer than what was asked for.
    #[error("{method} {path} answered {status}: {message:?}")]
    Status {
        /// The request's method.
        method: &'static str,
        /// The request's path.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The server's words.
        message: String,
    },
    /// An answer that is not what such an answer is.
    #[error("{method} {path} answered something else than expected: {why}")]
    Answer {
        /// The request's method.
        method: &'static str,
        /// The request's path.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// GraphQL answered with errors.
    #[error("the forge's GraphQL answered: {0:?}")]
    Graphql(String),
}

/// What a forge does not allow. In a box of its own: there is much to say of it.
#[derive(Debug, thiserror::Error)]
#[error("{host} does not allow {method} {path}: {message:?}")]
pub struct Refusal {
    /// The API's host.
    pub host: String,
    /// The request's method.
    pub method: &'static str,
    /// The request's path.
    pub path: String,
    /// The server's words.
    pub message: String,
    /// What the token would have to be allowed, where the server says it.
    pub needed: Option<String>,
    /// What it is allowed, where the server says it.
    pub granted: Option<String>,
}

impl Refusal {
    fn hint(&self) -> String {
        let Some(needed) = &self.needed else {
            return "sign in as somebody who may: `paracle registry whoami` says who you are"
                .into();
        };
        let has = match self.granted.as_deref() {
            None => String::new(),
            Some("") => "; yours has none".into(),
            Some(granted) => format!("; yours has {granted:?}"),
        };
        format!("use a token with {needed:?}{has}")
    }
}

impl ForgeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Network(error) => return error.hint(),
            Self::BadToken { .. } => {
                "sign in again: `paracle registry login`; or set GITHUB_TOKEN to a token that is \
                 still good"
                    .into()
            }
            Self::NotAllowed(refusal) => refusal.hint(),
            Self::RateLimited { .. } => {
                "run the command again then: it goes on where it was".into()
            }
            Self::Status { status, .. } if *status >= 500 => {
                "run the command again: it goes on where it was".into()
            }
            _ => return None,
        })
    }

    /// The HTTP status it came with.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            Self::BadToken { .. } => Some(401),
            Self::NotAllowed(_) => Some(403),
            _ => None,
        }
    }

    /// Whether the network or the server is to blame, and not what was asked for.
    pub fn is_network(&self) -> bool {
        match self {
            Self::Network(_) | Self::RateLimited { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            _ => false,
        }
    }
}
