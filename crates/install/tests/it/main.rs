//! Installing into real folders.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "what fails or is cut short in a test fails the test"
)]

mod account;
mod answers;
mod conflicts;
mod entries;
mod failures;
mod foreign;
mod killed;
mod links;
mod packages;
mod project;
mod properties;
mod refused;
mod rendered;
mod resolve;
mod update;
mod variables;
mod wrong_answers;
