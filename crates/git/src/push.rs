//! A change pushed as a branch of somebody's own copy of a repository, with their own credentials.
//!
//! ```text
//! the branch there --ls-remote--> is it ours?   no: stop, it is somebody's work
//! the base         --fetch------> its newest commit, without its files where the server can
//!                  --commit-----> the change on top of it
//!                  --push-------> if the branch is still what it was (a lease)
//! ```

use std::path::Path;

use git2::Oid;

use crate::edit::{self, Edit, Saying};
use crate::remote::check_rev;
use crate::url::UrlPolicy;
use crate::{Commit, GitError, Program, scratch};

/// The name of the base's repository in ours.
const BASE: &str = "base";
/// Where its newest commit is kept.
const BASE_REF: &str = "refs/paracle/base";
/// Where the branch is kept that a push replaces.
const OLD_REF: &str = "refs/paracle/old";

/// From where to where.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// The repository that the change is for, as a URL.
    pub base: &'a str,
    /// Its branch.
    pub base_branch: &'a str,
    /// The repository that is pushed to, as a URL.
    pub remote: &'a str,
    /// The branch that is made there, or replaced.
    pub branch: &'a str,
    /// A line that every message of ours has. A branch whose newest commit lacks it is not ours.
    pub mark: &'a str,
    /// Which URLs may be asked.
    pub policy: &'a UrlPolicy,
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The newest commit of the branch.
    pub commit: Commit,
    /// What was there before.
    pub before: Before,
}

/// What a push found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// No branch of this name.
    Nothing,
    /// An earlier state of the change, now replaced.
    Earlier,
    /// The very change: nothing was pushed.
    Same,
}

/// Pushes `edits` on top of the base. Works in `dir`, an empty folder.
///
/// # Errors
/// [`GitError::Url`] and [`GitError::BadRevision`] before anything is asked;
/// [`GitError::Taken`] when the branch is not ours; [`GitError::Moved`] when it changed meanwhile;
/// whatever git says. The branch is then as it was.
pub fn push(
    program: &Program,
    dir: &Path,
    push: &Push<'_>,
    edits: &[Edit<'_>],
    saying: &Saying<'_>,
) -> Result<Pushed, GitError> {
    push.policy.check(push.base)?;
    push.policy.check(push.remote)?;
    check_rev(push.base_branch)?;
    check_rev(push.branch)?;
    let repository = scratch::init(dir)?;
    repository
        .remote(BASE, push.base)
        .map_err(GitError::library("name the repository"))?;
    let pushing = Pushing {
        program,
        dir,
        push,
        repository,
    };
    let old = pushing.old()?;
    pushing.fetch(BASE, push.base_branch, BASE_REF, Depth::Newest)?;
    let base = pushing.named(BASE_REF)?;
    let made = edit::commit(&pushing.repository, Some(base), edits, saying)?;
    if let Some(old) = old
        && pushing.is_same(old, made)?
    {
        return Ok(Pushed {
            commit: old.into(),
            before: Before::Same,
        });
    }
    pushing.deliver(made, old)?;
    Ok(Pushed {
        commit: made.into(),
        before: old.map_or(Before::Nothing, |_| Before::Earlier),
    })
}

/// How much of a history is fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Newest,
    All,
}

struct Pushing<'a> {
    program: &'a Program,
    dir: &'a Path,
    push: &'a Push<'a>,
    repository: git2::Repository,
}

impl Pushing<'_> {
    /// The branch as it is there, which must be ours.
    fn old(&self) -> Result<Option<Oid>, GitError> {
        let Push { remote, branch, .. } = self.push;
        let name = format!("refs/heads/{branch}");
        let call = self.call("ls-remote").option("--quiet");
        let listed = call.operand(remote)?.operand(&name)?.run()?;
        // The pattern also matches the ends of longer names.
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let mut lines = listed.lines().filter_map(|line| line.split_once('\t'));
        let found = lines.find(|(_, listed)| *listed == name);
        let Some(Ok(seen)) = found.map(|(id, _)| Oid::from_str(id)) else {
            return Ok(None);
        };
        self.fetch(remote, branch, OLD_REF, Depth::Newest)?;
        let fetched = self.named(OLD_REF)?;
        if fetched != seen {
            return Err(self.moved());
        }
        let failed = GitError::library("read the branch");
        let commit = self.repository.find_commit(seen).map_err(failed)?;
        let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
        match message.lines().any(|line| line == self.push.mark) {
            true => Ok(Some(seen)),
            false => Err(GitError::Taken {
                branch: (*branch).to_owned(),
            }),
        }
    }

    fn fetch(&self, from: &str, branch: &str, to: &str, depth: Depth) -> Result<(), GitError> {
        let mut call = self.call("fetch").setting("fetch.fsckObjects=true");
        // Older files are fetched by git itself, should a push need them.
        if from == BASE {
            call = call.option("--filter=blob:none");
        }
        call = match depth {
            Depth::Newest => call.option("--depth=1"),
            Depth::All => call.option("--unshallow"),
        };
        call.option("--quiet")
            .option("--no-tags")
            .option("--no-write-fetch-head")
            .option("--no-recurse-submodules")
            .operand(from)?
            .operand(format!("+refs/heads/{branch}:{to}"))?
            .run()
            .map(drop)
    }

    /// Whether `old` changes the base to what `made` changes it to, and says the same.
    fn is_same(&self, old: Oid, made: Oid) -> Result<bool, GitError> {
        let failed = GitError::library("compare the commits");
        let (old, made) = self
            .repository
            .find_commit(old)
            .and_then(|old| Ok((old, self.repository.find_commit(made)?)))
            .map_err(failed)?;
        Ok(old.tree_id() == made.tree_id() && old.message_bytes() == made.message_bytes())
    }

    /// Pushes, and once more with the whole history to a copy that lacks the base's newest commits:
    /// it would not take a history that begins in the middle.
    fn deliver(&self, made: Oid, old: Option<Oid>) -> Result<(), GitError> {
        match self.push_once(made, old) {
            Err(GitError::Failed { stderr, .. }) if stderr.contains("shallow update") => {
                self.fetch(BASE, self.push.base_branch, BASE_REF, Depth::All)?;
                self.push_once(made, old)
            }
            done => done,
        }
        .map_err(|error| match error {
            GitError::Failed { ref stderr, .. } if is_stale(stderr) => self.moved(),
            error => error,
        })
    }

    fn push_once(&self, made: Oid, old: Option<Oid>) -> Result<(), GitError> {
        let name = format!("refs/heads/{}", self.push.branch);
        let lease = old.map(|id| id.to_string()).unwrap_or_default();
        self.call("push")
            .option("--no-verify")
            .option("--no-follow-tags")
            .option("--no-signed")
            .option("--recurse-submodules=no")
            .option(format!("--force-with-lease={name}:{lease}"))
            .operand(self.push.remote)?
            .operand(format!("{made}:{name}"))?
            .run()
            .map(drop)
    }

    fn call(&self, name: &'static str) -> crate::Call<'_> {
        let call = self.program.call(name, self.dir).of_bare_folder();
        call.protocols(self.push.policy.protocols())
    }

    fn named(&self, name: &str) -> Result<Oid, GitError> {
        let found = self.repository.refname_to_id(name);
        found.map_err(GitError::library("read the branch"))
    }

    fn moved(&self) -> GitError {
        GitError::Moved {
            branch: self.push.branch.to_owned(),
        }
    }
}

/// Did git refuse because the branch is not what it was? By the lease, or by the server's own look.
fn is_stale(stderr: &str) -> bool {
    [
        "stale info",
        "cannot lock ref",
        "failed to update ref",
        "fetch first",
    ]
    .iter()
    .any(|words| stderr.contains(words))
}
