//! `paracle registry announce`.

use std::{
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use publish::{
    announce::{self, Brought, Merged},
    forge::GitHub,
};
use registry_index::{Selection, load, registry::Config};

use super::{Worked, forged::Forged};
use crate::{
    context::Context,
    error::{CliError, Kind},
    live,
    ui::counted,
};

/// How often the site is asked.
const PAUSE: Duration = Duration::from_secs(10);

/// Ask the published index for what was merged, and tell the authors that it is live
///
/// For the job that runs after a deployment. Waits until the site has every release that a merged pull
/// request brought, says so in a comment on it, and labels it `live`. Exits with 1 where some release
/// did not come in time.
#[derive(Args, Debug)]
pub(crate) struct Announce {
    #[command(flatten)]
    forged: Forged,
    /// Wait at most so many seconds for the site
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    wait: u64,
    #[command(flatten)]
    worked: Worked,
}

impl Announce {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let layout = self.worked.layout(context)?;
        let loaded = load::load(&layout, &Selection::All)?;
        let written = loaded.registry.as_ref();
        let config = written
            .map(|written| Config::from_raw(&written.value))
            .ok_or_else(|| CliError::failed("registry-index/registry.toml cannot be read"))?;
        let (api, repository) = self.forged.open(context)?;
        let github = GitHub::new(api);
        let merged = announce::unannounced(&github, &repository, &config.branch, &loaded)?;
        let until = Instant::now() + Duration::from_secs(self.wait);
        let mut late = Vec::new();
        for one in &merged {
            match self.wait_for(context, &config, one, until)? {
                None => {
                    announce::announce(&github, &repository, one, &config.url, context.now()?)?;
                    let count = counted(one.releases.len(), "release");
                    context
                        .ui
                        .did("Announced", format!("#{}: {count}", one.number));
                }
                Some(missing) => late.push(format!("{} {}", missing.name, missing.version)),
            }
        }
        match late.is_empty() {
            true => Ok(ExitCode::SUCCESS),
            false => Err(CliError::new(
                Kind::Failed,
                format!("{} has not yet: {}", config.url, late.join(", ")),
            )
            .hint("run the command again when the site is deployed")),
        }
    }

    /// The first release that is still missing when time is up.
    fn wait_for<'a>(
        &self,
        context: &Context,
        config: &Config,
        merged: &'a Merged,
        until: Instant,
    ) -> Result<Option<&'a Brought>, CliError> {
        for release in &merged.releases {
            while !live::has(context, &config.url, &release.name, &release.version)? {
                if Instant::now() + PAUSE > until {
                    return Ok(Some(release));
                }
                thread::sleep(PAUSE);
            }
        }
        Ok(None)
    }
}
