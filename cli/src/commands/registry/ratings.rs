//! `paracle registry ratings …`: what a registry's nightly run does about ratings.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use publish::{
    forge::{Api, RepoName, Token},
    ratings::{self, Forum, Packages, RatingError},
};
use registry_index::{
    Layout, Loaded, Selection, load,
    registry::{Config, RatingPlace},
};
use url::Url;

use crate::{
    context::Context,
    error::{CliError, Kind},
    proposing::{api_of, told},
    ui::counted,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Take the ratings in the forge's discussions into files
    Collect(Collect),
    /// Open a discussion for each package that has none
    Discussions(Discussions),
}

impl Verb {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        match self {
            Self::Collect(command) => command.run(context),
            Self::Discussions(command) => command.run(context),
        }
    }
}

/// Take the ratings in the forge's discussions into files
///
/// One rating a person and package, by the number of the account: the newest comment that is one, else
/// the newest reaction. Everything is read before anything is written, so that a failure leaves the
/// files of the last time. The same discussions give the same bytes. Takes the token from GITHUB_TOKEN.
#[derive(Args, Debug)]
pub(crate) struct Collect {
    /// The folder of ratings: a file `<namespace>/<name>.toml` for each package that has some
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Open a discussion for each package that has none
///
/// Titled with the package's name, in the category that registry.toml names. Doing it again finds those
/// that are there. Takes the token from GITHUB_TOKEN.
#[derive(Args, Debug)]
pub(crate) struct Discussions {
    /// Open at most so many at once
    #[arg(long, value_name = "N", default_value = "100")]
    most: usize,
    #[command(flatten)]
    place: Place,
}

/// Whose discussions.
#[derive(Args, Debug)]
struct Place {
    /// The registry's folder
    #[arg(long, value_name = "DIR")]
    registry: Option<PathBuf>,
    /// The repository with the discussions [default: that of registry.toml]
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<RepoName>,
    /// The forge's API [default: that of the host of the registry's repository]
    #[arg(long, value_name = "URL")]
    api_url: Option<Url>,
}

/// A registry that takes ratings in discussions, and where they are.
struct Rated {
    loaded: Loaded,
    config: Config,
    repository: RepoName,
    api: Api,
    category: String,
}

impl Collect {
    fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let Some(rated) = self.place.rated(context)? else {
            return Ok(ExitCode::SUCCESS);
        };
        let forum = Forum::find(&rated.api, &rated.repository, &rated.category)?;
        let collected = ratings::collect(&forum, &Packages::of(&rated.loaded))?;
        let written = ratings::write(&context.here.join(&self.out), &collected.files)?;
        context.ui.did(
            "Collected",
            format!(
                "{} in {}; {} changed, {} removed",
                counted(collected.ratings, "rating"),
                counted(collected.discussions, "discussion"),
                counted(written.changed, "file"),
                written.removed
            ),
        );
        Ok(ExitCode::SUCCESS)
    }
}

impl Discussions {
    fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let Some(rated) = self.place.rated(context)? else {
            return Ok(ExitCode::SUCCESS);
        };
        let forum = Forum::find(&rated.api, &rated.repository, &rated.category)?;
        let packages = Packages::of(&rated.loaded);
        let opened = ratings::open(&forum, &packages, &rated.config.url, self.most)?;
        for (name, address) in &opened.opened {
            context
                .ui
                .did("Opened", format!("{name} {}", crate::ui::one_line(address)));
        }
        let there = counted(opened.there, "package");
        context
            .ui
            .did("Looked", format!("{there} had a discussion"));
        if opened.left > 0 {
            context
                .ui
                .hint(&format!("{} more are left for the next run", opened.left));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Place {
    /// `None`, and said so, where the registry takes no ratings in discussions.
    fn rated(&self, context: &Context) -> Result<Option<Rated>, CliError> {
        let layout: Layout = context.layout(self.registry.as_deref())?;
        let loaded = load::load(&layout, &Selection::All)?;
        let config = loaded
            .registry
            .as_ref()
            .map(|written| Config::from_raw(&written.value));
        let config = config.ok_or_else(|| {
            CliError::failed("registry-index/registry.toml cannot be read")
                .hint("`paracle registry check` says why")
        })?;
        let RatingPlace::Discussions(category) = &config.ratings else {
            context
                .ui
                .did("Skipped", "this registry takes no ratings in discussions");
            return Ok(None);
        };
        let url = config.repository.as_deref().ok_or_else(|| {
            CliError::failed("registry.toml names no repository")
                .hint("add `repository = \"https://…\"` under [forge]")
        })?;
        let repository = match &self.repository {
            Some(repository) => repository.clone(),
            None => RepoName::of_url(url).map_err(|error| CliError::failed(error.to_string()))?,
        };
        let root = match &self.api_url {
            Some(root) => root.clone(),
            None => api_of(url)?,
        };
        let token = context
            .variable("GITHUB_TOKEN")
            .and_then(|text| Token::new(&text));
        if token.is_none() {
            let error = "discussions are shown to nobody without a token";
            return Err(CliError::new(Kind::NotAllowed, error).hint(
                "set GITHUB_TOKEN; in a workflow to ${{ github.token }}, with `discussions: write`",
            ));
        }
        let api = Api::new(&root, token, &context.world, told(context))?;
        Ok(Some(Rated {
            category: category.clone(),
            repository,
            api,
            config,
            loaded,
        }))
    }
}

impl From<RatingError> for CliError {
    fn from(error: RatingError) -> Self {
        match error {
            RatingError::Forge(error) => error.into(),
            error => {
                let hint = error.hint();
                Self::from_chain(Kind::Failed, &error, hint)
            }
        }
    }
}
