//! `paracle template rate`.

use std::{collections::BTreeMap, fs, path::PathBuf, process::ExitCode};

use clap::Args;
use client::Found;
use publish::{
    BaseFiles as _,
    forge::Person,
    ratings::{self, Forum, Packages, Said},
};
use registry_index::{
    Layout, PackageName,
    rating::{LONGEST_REVIEW, MOST_STARS, tidy_review},
    registry::RatingPlace,
};
use semver::Version;

use super::{Family, look_up};
use crate::{
    context::Context,
    error::{CliError, Kind},
    project::agreement::Agreement,
    proposing::{Proposing, Target},
    ui::{Untrusted, one_line},
};

/// Say what you think of a package
///
/// Where its registry takes ratings in discussions, your rating becomes a comment there, in your name;
/// rating again changes that comment. Where it takes them by pull request, your entry in the package's
/// file of ratings is proposed. Either way it is shown first. Signed in as nobody, you are told what to
/// post and where.
#[derive(Args, Debug)]
#[command(disable_version_flag = true)]
pub(crate) struct Rate {
    /// `namespace/name`, or a short name of `core`
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    name: String,
    /// From 1 to 5
    #[arg(long, value_name = "1..5", value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST_STARS)))]
    stars: u8,
    /// A file with your review: Markdown of at most 2,000 characters
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,
    /// The release that you rate
    #[arg(long, value_name = "VERSION")]
    version: Option<Version>,
    #[command(flatten)]
    proposing: Proposing,
}

impl Rate {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let named: Vec<String> = self.proposing.forging.registry.iter().cloned().collect();
        let hub = context.hub(&named)?;
        let found = look_up(&hub, &self.name, family)?;
        let said = self.said(&found, context)?;
        // Ratings go where the package was found.
        let mut proposing = self.proposing.clone();
        proposing
            .forging
            .registry
            .get_or_insert_with(|| found.registry.clone());
        let target = proposing.target(context)?;
        let name = &found.package.name;
        let renames = hub
            .registry(&found.registry)
            .map(|source| source.config().renames.clone());
        let renames = renames.unwrap_or_default();
        if let Some(person) = &target.person
            && found.package.owners.contains(&person.owner())
        {
            let error = format!("you own {name}: its owners do not rate it");
            return Err(CliError::new(Kind::NotAllowed, error));
        }
        match &target.policies.ratings {
            RatingPlace::Nowhere => Err(CliError::failed(format!(
                "the registry {:?} takes no ratings",
                target.policies.name
            ))),
            RatingPlace::Discussions(category) => match &target.person {
                Some(person) => self.comment(&target, category, &found, person, &said, &renames),
                None => nobody(
                    &ratings::render(&said),
                    &discussions(&target, &found),
                    context,
                ),
            },
            RatingPlace::PullRequests => match &target.person {
                Some(person) => {
                    let before = target.read(&Layout::ratings(name))?;
                    let today = context.now()?.to_string();
                    let today = today.get(..10).unwrap_or_default();
                    let proposal =
                        ratings::proposal(name, person, &said, today, before.as_deref())?;
                    self.proposing.propose(&target, proposal)?;
                    Ok(ExitCode::SUCCESS)
                }
                None => nobody(&ratings::render(&said), &file(&target, &found), context),
            },
        }
    }

    /// What was typed, judged.
    fn said(&self, found: &Found, context: &Context) -> Result<Said, CliError> {
        if let Some(version) = &self.version
            && found.package.release(version).is_none()
        {
            let error = format!("{} has no release {version}", found.package.name);
            let latest = found.package.latest().version();
            return Err(CliError::usage(error).hint(format!("the latest is {latest}")));
        }
        let mut review = None;
        if let Some(path) = &self.review {
            let path = context.here.join(path);
            let text = fs::read_to_string(&path).map_err(|error| {
                CliError::usage(format!("cannot read {}: {error}", path.display()))
            })?;
            let length = text.trim().chars().count();
            if length > LONGEST_REVIEW {
                let error = format!("the review has {length} characters");
                let hint = format!("at most {LONGEST_REVIEW} are taken");
                return Err(CliError::usage(error).hint(hint));
            }
            review = Some(tidy_review(&text)).filter(|text| !text.is_empty());
        }
        Ok(Said {
            stars: self.stars,
            version: self.version.clone(),
            review,
        })
    }

    /// In the package's discussion.
    fn comment(
        &self,
        target: &Target<'_>,
        category: &str,
        found: &Found,
        person: &Person,
        said: &Said,
        renames: &BTreeMap<PackageName, PackageName>,
    ) -> Result<ExitCode, CliError> {
        let (name, context) = (&found.package.name, target.context);
        if self.proposing.patch.is_some() || self.proposing.push.is_some() {
            let error = "this registry takes ratings in discussions: there is nothing to propose";
            return Err(CliError::usage(error).hint("leave --patch and --push out"));
        }
        let forum = Forum::find(target.forge.api(), &target.repository, category)?;
        let packages = Packages::one(name, renames);
        let posting = ratings::place(&forum, &packages, name, person, said)?;
        let (verb, question) = match posting.is_change() {
            true => ("changes your comment in", "Change it?"),
            false => ("becomes a comment in", "Post it?"),
        };
        let address = one_line(&posting.url);
        if !self.proposing.json {
            context.ui.data(shown(&posting.comment))?;
            context.ui.did("As", one_line(&person.login));
            context.ui.did("Where", format!("it {verb} {address}"));
        }
        let mut posted = None;
        if !self.proposing.dry_run {
            let agreement = Agreement {
                yes: self.proposing.yes,
                ..Agreement::default()
            };
            agreement.agree(question, context)?;
            let url = ratings::post(&forum, &posting)?;
            context
                .ui
                .did("Rated", format!("{name}: {} of {MOST_STARS}", self.stars));
            posted = Some(url);
        }
        if self.proposing.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "name": name,
                "comment": posting.comment,
                "discussion": posting.url,
                "changes": posting.is_change(),
                "posted": posted,
            }))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A comment as a terminal may show it.
fn shown(comment: &str) -> String {
    Untrusted(comment.trim_end()).to_string()
}

/// Says what to post, and where.
fn nobody(comment: &str, place: &str, context: &Context) -> Result<ExitCode, CliError> {
    context.ui.data(shown(comment))?;
    Err(CliError::new(
        Kind::NotAllowed,
        "you are signed in as nobody, so nothing was posted",
    )
    .hint(format!("put the text above into your browser at {place}"))
    .hint("or sign in, or set GITHUB_TOKEN, and run the command again"))
}

/// Where discussions about a package are found.
fn discussions(target: &Target<'_>, found: &Found) -> String {
    let name = found.package.name.as_str().replace('/', "%2F");
    format!("{}/discussions?discussions_q={name}", repository(target))
}

/// Where the file of ratings is changed.
fn file(target: &Target<'_>, found: &Found) -> String {
    let path = Layout::ratings(&found.package.name);
    format!(
        "{}/edit/{}/{path}",
        repository(target),
        target.policies.branch
    )
}

fn repository(target: &Target<'_>) -> String {
    let url = target.policies.repository.as_deref().unwrap_or_default();
    one_line(
        url.strip_suffix(".git")
            .unwrap_or(url)
            .trim_end_matches('/'),
    )
}
