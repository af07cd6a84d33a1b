//! `cargo xtask test`: everything that a contribution must pass, cheap things first, stopping at
//! the first that fails. `.ci/run` is this with `--yes`.
//!
//! [`needs`] is what the tests need beyond Rust; [`judges`] and [`commonmark`] come from PyPI and
//! npm, and so do the Node that runs the search engine and GitHub's GraphQL schema.

mod commonmark;
mod judges;
mod needs;

use std::process::Command;
use std::time::{Duration, Instant};

use crate::layers;
use crate::lint;
use crate::npm;
#[cfg(target_os = "linux")]
use crate::sweep;
use crate::workflows;
use crate::workspace::{Failure, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Install what is missing without asking
    #[arg(long)]
    yes: bool,
}

/// What tests are told: the Python that has Paracle's own classes, which judge what we install.
const JUDGE_PYTHON: &str = "PARACLE_JUDGE_PYTHON";
/// What tests are told: the examples of CommonMark.
const COMMONMARK: &str = "SITE_GEN_COMMONMARK";
/// What tests are told: the Node that runs the search engine as a browser would.
const NODE: &str = "SITE_GEN_NODE";

/// What the tests of proposals are told: Node, and the packages from which it makes a GitHub.
const FORGE_NODE: &str = "PUBLISH_NODE";
const FORGE: [(&str, npm::Package); 5] = [
    ("PUBLISH_EMULATE", npm::EMULATE),
    ("PUBLISH_OPENAPI", npm::OPENAPI),
    ("PUBLISH_PRISM", npm::PRISM),
    ("PUBLISH_GRAPHQL_SCHEMA", npm::GRAPHQL_SCHEMA),
    ("PUBLISH_OIDC_PROVIDER", npm::OIDC_PROVIDER),
];

/// A step's name and what it does.
type Step<'a> = (&'static str, Box<dyn FnOnce() -> Result<(), Failure> + 'a>);

pub(crate) fn run(workspace: &Workspace, options: Options) -> Result<(), Failure> {
    let judge = judges::python(workspace);
    let commonmark = commonmark::specification(workspace);
    let node = npm::node(workspace);
    let cargo = |args: &'static [&'static str]| {
        let mut command = workspace.cargo();
        command
            .args(args)
            .env(JUDGE_PYTHON, &judge)
            .env(COMMONMARK, &commonmark)
            .env(NODE, &node)
            .env(FORGE_NODE, &node)
            .envs(FORGE.map(|(variable, package)| (variable, package.folder(workspace))));
        command
    };
    let mut doc = cargo(&["doc", "--release", "--workspace", "--no-deps", "--quiet"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    let clippy = cargo(&[
        "clippy",
        "--release",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ]);
    let tests = cargo(&["test", "--release", "--workspace"]);

    let steps: Vec<Step<'_>> = vec![
        (
            "needs",
            Box::new(move || {
                needs::provide(workspace, options.yes)?;
                judges::provide(workspace)?;
                npm::provide_node(workspace)?;
                for (_, package) in FORGE {
                    package.provide(workspace)?;
                }
                commonmark::provide(workspace)
            }),
        ),
        ("format", Box::new(|| format(workspace))),
        (
            "layers",
            Box::new(|| layers::run(workspace, layers::Options {})),
        ),
        ("lint", Box::new(|| lint::over(workspace, &workspace.root))),
        ("clippy", Box::new(|| finish(clippy))),
        ("tests", Box::new(|| finish(tests))),
        // With the program that the tests have built.
        #[cfg(target_os = "linux")]
        ("sweeps", Box::new(|| sweep::sample(workspace))),
        ("workflows", Box::new(|| workflows::sample(workspace))),
        ("documentation", Box::new(|| finish(doc))),
    ];
    in_turn(steps)
}

/// Takes the steps until one fails.
fn in_turn(steps: Vec<Step<'_>>) -> Result<(), Failure> {
    let (count, begun) = (steps.len(), Instant::now());
    for (name, step) in steps {
        println!("==> {name}");
        let begun = Instant::now();
        step().map_err(|Failure(why)| Failure(format!("{name}: {why}")))?;
        println!("    {}", spoken(begun.elapsed()));
    }
    println!("all {count} steps passed in {}", spoken(begun.elapsed()));
    Ok(())
}

/// Is everything in the format of rustfmt?
fn format(workspace: &Workspace) -> Result<(), Failure> {
    // The module for the browser is a workspace of its own.
    for manifest in ["Cargo.toml", "crates/search-wasm/Cargo.toml"] {
        let mut check = workspace.cargo();
        check.args(["fmt", "--all", "--manifest-path", manifest]);
        check.args(["--check", "--", "-l"]);
        finish(check).map_err(|_| {
            Failure(format!(
                "the files above are not in the format of rustfmt; `cargo fmt --all --manifest-path {manifest}` writes them so"
            ))
        })?;
    }
    Ok(())
}

/// Runs `command` to its end, with our terminal.
fn finish(mut command: Command) -> Result<(), Failure> {
    let line = written(&command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure(format!("`{line}` failed ({status})"))),
        Err(error) => Err(Failure::of(format!("`{line}`"), error)),
    }
}

/// As it would be typed.
fn written(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=59 => format!("{:.1} s", time.as_secs_f64()),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::{finish, spoken};

    #[test]
    fn times_are_said_as_people_do() {
        assert_eq!(spoken(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(spoken(Duration::from_secs(200)), "3 min 20 s");
    }

    #[test]
    fn a_failed_step_says_what_was_run() {
        let mut command = Command::new("/usr/bin/env");
        command.args(["sh", "-c", "exit 3"]);
        let failure = finish(command).unwrap_err();
        assert_eq!(failure.0, "`env sh -c exit 3` failed (exit status: 3)");
    }
}
