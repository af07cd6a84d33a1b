//! A proposal as it is shown before anything is made, and what is done while it is.

use publish::{
    BaseFiles, Content, Proposal,
    propose::{Place, Plan, Step},
};

use crate::{
    context::Context,
    error::CliError,
    project::difference::{Became, Difference, Files, Side, differences},
    ui::{self, BOLD, counted, file_line, one_line},
};

/// The title, the text, and every file as `git diff` would show it. A file that is new is shown whole
/// only where nothing will be done: else its name and size have to do.
pub(crate) fn proposal(
    context: &Context,
    base: &dyn BaseFiles,
    proposal: &Proposal,
    is_whole: bool,
) -> Result<(), CliError> {
    let ui = &context.ui;
    ui.data(format!("{BOLD}{}{BOLD:#}", one_line(&proposal.title)))?;
    let differences = compared(base, proposal)?;
    let told = proposal.body.split("### Files").next().unwrap_or_default();
    for line in told.trim_end().lines().map(file_line) {
        ui.data(line)?;
    }
    let shown = |difference: &&Difference| is_whole || difference.status != Became::Added;
    let lines = differences.iter().filter(shown).flat_map(ui::diff::lines);
    for line in lines.chain(ui::diff::stat(&differences)) {
        ui.data(line)?;
    }
    Ok(())
}

/// What differs from the base.
fn compared(base: &dyn BaseFiles, proposal: &Proposal) -> Result<Vec<Difference>, CliError> {
    let (mut old, mut new) = (Files::new(), Files::new());
    for file in &proposal.files {
        if let Some(bytes) = base.read(&file.path)? {
            let executable = Some(base.is_executable(&file.path)?);
            old.insert(file.path.clone(), Side { bytes, executable });
        }
        if let Some(Content { bytes, executable }) = &file.content {
            let side = Side {
                bytes: bytes.clone(),
                executable: Some(*executable),
            };
            new.insert(file.path.clone(), side);
        }
    }
    Ok(differences(&old, &new))
}

/// What will be made on the forge.
pub(super) fn plan(context: &Context, plan: &Plan) {
    let ui = &context.ui;
    let who = one_line(&plan.person.login);
    match &plan.place {
        Place::Repository(repository) => {
            ui.did("As", format!("{who}, on a branch of {repository}"))
        }
        Place::Fork(fork) => ui.did("As", format!("{who}, on a branch of your fork {fork}")),
        Place::NewFork(fork) => ui.did("As", format!("{who}, in a new fork {fork}")),
    }
    match &plan.pull {
        Some(pull) => ui.did("Updates", one_line(&pull.url)),
        None => ui.did(
            "Opens",
            format!("a pull request to {} of {}", plan.into, plan.repository),
        ),
    }
}

/// What is being done.
pub(super) fn step(context: &Context, step: &Step) {
    let ui = &context.ui;
    match step {
        Step::Forking(fork) => ui.did("Forking", fork),
        Step::WaitingForFork { fork, waited } => {
            let waited = waited.as_secs();
            ui.did("Waiting", format!("for {fork}, {waited} s by now"));
        }
        Step::Syncing(fork) => ui.did("Updating", format!("the fork {fork}")),
        Step::ForkDiverged(fork) => ui.warn(&format!(
            "the main branch of {fork} has gone its own way; it is left alone"
        )),
        Step::Rebasing(_) => ui.did("Rebasing", "the registry has moved on"),
        Step::Uploading { done, of } if done == of => ui.did("Sent", counted(*of, "file")),
        Step::Uploading { .. } => {}
        Step::Committing(branch) => ui.did("Committing", one_line(branch)),
        Step::BranchStands(branch) => ui.did("Found", format!("{} as it is", one_line(branch))),
        Step::Opening => ui.did("Opening", "the pull request"),
        Step::Rewording(number) => ui.did("Updating", format!("pull request {number}")),
    }
}
