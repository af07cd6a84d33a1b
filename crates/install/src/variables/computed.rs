//! What a package computes from earlier answers: whether a question is asked, and its default.
//!
//! Both are contributed text and are rendered in the child. Starting one costs more than
//! rendering, so a `when` and its default are one template, and questions further down that
//! depend on nothing undecided go along.

use std::collections::BTreeSet;

use registry_index::{answer, manifest::Variable};
use render::{RenderError, Renderer, Request, Template};
use serde_json::Value as Json;

/// What stands before the rest where a question is asked: a `when` that is false writes nothing.
const ASKED: &str = "+";

/// What there is to compute of one question.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) variable: &'a Variable,
    when: Option<&'a str>,
    default: Option<&'a str>,
}

/// What was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) is_asked: bool,
    /// The default, where there was one to compute.
    pub(super) default: Option<String>,
}

/// Where nothing had to be computed.
pub(super) const ASKED_ALWAYS: Outcome = Outcome {
    is_asked: true,
    default: None,
};

impl<'a> Task<'a> {
    /// What is to be computed of `variable`; its default only where `wants_default`. Nothing, where
    /// it has no `when` and its default is a constant.
    ///
    /// # Errors
    /// Where an expression is none: why.
    pub(super) fn of(variable: &'a Variable, wants_default: bool) -> Result<Option<Self>, String> {
        let default = variable.default.as_ref().and_then(Json::as_str);
        if default.is_some_and(|text| text.contains("{%") || text.contains("{#")) {
            return Err("its default holds more than text and {{ … }}".to_owned());
        }
        let default = default.filter(|text| wants_default && text.contains("{{"));
        let task = Self {
            variable,
            when: variable.when.as_deref(),
            default,
        };
        let bad = task
            .expressions()
            .find_map(|text| answer::names(text).err());
        match bad {
            Some(c) => Err(format!("an expression holds {c:?}, which none needs")),
            None => Ok((task.when.is_some() || task.default.is_some()).then_some(task)),
        }
    }

    fn expressions(&self) -> impl Iterator<Item = &'a str> {
        let default = self.default.into_iter().flat_map(answer::expressions);
        self.when.into_iter().chain(default)
    }

    /// Whether what is computed depends on one of `names`.
    pub(super) fn names(&self, names: &BTreeSet<&str>) -> bool {
        self.expressions().any(|text| uses(text, names))
    }

    /// Whether being asked depends on one of `names`.
    pub(super) fn when_names(&self, names: &BTreeSet<&str>) -> bool {
        self.when.is_some_and(|when| uses(when, names))
    }

    fn template(&self) -> Template {
        let default = self.default.unwrap_or_default();
        let text = match self.when {
            Some(when) => format!("{{% if {when} %}}{ASKED}{default}{{% endif %}}"),
            None => format!("{ASKED}{default}"),
        };
        Template {
            name: match (self.when, self.default) {
                (Some(_), None) => format!("when of {}", self.variable.name),
                (None, _) => format!("default of {}", self.variable.name),
                (Some(_), Some(_)) => format!("when and default of {}", self.variable.name),
            },
            text,
        }
    }

    fn only_when(self) -> Self {
        Self {
            default: None,
            ..self
        }
    }
}

fn uses(expression: &str, names: &BTreeSet<&str>) -> bool {
    let used = answer::names(expression).unwrap_or_default();
    used.iter().any(|name| names.contains(name))
}

/// Computes all of `tasks` in one child.
pub(super) fn together(
    tasks: &[Task<'_>],
    values: &Json,
    renderer: &Renderer,
) -> Result<Vec<Outcome>, RenderError> {
    let request = Request {
        templates: tasks.iter().map(Task::template).collect(),
        values: values.clone(),
    };
    let rendered = renderer.render(&request)?;
    let outcomes = rendered.into_iter().zip(tasks).map(|(rendered, task)| {
        let rest = rendered.text.strip_prefix(ASKED);
        Outcome {
            is_asked: rest.is_some(),
            default: rest.filter(|_| task.default.is_some()).map(str::to_owned),
        }
    });
    Ok(outcomes.collect())
}

/// Computes `task` alone. An expression that comes upon a question of `skipped`, which was not
/// asked, says no: a `when` is false, and a default is none.
pub(super) fn alone(
    task: Task<'_>,
    skipped: &BTreeSet<&str>,
    values: &Json,
    renderer: &Renderer,
) -> Result<Outcome, RenderError> {
    let one = |task: Task<'_>| {
        let outcomes = together(&[task], values, renderer)?;
        Ok(outcomes.into_iter().next().unwrap_or(ASKED_ALWAYS))
    };
    let error = match one(task) {
        Err(error) if is_undefined(&error) && task.names(skipped) => error,
        outcome => return outcome,
    };
    // Which of the two was it?
    let outcome = match (task.when, task.default) {
        (Some(_), None) => None,
        (None, _) => Some(ASKED_ALWAYS),
        (Some(_), Some(_)) => match one(task.only_when()) {
            Err(error) if is_undefined(&error) && task.when_names(skipped) => None,
            outcome => Some(outcome?),
        },
    };
    match outcome {
        Some(outcome) if outcome.is_asked => {
            let default = task.default.into_iter().flat_map(answer::expressions);
            if default.into_iter().any(|text| uses(text, skipped)) {
                Ok(ASKED_ALWAYS)
            } else {
                Err(error)
            }
        }
        _ => Ok(Outcome {
            is_asked: false,
            default: None,
        }),
    }
}

/// What the engine says of a variable without a value.
fn is_undefined(error: &RenderError) -> bool {
    matches!(error, RenderError::Template { message, .. } if message.starts_with("undefined value"))
}
