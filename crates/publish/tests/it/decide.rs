//! What becomes of pull requests: a table of changes over real git repositories.

mod hub;
mod refused;
mod reviewed;
mod table;
