//! Registries by their canonical addresses, as lock files and dependencies name them.

use std::{path::Path, sync::OnceLock};

use registry_index::{PackageName, wire::Package};

use super::{Hub, Opened, find};
use crate::{
    ClientError, Location,
    source::{self, Source, World},
};

/// Registries that were opened one after the other, each kept where it is: who was handed one keeps it
/// while others are added.
#[derive(Default)]
pub(super) struct Chain(OnceLock<Box<Link>>);

struct Link {
    opened: Opened,
    rest: Chain,
}

impl Chain {
    fn iter(&self) -> impl Iterator<Item = &Opened> {
        let links = std::iter::successors(self.0.get(), |link| link.rest.0.get());
        links.map(|link| &link.opened)
    }

    fn add(&self, opened: Opened) {
        let mut link = Box::new(Link {
            opened,
            rest: Self::default(),
        });
        let mut end = &self.0;
        loop {
            while let Some(taken) = end.get() {
                end = &taken.rest.0;
            }
            match end.set(link) {
                Ok(()) => return,
                // Another thread was quicker; there is a new end.
                Err(ours) => link = ours,
            }
        }
    }
}

impl Hub {
    /// The registry whose canonical address is `url`, and the name it goes by here: in the user's list,
    /// or, where a package named it, its address.
    pub fn by_url(&self, url: &str) -> Option<(&str, &dyn Source)> {
        self.opened(url)
            .map(|opened| (opened.name.as_str(), opened.source.as_ref()))
    }

    fn opened(&self, url: &str) -> Option<&Opened> {
        let meant = meant(url).map_or_else(|_| url.to_owned(), |location| location.to_string());
        let is_meant = |text: &str| text == url || text == meant;
        // An address comes before the place that something was opened from: a registry's own address
        // cannot be taken by one that lies there.
        let own = self.registries.iter();
        own.clone()
            .find(|opened| is_meant(&opened.url))
            .or_else(|| own.clone().find(|opened| is_meant(&opened.location)))
            .or_else(|| self.named.iter().find(|opened| is_meant(&opened.url)))
    }

    /// The registry at `url`, opened where it is not yet: for a dependency that names a registry which
    /// the user did not configure. It is known by this address alone, whatever it says of itself, and
    /// takes no part in searches and in look-ups by name.
    ///
    /// # Errors
    /// [`ClientError::Location`] for what is no absolute address, [`ClientError::Offline`] where the
    /// network would be needed, and whatever opening it fails with.
    pub fn open_url(&self, url: &str, world: &World) -> Result<&dyn Source, ClientError> {
        if let Some(known) = self.opened(url) {
            return Ok(known.source.as_ref());
        }
        let location = meant(url)?;
        let embedded = source::open(&Location::Embedded, world)?;
        let address = location.to_string();
        let source = match embedded.config().url == address {
            true => source::own(world)?,
            false => source::open(&location, world)?,
        };
        self.named.add(Opened {
            name: address.clone(),
            url: address.clone(),
            location: address,
            source,
        });
        let added = self.opened(url).map(|opened| opened.source.as_ref());
        added.ok_or_else(|| ClientError::UnknownRegistry(url.to_owned()))
    }

    /// The package `name` of the registry whose canonical address is `url`, by its new name where it was
    /// renamed; `None` where that registry has no such package. Nobody else is asked.
    ///
    /// # Errors
    /// [`ClientError::UnknownRegistry`] where the registry was neither configured nor opened.
    pub fn package(&self, url: &str, name: &PackageName) -> Result<Option<Package>, ClientError> {
        let opened = self
            .opened(url)
            .ok_or_else(|| ClientError::UnknownRegistry(url.to_owned()))?;
        Ok(find(opened, name)?.map(|found| found.package))
    }
}

/// The place that an address in a file means: the same wherever the file lies.
fn meant(url: &str) -> Result<Location, ClientError> {
    match Location::parse(url, Path::new(""))? {
        Location::Embedded => Err(ClientError::Location(
            url.to_owned(),
            "it is not an address".into(),
        )),
        Location::Folder(folder) if !folder.is_absolute() => Err(ClientError::Location(
            url.to_owned(),
            "a folder that depends on where one is".into(),
        )),
        location => Ok(location),
    }
}
