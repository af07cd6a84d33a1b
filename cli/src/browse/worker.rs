//! Threads that ask the registries, so that typing never waits for them. What was overtaken by a newer
//! question is not answered at all.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    thread,
};

use super::{
    library::{Library, Which},
    model::Event,
};
use crate::error::CliError;

/// A search that is wanted.
struct Search {
    id: u64,
    text: String,
    limit: usize,
}

/// Whoever asks, and where the answers come.
pub(super) struct Workers {
    searches: Sender<Search>,
    pages: Sender<Which>,
    answers: Receiver<Event>,
}

impl Workers {
    /// Starts them. They are not waited for at the end: one may hang in a slow network.
    pub(super) fn start(library: Arc<Library>) -> Self {
        let (answer, answers) = channel();
        let (searches, asked) = channel();
        let (for_search, told) = (Arc::clone(&library), answer.clone());
        thread::spawn(move || {
            // Indexes are opened once, not for every key.
            let searcher = for_search.hub.searcher();
            each_newest(&asked, |search: Search, is_overtaken| {
                let (answer, hits) = for_search.search(&searcher, &search.text, search.limit);
                if told.send(Event::Found(search.id, answer)).is_err() {
                    return false;
                }
                if is_overtaken() {
                    return true;
                }
                let beside = for_search.beside(&searcher, &search.text, &hits);
                told.send(Event::Beside(search.id, beside)).is_ok()
            });
        });
        let (pages, asked) = channel();
        thread::spawn(move || {
            each_newest(&asked, |which: Which, is_overtaken| {
                page(&library, which, is_overtaken, |event| {
                    answer.send(event).is_ok()
                })
            });
        });
        Self {
            searches,
            pages,
            answers,
        }
    }

    pub(super) fn search(&self, id: u64, text: String, limit: usize) -> Result<(), CliError> {
        let asked = self.searches.send(Search { id, text, limit });
        asked.map_err(|_| stopped())
    }

    pub(super) fn show(&self, which: Which) -> Result<(), CliError> {
        self.pages.send(which).map_err(|_| stopped())
    }

    /// An answer, if there is one.
    pub(super) fn answer(&self) -> Result<Option<Event>, CliError> {
        match self.answers.try_recv() {
            Ok(event) => Ok(Some(event)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(stopped()),
        }
    }
}

/// A thread panicked: else it works as long as somebody asks.
fn stopped() -> CliError {
    CliError::failed("searching stopped: this is a bug of paracle")
}

/// The page of a package in two parts: what is at hand at once, its README when it is there.
fn page(
    library: &Library,
    which: Which,
    is_overtaken: &mut dyn FnMut() -> bool,
    tell: impl Fn(Event) -> bool,
) -> bool {
    let (mut page, package) = match library.facts(&which) {
        Ok(found) => found,
        Err(error) => return tell(Event::Page(which, Err(error))),
    };
    if !tell(Event::Page(which.clone(), Ok(page.clone()))) {
        return false;
    }
    if is_overtaken() {
        return true;
    }
    page.readme = Some(library.readme(&which, &package));
    tell(Event::Page(which, Ok(page)))
}

/// Calls `work` with the newest of what is asked, until nobody asks or listens. `work` can ask whether
/// there is something newer by now.
fn each_newest<T>(asked: &Receiver<T>, mut work: impl FnMut(T, &mut dyn FnMut() -> bool) -> bool) {
    let mut next = None;
    while let Some(mut newest) = next.take().or_else(|| asked.recv().ok()) {
        while let Ok(newer) = asked.try_recv() {
            newest = newer;
        }
        let mut is_overtaken = || {
            next = next.take().or_else(|| asked.try_recv().ok());
            next.is_some()
        };
        if !work(newest, &mut is_overtaken) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_overtaken_is_not_answered() {
        let (asks, asked) = channel();
        (0..5).for_each(|n| asks.send(n).unwrap());
        let mut worked = Vec::new();
        let mut asks = Some(asks);
        each_newest(&asked, |n, is_overtaken| {
            assert!(!is_overtaken());
            if n == 4 {
                // Asked while it worked: noticed, and done next.
                asks.take().unwrap().send(7).unwrap();
                assert!(is_overtaken() && is_overtaken());
            }
            worked.push(n);
            true
        });
        assert_eq!(worked, [4, 7]);
    }
}
