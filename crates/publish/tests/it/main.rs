//! What publishing does to things that were not written here.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; tests make their own world and start Node in it"
)]

mod forge;
