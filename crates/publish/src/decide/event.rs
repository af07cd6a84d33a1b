//! What the forge says of a pull request: who opened it, who pushed, whose repository it is in.
//!
//! The file is read as something a stranger wrote: bounded, and only what is needed of it. People are
//! their numeric ids; a login counts only beside the id that has it at this moment.
//!
//! **Who pushed.** Only an event that is a push, or that hands one over, says it: `opened`, whose sender
//! puts the branch forward as it is, and `synchronize`, whose sender moved it. Who opens it again
//! (`reopened`) need not have looked at what somebody else pushed meanwhile.
//! In any other event (`labeled`, `edited`, a review) the sender did something else, and in none that a
//! clock or a person starts (`schedule`, `workflow_dispatch`) is there a pusher at all. With those a
//! decision is never to merge. A run that is repeated gets the event of its first time again, so
//! deciding again after the base moved needs nothing else. Events that come late do no harm: the head
//! that they name is the one that is decided and merged, no other.

use jiff::Timestamp;
use serde::Deserialize;

use super::DecideError;
use crate::forge::Person;

/// The longest file that is read, in bytes.
pub const LONGEST_EVENT: u64 = 4 << 20;

/// A pull request at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The registry's repository, `owner/name`.
    pub repository: String,
    /// The pull request's number.
    pub number: u64,
    /// The branch it is for.
    pub branch: String,
    /// Its newest commit.
    pub head: String,
    /// Who opened it.
    pub opened_by: Person,
    /// Who pushed what is there now, where the event says it.
    pub pushed_by: Option<Person>,
    /// Whose repository it comes from; nobody's where that is gone.
    pub head_owner: Option<Person>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Whether it is marked as a draft.
    pub is_draft: bool,
    /// Whether the forge counts who opened it among those who keep the repository. It never makes
    /// anything merge by itself: it makes a review of what would be refused of others.
    pub is_by_maintainer: bool,
}

#[derive(Deserialize)]
struct Written {
    action: Option<String>,
    sender: Option<User>,
    pull_request: Option<Pull>,
}

#[derive(Deserialize)]
struct User {
    id: u64,
    login: String,
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    user: User,
    created_at: Timestamp,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    author_association: String,
    head: Side,
    base: Side,
}

#[derive(Deserialize)]
struct Side {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
    repo: Option<Repo>,
}

#[derive(Deserialize)]
struct Repo {
    full_name: String,
    owner: User,
}

impl From<User> for Person {
    fn from(user: User) -> Self {
        Self {
            login: user.login,
            id: user.id,
        }
    }
}

impl Event {
    /// Reads the event file of a `pull_request` or `pull_request_target` run, or any object whose
    /// `pull_request` is one as the API gives it.
    ///
    /// # Errors
    /// [`DecideError::Event`].
    pub fn read(bytes: &[u8]) -> Result<Self, DecideError> {
        let bad = |why: String| DecideError::Event(why);
        if bytes.len() as u64 > LONGEST_EVENT {
            return Err(bad(format!("it has more than {LONGEST_EVENT} bytes")));
        }
        let written: Written =
            serde_json::from_slice(bytes).map_err(|error| bad(error.to_string()))?;
        let pull = written
            .pull_request
            .ok_or_else(|| bad("there is no `pull_request` in it".into()))?;
        let repository = pull
            .base
            .repo
            .ok_or_else(|| bad("`pull_request.base.repo` is missing".into()))?;
        let is_push = matches!(written.action.as_deref(), Some("opened" | "synchronize"));
        Ok(Self {
            repository: repository.full_name,
            number: pull.number,
            branch: pull.base.branch,
            head: pull.head.sha,
            opened_by: pull.user.into(),
            pushed_by: written.sender.filter(|_| is_push).map(Person::from),
            head_owner: pull.head.repo.map(|repo| repo.owner.into()),
            opened_at: pull.created_at,
            is_draft: pull.draft,
            is_by_maintainer: matches!(
                pull.author_association.as_str(),
                "OWNER" | "MEMBER" | "COLLABORATOR"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(action: &str) -> String {
        let user = |id: u64, login: &str| format!("{{\"id\":{id},\"login\":{login:?},\"x\":[]}}");
        format!(
            "{{\"action\":{action:?},\"sender\":{},\"pull_request\":{{\"number\":5,\"user\":{},\
             \"created_at\":\"2026-01-02T03:04:05Z\",\"author_association\":\"NONE\",\
             \"head\":{{\"ref\":\"main\",\"sha\":\"aa\",\"repo\":null}},\
             \"base\":{{\"ref\":\"main\",\"sha\":\"bb\",\"repo\":{{\"full_name\":\"o/hub\",\"owner\":{}}}}}}}}}",
            user(2, "pusher"),
            user(1, "opener"),
            user(3, "o")
        )
    }

    #[test]
    fn only_a_push_has_a_pusher() {
        for (action, pusher) in [
            ("opened", Some(2)),
            ("reopened", None),
            ("synchronize", Some(2)),
            ("labeled", None),
            ("edited", None),
            ("submitted", None),
        ] {
            let event = Event::read(event(action).as_bytes()).unwrap();
            assert_eq!(event.pushed_by.map(|person| person.id), pusher, "{action}");
            assert_eq!((event.opened_by.id, event.head_owner), (1, None));
        }
    }

    #[test]
    fn what_is_no_such_event_is_refused() {
        let good = event("opened");
        let twice = good.replacen("\"number\":5", "\"number\":5,\"number\":6", 1);
        let float = good.replacen("\"id\":1", "\"id\":1.5", 1);
        let negative = good.replacen("\"id\":1", "\"id\":-1", 1);
        let long = format!("{good}{}", " ".repeat(5 << 20));
        let deep = "[".repeat(100_000);
        for bad in [
            "", "{}", "[]", "null", &twice, &float, &negative, &long, &deep,
        ] {
            assert!(Event::read(bad.as_bytes()).is_err());
        }
    }
}
