//! `cargo xtask sweep concurrent`: many installs of different packages start at once, into one project and
//! with one cache. All have to succeed, and the project has to be what it is when they come one after
//! the other, but for the order in shared files.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Instant;

use super::scene::{Place, Scene, done};
use crate::corpus::component::{Component, Kind};
use crate::program::{self, Program};
use crate::stock::{NAMESPACE, Source};
use crate::tree::{Node, Tree};
use crate::workspace::{Failure, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often
    #[arg(long, default_value_t = 100, value_name = "N")]
    rounds: usize,
    /// How many installs start at once
    #[arg(long, default_value_t = 32, value_name = "N")]
    at_once: usize,
    /// Work below this folder rather than below target/
    #[arg(long, value_name = "DIR")]
    below: Option<PathBuf>,
    #[command(flatten)]
    pub(super) program: program::Options,
}

impl Options {
    /// What takes seconds rather than minutes.
    pub(super) fn sample(below: Option<PathBuf>) -> Options {
        Options {
            rounds: 2,
            at_once: 16,
            below,
            program: program::Options::as_built(),
        }
    }
}

pub(super) fn run(
    workspace: &Workspace,
    program: &Program,
    options: &Options,
) -> Result<(), Failure> {
    let names: Vec<String> = (0..options.at_once)
        .map(|at| format!("pack-{at}"))
        .collect();
    let sources = names.iter().map(|name| source(name)).collect();
    let below = options.below.as_deref();
    let scene = Scene::make(workspace, program, "concurrent", below, &[sources])?;
    let place = scene.empty("one-by-one")?;
    for name in &names {
        done(&mut scene.install(&format!("{NAMESPACE}/{name}"), &place))?;
    }
    let expected = sorted(place.tree()?);
    let begun = Instant::now();
    let mut wrong = Vec::new();
    for round in 0..options.rounds {
        if let Err(why) = at_once(&scene, &names, &expected)? {
            println!("  WRONG in round {}: {why}", round + 1);
            wrong.push(round);
        }
    }
    println!(
        "{} rounds of {} installs at once in {:.1} s: {} wrong",
        options.rounds,
        options.at_once,
        begun.elapsed().as_secs_f64(),
        wrong.len()
    );
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failure(format!("{} rounds went wrong", wrong.len()))),
    }
}

/// A package with an entry in two shared files, and a file of its own.
fn source(name: &str) -> Source {
    let component = |id| Component {
        id,
        summary: "Does what is asked",
        prose: "As it was.",
    };
    let (mut files, mut tables) = component(name).files(Kind::Agent);
    let server = format!("{name}-db");
    let (more, table) = component(&server).files(Kind::Integration);
    files.extend(more);
    files.push((format!("policies/{name}.md"), format!("{name}\n")));
    tables += &table;
    Source {
        name: name.to_owned(),
        version: "1.0.0",
        kind: Kind::Agent,
        variables: &[],
        tables,
        files,
    }
}

/// One round; what is wrong with what it left.
fn at_once(
    scene: &Scene<'_>,
    names: &[String],
    expected: &Tree,
) -> Result<Result<(), String>, Failure> {
    let place = scene.empty("at-once")?;
    let mut running: Vec<(&String, Child)> = Vec::new();
    for name in names {
        let mut command = scene.install(&format!("{NAMESPACE}/{name}"), &place);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let child = command.spawn();
        running.push((name, child.map_err(|error| Failure::of("paracle", error))?));
    }
    let mut failed = Vec::new();
    for (name, child) in running {
        let output = child
            .wait_with_output()
            .map_err(|error| Failure::of("paracle", error))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            failed.push(format!("{name} failed ({}): {said}", output.status));
        }
    }
    if !failed.is_empty() {
        return Ok(Err(failed.join("\n")));
    }
    let locked = match locked(&place) {
        Ok(locked) => locked,
        Err(why) => return Ok(Err(why)),
    };
    let is_locked = |name: &str| locked.contains(&format!("{NAMESPACE}/{name}"));
    let missing: Vec<&String> = names.iter().filter(|name| !is_locked(name)).collect();
    if !missing.is_empty() {
        return Ok(Err(format!("the lock does not name {missing:?}")));
    }
    let differences = sorted(place.tree()?).differences(expected);
    Ok(match differences.is_empty() {
        true => Ok(()),
        false => Err(differences.join("; ")),
    })
}

/// The names that the lock has, read as the TOML that it is to be.
fn locked(place: &Place) -> Result<BTreeSet<String>, String> {
    let lock = place.project().join(".parac/packages.lock");
    let text = fs::read_to_string(&lock).map_err(|error| format!("no lock: {error}"))?;
    let table: toml::Table = text.parse().map_err(|error| format!("the lock: {error}"))?;
    let packages = table.get("package").and_then(toml::Value::as_array);
    let names = packages
        .into_iter()
        .flatten()
        .filter_map(|one| one.get("name")?.as_str());
    Ok(names.map(str::to_owned).collect())
}

/// With the entries of every YAML and TOML file in one order: what comes first is who came first.
fn sorted(mut tree: Tree) -> Tree {
    for (path, node) in &mut tree.0 {
        let starts: fn(&str) -> bool = match path.rsplit('.').next() {
            Some("yaml" | "json") => |line| line.trim_start().starts_with("- "),
            Some("toml") => |line| line.starts_with(['[', '"']),
            _ => continue,
        };
        if let Node::File { bytes, .. } = node {
            *bytes = entries(&String::from_utf8_lossy(bytes), starts)
                .concat()
                .into_bytes();
        }
    }
    tree
}

/// What stands before the first entry, and the entries in order. `starts` knows an entry's first line.
fn entries(text: &str, starts: fn(&str) -> bool) -> Vec<String> {
    let mut head = String::new();
    let mut entries: Vec<String> = Vec::new();
    for line in text.lines() {
        match entries.last_mut() {
            _ if starts(line) => entries.push(format!("{line}\n")),
            Some(entry) => *entry += &format!("{line}\n"),
            None => head += &format!("{line}\n"),
        }
    }
    // An empty line stands between entries, not after the last.
    let mut entries: Vec<String> = entries
        .iter()
        .map(|entry| format!("{}\n", entry.trim_end()))
        .collect();
    entries.sort();
    entries.insert(0, head);
    entries
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn only_the_order_of_entries_is_passed_over() {
        let starts: fn(&str) -> bool = |line| line.trim_start().starts_with("- ");
        let one = entries(
            "agents:\n  - id: a\n    name: A\n\n  - id: b\n    name: B\n",
            starts,
        );
        let two = entries(
            "agents:\n  - id: b\n    name: B\n\n  - id: a\n    name: A\n",
            starts,
        );
        assert_eq!(one, two);
        let other = entries(
            "agents:\n  - id: b\n    name: A\n\n  - id: a\n    name: B\n",
            starts,
        );
        assert_ne!(one, other);
    }
}
