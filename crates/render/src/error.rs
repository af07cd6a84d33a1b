//! Why there is no text.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::plain::{bytes, quoted};

/// Why a request was not rendered. Messages hold no control or bidirectional characters, whatever
/// the template holds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The template has an error, or asks for what the dialect does not give.
    #[error("{}{}: {message}", quoted(.name), line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Template {
        /// The template's name.
        name: String,
        /// Counted from 1, where known.
        line: Option<usize>,
        /// What is wrong, in one line.
        message: String,
    },
    /// The child asked for more memory than it may have.
    #[error("rendering {} used more than {}", quoted(.name), bytes(*.limit))]
    Memory {
        /// The template's name.
        name: String,
        /// In bytes.
        limit: u64,
    },
    /// The child used up its processor time.
    #[error("rendering {} took more than {} s of processor time", quoted(.name), .limit.as_secs_f32())]
    Cpu {
        /// The template's name.
        name: String,
        /// What the request may take.
        limit: Duration,
    },
    /// The child was not done in time and was killed.
    #[error("rendering {} took longer than {} s", quoted(.name), .limit.as_secs_f32())]
    Wall {
        /// The template's name.
        name: String,
        /// What the request may take.
        limit: Duration,
    },
    /// The templates wrote more than they may.
    #[error("rendering {} wrote more than {}", quoted(.name), bytes(*.limit))]
    Output {
        /// The template's name.
        name: String,
        /// In bytes, for all templates of the request together.
        limit: u64,
    },
    /// The template brought the engine down in some other way.
    #[error("rendering {} crashed the template engine ({how})", quoted(.name))]
    Crashed {
        /// The template's name.
        name: String,
        /// The signal or exit code, or what the engine complained of.
        how: String,
    },
    /// The request is too large to be sent.
    #[error("templates and values are {} bytes together, of at most {}", size, bytes(*.limit))]
    TooLarge {
        /// In bytes.
        size: u64,
        /// In bytes.
        limit: u64,
    },
    /// The values are not a JSON object: a mistake of the caller.
    #[error("the values of a render request must be an object")]
    Values,
    /// The child could not be started.
    #[error("cannot start `{}` to render templates", program.display())]
    Start {
        /// The program that was to be the child.
        program: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// What was started is not our worker, or cannot work here.
    #[error("the render worker `{}` did not do its work: {how}", program.display())]
    Worker {
        /// The program that was the child.
        program: PathBuf,
        /// What it did instead.
        how: String,
    },
}

impl RenderError {
    /// The template at fault, where it is one's fault.
    #[must_use]
    pub fn template(&self) -> Option<&str> {
        match self {
            RenderError::Template { name, .. }
            | RenderError::Memory { name, .. }
            | RenderError::Cpu { name, .. }
            | RenderError::Wall { name, .. }
            | RenderError::Output { name, .. }
            | RenderError::Crashed { name, .. } => Some(name),
            _ => None,
        }
    }

    /// What to do about it, where there is something to do.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            RenderError::Memory { .. } | RenderError::Cpu { .. } | RenderError::Output { .. } => {
                Some("a template fills values into a file; look for loops or repetition that grow")
            }
            RenderError::Crashed { .. } => {
                Some("simplify the template: deeply nested values and expressions do this")
            }
            RenderError::Wall { .. } => Some("try again when the machine is less busy"),
            RenderError::Start { .. } | RenderError::Worker { .. } => {
                Some("the program starts itself again to render; check that it is still in place")
            }
            _ => None,
        }
    }
}
