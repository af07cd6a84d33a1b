//! `paracle registry release`.

use std::process::ExitCode;

use clap::Args;
use publish::{Outcome, forge::GitHub};
use registry_index::{Layout, Selection, load};

use super::{Worked, blobs, build, forged::Forged};
use crate::{
    context::Context,
    error::CliError,
    ui::findings::{self, Format},
};

/// Pack packages from the git tree at HEAD; write their records and blobs
///
/// Without names, every package below templates/ whose version is not in the index yet, and every commit
/// that a request.toml asks for. A record is never changed: new content needs a new version. The records
/// are left for you to commit, unless --push has the forge do it.
#[derive(Args, Debug)]
pub(crate) struct Release {
    /// Full names
    names: Vec<String>,
    #[command(flatten)]
    worked: Worked,
    /// Commit the records onto the registry's branch, through its forge
    #[arg(long, requires = "repository", help_heading = "Forge")]
    push: bool,
    /// Keep the blobs as files of the repository's releases, before the records name them
    #[arg(long, requires = "push", help_heading = "Forge")]
    assets: bool,
    #[command(flatten)]
    forged: Forged,
}

impl Release {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let layout = self.worked.layout(context)?;
        let outcomes = publish::release(&publish::Release {
            folder: layout.root(),
            names: &self.names,
            published: &context.now()?.to_string(),
            store: &self.worked.store(&layout, context),
            renderer: &context.renderer(),
            world: &context.world,
            policy: git::UrlPolicy::default(),
        })?;
        let refused = tell(&outcomes, context)?;
        // Of those that are pushed, what is refused is told and waits: one package stops no other.
        let mut is_whole = refused == 0 || self.push;
        if self.assets {
            let registry = build::freeze(load::load(&layout, &Selection::All)?)?;
            let store = self.worked.store(&layout, context);
            let sent = blobs::publish(&registry, &store, &self.forged, context)?;
            is_whole &= sent == ExitCode::SUCCESS;
        }
        if self.push {
            self.commit(&layout, context)?;
        }
        Ok(if is_whole {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    /// Has the forge commit what was written, now or by a run that was cut off.
    fn commit(&self, layout: &Layout, context: &Context) -> Result<(), CliError> {
        let records = publish::push::unpushed(layout.root())?;
        if records.is_empty() {
            return Ok(());
        }
        let (api, repository) = self.forged.open(context)?;
        let loaded = load::load(layout, &Selection::Some(&|_| false))?;
        let branch = build::freeze(loaded)?.config.branch;
        let pushed = publish::push(&GitHub::new(api), &repository, &branch, &records)?;
        for path in &pushed.there {
            context.ui.warn(&format!(
                "{path} is on {branch} already, and stays as it is there"
            ));
        }
        for commit in pushed.commits {
            context.ui.did("Committed", format!("{commit} on {branch}"));
        }
        Ok(())
    }
}

/// Says what became of each; how many were not released that should have been.
fn tell(outcomes: &[Outcome], context: &Context) -> Result<usize, CliError> {
    let ui = &context.ui;
    let mut refused = 0;
    for outcome in outcomes {
        match outcome {
            Outcome::Released(name, version, path) => {
                ui.did("Released", format!("{name} {version}"));
                ui.data(path)?;
            }
            Outcome::Unchanged(..) => {}
            Outcome::NeedsVersion(name, version) => {
                refused += 1;
                ui.warn(&format!("{name} differs from its release {version}"));
                ui.hint("give it a new version in paracle.toml: a release never changes");
            }
            Outcome::Waits(name, version) => {
                refused += 1;
                ui.warn(&format!(
                    "{name} {version} is kept by its author, and was not fetched"
                ));
                ui.hint("run it without --offline");
            }
            Outcome::NotCommitted(name) => {
                refused += 1;
                ui.warn(&format!("{name} is not committed as it stands"));
                ui.hint("commit it: what is released is what git has at HEAD");
            }
            Outcome::Refused(name, found) => {
                refused += 1;
                ui.warn(&format!("{name} has {} errors", found.len()));
                ui.data(findings::write(Format::Text, found).trim_end())?;
            }
        }
    }
    Ok(refused)
}
