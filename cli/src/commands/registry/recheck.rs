//! `paracle registry recheck`.

use std::{process::ExitCode, time::Duration};

use clap::{Args, ValueEnum};
use client::filling;
use git::{Program, UrlPolicy};
use publish::recheck::{
    Links, Recheck as Request, Rechecked, Sources,
    ask::{Reach, Repositories, Servers},
};
use registry_index::Severity;
use serde_json::json;

use super::Worked;
use crate::{
    context::Context,
    error::CliError,
    ui::{
        counted,
        findings::{self, Format},
        one_line,
    },
};

/// Servers that say nothing for this long are left.
const PATIENCE: Duration = Duration::from_secs(20);
/// Repositories that take longer are left.
const GIT_PATIENCE: Duration = Duration::from_secs(300);

/// Check everything again: what changes without a commit
///
/// Every rule over every package; sources that others keep and that moved or vanished; addresses in
/// READMEs that are gone; packages without a release for long. What cannot be asked (a server that does
/// not answer) is counted, not reported. Only public https addresses are asked. With --offline only the
/// rules and ages are looked at. Exits with 1 where there are errors.
#[derive(Args, Debug)]
pub(crate) struct Recheck {
    /// Months without a release after which a package is named; 0 names none
    #[arg(long, value_name = "MONTHS", default_value_t = 18)]
    stale_after: u32,
    /// Ask private and http addresses too: for a registry inside of a network
    #[arg(long)]
    private: bool,
    /// How it is reported
    #[arg(long, value_enum, default_value_t = Report::Text)]
    format: Report,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    #[command(flatten)]
    worked: Worked,
}

/// How it is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Report {
    /// For people
    Text,
    /// An object, versioned
    Json,
    /// GitHub Actions annotations
    Github,
}

impl Recheck {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let layout = self.worked.layout(context)?;
        let store = self.worked.store(&layout, context);
        // READMEs of releases whose sources are not here, as far as history has them.
        let (registry, _) = super::build::read(&layout, context)?;
        filling::fill(layout.root(), &registry, &store)?;
        let scratch = tempfile::tempdir()?;
        let hosts = registry.config.hosts;
        let (repositories, servers) = self.asked(context, scratch.path(), hosts)?;
        let done = publish::recheck::recheck(&Request {
            folder: layout.root(),
            blobs: &store,
            renderer: &context.renderer(),
            sources: repositories.as_ref().map(|asked| asked as &dyn Sources),
            links: servers.as_ref().map(|asked| asked as &dyn Links),
            now: &context.now()?.to_string(),
            stale_after: (self.stale_after > 0).then_some(self.stale_after),
        })?;
        self.report(&done, context)
    }

    /// Who asks; nobody where the network is not to be used.
    fn asked(
        &self,
        context: &Context,
        scratch: &std::path::Path,
        hosts: Vec<String>,
    ) -> Result<(Option<Repositories>, Option<Servers>), CliError> {
        if context.world.offline {
            return Ok((None, None));
        }
        let mut world = context.world.clone();
        world.patience = PATIENCE;
        let reach = match self.private {
            true => Reach::Everything,
            false => Reach::Public,
        };
        let repositories = Repositories {
            program: Program::new(world.git.clone()).with_timeout(GIT_PATIENCE),
            policy: UrlPolicy {
                http: self.private,
                file: self.private,
                ssh: false,
                // Nobody else is asked, and nobody leads elsewhere.
                hosts: match self.private {
                    true => Vec::new(),
                    false => hosts,
                },
            },
            scratch: scratch.to_owned(),
        };
        Ok((Some(repositories), Some(Servers::new(&world, reach)?)))
    }

    fn report(&self, done: &Rechecked, context: &Context) -> Result<ExitCode, CliError> {
        let format = match self.json {
            true => Report::Json,
            false => self.format,
        };
        if format == Report::Json {
            let unknown = done.unknown.iter();
            let unknown = unknown.map(|(url, why)| json!({ "url": url, "why": why }));
            context.ui.json(&json!({
                "format": 1,
                "packages": done.packages,
                "sources": done.sources,
                "links": done.links,
                "findings": done.findings,
                "unknown": unknown.collect::<Vec<_>>(),
            }))?;
        } else {
            let format = match format {
                Report::Github => Format::Github,
                _ => Format::Text,
            };
            let text = findings::write(format, &done.findings);
            if !text.is_empty() {
                context.ui.data(text.trim_end_matches('\n'))?;
            }
            for (url, why) in &done.unknown {
                let why = one_line(why);
                context
                    .ui
                    .hint(&format!("not known of {}: {why}", one_line(url)));
            }
        }
        let count = |severity| {
            let found = done.findings.iter();
            found.filter(|finding| finding.severity == severity).count()
        };
        let errors = count(Severity::Error);
        context.ui.did(
            "Checked",
            format!(
                "{}, {}, {}: {}, {}, {}",
                counted(done.packages, "package"),
                counted(done.sources, "source"),
                counted(done.links, "link"),
                counted(errors, "error"),
                counted(count(Severity::Warning), "warning"),
                counted(count(Severity::Note), "note")
            ),
        );
        Ok(match errors {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        })
    }
}
