//! Where a submission is, as its forge knows it. Whether a release is live is for the published index
//! to say.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::forge::{
    ForgeError, RepoName,
    github::{CheckRun, GitHub, Pull, Run},
};

/// A pull request, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Followed {
    /// Its number in the repository.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its last commit.
    pub commit: String,
    /// Where it is.
    pub state: State,
}

/// Where a pull request is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is there, and nothing has begun.
    Proposed,
    /// It is being checked, or was.
    Checks(Checks),
    /// A person has to look at it.
    NeedsReview {
        /// Its labels: what a person has to look at.
        labels: Vec<String>,
        /// What else there is: who asked for changes, what has to be allowed first.
        reasons: Vec<Reason>,
    },
    /// It was merged as this commit.
    Merged(String),
    /// It was closed, and not merged.
    Closed,
}

/// How checks stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checks {
    /// Some are not done.
    Running(Vec<Check>),
    /// All are done, and these failed.
    Failed(Vec<Check>),
    /// None failed: it is about to be decided.
    Passed,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Check {
    /// What it is called. Anybody's text.
    pub name: String,
    /// Its page.
    pub url: Option<String>,
}

/// Why a person has to look at a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// They want something changed.
    ChangesRequested {
        /// Their login.
        by: String,
    },
    /// A maintainer has to allow the workflow of a newcomer to run.
    NotAllowedToRun(Check),
}

/// See [`Forge::find`](crate::forge::Forge::find).
pub(crate) fn find(
    github: &GitHub,
    repository: &RepoName,
    branch: &str,
) -> Result<Option<u64>, ForgeError> {
    let person = github.person()?;
    let mut newest = None;
    for owner in [person.login.as_str(), repository.owner()] {
        let pulls = github.pulls_from(repository, owner, branch)?;
        let ours = pulls.iter().filter(|pull| pull.head.branch == branch);
        newest = newest.max(ours.map(|pull| pull.number).max());
    }
    Ok(newest)
}

/// See [`Forge::follow`](crate::forge::Forge::follow).
pub(crate) fn follow(
    github: &GitHub,
    repository: &RepoName,
    number: u64,
) -> Result<Followed, ForgeError> {
    let pull = github.pull(repository, number)?;
    let state = match (&pull.merged_at, &pull.merge_commit_sha) {
        (Some(_), Some(commit)) => State::Merged(commit.clone()),
        _ if !pull.is_open() => State::Closed,
        _ => open(github, repository, &pull)?,
    };
    Ok(Followed {
        number,
        url: pull.html_url,
        title: pull.title,
        commit: pull.head.commit,
        state,
    })
}

/// An open one: a check that failed is told before what people have to do, since it is the author's turn.
fn open(github: &GitHub, repository: &RepoName, pull: &Pull) -> Result<State, ForgeError> {
    // A forge may not know a commit that is in a fork only, and then no check of it either.
    let runs = match github.check_runs(repository, &pull.head.commit) {
        Err(error) if error.status() == Some(404) => Vec::new(),
        runs => runs?,
    };
    let checks = checks(&runs);
    if let Some(Checks::Failed(_)) = &checks {
        return Ok(checks.map_or(State::Proposed, State::Checks));
    }
    let labels: Vec<String> = pull.labels.iter().map(|l| l.name.clone()).collect();
    let mut reasons = changes_requested(github, repository, pull.number)?;
    if runs.is_empty() {
        let runs = github.runs(repository, &pull.head.commit)?;
        reasons.extend(runs.into_iter().filter(waits).map(not_allowed));
    }
    if !labels.is_empty() || !reasons.is_empty() {
        return Ok(State::NeedsReview { labels, reasons });
    }
    Ok(checks.map_or(State::Proposed, State::Checks))
}

/// How checks stand; `None` where there are none.
fn checks(runs: &[CheckRun]) -> Option<Checks> {
    let sorted = |is: fn(&CheckRun) -> bool| {
        let some = runs.iter().filter(|run| is(run)).map(|run| Check {
            name: run.name.clone(),
            url: run.html_url.clone(),
        });
        let mut some: Vec<Check> = some.collect();
        some.sort();
        some
    };
    if runs.is_empty() {
        return None;
    }
    let running = sorted(|run| run.status != "completed");
    let failed = sorted(|run| {
        let concluded = run.conclusion.as_deref().unwrap_or("success");
        run.status == "completed" && !matches!(concluded, "success" | "neutral" | "skipped")
    });
    Some(match (running.is_empty(), failed.is_empty()) {
        (false, _) => Checks::Running(running),
        (true, false) => Checks::Failed(failed),
        (true, true) => Checks::Passed,
    })
}

/// Who wants something changed: what counts is the last that each said.
fn changes_requested(
    github: &GitHub,
    repository: &RepoName,
    number: u64,
) -> Result<Vec<Reason>, ForgeError> {
    let mut last = BTreeMap::new();
    for review in github.reviews(repository, number)? {
        if let Some(user) = review.user
            && review.state != "COMMENTED"
        {
            last.insert(user.id, (user.login, review.state));
        }
    }
    let requested = last.into_values().filter(|(_, s)| s == "CHANGES_REQUESTED");
    Ok(requested
        .map(|(by, _)| Reason::ChangesRequested { by })
        .collect())
}

fn waits(run: &Run) -> bool {
    let is = |word: &Option<String>| word.as_deref() == Some("action_required");
    is(&run.status) || is(&run.conclusion)
}

fn not_allowed(run: Run) -> Reason {
    Reason::NotAllowedToRun(Check {
        name: run.name.unwrap_or_default(),
        url: Some(run.html_url),
    })
}
