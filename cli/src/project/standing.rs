//! What is known of an installed package beyond its lock: by its registry, or by its own archive.

use install::{Installed, resolve::Registries as _};
use registry_index::{Kind, PackageName};
use serde::Serialize;

use super::supply::Supply;

/// What is known of an installed package.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Standing {
    /// What it mainly is.
    pub(crate) kind: Option<Kind>,
    /// Its SPDX expression.
    pub(crate) license: Option<String>,
    /// Why its release is refused everywhere.
    pub(crate) revoked: Option<String>,
    /// Why its release is not chosen any more.
    pub(crate) yanked: Option<String>,
    /// Why the package should not be chosen any more.
    pub(crate) deprecated: Option<String>,
    /// What to use instead.
    pub(crate) replaced_by: Option<PackageName>,
    /// Whether the registry knows other bytes under this version than those that are installed.
    pub(crate) is_altered: bool,
    /// Why nothing is known of its release by now.
    pub(crate) unknown: Option<String>,
}

impl Standing {
    /// What `supply` knows of `there`. A registry that cannot be asked is no error.
    pub(crate) fn of(there: &Installed, supply: &Supply<'_>) -> Self {
        let mut standing = match there.source {
            Some(_) => Self::default(),
            None => Self::by_registry(there, supply),
        };
        if standing.kind.is_none()
            && let Some((described, _)) = supply.cached(there)
        {
            standing.kind = Some(described.manifest.kind);
            standing.license = Some(described.manifest.license);
        }
        standing
    }

    fn by_registry(there: &Installed, supply: &Supply<'_>) -> Self {
        let unknown = |why: String| Self {
            unknown: Some(why),
            ..Self::default()
        };
        let package = match supply.package(&there.registry, &there.name) {
            Ok(Some(package)) => package,
            Ok(None) => return unknown("its registry has no such package any more".to_owned()),
            Err(error) => return unknown(error.to_string()),
        };
        let mut standing = Self {
            deprecated: package.deprecated.clone(),
            replaced_by: package.replaced_by.clone(),
            ..Self::default()
        };
        // A package that was renamed answers by its new name.
        if package.name != there.name {
            standing.replaced_by = Some(package.name.clone());
        }
        let Some(release) = package.release(&there.version) else {
            standing.unknown = Some("its registry has no such release any more".to_owned());
            return standing;
        };
        standing.is_altered = release.record.archive.content_id != there.content_id;
        standing.kind = Some(release.record.manifest.kind);
        standing.license = Some(release.record.manifest.license.clone());
        standing.revoked.clone_from(&release.revoked);
        standing.yanked.clone_from(&release.yanked);
        standing
    }
}
