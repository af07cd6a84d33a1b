//! `paracle browse`: a search that fills the screen.
//!
//! ```text
//! key -> keys -> Wish -> Model -> Effect -> worker -> library -> Event -> Model -> view -> screen
//! ```
//!
//! - `model` is all there is to know, and pure: state and event to state and effects. `input` is the
//!   line that is typed, `preview` the page beside the hits, `keys` what a key means.
//! - `library` makes what registries say harmless, `readme` a README readable, `prose` breaks text into
//!   lines. `worker` asks, in threads of its own.
//! - `view` draws, with `boxes` over it and `palette` for what tones look like; `screen` holds the
//!   terminal and gives it back.

use std::{sync::Arc, time::Duration};

use client::{Archives, Hub};

pub(crate) use self::library::Which;
use self::{
    library::Library,
    model::{Effect, Event, Model},
    palette::Palette,
    screen::{Screen, Signals, Woken},
    worker::Workers,
};
use crate::{commands::package::Family, context::Context, error::CliError};

mod boxes;
mod input;
mod keys;
mod library;
mod model;
mod palette;
mod preview;
mod prose;
mod readme;
mod screen;
#[cfg(test)]
mod tests;
mod view;
mod worker;

/// How long an answer that is there may lie.
const ANSWERS: Duration = Duration::from_millis(10);
/// How long it is waited for keys when no answer is due.
const IDLE: Duration = Duration::from_secs(1);

/// What is browsed.
pub(crate) struct Browse<'a> {
    pub(crate) context: &'a Context,
    pub(crate) hub: Hub,
    /// Which kinds; all where there is none.
    pub(crate) family: Option<Family>,
    /// What was typed already.
    pub(crate) text: String,
}

/// What came of it.
pub(crate) struct Left {
    /// Addresses that were looked at.
    pub(crate) addresses: Vec<String>,
    /// A signal ended it.
    pub(crate) is_signalled: bool,
}

/// Why the screen was left.
enum Leave {
    Quit,
    Signal,
    Install(Which),
}

impl Browse<'_> {
    /// Whether there is a terminal to do it on.
    pub(crate) fn is_possible() -> bool {
        Screen::is_there()
    }

    /// Lets somebody browse until they have enough. `install` is called with the screen given back, and
    /// says whether to go on.
    pub(crate) fn run(
        self,
        mut install: impl FnMut(&Hub, &Which) -> bool,
    ) -> Result<Left, CliError> {
        let palette = match self.context.ui.has_colours() {
            true => Palette::Colours,
            false => Palette::Plain,
        };
        let library = Arc::new(Library {
            hub: self.hub,
            archives: Archives::new(&self.context.world.cache),
            family: self.family,
        });
        let workers = Workers::start(Arc::clone(&library));
        let signals = Signals::watch();
        let mut screen = Screen::enter()?;
        let (mut model, mut effects) = Model::new(&self.text, screen.size()?);
        loop {
            let leave = watch(
                &mut screen,
                &mut model,
                effects,
                (&workers, &signals),
                palette,
            )?;
            let is_signalled = matches!(leave, Leave::Signal);
            drop(screen);
            signals.obey(true);
            let goes_on = match leave {
                Leave::Install(which) => install(&library.hub, &which),
                Leave::Quit | Leave::Signal => false,
            };
            if !goes_on {
                let addresses = model.addresses;
                return Ok(Left {
                    addresses,
                    is_signalled,
                });
            }
            signals.obey(false);
            screen = Screen::enter()?;
            let (width, height) = screen.size()?;
            effects = model.update(Event::Resized(width, height));
        }
    }
}

/// Draws, waits, updates, until the screen has to be left.
fn watch(
    screen: &mut Screen,
    model: &mut Model,
    effects: Vec<Effect>,
    (workers, signals): (&Workers, &Signals),
    palette: Palette,
) -> Result<Leave, CliError> {
    let mut open = effects;
    loop {
        for effect in open.drain(..) {
            match effect {
                Effect::Search { id, text, limit } => workers.search(id, text, limit)?,
                Effect::Show(which) => workers.show(which)?,
                Effect::Install(which) => return Ok(Leave::Install(which)),
                Effect::Quit => return Ok(Leave::Quit),
            }
        }
        screen.draw(|frame| view::draw(frame, model, palette))?;
        let mut limit = if model.is_waiting() { ANSWERS } else { IDLE };
        // What was typed faster than it can be drawn is drawn once.
        while open
            .iter()
            .all(|effect| matches!(effect, Effect::Search { .. }))
        {
            match signals.wait(limit)? {
                Woken::Signal => return Ok(Leave::Signal),
                Woken::By(input) => {
                    let event = keys::read(input, model.pane);
                    open.extend(event.into_iter().flat_map(|event| model.update(event)));
                    limit = Duration::ZERO;
                }
                Woken::Time => break,
            }
        }
        while let Some(event) = workers.answer()? {
            open.extend(model.update(event));
        }
    }
}
