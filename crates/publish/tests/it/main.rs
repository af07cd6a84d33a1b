//! What publishing does to things that were not written here: real repositories, the real `git` program,
//! real smart HTTP, a forge that holds state.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; tests start git and Node, and look for the PATH themselves"
)]

mod assets;
mod decide;
mod forge;
mod http;
mod kept;
mod patch;
mod place;
mod ratings;
mod release;
mod request;
mod sign_in;
mod upkeep;
