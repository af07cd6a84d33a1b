//! A plan is shown and agreed to: the plan as a whole, and what it uses by itself.

use clap::{Args, ValueEnum};
use install::{Conflict, NewUse, Plan};
use serde::Serialize;

use crate::{
    context::Context,
    error::{CliError, Kind},
    ui::{one_line, plan},
};

/// How a plan is agreed to.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Agreement {
    /// Agree to the plan without being asked
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Agree to uses of these kinds without being asked (repeatable, or separated by commas)
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) accept: Vec<UseKind>,
    /// Show the plan and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the plan, or the receipt, as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a package can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UseKind {
    /// Hosts it reaches.
    Network,
    /// Files it reads or writes.
    Files,
    /// Programs it starts.
    Commands,
    /// Environment variables it reads.
    Environment,
    /// Other agents.
    Agents,
    /// What the sandbox grants a plugin.
    Permissions,
    /// Files that run by themselves later.
    SelfRunning,
    /// All of these.
    All,
}

impl UseKind {
    fn has(self, used: &NewUse) -> bool {
        let name = self.to_possible_value();
        self == Self::All || name.is_some_and(|name| name.get_name() == used.kind)
    }
}

/// Something and the version of its shape.
#[derive(Serialize)]
pub(crate) struct Versioned<'a, T> {
    pub(crate) format: u32,
    #[serde(flatten)]
    pub(crate) data: &'a T,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Go,
    /// It was only to be shown, or there is nothing to do.
    Stop,
}

impl Agreement {
    /// Shows `plan` and has it agreed to; `question` is what is asked, as in "Install this?".
    pub(crate) fn reached(
        &self,
        plan: &Plan,
        question: &str,
        context: &Context,
    ) -> Result<Decision, CliError> {
        if self.dry_run && self.json {
            context.ui.json(&Versioned {
                format: 1,
                data: plan,
            })?;
        }
        if !self.json {
            let text = plan::text(plan);
            if !text.trim().is_empty() {
                context.ui.data(text.trim_end())?;
            }
        }
        refuse_conflicts(plan.conflicts())?;
        if self.dry_run {
            return Ok(Decision::Stop);
        }
        if plan.nothing_to_do {
            context.ui.did("Unchanged", "there is nothing to do");
            return Ok(Decision::Stop);
        }
        let open: Vec<NewUse> = plan
            .new_uses()
            .into_iter()
            .filter(|used| !self.accept.iter().any(|kind| kind.has(used)))
            .collect();
        self.agree(question, context)?;
        accept(&open, self.yes, context)?;
        Ok(Decision::Go)
    }

    /// The plan as a whole, or whatever else is asked.
    pub(crate) fn agree(&self, question: &str, context: &Context) -> Result<(), CliError> {
        if self.yes {
            return Ok(());
        }
        match context.ui.confirm(question) {
            Some(true) => Ok(()),
            Some(false) => Err(CliError::new(Kind::NotAllowed, "nothing was changed")),
            None => Err(CliError::new(
                Kind::NotAllowed,
                "nobody can be asked here, and nothing was agreed to",
            )
            .hint("look at the plan, then agree to it with --yes")),
        }
    }
}

/// What was not agreed to beforehand.
fn accept(open: &[NewUse], yes: bool, context: &Context) -> Result<(), CliError> {
    if open.is_empty() {
        return Ok(());
    }
    let mut kinds: Vec<&str> = open.iter().map(|used| used.kind).collect();
    kinds.dedup();
    let list = open
        .iter()
        .map(|used| format!("{} {}", used.kind, one_line(&used.value)))
        .collect::<Vec<_>>()
        .join(", ");
    let question = format!("It uses: {list}. Accept that?");
    let answer = match yes {
        // A yes to the plan is none to what it uses.
        true => None,
        false => context.ui.confirm(&question),
    };
    match answer {
        Some(true) => Ok(()),
        _ => Err(CliError::new(
            Kind::NotAllowed,
            format!("what it uses was not accepted: {list}"),
        )
        .hint(format!("accept it with --accept {}", kinds.join(",")))),
    }
}

/// Everything that is in the way, in one error.
pub(crate) fn refuse_conflicts(conflicts: &[Conflict]) -> Result<(), CliError> {
    if conflicts.is_empty() {
        return Ok(());
    }
    let error = CliError::failed("nothing was written: the plan conflicts with what is there");
    let tell = |error: CliError, conflict: &Conflict| {
        let entry = conflict.entry.as_ref().map(|id| format!(" (entry {id})"));
        let entry = entry.unwrap_or_default();
        error.hint(format!(
            "{}{entry}: {}; {}",
            conflict.path, conflict.why, conflict.hint
        ))
    };
    Err(conflicts.iter().fold(error, tell))
}
