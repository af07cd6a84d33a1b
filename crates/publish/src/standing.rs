//! What a registry has of one package, as its base says.

use registry_index::{Layout, PackageName, Record, raw};
use semver::Version;

use crate::{BaseFiles, PublishError, base};

/// Where old names lead.
pub(crate) const RENAMES: &str = "registry-index/renames.toml";

/// What is there of a package.
#[derive(Debug)]
pub(crate) struct Standing {
    /// Full name.
    pub(crate) name: PackageName,
    /// The text of its `package.toml`.
    pub(crate) entry: Option<String>,
    /// Whether it was ever asked to be released from its author's repository.
    pub(crate) has_request: bool,
    /// What was released, lowest first.
    pub(crate) versions: Vec<Version>,
}

impl Standing {
    /// What `base` has of `name`.
    pub(crate) fn of(name: &PackageName, base: &dyn BaseFiles) -> Result<Self, PublishError> {
        let folder = format!("registry-index/packages/{name}");
        let files = base.list(&folder)?;
        let files: Vec<&str> = files
            .iter()
            .filter_map(|path| path.strip_prefix(&folder)?.strip_prefix('/'))
            .collect();
        let mut versions: Vec<Version> = files
            .iter()
            .filter_map(|file| Version::parse(file.strip_suffix(".toml")?).ok())
            .collect();
        versions.sort();
        let path = Layout::entry(name);
        Ok(Self {
            name: name.clone(),
            entry: match files.contains(&"package.toml") {
                true => base::text(base, &path)?,
                false => None,
            },
            has_request: files.contains(&"request.toml"),
            versions,
        })
    }

    /// Whether the registry knows it at all.
    pub(crate) fn is_known(&self) -> bool {
        self.entry.is_some() || self.has_request || !self.versions.is_empty()
    }

    /// The release that `version` follows: the highest below it, else the highest of all.
    pub(crate) fn before(
        &self,
        version: &Version,
        base: &dyn BaseFiles,
    ) -> Result<Option<Record>, PublishError> {
        let below = self.versions.iter().rev().find(|one| *one < version);
        let Some(last) = below.or(self.versions.last()) else {
            return Ok(None);
        };
        self.record(last, base).map(Some)
    }

    /// The record of `version`, which is released.
    pub(crate) fn record(
        &self,
        version: &Version,
        base: &dyn BaseFiles,
    ) -> Result<Record, PublishError> {
        let path = Layout::record(&self.name, version);
        let unreadable = |why: String| PublishError::BaseUnreadable {
            path: path.clone(),
            why,
        };
        let text = base::text(base, &path)?.ok_or_else(|| unreadable("it is gone".into()))?;
        toml::from_str(&text).map_err(|error| unreadable(error.message().to_owned()))
    }

    /// Refuses what cannot become a release of this package: a version that is out, a name that was given up.
    pub(crate) fn takes(
        &self,
        version: &Version,
        base: &dyn BaseFiles,
    ) -> Result<(), PublishError> {
        if let Some(now) = renamed(&self.name, base)? {
            return Err(PublishError::Renamed {
                old: self.name.clone(),
                now,
            });
        }
        match self.versions.contains(version) {
            true => Err(PublishError::IsReleased(self.name.clone(), version.clone())),
            false => Ok(()),
        }
    }
}

/// What `name` is called now, where it was renamed.
pub(crate) fn renamed(
    name: &PackageName,
    base: &dyn BaseFiles,
) -> Result<Option<String>, PublishError> {
    let Some(text) = base::text(base, RENAMES)? else {
        return Ok(None);
    };
    let renames: raw::Renames =
        toml::from_str(&text).map_err(|error| PublishError::BaseUnreadable {
            path: RENAMES.into(),
            why: error.message().to_owned(),
        })?;
    let now = renames.renames.get(name.as_str());
    Ok(now.map(|now| now.get().clone()))
}
