//! What becomes of a pull request to a registry: merged by itself, looked at by a person, or refused.
//!
//! ```text
//! event    who opened it, who pushed, whose repository       (the forge's file, read as a stranger's)
//! merged   base and head in one tree, in memory              (crate git; what would be, not what differs)
//! shape    are these files at all: links, case, sizes        -> reasons
//! place    a path -> what it is for                           templates, index, ratings, tooling
//! package, entry, request, index, rating: each what it touches -> reasons
//! compare  a new version with the newest release              -> reasons
//! rules    the merged tree as data in a scratch folder        -> what the checks find
//! ```
//!
//! Everything is read from git's trees: no text diff, no checkout, no code of the head is run. Owners are
//! those of the *base*: what a change says of its own rights does not count. A change merges by itself
//! only where every path that it touches was recognised as an owner's own (see [`causes`], the table of
//! all reasons) and no other reason stands against it; whatever nobody thought of waits for a person.
//!
//! A decision is about one base, one head and the tree of the two together. [`settle`] carries it out,
//! with what is live compared once more.

mod base;
pub mod causes;
mod comment;
mod compare;
mod entry;
mod error;
mod event;
mod found;
mod index;
mod package;
mod people;
mod pinned;
mod place;
mod prose;
mod rating;
mod request;
mod rules;
pub mod settle;
mod shape;

use std::path::Path;

use git::{Commit, Difference, GitError, Merged, Repository};
use jiff::Timestamp;
use registry_index::{raw, registry::Config, rules::Installer};
use serde::{Deserialize, Serialize};

use base::At;
pub use causes::Verdict;
pub use error::DecideError;
pub use event::{Event, LONGEST_EVENT};
use found::Found;
pub use pinned::{PinError, Pinned, Remotes};

/// What is decided about, and with what.
pub struct PullRequest<'a> {
    /// A repository that holds both commits; its work tree is not looked at.
    pub folder: &'a Path,
    /// The head of the registry's branch.
    pub base: &'a str,
    /// The head of the pull request.
    pub head: &'a str,
    /// What the forge says of it.
    pub event: &'a Event,
    /// The time.
    pub now: Timestamp,
    /// Where pinned sources come from.
    pub pinned: &'a dyn Pinned,
    /// Parses contributed templates.
    pub renderer: &'a render::Renderer,
    /// Installs packages for trial, where that is to be done.
    pub installer: Option<&'a dyn Installer>,
    /// An empty folder for the merged tree as data.
    pub scratch: &'a Path,
}

/// What becomes of it, as one workflow job hands it to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Version of this format: 1.
    pub format: u32,
    /// What becomes of it.
    pub outcome: Verdict,
    /// The registry's repository, `owner/name`.
    pub repository: String,
    /// The pull request's number.
    pub number: u64,
    /// The branch it is for.
    pub branch: String,
    /// The commit that it was compared with: 40 hex digits.
    pub base: String,
    /// The commit that was decided about.
    pub head: String,
    /// The tree that a merge has to come to, where the two fit together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
    /// The numeric id of who opened it.
    pub opened_by: u64,
    /// Full names of the packages that it is about, sorted.
    pub packages: Vec<String>,
    /// Labels that it gets, sorted.
    pub labels: Vec<String>,
    /// Why, in the order of [`causes::ALL`].
    pub reasons: Vec<Reason>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The id of its [`causes::Cause`].
    pub id: String,
    /// A package, a path, a person: what it is about. Hostile text.
    pub subject: String,
    /// More of it. May quote hostile text.
    pub message: String,
}

/// A pull request that can be looked into: the two sides fit together.
struct Case<'a> {
    proposed: &'a PullRequest<'a>,
    repository: &'a Repository,
    /// The base's.
    config: &'a Config,
    base: &'a Commit,
    merged: &'a Commit,
    differences: Vec<Difference>,
}

impl<'a> Case<'a> {
    fn event(&self) -> &'a Event {
        self.proposed.event
    }

    fn at_base(&self) -> At<'_> {
        At::new(self.repository, self.base)
    }

    fn at_merged(&self) -> At<'_> {
        At::new(self.repository, self.merged)
    }
}

/// Decides. The same base, head, event and time give the same decision.
///
/// # Errors
/// [`DecideError`], where the base or the event cannot be read. What is wrong with the head is a reason.
pub fn decide(proposed: &PullRequest<'_>) -> Result<Decision, DecideError> {
    let event = proposed.event;
    let repository = Repository::open(proposed.folder)?;
    let base = repository.resolve(proposed.base)?;
    let head = repository.resolve(proposed.head)?;
    if head.as_str() != event.head {
        return Err(DecideError::OtherHead {
            event: event.head.clone(),
            given: head.to_string(),
        });
    }
    let config = At::new(&repository, &base).config()?;
    let mut found = Found::default();
    if event.branch != config.branch {
        found.add(&causes::OTHER_BRANCH, &event.branch, "");
    }
    if event.is_draft {
        found.add(&causes::DRAFT, "", "");
    }
    let merged = merged(&repository, &base, &head, &mut found)?;
    let mut tree = None;
    if let Some((merged, differences)) = &merged {
        tree = Some(repository.tree_id(merged)?);
        look(
            &Case {
                proposed,
                repository: &repository,
                config: &config,
                base: &base,
                merged,
                differences: differences.clone(),
            },
            &mut found,
        )?;
    }
    let (outcome, labels, packages, reasons) = found.sum();
    Ok(Decision {
        format: 1,
        outcome,
        repository: event.repository.clone(),
        number: event.number,
        branch: event.branch.clone(),
        base: base.to_string(),
        head: head.to_string(),
        tree,
        opened_by: event.opened_by.id,
        packages,
        labels,
        reasons,
    })
}

/// Base and head together, and what that differs from the base in.
fn merged(
    repository: &Repository,
    base: &Commit,
    head: &Commit,
    found: &mut Found,
) -> Result<Option<(Commit, Vec<Difference>)>, DecideError> {
    let together = repository
        .merged(base, head)
        .and_then(|merged| match merged {
            Merged::Ahead(merged) | Merged::Together(merged) => {
                let differences = repository.differences(base, &merged)?;
                Ok(Ok((merged, differences)))
            }
            Merged::Conflict(paths) => Ok(Err(paths)),
        });
    match together {
        Ok(Ok(merged)) => Ok(Some(merged)),
        Ok(Err(paths)) if paths.is_empty() => {
            found.add(&causes::CONFLICT, "", "the two have no one common commit");
            Ok(None)
        }
        Ok(Err(paths)) => {
            for path in paths {
                found.add(&causes::CONFLICT, &path, "");
            }
            Ok(None)
        }
        Err(GitError::BadTree { path, why }) => {
            found.add(&causes::PATH_UNFIT, &path, why);
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Looks at everything that differs.
fn look(case: &Case<'_>, found: &mut Found) -> Result<(), DecideError> {
    if case.differences.is_empty() {
        found.add(&causes::EMPTY_CHANGE, "", "");
        return Ok(());
    }
    // What is no plain file, or cannot be told from another, is not looked into any further.
    if shape::look(case, found)? {
        return Ok(());
    }
    let touched = place::Touched::of(case)?;
    touched.mixed(case, found);
    for path in &touched.stray {
        found.add(&causes::STRAY_FILE, path, "");
    }
    for record in &touched.records {
        record.look(found);
    }
    for name in &touched.new {
        package::new(case, name, found)?;
    }
    for folder in &touched.sources {
        found.watch(folder, |found| package::look(case, folder, found))?;
    }
    for name in &touched.entries {
        let subject = name.as_str();
        found.watch(subject, |found| entry::look(case, name, &touched, found))?;
    }
    for name in &touched.requests {
        let subject = name.as_str();
        found.watch(subject, |found| request::look(case, name, found))?;
    }
    for namespace in &touched.namespaces {
        found.watch(namespace, |found| index::namespace(case, namespace, found))?;
    }
    if touched.is_renames {
        found.watch("renames.toml", |found| index::renames(case, found))?;
    }
    for name in &touched.ratings {
        let subject = name.as_str();
        found.watch(subject, |found| rating::look(case, name, found))?;
    }
    rules::look(case, &touched, found)
}

/// Reads a file of the registry as what it says, with unknown keys ignored: the rules tell those.
fn read_toml<T: serde::de::DeserializeOwned + schemars::JsonSchema>(
    path: &str,
    bytes: Vec<u8>,
) -> Option<T> {
    let keys = raw::UnknownKeys::of::<T>();
    raw::read::<T>(path, bytes, &keys)
        .0
        .map(|written| written.value)
}
