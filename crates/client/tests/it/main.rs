//! Registries, mirrors and repositories as they may be: behind a scripted server on this machine, in
//! folders, damaged, gone.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; tests make their own world and start git in it"
)]

mod cache;
mod fixture;
mod hub;
mod mirrors;
mod parallel;
mod repositories;
mod resume;
mod retries;
mod server;
