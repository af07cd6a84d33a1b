//! Carries a decision out: merges, or says what a person has to look at.
//!
//! ```text
//! compare   the live pull request and branch with what was decided       else: decide again
//! merge     exactly that head, by the forge; then its tree is compared as well
//! release   by dispatch, because a merge by a workflow's token starts nothing
//! tell      labels, and one comment that is kept up to date
//! ```
//!
//! The decision comes from a job that read hostile bytes, so nothing in it is believed that the forge can
//! say: who opened the pull request and whose repository it comes from are asked once more, labels are
//! worked out from the ids of the reasons, and text is escaped. Every step looks first what is there:
//! settling again after a kill does what is left to do. Two that settle at once are kept apart by the
//! workflow's `concurrency`; the forge itself holds the head, and a branch that moved between the last
//! look and the merge is told by the tree.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Decision, Event,
    causes::{self, Verdict},
    comment,
};
use crate::forge::{Api, ForgeError, RepoName};

mod live;

use live::{Comment, Commit, Label, Merge, Pull, Reference, User};

/// The workflow that releases.
const RELEASE: &str = "release.yml";
/// The colour of labels that are made, in hex.
const COLOUR: &str = "c5a0f5";

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is merged, as this commit, and the release is started.
    Merged(String),
    /// Labels and a comment say what is to be done.
    Told,
    /// Nothing: what is live is not what was decided about. Why.
    Again(&'static str),
    /// Nothing: it was closed.
    Closed,
}

/// Why a decision could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The forge did not do it.
    #[error(transparent)]
    Forge(#[from] ForgeError),
    /// The decision is none that could have been made.
    #[error("the decision cannot be carried out: {0}")]
    Unsound(&'static str),
    /// The forge merged something else than what was decided about.
    #[error("{commit} was merged and is not what was decided about: {why}")]
    Unlike {
        /// The commit on the branch.
        commit: String,
        /// What is different.
        why: &'static str,
    },
}

impl SettleError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Forge(error) => error.hint(),
            Self::Unsound(_) => Some("decide again with `paracle registry decide`".into()),
            Self::Unlike { commit, .. } => Some(format!(
                "look at {commit}, and revert it where it should not be there: the next release \
                 publishes what is on the branch"
            )),
        }
    }
}

/// Carries `decision` out in `repository`.
///
/// # Errors
/// [`SettleError`].
pub fn settle(
    decision: &Decision,
    repository: &RepoName,
    api: &Api,
) -> Result<Settled, SettleError> {
    is_sound(decision, repository)?;
    let settling = Settling {
        decision,
        api,
        root: format!("repos/{repository}"),
    };
    let pull: Pull = api.get(&settling.path(&format!("pulls/{}", decision.number)))?;
    if pull.head.sha != decision.head {
        return Ok(Settled::Again("the head moved"));
    }
    if pull.base.branch != decision.branch {
        return Ok(Settled::Again("it is for another branch now"));
    }
    match (pull.merged, pull.state.as_str()) {
        // Whoever was cut off after the merge has the rest to do.
        (true, _) if decision.outcome == Verdict::Merge => {
            let commit = pull.merge_commit_sha.clone().unwrap_or_default();
            settling.merged(&pull, commit)
        }
        // Decided once more after it was merged, when there was nothing left to merge: whatever was cut
        // off then, the release is what was still to be started.
        (true, _) => {
            settling.start_release()?;
            Ok(Settled::Closed)
        }
        (false, "open") => settling.open(&pull),
        _ => Ok(Settled::Closed),
    }
}

impl Decision {
    /// Holds the decision against the event of the run that carries it out: it has to be about that pull
    /// request and that head, and what merges by itself was opened, pushed and kept by one person.
    ///
    /// # Errors
    /// [`SettleError::Unsound`].
    pub fn is_about(&self, event: &Event) -> Result<(), SettleError> {
        let unsound = |why| Err(SettleError::Unsound(why));
        if (self.number, self.head.as_str()) != (event.number, event.head.as_str()) {
            return unsound("it is about another pull request, or another head");
        }
        let people = [&event.pushed_by, &event.head_owner];
        let is_one = people
            .iter()
            .all(|person| person.as_ref().map(|p| p.id) == Some(self.opened_by));
        match self.outcome {
            Verdict::Merge if !is_one || event.opened_by.id != self.opened_by => {
                unsound("it merges what more than one person has to do with")
            }
            _ => Ok(()),
        }
    }
}

/// Whether the decision is one that [`super::decide`] could have made about this repository.
fn is_sound(decision: &Decision, repository: &RepoName) -> Result<(), SettleError> {
    let is_commit = |text: &str| text.parse::<git::Commit>().is_ok();
    let known: Option<Vec<Verdict>> = decision
        .reasons
        .iter()
        .map(|reason| Some(causes::explain(&reason.id)?.verdict))
        .collect();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let unsound = |why| Err(SettleError::Unsound(why));
    match known {
        _ if decision.format != 1 => unsound("its format is not 1"),
        _ if !decision
            .repository
            .eq_ignore_ascii_case(&repository.to_string()) =>
        {
            unsound("it is about another repository")
        }
        _ if !is_commit(&decision.base) || !is_commit(&decision.head) => {
            unsound("its base or its head is no commit")
        }
        _ if decision.branch.contains("..") || !decision.branch.chars().all(is_plain) => {
            unsound("its branch has a name that branches of registries do not have")
        }
        None => unsound("it has a reason that this version does not know"),
        Some(known) if known.iter().max() != Some(&decision.outcome) => {
            unsound("its outcome does not follow from its reasons")
        }
        Some(_) if decision.outcome == Verdict::Merge && decision.tree.is_none() => {
            unsound("it has no tree")
        }
        Some(_) => Ok(()),
    }
}

struct Settling<'a> {
    decision: &'a Decision,
    api: &'a Api,
    root: String,
}

impl Settling<'_> {
    fn path(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }

    fn open(&self, pull: &Pull) -> Result<Settled, SettleError> {
        let decision = self.decision;
        let path = self.path(&format!("git/ref/heads/{}", decision.branch));
        let branch: Reference = self.api.get(&path)?;
        if branch.object.sha != decision.base {
            return Ok(Settled::Again("the branch moved"));
        }
        if decision.outcome != Verdict::Merge {
            self.tell(pull)?;
            return Ok(Settled::Told);
        }
        let owner = pull.head.repo.as_ref().map(|repo| repo.owner.id);
        if pull.user.id != decision.opened_by || owner != Some(decision.opened_by) {
            return Ok(Settled::Again(
                "somebody else opened it, or the head is not theirs",
            ));
        }
        let path = self.path(&format!("pulls/{}/merge", decision.number));
        // Words of our own: those of the pull request are its author's, and could close issues.
        let body = json!({
            "sha": decision.head,
            "merge_method": "merge",
            "commit_title": format!("Merge #{}: {}", decision.number, decision.packages.join(", ")),
            "commit_message": "",
        });
        let merged: Merge = match self.api.put(&path, &body) {
            Ok(merged) => merged,
            // Not mergeable (any more), or the head moved.
            Err(error) if matches!(error.status(), Some(405 | 409)) => {
                return Ok(Settled::Again(
                    "the forge cannot merge it as it was decided about",
                ));
            }
            Err(error) => return Err(error.into()),
        };
        self.merged(pull, merged.sha)
    }

    /// What is left to do once it is merged.
    fn merged(&self, pull: &Pull, commit: String) -> Result<Settled, SettleError> {
        if commit.parse::<git::Commit>().is_err() {
            return Ok(Settled::Again(
                "the forge does not say as what it was merged",
            ));
        }
        let made: Commit = self.api.get(&self.path(&format!("git/commits/{commit}")))?;
        let why = if Some(&made.tree.sha) != self.decision.tree.as_ref() {
            Some("it has another tree")
        } else if made.parents.first().map(|parent| &parent.sha) != Some(&self.decision.base) {
            Some("the branch had moved")
        } else {
            None
        };
        if let Some(why) = why {
            return Err(SettleError::Unlike { commit, why });
        }
        self.start_release()?;
        self.tell(pull)?;
        Ok(Settled::Merged(commit))
    }

    /// A merge by a workflow's own token starts nothing by itself.
    fn start_release(&self) -> Result<(), SettleError> {
        let path = self.path(&format!("actions/workflows/{RELEASE}/dispatches"));
        let branch = json!({ "ref": self.decision.branch });
        let _: Value = self.api.post(&path, &branch)?;
        Ok(())
    }

    /// Labels and the comment.
    fn tell(&self, pull: &Pull) -> Result<(), SettleError> {
        let wanted: BTreeSet<&str> = self
            .decision
            .reasons
            .iter()
            .filter_map(|reason| causes::explain(&reason.id)?.label())
            .collect();
        let there: BTreeSet<&str> = pull
            .labels
            .iter()
            .map(|label| label.name.as_str())
            .collect();
        let number = self.decision.number;
        for (name, about) in causes::labels() {
            match (wanted.contains(name), there.contains(name)) {
                (true, false) => {
                    self.make_label(name, about)?;
                    let path = self.path(&format!("issues/{number}/labels"));
                    let _: Value = self.api.post(&path, &json!({ "labels": [name] }))?;
                }
                // Another decision set it; a label of a person's own is none of these.
                (false, true) => {
                    let path = self.path(&format!("issues/{number}/labels/{name}"));
                    missing(self.api.delete(&path))?;
                }
                _ => {}
            }
        }
        self.comment()
    }

    fn make_label(&self, name: &str, about: &str) -> Result<(), ForgeError> {
        let found: Option<Label> = self.api.find(&self.path(&format!("labels/{name}")))?;
        if found.is_none() {
            let body = json!({ "name": name, "color": COLOUR, "description": about });
            let made: Result<Value, _> = self.api.post(&self.path("labels"), &body);
            // Somebody else made it meanwhile.
            made.map(drop).or_else(|error| match error.status() {
                Some(422) => Ok(()),
                _ => Err(error),
            })?;
        }
        Ok(())
    }

    /// Our comment is one that begins with the marker and is by a program or by who we are: anybody
    /// can write a marker, and could change later what stands in a comment of theirs.
    fn comment(&self) -> Result<(), SettleError> {
        let number = self.decision.number;
        let text = comment::text(self.decision);
        let body = json!({ "body": text });
        let comments: Vec<Comment> = self
            .api
            .list(&self.path(&format!("issues/{number}/comments")))?;
        // A workflow's token is nobody's.
        let me: Option<User> = self.api.find("user").unwrap_or_default();
        let is_ours = |comment: &&Comment| {
            let by = comment.user.as_ref();
            let is_mine = by.zip(me.as_ref()).is_some_and(|(by, me)| by.id == me.id);
            // No person can have a login with brackets.
            let is_program = by.is_some_and(|by| by.login == "github-actions[bot]");
            let text = comment.body.as_deref().unwrap_or_default();
            (is_mine || is_program) && text.starts_with(comment::MARKER)
        };
        let _: Value = match comments.iter().find(is_ours) {
            Some(known) if known.body.as_deref() == Some(text.as_str()) => return Ok(()),
            Some(known) => {
                let path = self.path(&format!("issues/comments/{}", known.id));
                self.api.patch(&path, &body)?
            }
            None => {
                let path = self.path(&format!("issues/{number}/comments"));
                self.api.post(&path, &body)?
            }
        };
        Ok(())
    }
}

/// What is gone already need not be removed.
fn missing(result: Result<(), ForgeError>) -> Result<(), ForgeError> {
    match result {
        Err(error) if error.status() == Some(404) => Ok(()),
        other => other,
    }
}
