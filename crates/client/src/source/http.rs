//! A published site over http: one conditional request when nothing changed.
//!
//! ```text
//! base       one address: one request, its redirects, what its refusal means
//! retry      whether and when to ask again
//! config     the one file that no digest is known of
//! partial    what has arrived of a file, also after a kill
//! download   a file whose digest is known, continued where it was cut off
//! ```
//!
//! A registry may have mirrors, which serve the same paths. They are asked where the registry itself
//! cannot answer; whoever answered last is asked first from then on. What they serve is checked against
//! the same digests, and a config of theirs never replaces a newer one. Archives are never decompressed
//! on the way (no `Accept-Encoding` is sent): their digest is that of the served bytes.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    time::SystemTime,
};

use registry_index::Digest;
use reqwest::{
    StatusCode,
    blocking::Client,
    header::{self, HeaderMap, HeaderValue},
};
use url::Url;

use super::{
    Site, World,
    site::{Files, Wanted},
};
use crate::{ClientError, agent};

mod base;
mod config;
mod download;
mod partial;
mod retry;

use base::Base;
use download::Download;
use partial::Partial;
use retry::Patience;

/// More tries where nobody else can be asked.
const TRIES: usize = 3;
/// More tries where somebody else can.
const TRIES_BEFORE_MIRROR: usize = 1;

/// The site at `url`, its config brought up to date unless the world is offline.
pub(super) fn open(url: &Url, mirrors: &[Url], world: &World) -> Result<Site, ClientError> {
    with(url, mirrors, world, !world.offline)
}

/// The site at `url` as its kept config describes it. Files that are not in the cache are still fetched
/// when they are needed, unless the world is offline.
pub(super) fn open_kept(url: &Url, world: &World) -> Result<Site, ClientError> {
    with(url, &[], world, false)
}

fn with(
    url: &Url,
    mirrors: &[Url],
    world: &World,
    asks_for_config: bool,
) -> Result<Site, ClientError> {
    let home = world
        .cache
        .join("sites")
        .join(Digest::of(url.as_str().as_bytes()).short());
    if !asks_for_config && !home.join("config.json").is_file() {
        return Err(ClientError::Offline(url.to_string()));
    }
    let client = if world.offline {
        None
    } else {
        Some(agent::agent(url, world)?)
    };
    let base = |root: &Url| Base {
        root: root.clone(),
        redirect_hosts: Vec::new(),
    };
    let files = HttpFiles {
        bases: [url].into_iter().chain(mirrors).map(base).collect(),
        first: AtomicUsize::new(0),
        client,
        asks_for_config,
        home,
        partial: world.cache.join("partial"),
        clock: world.clock,
    };
    Site::open(files, &world.cache)
}

struct HttpFiles {
    /// The registry's own address, and its mirrors'.
    bases: Vec<Base>,
    /// Who is asked first: the last that answered.
    first: AtomicUsize,
    /// `None` where the world is offline.
    client: Option<Client>,
    /// Whether the kept config is brought up to date.
    asks_for_config: bool,
    /// Where the last config and its validator are kept.
    home: PathBuf,
    /// Where parts of files are kept.
    partial: PathBuf,
    clock: fn() -> SystemTime,
}

/// What an address answered when it was asked for its config.
struct Asked {
    /// `None` where it did not change.
    bytes: Option<Vec<u8>>,
    tag: Option<Vec<u8>>,
    /// Whether it was a mirror.
    is_mirror: bool,
}

impl HttpFiles {
    /// Asks one address after the other until one can answer, and tells of the first failure where none
    /// can.
    fn ask<T>(
        &self,
        mut ask: impl FnMut(&Client, usize, Patience) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let Some(client) = &self.client else {
            return Err(ClientError::Offline(self.bases[0].root.to_string()));
        };
        let first = self.first.load(Ordering::Relaxed);
        let others = (0..self.bases.len()).filter(|index| *index != first);
        let mut failed = None;
        for (asked, index) in [first].into_iter().chain(others).enumerate() {
            let is_last = asked + 1 == self.bases.len();
            let tries = if is_last { TRIES } else { TRIES_BEFORE_MIRROR };
            match ask(client, index, Patience::of(tries)) {
                Ok(answer) => {
                    self.first.store(index, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(error) if error.may_be_had_elsewhere() && !is_last => {
                    failed.get_or_insert(error);
                }
                Err(error) => return Err(failed.unwrap_or(error)),
            }
        }
        // There is at least one address, and the last one returns.
        Err(ClientError::Offline(self.bases[0].root.to_string()))
    }

    fn kept(&self, file: &str) -> Option<Vec<u8>> {
        fs::read(self.home.join(file)).ok()
    }

    fn ask_config(
        &self,
        client: &Client,
        index: usize,
        tag: Option<&HeaderValue>,
        mut patience: Patience,
    ) -> Result<Asked, ClientError> {
        let base = &self.bases[index];
        let is_mirror = index > 0;
        let url = base.url("index/config.json")?;
        let mut headers = HeaderMap::new();
        // The tag is the registry's own: another server may use it for something else.
        if let Some(tag) = tag.filter(|_| !is_mirror) {
            headers.insert(header::IF_NONE_MATCH, tag.clone());
        }
        let once = || {
            let answer = base.send(client, &url, &headers)?;
            let tag = answer.headers().get(header::ETAG);
            let tag = tag.map(|tag| tag.as_bytes().to_vec());
            let bytes = match answer.status() {
                StatusCode::NOT_MODIFIED => None,
                StatusCode::OK => Some(config::body(&url, answer)?),
                _ => return Err(base::refused(&answer, (self.clock)())),
            };
            Ok(Asked {
                bytes,
                tag,
                is_mirror,
            })
        };
        loop {
            match once() {
                Ok(answer) => return Ok(answer),
                Err(error) => patience.wait(error, || false)?,
            }
        }
    }
}

impl Files for HttpFiles {
    fn config(&self) -> Result<Vec<u8>, ClientError> {
        let kept = self.kept("config.json");
        let label = self.label("index/config.json");
        if !self.asks_for_config {
            return kept.ok_or(ClientError::Offline(label));
        }
        let tag = kept.as_ref().and(self.kept("etag"));
        let tag = tag.and_then(|tag| HeaderValue::from_bytes(&tag).ok());
        let asked = self.ask(|client, index, patience| {
            self.ask_config(client, index, tag.as_ref(), patience)
        })?;
        let Some(bytes) = asked.bytes else {
            return kept.ok_or_else(|| ClientError::Damaged {
                what: label,
                why: "the server says it did not change, but there is no copy of it".into(),
            });
        };
        if asked.is_mirror
            && let Some(kept) = kept
            && config::is_newer(&kept, &bytes)
        {
            return Ok(kept);
        }
        // Only what reads as a config replaces the copy that does. The tag goes first: a kill between
        // the two must not leave a new tag on an old copy.
        if config::read(&bytes).is_some() {
            let tag = asked.tag.filter(|_| !asked.is_mirror);
            config::keep(&self.home, &bytes, tag.as_deref());
        }
        Ok(bytes)
    }

    fn get(&self, path: &str, wanted: &Wanted<'_>) -> Result<Vec<u8>, ClientError> {
        if self.client.is_none() {
            return Err(ClientError::Offline(self.label(path)));
        }
        let mut partial = Partial::open(&self.partial, wanted.digest, wanted.limit);
        let got = self.ask(|client, index, patience| {
            let base = &self.bases[index];
            let download = Download {
                client,
                base,
                url: base.url(path)?,
                wanted,
                clock: self.clock,
            };
            download.run(&mut partial, patience)
        });
        match got {
            Ok(()) => Ok(partial.finish()),
            Err(error) => {
                if partial.len() == 0 || matches!(error, ClientError::Damaged { .. }) {
                    partial.finish();
                }
                Err(error)
            }
        }
    }

    fn label(&self, path: &str) -> String {
        format!("{}{path}", self.bases[0].root)
    }

    fn allow_redirects_to(&mut self, hosts: &[String]) {
        for base in &mut self.bases {
            base.redirect_hosts = hosts.to_vec();
        }
    }
}
