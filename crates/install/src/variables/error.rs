//! Why there are no answers.

use std::fmt;

use registry_index::PackageName;
use render::RenderError;

use crate::quote::Quoted;

/// Where an answer was given, as a message names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// With `--set`.
    Set,
    /// In a file, at a place counted from 1.
    File {
        /// As it was named.
        path: String,
        /// Line.
        line: usize,
        /// Column, in characters.
        column: usize,
    },
    /// In the environment, by the variable of this name.
    Environment(String),
    /// Earlier, when the package was installed.
    Earlier,
    /// By a person who was asked.
    Person,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set => f.write_str("`--set`"),
            Self::File { path, line, column } => {
                write!(f, "{}, line {line}, column {column}", Quoted(path))
            }
            Self::Environment(name) => write!(f, "`{name}`"),
            Self::Earlier => f.write_str("the earlier answer"),
            Self::Person => f.write_str("what was typed"),
        }
    }
}

/// Why a package's questions are not answered. What was given for a secret is in no message.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// A `--set` that answers nothing.
    #[error("`--set` {why}")]
    Set {
        /// What is wrong with it.
        why: String,
    },
    /// A file of answers that cannot be understood.
    #[error("{}, line {line}, column {column}: {why}", Quoted(.path))]
    File {
        /// As it was named.
        path: String,
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in characters.
        column: usize,
        /// What is wrong there.
        why: String,
    },
    /// An answer that was given and is none.
    #[error("{package} asks for `{variable}`: {origin} gives what does not fit: {why}")]
    Unfit {
        /// Who asks.
        package: PackageName,
        /// For what.
        variable: String,
        /// Where it was given.
        origin: Origin,
        /// Why it is no answer.
        why: String,
    },
    /// Questions that nobody can be asked, all of them.
    #[error("{}", told(.0))]
    Unanswered(Vec<Unanswered>),
    /// A person who was asked did not want to answer.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A question that cannot be asked: its package is at fault.
    #[error("{package} asks for `{variable}` in a way that cannot be understood: {why}")]
    Question {
        /// Who asks.
        package: PackageName,
        /// For what.
        variable: String,
        /// What is wrong with the question.
        why: String,
    },
    /// A `when` or a default that could not be computed.
    #[error("{package} asks for `{variable}`: {source}")]
    Render {
        /// Who asks.
        package: PackageName,
        /// For what.
        variable: String,
        /// Why it could not.
        source: Box<RenderError>,
    },
}

/// A question without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// Who asks.
    pub package: PackageName,
    /// For what.
    pub variable: String,
    /// The question.
    pub prompt: Option<String>,
    /// What can be chosen, where something can.
    pub choices: Vec<String>,
    /// Why its default is no answer, where it has one.
    pub why: Option<String>,
}

/// Why a person was not asked to the end.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// They want to stop.
    #[error("the questions were not answered")]
    Cancelled,
    /// The terminal does not do its part.
    #[error("cannot ask: {0}")]
    Terminal(#[from] std::io::Error),
}

fn told(questions: &[Unanswered]) -> String {
    let lines = questions.iter().map(|question| {
        let mut line = format!("{} asks for `{}`", question.package, question.variable);
        if let Some(prompt) = &question.prompt {
            line.push_str(&format!(" ({})", Quoted(prompt)));
        }
        if !question.choices.is_empty() {
            let choices = question.choices.iter();
            let choices: Vec<_> = choices.map(|one| Quoted(one).to_string()).collect();
            line.push_str(&format!(", one of {}", choices.join(", ")));
        }
        if let Some(why) = &question.why {
            line.push_str(&format!("; its default does not fit: {why}"));
        }
        line
    });
    let lines: Vec<String> = lines.collect();
    format!("nothing answers this:\n  {}", lines.join("\n  "))
}

impl AnswerError {
    /// What to do about it, where there is something to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Set { .. } => Some(
                "write `--set NAME=ANSWER`, or `--set namespace/package:NAME=ANSWER` for one package"
                    .to_owned(),
            ),
            Self::File { .. } => Some(
                "write `NAME = ANSWER` for all packages, and the same below `[\"namespace/package\"]` for one"
                    .to_owned(),
            ),
            Self::Unfit { .. } | Self::Ask(_) => None,
            Self::Unanswered(questions) => Some(format!("add {}", settings(questions))),
            Self::Question { .. } => Some("tell its author; another version may be better".to_owned()),
            Self::Render { source, .. } => source.hint().map(str::to_owned),
        }
    }
}

/// `--set NAME=…` for each; with the package where two packages mean different things.
fn settings(questions: &[Unanswered]) -> String {
    let settings = questions.iter().map(|question| {
        let Unanswered {
            package, variable, ..
        } = question;
        let same = |other: &&Unanswered| other.variable == *variable;
        if questions.iter().filter(same).count() > 1 {
            format!("`--set {package}:{variable}=…`")
        } else {
            format!("`--set {variable}=…`")
        }
    });
    settings.collect::<Vec<_>>().join(" ")
}
