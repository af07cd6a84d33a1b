//! Why nothing can be decided. What is wrong with a proposal is a reason, not an error.

use crate::{PublishError, error::io_error};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The base, or the head as a whole, cannot be read or checked.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The event is not about a pull request, or not as the forge writes it.
    #[error("the event cannot be read: {0}")]
    Event(String),
    /// The event is about another commit than what was given.
    #[error("the event is about the head {event}, and {given} is to be decided")]
    OtherHead {
        /// What the event says.
        event: String,
        /// What was asked for.
        given: String,
    },
}

impl DecideError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Publish(error) => return error.hint(),
            Self::Event(_) => {
                "give the file that GITHUB_EVENT_PATH names in a run for a pull request"
            }
            Self::OtherHead { .. } => {
                "the branch was pushed to meanwhile; decide again with its own event"
            }
        })
    }
}

impl From<git::GitError> for DecideError {
    fn from(error: git::GitError) -> Self {
        Self::Publish(error.into())
    }
}

pub(super) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> DecideError {
    let wrap = io_error(path);
    move |error| DecideError::Publish(wrap(error))
}
