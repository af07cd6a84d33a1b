//! What a disturbed run left behind, against what it may leave.

use std::process::Output;

use crate::tree::{Node, Tree};

/// The project before an operation, and after it was done undisturbed.
pub(super) struct Expected {
    pub(super) old: Tree,
    pub(super) new: Tree,
}

/// Which of the two a project is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Old,
    /// The old one, every file, and an empty folder that was not there.
    Littered,
    New,
}

/// What a fault may keep a run from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    Can,
    /// Not even a message can be written.
    Cannot,
}

impl Expected {
    /// Which of the two `tree` is; where it is neither, how it differs from the nearer one.
    pub(super) fn state(&self, tree: &Tree) -> Result<State, String> {
        let from_old = tree.differences(&self.old);
        let from_new = tree.differences(&self.new);
        if from_old.is_empty() {
            return Ok(State::Old);
        }
        if from_new.is_empty() {
            return Ok(State::New);
        }
        let is_empty_folder = |path: &String| {
            tree.0.get(path) == Some(&Node::Folder)
                && !tree
                    .0
                    .keys()
                    .any(|other| other.starts_with(&format!("{path}/")))
        };
        let is_more = |path: &&String| !self.old.0.contains_key(*path);
        let is_whole = self
            .old
            .0
            .iter()
            .all(|(path, node)| tree.0.get(path) == Some(node));
        if is_whole && tree.0.keys().filter(is_more).all(is_empty_folder) {
            return Ok(State::Littered);
        }
        let (name, lines) = match from_old.len() <= from_new.len() {
            true => ("old", from_old),
            false => ("new", from_new),
        };
        Err(format!(
            "not quite the {name} project: {}",
            lines.join("; ")
        ))
    }

    /// What is wrong with how a run ended that was disturbed and not killed: `tree` is what it left.
    pub(super) fn judge(
        &self,
        output: &Output,
        tree: &Tree,
        voice: Voice,
    ) -> Result<State, String> {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim();
        let is_panic = said.contains("panicked at") || output.status.code() == Some(101);
        if is_panic && !said.contains(PROBES_PROC) {
            return Err(format!("it panicked: {said}"));
        }
        let state = self.state(tree).map_err(|why| format!("{why} ({said})"))?;
        match output.status.success() {
            true if state != State::New => {
                Err(format!("it did nothing and says that all is well ({said})"))
            }
            false if voice == Voice::Can && said.is_empty() => {
                Err(format!("it failed without a word ({})", output.status))
            }
            _ => Ok(state),
        }
    }
}

/// Before it trusts `/proc`, it asks it to rename itself, which no `/proc` does; it panics at an answer that
/// only an injection can give.
const PROBES_PROC: &str = "rustix-linux-procfs";

/// How many runs ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) old: usize,
    pub(super) littered: usize,
    pub(super) new: usize,
    pub(super) wrong: usize,
}

impl Tally {
    pub(super) fn add(&mut self, outcome: &Result<State, String>) {
        match outcome {
            Ok(State::Old) => self.old += 1,
            Ok(State::Littered) => self.littered += 1,
            Ok(State::New) => self.new += 1,
            Err(_) => self.wrong += 1,
        }
    }

    pub(super) fn points(&self) -> usize {
        self.old + self.littered + self.new + self.wrong
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.old += other.old;
        self.littered += other.littered;
        self.new += other.new;
        self.wrong += other.wrong;
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{ExitStatus, Output};

    use super::{Expected, State, Voice};
    use crate::tree::{Node, Tree};

    fn tree(paths: &[&str]) -> Tree {
        let nodes = paths.iter().map(|path| (path.to_string(), Node::Folder));
        Tree(nodes.collect())
    }

    fn ended(code: i32, said: &str) -> Output {
        Output {
            status: ExitStatus::from_raw(code << 8),
            stdout: Vec::new(),
            stderr: said.as_bytes().to_vec(),
        }
    }

    #[test]
    fn success_is_new_and_failure_is_told() {
        let expected = Expected {
            old: tree(&["mine"]),
            new: tree(&["mine", "theirs"]),
        };
        let judge = |code, said, paths: &[&str]| {
            expected.judge(&ended(code, said), &tree(paths), Voice::Can)
        };
        assert_eq!(judge(0, "", &["mine", "theirs"]), Ok(State::New));
        assert_eq!(judge(1, "error: no", &["mine"]), Ok(State::Old));
        assert_eq!(judge(1, "error: no", &["mine", "theirs"]), Ok(State::New));
        assert!(judge(0, "", &["mine"]).unwrap_err().contains("did nothing"));
        assert!(
            judge(1, "", &["mine"])
                .unwrap_err()
                .contains("without a word")
        );
        assert!(
            judge(101, "error", &["mine"])
                .unwrap_err()
                .contains("panicked")
        );
        let between = judge(1, "error: no", &["theirs"]).unwrap_err();
        assert!(between.contains("mine: is not there"), "{between}");
    }
}
