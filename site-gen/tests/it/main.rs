//! Whole sites, built from registries in memory, and the Markdown that stands on their pages.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and a skipped one says so"
)]

mod bounds;
mod commonmark;
mod engine;
mod hostile;
mod links;
mod oracle;
mod ratings;
mod shop;
mod site;
mod worker;
