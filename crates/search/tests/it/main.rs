//! The engine from outside: a small registry, built and asked.

mod build;
mod damage;
mod properties;
mod queries;
mod registry;
mod wasm;
