//! Choosing releases.

mod agrees;
mod cases;
mod explained;
mod large;
mod told;
mod world;
