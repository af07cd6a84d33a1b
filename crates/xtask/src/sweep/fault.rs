//! What happens to a system call.

use std::path::Path;

use super::verdict::Voice;

/// A disturbance of one call of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Fault {
    /// The process is killed before it.
    Kill,
    /// It fails: there is no space left.
    Enospc,
    /// It fails, and so do all later ones of its name: the disk stays full.
    Full,
    /// It fails: the device does not work.
    Eio,
}

/// All of them.
pub(super) const FAULTS: &[Fault] = &[Fault::Kill, Fault::Enospc, Fault::Full, Fault::Eio];

/// The calls that a full disk goes on refusing. Renaming and removing need no space.
const TAKE_SPACE: &[&str] = &[
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "copy_file_range",
    "fallocate",
    "mkdir",
    "mkdirat",
    "link",
    "linkat",
];

impl Fault {
    /// As tables and options call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Fault::Kill => "kill",
            Fault::Enospc => "enospc",
            Fault::Full => "full",
            Fault::Eio => "eio",
        }
    }

    /// Whether it happens to calls of this name.
    pub(super) fn strikes(self, call: &str) -> bool {
        self != Fault::Full || TAKE_SPACE.contains(&call)
    }

    /// Whether a run can still say what is wrong.
    pub(super) fn voice(self, call: &str) -> Voice {
        match (self, call) {
            (Fault::Full, "write" | "writev") => Voice::Cannot,
            _ => Voice::Can,
        }
    }

    /// How strace is asked to let it happen to the `at`th call (of each thread), and to write to `trace`
    /// whether it did. Counting begins at one.
    pub(super) fn inject(self, call: &str, at: usize, whose: Whose, trace: &Path) -> Vec<String> {
        let what = match self {
            Fault::Kill => format!("signal=KILL:when={at}"),
            Fault::Enospc => format!("error=ENOSPC:when={at}"),
            Fault::Full => format!("error=ENOSPC:when={at}+"),
            Fault::Eio => format!("error=EIO:when={at}"),
        };
        let mut words = vec!["strace".to_owned(), "-qq".to_owned()];
        words.extend((whose == Whose::All).then(|| "-f".to_owned()));
        words.extend(["-o".to_owned(), trace.display().to_string()]);
        words.extend(["-e".to_owned(), format!("trace={call}")]);
        words.extend(["-e".to_owned(), format!("inject={call}:{what}")]);
        words
    }

    /// Whether it happened, by what strace wrote.
    pub(super) fn has_struck(self, trace: &str) -> bool {
        match self {
            Fault::Kill => trace.contains("killed by SIGKILL"),
            Fault::Enospc | Fault::Full | Fault::Eio => trace.contains("(INJECTED)"),
        }
    }
}

/// Whose calls are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// The program's own, in its first thread.
    Program,
    /// Those of every process; whichever comes to its `at`th first is struck first.
    All,
}
