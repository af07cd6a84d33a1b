//! The page beside the hits: broken into lines of the width that it has, and scrolled.

use super::{
    library::{Page, Which},
    model::{Move, moved},
    prose::{Paragraph, Said, Tone, said},
};

#[derive(Clone, Debug, Default)]
pub(super) struct Preview {
    /// Whose page it is.
    pub(super) which: Option<Which>,
    /// As far as it is there, or why it is not.
    pub(super) page: Option<Result<Page, String>>,
    pub(super) lines: Vec<Vec<Said>>,
    /// The first line that is shown.
    pub(super) top: usize,
}

impl Preview {
    /// Whether something of it is still to come.
    pub(super) fn is_waiting(&self) -> bool {
        let is_whole = match &self.page {
            Some(Ok(page)) => page.readme.is_some(),
            page => page.is_some(),
        };
        self.which.is_some() && !is_whole
    }

    /// Breaks the page into lines of `width` columns, of which `height` are shown.
    pub(super) fn lay_out(&mut self, width: usize, height: usize) {
        let waiting = || vec![said("…", Tone::Dim)];
        self.lines = match &self.page {
            None if self.which.is_some() => vec![waiting()],
            None => Vec::new(),
            Some(Err(error)) => Paragraph::of(vec![said(error, Tone::Warning)]).wrap(width),
            Some(Ok(page)) => {
                let mut lines: Vec<_> = page.facts.iter().flat_map(|p| p.wrap(width)).collect();
                lines.push(Vec::new());
                match &page.readme {
                    Some(readme) => lines.extend(readme.iter().flat_map(|p| p.wrap(width))),
                    None => lines.push(waiting()),
                }
                lines
            }
        };
        self.top = self.top.min(self.last(height));
    }

    /// Scrolls by lines or by pages of `height` lines.
    pub(super) fn scroll(&mut self, to: Move, height: usize) {
        self.top = moved(self.top, to, height.max(1), self.last(height));
    }

    /// The first line of the last page.
    fn last(&self, height: usize) -> usize {
        self.lines.len().saturating_sub(height.max(1))
    }
}
