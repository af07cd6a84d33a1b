//! Where releases and their bytes come from: registries, the cache, and sources that are no registry.

use std::{cell::RefCell, collections::BTreeMap, error::Error};

use archive::Contents;
use client::{
    ClientError, Hub, Location, World,
    archives::{Archives, Wanted},
};
use install::{
    Described, Installed, Project,
    resolve::{Registries, Resolved},
};
use registry_index::{
    PackageName,
    wire::{Package, Release},
};

use super::pinned::{self, Pinned};
use crate::{
    context::Context,
    error::{CliError, Kind},
    ui::progress::Bar,
};

/// Everything that can be asked for a release.
pub(crate) struct Supply<'a> {
    context: &'a Context,
    hub: Hub,
    archives: Archives,
    /// By what stands in the lock for them.
    pinned: RefCell<BTreeMap<String, Pinned>>,
}

impl<'a> Supply<'a> {
    /// The registries of the user's list, or those that were named.
    pub(crate) fn open(context: &'a Context, registries: &[String]) -> Result<Self, CliError> {
        Ok(Self {
            context,
            hub: context.hub(registries)?,
            archives: Archives::new(&context.world.cache),
            pinned: RefCell::default(),
        })
    }

    /// What this machine has, and nobody else is asked: the registry that the program brings along, and
    /// the cache.
    pub(crate) fn at_hand(context: &'a Context) -> Self {
        let world = World {
            offline: true,
            ..context.world.clone()
        };
        let own = [(client::hub::OWN.to_owned(), Location::Embedded)];
        let (hub, _) = Hub::open(&own, &world);
        Self {
            context,
            hub,
            archives: Archives::new(&context.world.cache),
            pinned: RefCell::default(),
        }
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Takes note of a package that no registry has, and says what stands for its place.
    pub(crate) fn add(&self, pinned: Pinned) -> String {
        let place = pinned.source.clone();
        self.pinned.borrow_mut().insert(place.clone(), pinned);
        place
    }

    /// The pinned package that stands for `place`.
    pub(crate) fn pinned(&self, place: &str) -> Option<Pinned> {
        self.pinned.borrow().get(place).cloned()
    }

    /// The bytes of what was chosen, in its order.
    pub(crate) fn contents(&self, chosen: &[&Resolved]) -> Result<Vec<Contents>, CliError> {
        let mut contents: Vec<Option<Contents>> = Vec::new();
        let (mut places, mut wanted) = (Vec::new(), Vec::new());
        for (place, resolved) in chosen.iter().enumerate() {
            if let Some(pinned) = self.pinned(&resolved.registry) {
                contents.push(Some(pinned.contents));
                continue;
            }
            contents.push(None);
            let (_, source) = self.hub.by_url(&resolved.registry).ok_or_else(|| {
                CliError::failed(format!("no registry has the URL {:?}", resolved.registry))
            })?;
            places.push(place);
            wanted.push(Wanted {
                source,
                release: &resolved.release,
            });
        }
        for (place, fetched) in places.into_iter().zip(self.fetch(&wanted)?) {
            contents[place] = Some(fetched);
        }
        Ok(contents.into_iter().flatten().collect())
    }

    fn fetch(&self, wanted: &[Wanted<'_>]) -> Result<Vec<Contents>, CliError> {
        let total: u64 = wanted
            .iter()
            .map(|one| one.release.record.archive.length)
            .sum();
        let bar = Bar::of_bytes(&self.context.ui);
        let received = std::sync::Mutex::new(vec![0; wanted.len()]);
        let fetched = self.archives.contents_of(wanted, &|progress| {
            if let Ok(mut received) = received.lock() {
                received[progress.index] = progress.received;
                bar.at("Fetching", received.iter().sum(), total);
            }
        });
        bar.clear();
        Ok(fetched?)
    }

    /// What is installed, as it was released: from the registry that the lock names, which also knows
    /// whether it was revoked, or from the cache by its content id, or from its source. `None` where
    /// nobody has it (any more).
    ///
    /// # Errors
    /// Where its registry revoked it, and where whoever would have it cannot be asked.
    pub(crate) fn installed(
        &self,
        project: &Project,
        there: &Installed,
    ) -> Result<Option<(Described, Contents)>, CliError> {
        if let Some(source) = &there.source {
            return self.pinned_again(project, there, source);
        }
        let from_registry = self.released(there);
        match (from_registry, self.cached(there)) {
            (Ok(Some(found)), _) => Ok(Some(found)),
            (Err(error), _) if error.kind == Kind::NotAllowed => Err(error),
            // Offline, or gone: what the registry says of it would be welcome, but is not needed.
            (_, Some(known)) => Ok(Some(known)),
            (Ok(None), None) => Ok(None),
            (Err(error), None) => Err(error),
        }
    }

    fn released(&self, there: &Installed) -> Result<Option<(Described, Contents)>, CliError> {
        let package = self.package(&there.registry, &there.name);
        let package = package.map_err(|error| match error.downcast::<ClientError>() {
            Ok(error) => CliError::from(*error),
            Err(other) => CliError::from_chain(Kind::Failed, other.as_ref(), None),
        })?;
        let release = package
            .as_ref()
            .and_then(|package| package.release(&there.version));
        let Some(release) =
            release.filter(|release| release.record.archive.content_id == there.content_id)
        else {
            return Ok(None);
        };
        let described = Described::of_release(release).map_err(|error| {
            let error = CliError::from(error);
            CliError {
                kind: Kind::NotAllowed,
                ..error
            }
        })?;
        match self.hub.by_url(&there.registry) {
            Some((_, source)) => {
                let contents = self.archives.contents(source, release)?;
                Ok(Some((described, contents)))
            }
            None => Ok(None),
        }
    }

    /// The bytes of a release of the registry at `url`.
    pub(crate) fn archive(&self, url: &str, release: &Release) -> Result<Contents, CliError> {
        let (_, source) = self
            .hub
            .by_url(url)
            .ok_or_else(|| CliError::failed(format!("no registry has the URL {url:?}")))?;
        let fetched = self.fetch(&[Wanted { source, release }])?.pop();
        fetched.ok_or_else(|| CliError::failed("nothing was fetched"))
    }

    /// What is installed, as far as this machine has it.
    pub(crate) fn cached(&self, there: &Installed) -> Option<(Described, Contents)> {
        let contents = self.archives.get(&there.content_id)?;
        let described = Described::of_contents(there.name.as_str(), &contents).ok()?;
        Some((described, contents))
    }

    fn pinned_again(
        &self,
        project: &Project,
        there: &Installed,
        source: &str,
    ) -> Result<Option<(Described, Contents)>, CliError> {
        if let Some(known) = self.cached(there) {
            return Ok(Some(known));
        }
        let pinned = pinned::again(source, project, self.context)?;
        let is_same = pinned.contents.content_id.0 == there.content_id.bytes();
        let described = Described::of_contents(there.name.as_str(), &pinned.contents)?;
        Ok(is_same.then_some((described, pinned.contents)))
    }

    /// Keeps the bytes of a pinned package, so that its lock can be restored without its source.
    pub(crate) fn keep(&self, pinned: &Pinned) {
        let content_id = registry_index::Digest::from(pinned.contents.content_id.0);
        // A cache that cannot be written costs a fetch the next time, nothing else.
        drop(self.archives.keep(&pinned.gzip, &content_id));
    }
}

impl Registries for Supply<'_> {
    fn package(
        &self,
        url: &str,
        name: &PackageName,
    ) -> Result<Option<Package>, Box<dyn Error + Send + Sync>> {
        if let Some(pinned) = self.pinned.borrow().get(url) {
            let package = pinned.package.clone();
            return Ok((package.name == *name).then_some(package));
        }
        if self.hub.by_url(url).is_none() {
            // A dependency names its registry by URL: the user need not have it in the list.
            self.hub.open_url(url, &self.context.world)?;
        }
        Ok(self.hub.package(url, name)?)
    }
}

/// Everything that has to be restored and nobody has.
pub(crate) fn nobody_has(there: &Installed) -> CliError {
    let from = there.source.as_ref().unwrap_or(&there.registry);
    CliError::new(
        Kind::Failed,
        format!(
            "the archive of {} {} is neither in the cache nor at {from}",
            there.name, there.version
        ),
    )
    .hint(format!(
        "its content id is {}; a mirror or a cache that has it will do",
        there.content_id
    ))
}
