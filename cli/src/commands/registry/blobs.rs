//! `paracle registry blobs fill|verify`.

use std::process::ExitCode;

use clap::Subcommand;
use client::filling::{self, Missing};
use registry_index::{Layout, Registry, Selection, blobs::FolderBlobs, load};

use super::{Worked, build};
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
            Self::Fill { worked } => (worked, true),
            Self::Verify { worked } => (worked, false),
        };
        let layout = worked.layout(context)?;
        let store = worked.store(&layout, context);
        let registry = build::freeze(load::load(&layout, &Selection::All)?)?;
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
        Ok(if missing.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
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
