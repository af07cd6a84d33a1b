//! What is asked of the renderer and what it answers, and the form both take between the parent
//! and its child.

use serde::{Deserialize, Serialize};

use crate::limits::Limits;

/// A file to be rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// What errors call it: its path in the package, for instance.
    pub name: String,
    /// Its text, as contributed.
    pub text: String,
}

/// Templates, and the values that their variables have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Rendered each on its own: one cannot see another.
    pub templates: Vec<Template>,
    /// A JSON object; its keys are the variables.
    pub values: serde_json::Value,
}

/// A rendered template. The text is data: it may hold control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// As in [`Template::name`].
    pub name: String,
    /// What the template wrote.
    pub text: String,
}

/// Why a template is not one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyntaxError {
    /// Counted from 1; 1 as well where the whole file is meant.
    pub line: usize,
    /// One line, without control or bidirectional characters, at most a few hundred of them.
    pub message: String,
}

/// What the parent writes to its child's standard input, as one JSON document.
#[derive(Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) task: Task,
    pub(crate) limits: Limits,
    pub(crate) templates: Vec<Template>,
    pub(crate) values: serde_json::Value,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Task {
    Parse,
    Render,
}

/// What the child writes to its standard output, a line each: first `Ready`, then one answer for
/// each template in turn. When the child dies, the count of lines tells which template it was at.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answer {
    Ready,
    Text(String),
    Parsed,
    Syntax(SyntaxError),
    Failed {
        line: Option<usize>,
        message: String,
    },
    OutputLimit,
}
