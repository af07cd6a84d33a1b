//! What a new package asks its author; where nobody can be asked, what is usual.

use inquire::{InquireError, MultiSelect, Select, Text};
use registry_index::{Kind, registry::Config};

use crate::{
    error::{CliError, Kind as ErrorKind},
    ui::{Ui, one_line},
};

/// Asks on the terminal, where there is one.
pub(super) struct Asking<'a> {
    ui: &'a Ui,
}

/// What a registry mostly takes, most wanted first.
const LICENCES: [&str; 6] = [
    "MIT",
    "Apache-2.0",
    "MIT OR Apache-2.0",
    "BSD-3-Clause",
    "CC-BY-4.0",
    "CC0-1.0",
];
const ANOTHER: &str = "another …";

impl<'a> Asking<'a> {
    pub(super) fn new(ui: &'a Ui) -> Self {
        Self { ui }
    }

    /// `None` where nobody can be asked.
    pub(super) fn kind(&self) -> Result<Option<Kind>, CliError> {
        if !self.ui.can_ask() {
            return Ok(None);
        }
        let kinds: Vec<Kind> = Kind::ALL
            .into_iter()
            .filter(|kind| kind.is_template())
            .collect();
        told(Select::new("What is it mainly?", kinds).prompt()).map(Some)
    }

    /// `None` where nobody can be asked and nothing is usual.
    pub(super) fn author(&self, usual: Option<String>) -> Result<Option<String>, CliError> {
        if !self.ui.can_ask() {
            return Ok(usual);
        }
        let question = Text::new("Your login on GitHub:");
        let shown = usual.as_deref().map(one_line);
        let question = match &shown {
            Some(usual) => question.with_default(usual),
            None => question,
        };
        told(question.prompt()).map(|login| Some(login.trim().trim_start_matches('@').to_owned()))
    }

    pub(super) fn summary(&self, kind: Kind) -> Result<String, CliError> {
        let usual = usual_summary(kind);
        if !self.ui.can_ask() {
            return Ok(usual.to_owned());
        }
        let question = Text::new("What does it do, in one line?")
            .with_default(usual)
            .with_help_message("10 to 100 characters; it stands in lists and search results");
        told(question.prompt()).map(|summary| summary.trim().to_owned())
    }

    pub(super) fn categories(&self, kind: Kind, config: &Config) -> Result<Vec<String>, CliError> {
        let usual = usual_category(kind);
        let ids: Vec<&String> = config.categories.keys().collect();
        let at = usual.and_then(|usual| ids.iter().position(|id| *id == usual));
        if !self.ui.can_ask() || ids.is_empty() {
            return Ok(at.map(|at| ids[at].clone()).into_iter().collect());
        }
        let shown: Vec<String> = config
            .categories
            .values()
            .map(|title| one_line(title))
            .collect();
        let default: Vec<usize> = at.into_iter().collect();
        let picked = MultiSelect::new("On which shelves does it stand?", shown)
            .with_default(&default)
            .raw_prompt();
        let picked = told(picked)?.into_iter();
        Ok(picked.map(|one| ids[one.index].clone()).collect())
    }

    pub(super) fn license(&self, config: &Config) -> Result<String, CliError> {
        let is_taken = |id: &&str| {
            let is_open = !id.starts_with("CC");
            (is_open && config.osi_approved) || config.licences.iter().any(|also| also == *id)
        };
        let mut offered: Vec<&str> = LICENCES.into_iter().filter(is_taken).collect();
        let own = config.licences.iter().map(String::as_str);
        offered.extend(own.filter(|id| !LICENCES.contains(id)));
        let usual = offered.first().copied().unwrap_or("MIT").to_owned();
        if !self.ui.can_ask() {
            return Ok(usual);
        }
        offered.push(ANOTHER);
        let shown: Vec<String> = offered.iter().map(|id| one_line(id)).collect();
        let picked = told(Select::new("Under which licence?", shown).raw_prompt())?;
        match offered[picked.index] {
            ANOTHER => told(
                Text::new("Its SPDX expression:")
                    .with_help_message("https://spdx.org/licenses lists the ids")
                    .prompt(),
            ),
            id => Ok(id.to_owned()),
        }
    }
}

/// True as long as nothing was filled in.
fn usual_summary(kind: Kind) -> &'static str {
    match kind {
        Kind::Agent => "A new agent, still to be described",
        Kind::Workflow => "Plans a task, does it, and doubts the result",
        Kind::Skill => "A new skill, still to be described",
        Kind::Project => "A .parac folder with one agent, a roadmap and a policy",
        Kind::Integration => "A new MCP server, still to be described",
        Kind::Plugin => "A new plugin, still to be described",
    }
}

fn usual_category(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Integration => Some("integrations"),
        Kind::Project => Some("getting-started"),
        _ => None,
    }
}

fn told<T>(answer: Result<T, InquireError>) -> Result<T, CliError> {
    answer.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            CliError::new(ErrorKind::NotAllowed, "stopped; nothing was written")
        }
        other => CliError::failed(other.to_string()),
    })
}
