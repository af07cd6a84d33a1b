//! The one error type at the door: a kind, a message, hints, an exit code.

use std::error::Error;

use client::ClientError;
use publish::PublishError;

/// Exit code: done.
pub(crate) const DONE: u8 = 0;
/// Exit code: the command line was wrong.
pub(crate) const USAGE: u8 = 2;

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The thing asked for failed.
    Failed,
    /// The command line asks for something that makes no sense.
    Usage,
    /// The network, or a server.
    Network,
    /// Something was not agreed to.
    NotAllowed,
}

/// What a command failed with.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) kind: Kind,
    /// What is wrong, with its causes.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hints: Vec<String>,
}

impl CliError {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The error and everything that caused it.
    pub(crate) fn from_chain(kind: Kind, error: &dyn Error, hint: Option<String>) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            cause = error.source();
        }
        Self {
            kind,
            message,
            hints: hint.into_iter().collect(),
        }
    }

    /// 1 the thing asked for failed, 2 usage, 3 network, 4 not allowed. (101 is a panic: a bug of ours.)
    pub(crate) fn code(&self) -> u8 {
        match self.kind {
            Kind::Failed => 1,
            Kind::Usage => USAGE,
            Kind::Network => 3,
            Kind::NotAllowed => 4,
        }
    }
}

impl From<ClientError> for CliError {
    fn from(error: ClientError) -> Self {
        let kind = if error.is_network() {
            Kind::Network
        } else {
            Kind::Failed
        };
        Self::from_chain(kind, &error, error.hint())
    }
}

impl From<PublishError> for CliError {
    fn from(error: PublishError) -> Self {
        let hint = error.hint().map(str::to_owned);
        let mut made = Self::from_chain(Kind::Failed, &error, hint);
        if let PublishError::NoConfig(findings) = &error {
            made.hints.extend(
                findings
                    .iter()
                    .map(|f| format!("{}: {} ({})", f.place, f.message, f.help)),
            );
        }
        made
    }
}

/// For errors that need no words of ours: the message is the chain, there is no hint.
macro_rules! from_error {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for CliError {
            fn from(error: $error) -> Self {
                Self::from_chain(Kind::Failed, &error, None)
            }
        }
    )*};
}

from_error!(
    std::io::Error,
    serde_json::Error,
    client::registries::ListError,
    registry_index::load::LoadError,
    registry_index::artifact::WriteError,
    registry_index::name::NameError,
    site_gen::BuildError,
);

impl From<install::InstallError> for CliError {
    fn from(error: install::InstallError) -> Self {
        let hint = Some(error.hint()).filter(|hint| !hint.is_empty());
        Self::from_chain(Kind::Failed, &error, hint)
    }
}

impl From<install::variables::AnswerError> for CliError {
    fn from(error: install::variables::AnswerError) -> Self {
        let kind = match &error {
            install::variables::AnswerError::Set { .. } => Kind::Usage,
            _ => Kind::Failed,
        };
        let hint = error.hint();
        Self::from_chain(kind, &error, hint)
    }
}
