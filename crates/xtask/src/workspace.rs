//! Where the chores work, and how they fail.

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::path::PathBuf;
use std::process::Command;

/// Why a chore failed: what is printed after `error: `.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl Failure {
    /// `what` failed, because of `why`.
    pub(crate) fn of(what: impl Display, why: impl Display) -> Failure {
        Failure(format!("{what}: {why}"))
    }
}

/// The checkout that the chore is for.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
}

impl Workspace {
    pub(crate) fn here() -> Workspace {
        // Cargo says which checkout it was started in. What this program was built in may be
        // another, where two share a target folder.
        let own = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        Workspace {
            root: own.ancestors().nth(2).unwrap_or(&own).to_owned(),
        }
    }

    /// Where Cargo puts what it builds.
    pub(crate) fn target(&self) -> PathBuf {
        let folder = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        self.root.join(folder)
    }

    /// `program`, to be run at the root.
    pub(crate) fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root);
        command
    }

    /// The Cargo that runs this chore, to be run at the root.
    pub(crate) fn cargo(&self) -> Command {
        self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }
}
