//! Developer chores: `cargo xtask CHORE`. One module a chore, each with its `Options` and a `run`;
//! a new one is a module, a variant of [`Chore`] and a line in [`main`].
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "chores are run by developers, at a terminal, and start programs"
)]

mod apt;
mod bench;
mod bless;
mod corpus;
mod layers;
mod lint;
mod npm;
mod program;
mod pypi;
mod quality;
mod stock;
mod sweep;
mod test;
mod tree;
mod wasm;
mod workflows;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use workspace::{Failure, Workspace};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer chores")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Measure whole processes: time and memory, beside what is aimed at
    Bench(bench::Options),
    /// Let the snapshots of tests be what programs print now
    Bless(bless::Options),
    /// Make a valid registry of any size
    Corpus(corpus::Options),
    /// Check who imports whom, and the fences
    Layers(layers::Options),
    /// Look over the workflows, with zizmor and actionlint
    Lint(lint::Options),
    /// Measure how good the answers of a search are, beside other engines
    Quality(quality::Options),
    /// Break installing, updating and removing in every place, and see that nothing is lost
    Sweep(sweep::Options),
    /// Run all tests and checks that a contribution must pass
    Test(test::Options),
    /// Make the search engine for the browser as small as it gets
    Wasm(wasm::Options),
    /// Run what the workflows run, in their order, on a scratch registry
    Workflows(workflows::Options),
}

fn main() -> ExitCode {
    let workspace = Workspace::here();
    let outcome = match Arguments::parse().chore {
        Chore::Bench(options) => bench::run(&workspace, options),
        Chore::Bless(options) => bless::run(&workspace, options),
        Chore::Corpus(options) => corpus::run(&workspace, options),
        Chore::Layers(options) => layers::run(&workspace, options),
        Chore::Lint(options) => lint::run(&workspace, options),
        Chore::Quality(options) => quality::run(&workspace, options),
        Chore::Sweep(options) => sweep::run(&workspace, options),
        Chore::Test(options) => test::run(&workspace, options),
        Chore::Wasm(options) => wasm::run(&workspace, options),
        Chore::Workflows(options) => workflows::run(&workspace, options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(message)) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
