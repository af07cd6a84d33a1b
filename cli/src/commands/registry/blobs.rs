//! `paracle registry blobs fill|verify|publish`.

use std::process::ExitCode;

use clap::Subcommand;
use client::filling::{self, Missing};
use publish::assets::Assets;
use registry_index::{Layout, Registry, Selection, blobs::FolderBlobs, load};

use super::{Worked, build, forged::Forged};
use crate::{context::Context, error::CliError};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Bring every blob that a record names into the store
    ///
    /// From the checkout, from git history, and, unless --offline is given, from the pinned source of
    /// each release. Nothing is kept whose digest is not the one its record states.
    Fill {
        #[command(flatten)]
        worked: Worked,
        /// Take them from the files of the repository's releases first
        #[arg(long, requires = "repository")]
        assets: bool,
        #[command(flatten)]
        forged: Forged,
    },
    /// Keep the blobs as files of the repository's releases
    ///
    /// Releases called blobs-01, blobs-02 and so on, with up to 1,000 files each, named by their digests.
    /// Only what is missing is sent; what was revoked is not.
    Publish {
        #[command(flatten)]
        worked: Worked,
        #[command(flatten)]
        forged: Forged,
    },
    /// Read every blob that a record names and prove its digest
    Verify {
        #[command(flatten)]
        worked: Worked,
    },
}

impl Verb {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let (worked, fills) = match &self {
            Self::Fill { worked, .. } => (worked, true),
            Self::Verify { worked } | Self::Publish { worked, .. } => (worked, false),
        };
        let layout = worked.layout(context)?;
        let store = worked.store(&layout, context);
        let registry = build::freeze(load::load(&layout, &Selection::All)?)?;
        match &self {
            Self::Publish { forged, .. } => return publish(&registry, &store, forged, context),
            Self::Fill {
                assets: true,
                forged,
                ..
            } => {
                let (api, repository) = forged.open(context)?;
                let done = Assets::new(&api, &repository).fill(&registry, &store)?;
                let brought = format!("{} blobs from {repository}", done.moved);
                context.ui.did("Brought", brought);
            }
            _ => {}
        }
        let missing = match fills {
            true => fill(&layout, &registry, &store, context)?,
            false => filling::missing(&registry, &store)?,
        };
        for one in &missing {
            context.ui.warn(&format!(
                "the {} of {} {} is missing or damaged",
                one.what, one.name, one.version
            ));
        }
        let releases: usize = registry
            .packages
            .values()
            .map(|package| package.releases.len())
            .sum();
        if !missing.is_empty() && !fills {
            context
                .ui
                .hint("`paracle registry blobs fill` brings them from what proves them");
        }
        let verb = if fills { "Filled" } else { "Verified" };
        context.ui.did(
            verb,
            format!(
                "the blobs of {releases} releases, {} missing",
                missing.len()
            ),
        );
        // In the job that builds: a missing blob is told, and degrades one page.
        let is_told = matches!(&self, Self::Fill { assets: true, .. });
        Ok(if missing.is_empty() || is_told {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// Sends what no release of the repository holds.
pub(super) fn publish(
    registry: &Registry,
    store: &FolderBlobs,
    forged: &Forged,
    context: &Context,
) -> Result<ExitCode, CliError> {
    let (api, repository) = forged.open(context)?;
    let done = Assets::new(&api, &repository).publish(registry, store)?;
    for digest in &done.missing {
        context
            .ui
            .warn(&format!("the blob {digest} is neither here nor there"));
    }
    context.ui.did(
        "Published",
        format!(
            "{} blobs to {repository}, {} were there, {} missing",
            done.moved,
            done.present,
            done.missing.len()
        ),
    );
    Ok(if done.missing.is_empty() {
        ExitCode::SUCCESS
    } else {
        context
            .ui
            .hint("`paracle registry blobs fill` brings them from what proves them");
        ExitCode::FAILURE
    })
}

fn fill(
    layout: &Layout,
    registry: &Registry,
    store: &FolderBlobs,
    context: &Context,
) -> Result<Vec<Missing>, CliError> {
    let missing = filling::fill(layout.root(), registry, store)?;
    if missing.is_empty() || context.world.offline {
        return Ok(missing);
    }
    let failures = client::pinned::fill(registry, store, &context.world)?;
    for (name, error) in failures {
        context
            .ui
            .warn(&format!("the source of {name} cannot be fetched: {error}"));
    }
    Ok(filling::missing(registry, store)?)
}
