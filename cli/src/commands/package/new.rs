//! `paracle template new` and `paracle plugin new`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use archive::Limits;
use clap::Args;
use client::Hub;
use publish::{draft::With, new::Answers};
use registry_index::{Finding, Kind, Layout, PackageName, Severity, registry::Config};

use super::{Family, fork};
use crate::{
    context::Context,
    draft::{self, Nothing},
    error::CliError,
};

mod asking;

/// Make a package of one's own, to be filled in
///
/// Writes a folder that passes every check at once, with a test case, and a README that asks what only its
/// author knows. In a checkout of a registry it goes below templates/, elsewhere into the working folder.
/// What is not said is asked, or, with --no-input, taken as usual.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// What it is called: `namespace/name`, or the name alone, below your GitHub login
    name: String,
    /// What it mainly is
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// The folder that the package's folder is made in
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// What it does, in one line of 10 to 100 characters
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    /// A category of the registry (repeatable)
    #[arg(long = "category", value_name = "ID")]
    categories: Vec<String>,
    /// Its licence, as an SPDX expression
    #[arg(long, value_name = "SPDX")]
    license: Option<String>,
    /// Your GitHub login [default: git's setting github.user]
    #[arg(long, value_name = "LOGIN")]
    author: Option<String>,
    /// The registry that it is meant for: its name in `registry list`, a folder, or a URL; else the one
    /// whose checkout this is, or the one that this program brings along
    #[arg(long, value_name = "REGISTRY")]
    registry: Option<String>,
}

impl New {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let start = self
            .into
            .as_ref()
            .map_or_else(|| context.here.clone(), |d| context.here.join(d));
        let layout = Layout::find(&start).ok();
        let root = layout
            .as_ref()
            .map(|layout| layout.root().to_string_lossy().into_owned());
        let hub = draft::hub(context, self.registry.as_deref().or(root.as_deref()))?;
        let config = draft::known(&hub, &[])?.config;
        let answers = self.answers(family, &config, context)?;
        let parent = match (&self.into, &layout) {
            (Some(into), _) => into.clone(),
            (None, Some(layout)) => {
                below_here(&layout.templates(), context).join(answers.kind.plural())
            }
            (None, None) => PathBuf::new(),
        };
        let typed = parent.join(answers.name.name());
        let folder = context.here.join(&typed);
        if folder.symlink_metadata().is_ok() {
            let error = format!("{} is there already", typed.display());
            return Err(
                CliError::failed(error).hint("choose another name, or another folder with --into")
            );
        }
        approve(&answers, &typed, &hub, context)?;
        let packed = archive::pack(publish::new::package(&answers));
        let contents = packed.and_then(|packed| archive::read(&packed.gzip, &Limits::default()));
        let contents = contents.map_err(|refusal| CliError::failed(refusal.to_string()))?;
        fork::write(&contents, &folder)?;
        let (shown, word) = (fork::shown(&typed), family.word());
        context.ui.data(&shown)?;
        context.ui.did(
            "Made",
            format!("{} {} in {shown}", answers.kind, answers.name),
        );
        context.ui.hint("replace each *Fill in: …* in it; then:");
        context.ui.hint(&format!("paracle {word} check {shown}"));
        context.ui.hint(&format!("paracle {word} preview {shown}"));
        Ok(ExitCode::SUCCESS)
    }

    fn kind(&self, family: Family, asking: &asking::Asking<'_>) -> Result<Kind, CliError> {
        match (family, self.kind) {
            (Family::Plugin, None | Some(Kind::Plugin)) => Ok(Kind::Plugin),
            (Family::Template, Some(kind)) if kind.is_template() => Ok(kind),
            (Family::Template, None) => asking.kind()?.ok_or_else(|| {
                CliError::usage("what kind it is was not said")
                    .hint("say --kind agent, workflow, skill, project or integration")
            }),
            (_, Some(kind)) => {
                let word = family.other().word();
                let error = format!("{kind} is no kind of {}", family.word());
                Err(CliError::usage(error).hint(format!("use `paracle {word} new` for it")))
            }
        }
    }

    /// What was said, then what is asked, then what is usual.
    fn answers(
        &self,
        family: Family,
        config: &Config,
        context: &Context,
    ) -> Result<Answers, CliError> {
        let asking = asking::Asking::new(&context.ui);
        let kind = self.kind(family, &asking)?;
        let namespace = self.name.split_once('/').map(|(namespace, _)| namespace);
        let author = match &self.author {
            Some(author) => author.clone(),
            None => {
                let git = context.world.git.clone();
                let known = git::setting(git, &context.here, "github.user");
                let usual = known.or_else(|| namespace.map(str::to_owned));
                asking.author(usual)?.ok_or_else(|| {
                    CliError::usage("whose package it is was not said")
                        .hint("say --author LOGIN, your login on GitHub, or `git config --global github.user LOGIN`")
                })?
            }
        };
        let full = match namespace {
            Some(_) => self.name.clone(),
            None => format!("{}/{}", author.to_lowercase(), self.name),
        };
        let name: PackageName =
            full.parse()
                .map_err(|error: registry_index::name::NameError| {
                    CliError::usage(error.to_string()).hint(
                        "a name is `namespace/name`: small letters, digits and single hyphens",
                    )
                })?;
        let summary = match &self.summary {
            Some(summary) => summary.clone(),
            None => asking.summary(kind)?,
        };
        let categories = match self.categories.is_empty() {
            false => self.categories.clone(),
            true => asking.categories(kind, config)?,
        };
        let license = match &self.license {
            Some(license) => license.clone(),
            None => asking.license(config)?,
        };
        let year = context.now()?.to_zoned(jiff::tz::TimeZone::UTC).year();
        Ok(Answers {
            name,
            kind,
            summary,
            license,
            author,
            categories,
            year,
        })
    }
}

/// Nothing is written that its registry would refuse.
fn approve(answers: &Answers, folder: &Path, hub: &Hub, context: &Context) -> Result<(), CliError> {
    let draft = publish::new::draft(answers, &folder.to_string_lossy().replace('\\', "/"));
    let known = draft::known(hub, std::slice::from_ref(&draft))?;
    let with = With {
        blobs: &Nothing,
        renderer: &context.renderer(),
        installer: None,
    };
    let checked = known.check(vec![draft], &with)?;
    let weighs = |finding: &&Finding| finding.severity != Severity::Note;
    let refused: Vec<&Finding> = checked.findings.iter().filter(weighs).collect();
    let [first, more @ ..] = refused.as_slice() else {
        return Ok(());
    };
    let error = CliError::usage(format!("{} [{}]", first.message, first.rule)).hint(&first.help);
    let error = more.iter().fold(error, |error, finding| {
        error.hint(format!(
            "{} [{}]: {}",
            finding.message, finding.rule, finding.help
        ))
    });
    Err(error)
}

/// `folder` from the working folder, where it lies below that.
fn below_here(folder: &Path, context: &Context) -> PathBuf {
    let inside = folder.strip_prefix(&context.here);
    inside.map_or_else(|_| folder.to_owned(), Path::to_owned)
}
