//! What a package asks, and what it is answered.
//!
//! ```text
//! Manifest + Given + Asker -> Answered    in the manifest's order, each checked before the next is asked
//! Answers -> context                      what templates see
//! ```
//!
//! An answer comes from the strongest that has one: what was [`Given`], then a person, by an
//! [`Asker`] that the door brings, then the default. A `when` and a computed default are
//! contributed expressions: they are rendered in the confined child, and what comes out is text
//! that is typed and checked like any other. Only what needs it starts a child, and what can be
//! computed together is.
//!
//! The answer to a `secret` is the name of an environment variable. Something else may be given
//! by mistake, perhaps the secret itself: so it is refused and never shown.
//!
//! Modules in reading order: `value` (an answer), `given` with `file`, `fit` (is it one?),
//! `computed` (`when` and defaults), `asking` (one package, question by question), `context`,
//! `error`.

mod asking;
mod computed;
mod context;
mod error;
mod file;
mod fit;
mod given;
mod value;

use std::fmt;

use registry_index::{
    Manifest, PackageName,
    manifest::{Variable, VariableKind},
};

pub use context::Facts;
pub(crate) use context::context;
pub use error::{AnswerError, AskError, Origin, Unanswered};
pub use fit::{check, fault};
pub use given::{ENVIRONMENT, Given, Unused};
pub use value::{Answers, Value};

/// Asks a person.
pub trait Asker {
    /// The person's answer; `None` where nobody can be asked.
    ///
    /// # Errors
    /// When the person wants to stop, or cannot be asked to the end.
    fn ask(&mut self, question: &Question<'_>) -> Result<Option<Value>, AskError>;
}

/// Nobody can be asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Asker for Nobody {
    fn ask(&mut self, _: &Question<'_>) -> Result<Option<Value>, AskError> {
        Ok(None)
    }
}

/// A question as a person is asked it. Its texts come from the package.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Who asks.
    pub package: &'a PackageName,
    /// For what: type and choices are here.
    pub variable: &'a Variable,
    /// The question; the variable's name where the package has no words for it.
    pub prompt: String,
    /// What is answered by saying nothing. Fits the question.
    pub default: Option<Value>,
    /// Why the last answer, or that of an earlier install, was none.
    pub fault: Option<String>,
}

/// The answers of one package, and what to tell about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The answers.
    pub answers: Answers,
    /// Earlier answers that could not be kept.
    pub notes: Vec<Note>,
}

/// An earlier answer that no longer fits and was given anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Who asks.
    pub package: PackageName,
    /// For what.
    pub variable: String,
    /// Why it does not fit.
    pub why: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            package,
            variable,
            why,
        } = self;
        write!(
            f,
            "{package}: the earlier answer to `{variable}` was not kept: {why}"
        )
    }
}

/// Answers what `manifest` asks.
///
/// # Errors
/// Where an answer that was given does not fit, where questions stay without one (all of them in
/// one error), where the person stops, or where the package's own questions cannot be understood.
pub fn answer(
    manifest: &Manifest,
    given: &Given,
    facts: &Facts,
    renderer: &render::Renderer,
    asker: &mut dyn Asker,
) -> Result<Answered, AnswerError> {
    asking::Asking::new(manifest, given, facts, renderer).all(asker)
}

/// Answers what each of `manifests` asks, one after the other. What stays without an answer is told
/// of all packages together.
///
/// # Errors
/// As [`answer`].
pub fn answer_all<'a>(
    manifests: impl IntoIterator<Item = &'a Manifest>,
    given: &Given,
    facts: &Facts,
    renderer: &render::Renderer,
    asker: &mut dyn Asker,
) -> Result<Vec<Answered>, AnswerError> {
    let (mut answered, mut unanswered) = (Vec::new(), Vec::new());
    for manifest in manifests {
        match answer(manifest, given, facts, renderer, asker) {
            Ok(one) => answered.push(one),
            Err(AnswerError::Unanswered(more)) => unanswered.extend(more),
            Err(error) => return Err(error),
        }
    }
    if unanswered.is_empty() {
        Ok(answered)
    } else {
        Err(AnswerError::Unanswered(unanswered))
    }
}

/// The secrets of `answers`: variable, and the name of the environment variable that has to be set
/// before what was installed is used.
#[must_use]
pub fn secrets(manifest: &Manifest, answers: &Answers) -> Vec<(String, String)> {
    let secrets = manifest.variables.iter();
    let secrets = secrets.filter(|variable| variable.kind == VariableKind::Secret);
    secrets
        .filter_map(|variable| match answers.get(&variable.name) {
            Some(Value::Text(name)) if fit::is_secret_name(variable, name) => {
                Some((variable.name.clone(), name.clone()))
            }
            _ => None,
        })
        .collect()
}
