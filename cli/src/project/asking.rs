//! A package's questions on a terminal.

use std::io;

use inquire::{Confirm, CustomType, InquireError, MultiSelect, Select, Text};
use install::variables::{AskError, Asker, Question, Value};
use registry_index::manifest::VariableKind;

use crate::ui::{Ui, one_line};

/// Asks on the terminal, where there is one.
pub(crate) struct Terminal<'a> {
    ui: &'a Ui,
    /// The package that asked last: its name is said once.
    last: Option<String>,
}

impl<'a> Terminal<'a> {
    pub(crate) fn new(ui: &'a Ui) -> Self {
        Self { ui, last: None }
    }
}

impl Asker for Terminal<'_> {
    fn ask(&mut self, question: &Question<'_>) -> Result<Option<Value>, AskError> {
        if !self.ui.can_ask() {
            return Ok(None);
        }
        let package = question.package.to_string();
        if self.last.as_ref() != Some(&package) {
            self.ui.did("Asking", format!("for {package}"));
            self.last = Some(package);
        }
        if let Some(fault) = &question.fault {
            self.ui.warn(fault);
        }
        asked(question).map(Some).map_err(|error| match error {
            InquireError::IO(error) => AskError::Terminal(error),
            InquireError::OperationCanceled | InquireError::OperationInterrupted => {
                AskError::Cancelled
            }
            other => AskError::Terminal(io::Error::other(other.to_string())),
        })
    }
}

fn asked(question: &Question<'_>) -> Result<Value, InquireError> {
    let variable = question.variable;
    let prompt = one_line(&question.prompt);
    match variable.kind {
        VariableKind::Bool => {
            let confirm = Confirm::new(&prompt);
            let confirm = match question.default {
                Some(Value::Bool(default)) => confirm.with_default(default),
                _ => confirm,
            };
            confirm.prompt().map(Value::Bool)
        }
        VariableKind::Int => {
            let number = CustomType::<i64>::new(&prompt).with_error_message("a whole number");
            let number = match question.default {
                Some(Value::Int(default)) => number.with_default(default),
                _ => number,
            };
            number.prompt().map(Value::Int)
        }
        VariableKind::Choice => choice(question, &prompt),
        VariableKind::Multichoice => choices(question, &prompt),
        VariableKind::Secret => {
            let help = "the name of an environment variable; its value is never asked for";
            text(question, &prompt, Some(help))
        }
        VariableKind::Path => text(question, &prompt, Some("a path inside the project")),
        VariableKind::String => text(question, &prompt, None),
    }
}

fn text(question: &Question<'_>, prompt: &str, help: Option<&str>) -> Result<Value, InquireError> {
    let mut text = Text::new(prompt);
    let default = match &question.default {
        Some(Value::Text(default)) => Some(one_line(default)),
        _ => None,
    };
    if let Some(default) = &default {
        text = text.with_default(default);
    }
    if let Some(help) = help {
        text = text.with_help_message(help);
    }
    text.prompt().map(Value::Text)
}

/// Choices are shown without what could steer a terminal, and answered as they are.
fn choice(question: &Question<'_>, prompt: &str) -> Result<Value, InquireError> {
    let choices = &question.variable.choices;
    let shown: Vec<String> = choices.iter().map(|choice| one_line(choice)).collect();
    let start = choices.iter().position(
        |choice| matches!(&question.default, Some(Value::Text(default)) if default == choice),
    );
    let picked = Select::new(prompt, shown)
        .with_starting_cursor(start.unwrap_or(0))
        .raw_prompt()?;
    Ok(Value::Text(choices[picked.index].clone()))
}

fn choices(question: &Question<'_>, prompt: &str) -> Result<Value, InquireError> {
    let choices = &question.variable.choices;
    let shown: Vec<String> = choices.iter().map(|choice| one_line(choice)).collect();
    let default: Vec<usize> = match &question.default {
        Some(Value::List(default)) => (0..choices.len())
            .filter(|at| default.contains(&choices[*at]))
            .collect(),
        _ => Vec::new(),
    };
    let picked = MultiSelect::new(prompt, shown)
        .with_default(&default)
        .raw_prompt()?;
    let picked = picked.into_iter().map(|one| choices[one.index].clone());
    Ok(Value::List(picked.collect()))
}
