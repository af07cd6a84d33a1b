//! Installing into real folders.

#![cfg(unix)]

mod account;
mod conflicts;
mod entries;
mod failures;
mod links;
mod packages;
mod project;
mod refused;
