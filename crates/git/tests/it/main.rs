//! Real repositories in temporary folders, the real `git` program, real smart HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start git, write files and look for the PATH themselves"
)]

mod changes;
mod fixture;
mod hostile;
mod http;
mod merge;
mod patch;
mod program;
mod push;
mod remote;
mod repository;
mod swap;
mod url;
