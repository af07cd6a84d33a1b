//! `cargo xtask sweep`: the program is disturbed in every place that there is, and afterwards the project
//! has to be the old one or the new one, byte for byte.
//!
//! ```text
//! scene        packages, a project that has files of its own, what is done to it
//! calls        which system calls change something; how often a run makes each
//! fault        what happens to one of them: the process is killed, the disk is full, it breaks
//! install      every call of every operation, with every fault
//! permissions  folders and files that may not be written, without root's rights
//! verdict      what is left of the project: the old one, the new one, or something that is wrong
//! concurrent   many installs at once, into one project and one cache
//! ```

mod calls;
mod concurrent;
mod fault;
mod install;
mod permissions;
mod scene;
mod verdict;

use std::fs;
use std::path::Path;

use crate::program::{self, Program};
use crate::tree;
use crate::workspace::{Failure, Workspace};

/// Where Linux has files in memory.
const MEMORY: &str = "/dev/shm";

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Install, update and remove: killed, and refused by the disk, at each call that changes something
    Install(install::Options),
    /// Many installs at once
    Concurrent(concurrent::Options),
}

pub(crate) fn run(workspace: &Workspace, options: Options) -> Result<(), Failure> {
    match options.what {
        What::Install(options) => {
            let program = Program::of(workspace, &options.program)?;
            install::run(workspace, &program, &options)
        }
        What::Concurrent(options) => {
            let program = Program::of(workspace, &options.program)?;
            concurrent::run(workspace, &program, &options)
        }
    }
}

/// A few points of everything, with the program that the tests have built: whether the sweeps still
/// work, and nothing has gone badly wrong. In memory where there is such a folder, since most of the time
/// goes into waiting for disks.
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "strace is Linux's")
)]
pub(crate) fn sample(workspace: &Workspace) -> Result<(), Failure> {
    let program = Program::of(workspace, &program::Options::as_built())?;
    let below = Path::new(MEMORY).join(format!("paracle-sweep-{}", std::process::id()));
    let below = fs::create_dir(&below).is_ok().then_some(below);
    let swept = install::run(
        workspace,
        &program,
        &install::Options::sample(below.clone()),
    )
    .and_then(|()| {
        let options = concurrent::Options::sample(below.clone());
        concurrent::run(workspace, &program, &options)
    });
    match below {
        Some(folder) if swept.is_ok() => tree::remove(&folder),
        _ => swept,
    }
}
