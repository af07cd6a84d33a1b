//! A bar for what takes longer than a moment, on a terminal only.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Ui;

/// A bar that is drawn on standard error, and nowhere where nobody looks.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new(ui: &Ui) -> Self {
        let target = match ui.is_watched() {
            true => ProgressDrawTarget::stderr_with_hz(15),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let style =
            ProgressStyle::with_template("{prefix:>12.green.bold} [{bar:30}] {pos}/{len} {msg}");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(bar)
    }

    /// Bytes instead of things.
    pub(crate) fn of_bytes(ui: &Ui) -> Self {
        let bar = Self::new(ui);
        let style = ProgressStyle::with_template(
            "{prefix:>12.green.bold} [{bar:30}] {bytes}/{total_bytes} {msg}",
        );
        if let Ok(style) = style {
            bar.0.set_style(style.progress_chars("=> "));
        }
        bar
    }

    /// `done` of `total` of what `verb` says.
    pub(crate) fn at(&self, verb: &'static str, done: u64, total: u64) {
        // What is over at once is not worth a flicker.
        if self.0.elapsed() < Duration::from_millis(200) {
            return;
        }
        self.0.set_prefix(verb);
        self.0.set_length(total);
        self.0.set_position(done);
    }

    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
