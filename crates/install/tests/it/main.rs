//! Installing into real folders.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "what fails or is cut short in a test fails the test"
)]

mod account;
mod conflicts;
mod entries;
mod failures;
mod links;
mod packages;
mod project;
mod refused;
