//! The engine from outside: a small registry, built and asked.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod build;
mod damage;
mod judged;
mod language;
mod pieces;
mod properties;
mod queries;
mod registry;
