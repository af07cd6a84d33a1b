//! Whether a release is live: asked of the published index itself, as every client reads it.

use client::{ClientError, Location, source};
use registry_index::PackageName;
use semver::Version;
use url::Url;

use crate::{context::Context, error::CliError};

/// Whether the site at `url` publishes this release. A site that is not there yet publishes nothing.
pub(crate) fn has(
    context: &Context,
    url: &str,
    name: &PackageName,
    version: &Version,
) -> Result<bool, CliError> {
    let url = Url::parse(url).map_err(|_| CliError::failed(format!("{url:?} is no URL")))?;
    let mirrors = Vec::new();
    let site = match source::open(&Location::Http { url, mirrors }, &context.world) {
        Ok(site) => site,
        Err(ClientError::Status { status: 404, .. }) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let package = site.package(name)?;
    Ok(package.is_some_and(|package| {
        let mut releases = package.releases.iter();
        releases.any(|release| release.version() == version)
    }))
}
