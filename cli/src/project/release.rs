//! One release that was named: `name`, `name@1.2.0`, `name@^1`.

use archive::Contents;
use install::{Described, Installed, resolve::Registries as _};
use registry_index::{
    PackageName,
    wire::{Package, Release},
};
use semver::{Version, VersionReq};

use super::{
    Opened,
    supply::{Supply, nobody_has},
};
use crate::{
    commands::package::{Family, look_up},
    error::CliError,
};

/// Which release of a package.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    /// The one that is installed, or else the newest.
    Any,
    /// This one. A whole version means itself: who compares two releases means these two.
    Exact(Version),
    /// The newest that fits.
    Fitting(VersionReq),
}

/// A name, and which of its releases.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) which: Which,
}

impl Named {
    pub(crate) fn parse(text: &str) -> Result<Self, CliError> {
        let (name, range) = match text.split_once('@') {
            None => (text, None),
            Some((name, range)) => (name, Some(range)),
        };
        let which = match range {
            None => Which::Any,
            Some("latest") => Which::Fitting(VersionReq::STAR),
            Some(range) => match Version::parse(range) {
                Ok(version) => Which::Exact(version),
                Err(_) => Which::Fitting(VersionReq::parse(range).map_err(|error| {
                    CliError::usage(format!(
                        "{range:?} is neither a version nor a range: {error}"
                    ))
                    .hint("1.2.0 means that release, ^1 the newest that is compatible")
                })?),
            },
        };
        Ok(Self {
            name: name.to_owned(),
            which,
        })
    }
}

/// A release and its files.
pub(crate) struct Held {
    pub(crate) described: Described,
    pub(crate) contents: Contents,
    /// Canonical URL of its registry; empty where it comes from none.
    pub(crate) registry: String,
}

impl Held {
    pub(crate) fn name(&self) -> &PackageName {
        &self.described.manifest.name
    }

    pub(crate) fn version(&self) -> &Version {
        &self.described.manifest.version
    }
}

/// Where named releases are looked for.
pub(crate) struct Finder<'a> {
    pub(crate) opened: &'a Opened,
    pub(crate) supply: &'a Supply<'a>,
    pub(crate) family: Family,
}

impl Finder<'_> {
    /// The package that `name` means, and the URL of its registry: of an installed one its own registry is
    /// asked and no other.
    pub(crate) fn package(&self, name: &str) -> Result<(String, Package), CliError> {
        let Ok(there) = self.opened.find(name) else {
            let found = look_up(self.supply.hub(), name, self.family)?;
            return Ok((found.url, found.package));
        };
        if let Some(source) = &there.source {
            let error = format!("{} comes from {source}, which has no releases", there.name);
            return Err(CliError::failed(error));
        }
        let asked = self.supply.package(&there.registry, &there.name);
        let asked = asked.map_err(|error| {
            CliError::failed(format!("{} cannot be asked: {error}", there.registry))
        })?;
        let package = asked.ok_or_else(|| {
            CliError::failed(format!("{} has no {} any more", there.registry, there.name))
        })?;
        Ok((there.registry.clone(), package))
    }

    /// The release that is meant, and its files.
    pub(crate) fn held(&self, named: &Named) -> Result<Held, CliError> {
        if let Which::Any = named.which
            && let Ok(there) = self.opened.find(&named.name)
        {
            return self.installed(there);
        }
        let (registry, package) = self.package(&named.name)?;
        let release = chosen(&package, &named.which)?;
        Ok(Held {
            described: Described::of_release(release)?,
            contents: self.supply.archive(&registry, release)?,
            registry,
        })
    }

    /// An installed release, as it was released.
    pub(crate) fn installed(&self, there: &Installed) -> Result<Held, CliError> {
        let known = self.supply.installed(&self.opened.project, there)?;
        let (described, contents) = known.ok_or_else(|| nobody_has(there))?;
        Ok(Held {
            described,
            contents,
            registry: there.registry.clone(),
        })
    }
}

/// The release of `package` that is meant.
pub(crate) fn chosen<'a>(package: &'a Package, which: &Which) -> Result<&'a Release, CliError> {
    let fits = |release: &&Release, range: &VersionReq| {
        release.is_current() && range.matches(release.version())
    };
    let found = match which {
        Which::Any => Some(package.latest()),
        Which::Exact(version) => package.release(version),
        Which::Fitting(range) => package.releases.iter().find(|one| fits(one, range)),
    };
    found.ok_or_else(|| {
        let there: Vec<String> = package
            .releases
            .iter()
            .map(|release| release.version().to_string())
            .collect();
        let asked = match which {
            Which::Exact(version) => version.to_string(),
            Which::Fitting(range) => range.to_string(),
            Which::Any => String::new(),
        };
        CliError::failed(format!("{} has no release {asked}", package.name))
            .hint(format!("there are {}", there.join(", ")))
    })
}
