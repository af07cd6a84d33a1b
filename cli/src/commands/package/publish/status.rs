//! `paracle template publish status`.

use std::{path::Path, process::ExitCode, thread, time::Duration};

use clap::Args;
use publish::{
    Draft,
    follow::{Check, Checks, Followed, Reason, State},
    forge::Forge as _,
};
use registry_index::PackageName;
use semver::Version;
use serde::Serialize;

use crate::{
    context::Context,
    error::CliError,
    live,
    proposing::{Forging, Target},
    ui::{counted, one_line},
};

/// How often a forge is asked while somebody waits.
const PAUSE: Duration = Duration::from_secs(15);

/// Say where a submission is: checks, review, merged, live
///
/// Asks the forge for the pull request, and the published index itself for whether the release can be
/// installed. Exits with 1 where the pull request was closed, or a check failed.
#[derive(Args, Debug)]
pub(crate) struct Status {
    /// The package's folder, or `namespace/name@version`
    #[arg(value_name = "PATH|NAME@VERSION", default_value = ".")]
    what: String,
    /// Wait until it is live, or it is the author's turn
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    forging: Forging,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Where a submission is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Submission {
    format: u32,
    name: PackageName,
    version: Version,
    /// Whether the published index has this release.
    live: bool,
    /// The newest pull request from its branch.
    pull: Option<Followed>,
}

impl Status {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let (name, version) = named(context, &self.what)?;
        let target = self.forging.target(context)?;
        let mut submission = look(context, &target, &name, &version)?;
        let mut told = String::new();
        while self.wait && submission.is_under_way() {
            let (word, detail) = submission.words();
            if told != detail {
                context.ui.did(word, &detail);
                told = detail;
            }
            thread::sleep(PAUSE);
            submission = look(context, &target, &name, &version)?;
        }
        if self.json {
            context.ui.json(&submission)?;
        } else {
            for line in submission.lines() {
                context.ui.data(line)?;
            }
            submission.hints(context);
        }
        Ok(match submission.is_bad() {
            true => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        })
    }
}

fn look(
    context: &Context,
    target: &Target<'_>,
    name: &PackageName,
    version: &Version,
) -> Result<Submission, CliError> {
    let branch = publish::branch(name, &version.to_string());
    let number = target.forge.find(&target.repository, &branch)?;
    let follow = |number| target.forge.follow(&target.repository, number);
    Ok(Submission {
        format: 1,
        name: name.clone(),
        version: version.clone(),
        live: is_live(context, &target.policies.url, name, version),
        pull: number.map(follow).transpose()?,
    })
}

/// Whether it is live. A site that cannot be asked is told of, and what the forge knows is told all the
/// same.
fn is_live(context: &Context, url: &str, name: &PackageName, version: &Version) -> bool {
    live::has(context, url, name, version).unwrap_or_else(|error| {
        context
            .ui
            .warn(&format!("whether it is live: {}", error.message));
        false
    })
}

/// The release that was named, or that the package in the folder would be.
fn named(context: &Context, what: &str) -> Result<(PackageName, Version), CliError> {
    if let Some((name, version)) = what.split_once('@')
        && let (Ok(name), Ok(version)) = (name.parse(), version.parse())
    {
        return Ok((name, version));
    }
    let draft = Draft::read(&context.here.join(Path::new(what)), what)?;
    let manifest = draft.source.manifest.as_ref().ok_or_else(|| {
        CliError::failed(format!("the paracle.toml in {what:?} means nothing"))
            .hint("`paracle template check` says why")
    })?;
    Ok((manifest.name.clone(), manifest.version.clone()))
}

impl Submission {
    fn state(&self) -> Option<&State> {
        self.pull.as_ref().map(|pull| &pull.state)
    }

    /// Whether something other than the author has to do something next.
    fn is_under_way(&self) -> bool {
        let author_s_turn = match self.state() {
            None | Some(State::Closed | State::Checks(Checks::Failed(_))) => true,
            Some(State::NeedsReview { reasons, .. }) => reasons
                .iter()
                .any(|reason| matches!(reason, Reason::ChangesRequested { .. })),
            Some(_) => false,
        };
        !self.live && !author_s_turn
    }

    fn is_bad(&self) -> bool {
        let bad = matches!(
            self.state(),
            Some(State::Closed | State::Checks(Checks::Failed(_)))
        );
        !self.live && bad
    }

    /// One word, and what there is to it.
    fn words(&self) -> (&'static str, String) {
        let names = |checks: &[Check]| {
            let names: Vec<String> = checks.iter().map(|check| one_line(&check.name)).collect();
            names.join(", ")
        };
        if self.live {
            return ("Live", format!("{} {}", self.name, self.version));
        }
        match self.state() {
            None => ("Unknown", "no pull request of yours proposes it".into()),
            Some(State::Proposed) => ("Proposed", "no check has begun".into()),
            Some(State::Checks(Checks::Running(checks))) => ("Checking", names(checks)),
            Some(State::Checks(Checks::Failed(checks))) => ("Failed", names(checks)),
            Some(State::Checks(Checks::Passed)) => ("Checked", "about to be decided".into()),
            Some(State::NeedsReview { labels, reasons }) => {
                let count = counted(reasons.len(), "open point");
                let labels: Vec<String> = labels.iter().map(|label| one_line(label)).collect();
                match labels.is_empty() {
                    true => ("Waiting", format!("for a person: {count}")),
                    false => ("Waiting", format!("for a person: {}", labels.join(", "))),
                }
            }
            Some(State::Merged(_)) => ("Merged", "its record is being written".into()),
            Some(State::Closed) => ("Closed", "and not merged".into()),
        }
    }

    fn lines(&self) -> Vec<String> {
        let (word, detail) = self.words();
        let mut lines = vec![format!("{word}: {detail}")];
        if let Some(pull) = &self.pull {
            lines.push(format!(
                "  {}  {}",
                one_line(&pull.url),
                one_line(&pull.title)
            ));
        }
        let failed = match self.state() {
            Some(State::Checks(Checks::Failed(checks))) => checks.as_slice(),
            _ => &[],
        };
        for check in failed {
            let url = check.url.as_deref().unwrap_or_default();
            lines.push(format!("  {}  {}", one_line(&check.name), one_line(url)));
        }
        let reasons = match self.state() {
            Some(State::NeedsReview { reasons, .. }) => reasons.as_slice(),
            _ => &[],
        };
        lines.extend(reasons.iter().map(|reason| match reason {
            Reason::ChangesRequested { by } => format!("  {} asks for changes", one_line(by)),
            Reason::NotAllowedToRun(check) => format!(
                "  a maintainer has to allow {:?} to run: {}",
                one_line(&check.name),
                one_line(check.url.as_deref().unwrap_or_default())
            ),
        }));
        lines
    }

    fn hints(&self, context: &Context) {
        let (name, version) = (&self.name, &self.version);
        match self.state() {
            _ if self.live => context
                .ui
                .hint(&format!("`paracle template install {name}@{version}`")),
            None => context
                .ui
                .hint("`paracle template publish PATH` proposes it"),
            Some(State::Checks(Checks::Failed(_))) => context
                .ui
                .hint("mend it and run `paracle template publish PATH` again"),
            Some(_) => {}
        }
    }
}
