//! What is on the screen and what becomes of it: state and event to state and effects. Nothing here
//! draws, asks a registry or knows a terminal.

use super::{
    input::{Edit, Input},
    library::{Answer, Beside, Completed, Page, Row, Which},
    preview::Preview,
};

/// Columns from which there is room for two panes.
const WIDE: u16 = 100;
/// Hits that are asked for at first, and as many more whenever the end is reached.
const HITS: usize = 50;
/// Lines that a hit takes.
pub(super) const ROW: usize = 2;

/// Where keys go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Pane {
    #[default]
    Query,
    Hits,
    Preview,
}

/// What lies over everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overlay {
    Help,
    /// Where a browser shows the package.
    Address,
}

/// A move through hits, or lines of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

/// What somebody wants; which key means what is `keys`' business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Edit(Edit),
    Paste(String),
    Move(Move),
    NextPane,
    PreviousPane,
    Pane(Pane),
    Install,
    Address,
    Help,
    /// Closes what is open, or ends.
    Back,
    Quit,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Wish(Wish),
    Resized(u16, u16),
    /// The answer to the search with this number.
    Found(u64, Answer),
    /// What there is to say beside it.
    Beside(u64, Beside),
    /// The page of a package, or the next part of it.
    Page(Which, Result<Page, String>),
}

/// What the loop has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Search {
        id: u64,
        text: String,
        limit: usize,
    },
    /// The page of this package is wanted.
    Show(Which),
    Install(Which),
    Quit,
}

/// Everything.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) input: Input,
    pub(super) answer: Answer,
    /// Of the last search that was wholly answered: counts do not flicker while somebody types.
    pub(super) beside: Beside,
    pub(super) selected: usize,
    /// The first hit that is shown.
    pub(super) first: usize,
    pub(super) preview: Preview,
    pub(super) pane: Pane,
    pub(super) overlay: Option<Overlay>,
    pub(super) size: (u16, u16),
    /// The last search that was asked for, and the last one that was answered.
    asked: u64,
    answered: u64,
    /// The last one of which all was told.
    told: u64,
    limit: usize,
    /// Addresses that were looked at: they are said once more at the end.
    pub(super) addresses: Vec<String>,
}

impl Model {
    /// The start: `text` was typed already.
    pub(super) fn new(text: &str, size: (u16, u16)) -> (Self, Vec<Effect>) {
        let mut model = Self {
            input: Input::new(text),
            answer: Answer::default(),
            beside: Beside::default(),
            selected: 0,
            first: 0,
            preview: Preview::default(),
            pane: Pane::default(),
            overlay: None,
            size,
            asked: 0,
            answered: 0,
            told: 0,
            limit: HITS,
            addresses: Vec::new(),
        };
        let effects = model.search();
        (model, effects)
    }

    pub(super) fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Wish(wish) => self.wish(wish),
            Event::Resized(width, height) => {
                self.size = (width, height);
                self.lay_out();
                self.keep_in_sight();
                Vec::new()
            }
            Event::Found(id, answer) => self.found(id, answer),
            Event::Beside(id, beside) => {
                if id == self.asked {
                    self.take_beside(beside);
                }
                Vec::new()
            }
            Event::Page(which, page) => {
                if self.preview.which.as_ref() == Some(&which) {
                    self.preview.page = Some(page);
                    self.lay_out();
                }
                Vec::new()
            }
        }
    }

    /// Whether an answer is still to come.
    pub(super) fn is_waiting(&self) -> bool {
        self.told < self.asked || self.preview.is_waiting()
    }

    /// Whether the hits are those of an earlier query.
    pub(super) fn is_searching(&self) -> bool {
        self.answered < self.asked
    }

    pub(super) fn is_wide(&self) -> bool {
        self.size.0 >= WIDE
    }

    /// Lines between the head and the foot.
    pub(super) fn body_height(&self) -> usize {
        usize::from(self.size.1.saturating_sub(3))
    }

    /// Columns of the preview, when it is shown.
    pub(super) fn preview_width(&self) -> usize {
        let width = usize::from(self.size.0);
        let width = if self.is_wide() {
            width - width / 2 - 2
        } else {
            width
        };
        width.saturating_sub(1).max(1)
    }

    pub(super) fn row(&self) -> Option<&Row> {
        self.answer.rows.get(self.selected)
    }

    fn wish(&mut self, wish: Wish) -> Vec<Effect> {
        match wish {
            Wish::Quit => return vec![Effect::Quit],
            Wish::Back if self.overlay.is_none() => return vec![Effect::Quit],
            _ if self.overlay.take().is_some() => return Vec::new(),
            Wish::Back => {}
            Wish::Help => self.overlay = Some(Overlay::Help),
            Wish::Address => self.show_address(),
            Wish::Edit(edit) => return self.edited(|input| input.edit(edit)),
            Wish::Paste(text) => {
                self.pane = Pane::Query;
                return self.edited(|input| input.paste(&text));
            }
            Wish::Pane(pane) => self.pane = pane,
            Wish::NextPane => {
                let offered = self.offered().first().map(|offered| offered.text.clone());
                let Some(text) = offered else {
                    self.pane = self.next_pane();
                    return Vec::new();
                };
                return self.edited(|input| *input = Input::new(&text));
            }
            Wish::PreviousPane => {
                self.pane = self.next_pane();
                self.pane = self.next_pane();
            }
            Wish::Move(to) if self.pane == Pane::Preview => {
                self.preview.scroll(to, self.body_height())
            }
            Wish::Move(to) => return self.select(to),
            Wish::Install => {
                let row = self.row().map(|row| row.which.clone());
                return row.map(Effect::Install).into_iter().collect();
            }
        }
        Vec::new()
    }

    /// What the word that is being typed may become.
    pub(super) fn offered(&self) -> &[Completed] {
        let is_typing = self.pane == Pane::Query && self.input.is_at_end();
        // Of what was typed before, it would take back what was typed since.
        match is_typing && self.told == self.asked {
            true => &self.beside.completions,
            false => &[],
        }
    }

    fn take_beside(&mut self, mut beside: Beside) {
        self.told = self.asked;
        for (row, snippet) in self.answer.rows.iter_mut().zip(beside.snippets.drain(..)) {
            row.snippet = snippet;
        }
        self.beside = beside;
    }

    fn next_pane(&self) -> Pane {
        match self.pane {
            Pane::Query => Pane::Hits,
            Pane::Hits => Pane::Preview,
            Pane::Preview => Pane::Query,
        }
    }

    fn edited(&mut self, edit: impl FnOnce(&mut Input)) -> Vec<Effect> {
        let before = self.input.text();
        edit(&mut self.input);
        if self.input.text() == before {
            return Vec::new();
        }
        self.limit = HITS;
        self.search()
    }

    fn search(&mut self) -> Vec<Effect> {
        self.asked += 1;
        vec![Effect::Search {
            id: self.asked,
            text: self.input.text(),
            limit: self.limit,
        }]
    }

    fn found(&mut self, id: u64, answer: Answer) -> Vec<Effect> {
        // An answer that was overtaken is none.
        if id != self.asked {
            return Vec::new();
        }
        let is_more = self.limit > HITS;
        self.answered = id;
        self.answer = answer;
        if !is_more {
            self.selected = 0;
            self.first = 0;
        }
        self.selected = self.selected.min(self.answer.rows.len().saturating_sub(1));
        self.keep_in_sight();
        self.show()
    }

    /// Asks for the page of the selected hit, unless it is there.
    fn show(&mut self) -> Vec<Effect> {
        let which = self.row().map(|row| row.which.clone());
        if which == self.preview.which {
            return Vec::new();
        }
        self.preview = Preview {
            which: which.clone(),
            ..Preview::default()
        };
        self.lay_out();
        which.map(Effect::Show).into_iter().collect()
    }

    fn select(&mut self, to: Move) -> Vec<Effect> {
        let last = self.answer.rows.len().saturating_sub(1);
        let page = (self.body_height() / ROW).max(1);
        self.selected = moved(self.selected, to, page, last);
        self.keep_in_sight();
        let mut effects = self.show();
        let is_more_there = self.answer.total > self.answer.rows.len();
        if self.selected == last && is_more_there && !self.is_searching() {
            self.limit = self.answer.rows.len() + HITS;
            effects.extend(self.search());
        }
        effects
    }

    fn keep_in_sight(&mut self) {
        let shown = (self.body_height() / ROW).max(1);
        if self.selected < self.first {
            self.first = self.selected;
        }
        if self.selected >= self.first + shown {
            self.first = self.selected + 1 - shown;
        }
    }

    fn show_address(&mut self) {
        if let Some(Ok(page)) = &self.preview.page {
            if !self.addresses.contains(&page.address) {
                self.addresses.push(page.address.clone());
            }
            self.overlay = Some(Overlay::Address);
        }
    }

    fn lay_out(&mut self) {
        self.preview
            .lay_out(self.preview_width(), self.body_height());
    }
}

/// Where one comes to: `page` is how far a page goes, `last` how far one can go.
pub(super) fn moved(at: usize, to: Move, page: usize, last: usize) -> usize {
    let to = match to {
        Move::Up => at.saturating_sub(1),
        Move::Down => at + 1,
        Move::PageUp => at.saturating_sub(page),
        Move::PageDown => at + page,
        Move::First => 0,
        Move::Last => last,
    };
    to.min(last)
}
