//! The `paracle` program as its users meet it: one binary, a scrubbed environment, no network.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; tests make their own world and start programs in it"
)]

mod adopt;
mod author;
#[cfg(unix)]
mod browse;
mod browser;
mod decide;
mod disk;
mod install;
mod lifecycle;
mod look;
mod own_registry;
mod place;
#[cfg(unix)]
mod pty;
mod publishing;
mod ratings;
mod registry;
mod search;
mod search_page;
#[cfg(unix)]
mod sign_in;
mod site;
mod terminal;
mod trial;
mod upkeep;
