//! A plan is carried out: with a bar on a terminal, and Ctrl-C takes everything back.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use install::{InstallError, Plan, Progress, Receipt, Watch};

use super::agreement::{Agreement, Decision, Versioned};
use crate::{context::Context, error::CliError, ui::progress::Bar};

/// Shows, asks, does. `None` where nothing was to be done.
pub(crate) fn carry_out(
    plan: Plan,
    question: &str,
    agreement: &Agreement,
    context: &Context,
) -> Result<Option<Receipt>, CliError> {
    if agreement.reached(&plan, question, context)? == Decision::Stop {
        if agreement.json && !agreement.dry_run {
            // Nothing was to be done: an empty receipt says so.
            let nothing = Receipt::default();
            context.ui.json(&Versioned {
                format: 1,
                data: &nothing,
            })?;
        }
        return Ok(None);
    }
    let receipt = watched(context, |watch| plan.apply(watch))?;
    if agreement.json {
        context.ui.json(&Versioned {
            format: 1,
            data: &receipt,
        })?;
    }
    Ok(Some(receipt))
}

/// Does `work` while a bar says how far it is; Ctrl-C breaks it off.
pub(crate) fn watched<T>(
    context: &Context,
    work: impl FnOnce(Watch<'_>) -> Result<T, InstallError>,
) -> Result<T, CliError> {
    let is_stopped = Arc::new(AtomicBool::new(false));
    let registered = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM]
        .map(|signal| signal_hook::flag::register(signal, Arc::clone(&is_stopped)));
    let bar = Bar::new(&context.ui);
    let watch = |progress: Progress| {
        match progress {
            Progress::Waiting => context.ui.did(
                "Waiting",
                "for another command that is at work in this project",
            ),
            Progress::Staged(done, total) => bar.at("Writing", done as u64, total as u64),
            Progress::Placed(done, total) => bar.at("Placing", done as u64, total as u64),
            Progress::Journalled | Progress::Settled | Progress::Finished => {}
        }
        match is_stopped.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let done = work(&watch);
    bar.clear();
    for id in registered.into_iter().flatten() {
        signal_hook::low_level::unregister(id);
    }
    Ok(done?)
}
