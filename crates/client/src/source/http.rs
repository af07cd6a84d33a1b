//! A published site over http: one conditional request when nothing changed.
//!
//! Redirects are followed by hand, because only the hosts that the registry itself lists may answer
//! in its place; answers are cut off at the length that is known beforehand. Archives are never
//! decompressed on the way (no `Accept-Encoding` is sent): their digest is that of the served bytes.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use backon::{BlockingRetryable, ExponentialBuilder};
use registry_index::{
    Digest,
    artifact::{Existing, write_file},
    wire,
};
use reqwest::{
    StatusCode,
    blocking::{Client, Response},
    header,
};
use url::Url;

use super::{
    Site, World,
    site::{Files, SearchPlace},
};
use crate::ClientError;

/// Most bytes of `config.json`.
const CONFIG_LIMIT: u64 = 4 << 20;
/// Redirects followed for one file.
const HOPS: usize = 5;
/// For connecting, and the longest that a server may ask us to wait.
const PATIENCE: Duration = Duration::from_secs(20);
/// For one whole answer of a small file.
const SMALL: Duration = Duration::from_secs(30);
/// For one whole answer of an archive or a search index.
const LARGE: Duration = Duration::from_secs(300);
/// What is small.
const SMALL_SIZE: u64 = 16 << 20;

/// The site at `url`, its config brought up to date unless the world is offline.
pub(super) fn open(url: &Url, world: &World) -> Result<Site, ClientError> {
    with(url, world, !world.offline)
}

/// The site at `url` as its kept config describes it. Files that are not in the cache are still fetched
/// when they are needed, unless the world is offline.
pub(super) fn open_kept(url: &Url, world: &World) -> Result<Site, ClientError> {
    with(url, world, false)
}

fn with(url: &Url, world: &World, asks_for_config: bool) -> Result<Site, ClientError> {
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
        Some(client(url, world)?)
    };
    let files = HttpFiles {
        root: url.clone(),
        client,
        asks_for_config,
        home,
        redirect_hosts: Vec::new(),
    };
    Site::open(
        files,
        &world.cache,
        SearchPlace::Cache(world.cache.join("search")),
    )
}

fn client(url: &Url, world: &World) -> Result<Client, ClientError> {
    let unusable = |why: String| ClientError::Unreachable {
        url: url.to_string(),
        why,
    };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            let verifier = rustls_platform_verifier::Verifier::new(provider)?;
            Ok(builder
                .dangerous()
                .with_custom_certificate_verifier(std::sync::Arc::new(verifier))
                .with_no_client_auth())
        })
        .map_err(|error| unusable(error.to_string()))?;
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(&world.user_agent)
        .connect_timeout(PATIENCE)
        .build()
        .map_err(|error| unusable(reasons(&error)))
}

struct HttpFiles {
    root: Url,
    /// `None` where the world is offline.
    client: Option<Client>,
    /// Whether the kept config is brought up to date.
    asks_for_config: bool,
    /// Where the last config and its validator are kept.
    home: PathBuf,
    redirect_hosts: Vec<String>,
}

impl HttpFiles {
    fn url(&self, path: &str) -> Result<Url, ClientError> {
        self.root
            .join(path)
            .ok()
            .filter(|url| url.as_str().starts_with(self.root.as_str()))
            .ok_or_else(|| {
                let why = format!("it names the path {path:?}, which is not below it");
                ClientError::Damaged {
                    what: self.label("index/config.json"),
                    why,
                }
            })
    }

    /// Asks, and asks again where that may help.
    fn ask<T>(
        &self,
        url: &Url,
        limit: u64,
        validator: Option<&str>,
        read: impl Fn(Response) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let Some(client) = &self.client else {
            return Err(ClientError::Offline(url.to_string()));
        };
        let once = || self.follow(client, url, limit, validator).and_then(&read);
        let patient = |error: &ClientError| match error {
            // A server that asks for more patience than a person has is told of, not waited for.
            ClientError::Status {
                retry_after: Some(asked),
                ..
            } => *asked <= PATIENCE && error.is_passing(),
            _ => error.is_passing(),
        };
        once.retry(
            ExponentialBuilder::default()
                .with_min_delay(Duration::from_millis(250))
                .with_max_times(3),
        )
        .when(patient)
        .notify(|error, wait| {
            if let ClientError::Status {
                retry_after: Some(asked),
                ..
            } = error
            {
                std::thread::sleep(asked.saturating_sub(wait));
            }
        })
        .call()
    }

    fn follow(
        &self,
        client: &Client,
        url: &Url,
        limit: u64,
        validator: Option<&str>,
    ) -> Result<Response, ClientError> {
        let mut at = url.clone();
        for _ in 0..HOPS {
            let patience = if limit > SMALL_SIZE { LARGE } else { SMALL };
            let mut request = client.get(at.clone()).timeout(patience);
            if let Some(validator) = validator {
                request = request.header(header::IF_NONE_MATCH, validator);
            }
            let unreachable = |error: reqwest::Error| match error.is_timeout() {
                true => ClientError::TooSlow {
                    url: at.to_string(),
                },
                false => ClientError::Unreachable {
                    url: at.to_string(),
                    why: reasons(&error),
                },
            };
            let answer = request.send().map_err(unreachable)?;
            if !answer.status().is_redirection() || answer.status() == StatusCode::NOT_MODIFIED {
                return checked(&at, answer);
            }
            at = self.redirect(url, &at, &answer)?;
        }
        let why = "after as many redirects as are followed";
        Err(ClientError::Redirect {
            url: url.to_string(),
            to: at.to_string(),
            why,
        })
    }

    fn redirect(&self, asked: &Url, at: &Url, answer: &Response) -> Result<Url, ClientError> {
        let to = answer
            .headers()
            .get(header::LOCATION)
            .map(header::HeaderValue::as_bytes);
        let to = String::from_utf8_lossy(to.unwrap_or_default()).into_owned();
        let refused = |why| ClientError::Redirect {
            url: asked.to_string(),
            to: to.clone(),
            why,
        };
        let next = at.join(&to).map_err(|_| refused("which is no URL"))?;
        let is_known = next.host_str() == self.root.host_str()
            || self
                .redirect_hosts
                .iter()
                .any(|host| Some(host.as_str()) == next.host_str());
        if !is_known {
            return Err(refused("a host that this registry does not list"));
        }
        if next.scheme() != "https" && next.scheme() != self.root.scheme() {
            return Err(refused("which is not https"));
        }
        Ok(next)
    }

    fn kept(&self, file: &str) -> Option<Vec<u8>> {
        fs::read(self.home.join(file)).ok()
    }
}

impl Files for HttpFiles {
    fn config(&self) -> Result<Vec<u8>, ClientError> {
        let url = self.url("index/config.json")?;
        let kept = self.kept("config.json");
        if !self.asks_for_config {
            return kept.ok_or_else(|| ClientError::Offline(url.to_string()));
        }
        let validator = kept
            .as_ref()
            .and(self.kept("etag"))
            .and_then(|tag| String::from_utf8(tag).ok());
        let (bytes, tag) = self.ask(&url, CONFIG_LIMIT, validator.as_deref(), |answer| {
            let tag = answer
                .headers()
                .get(header::ETAG)
                .map(|tag| tag.as_bytes().to_vec());
            match answer.status() {
                StatusCode::NOT_MODIFIED => Ok((None, tag)),
                _ => Ok((Some(body(&url, answer, CONFIG_LIMIT)?), tag)),
            }
        })?;
        let Some(bytes) = bytes else {
            return kept.ok_or_else(|| ClientError::Damaged {
                what: url.to_string(),
                why: "the server says it did not change, but there is no copy of it".into(),
            });
        };
        // Only what reads as a config replaces the copy that does. The tag goes first: a kill between
        // the two must not leave a new tag on an old copy.
        if serde_json::from_slice::<wire::Config>(&bytes)
            .is_ok_and(|config| config.format == wire::FORMAT)
        {
            keep_config(&self.home, &bytes, tag.as_deref());
        }
        Ok(bytes)
    }

    fn get(&self, path: &str, limit: u64) -> Result<Vec<u8>, ClientError> {
        let url = self.url(path)?;
        self.ask(&url, limit, None, |answer| body(&url, answer, limit))
    }

    fn label(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    fn allow_redirects_to(&mut self, hosts: &[String]) {
        self.redirect_hosts = hosts.to_vec();
    }
}

/// Keeping is for the next time; where the cache cannot be written this time still works.
fn keep_config(home: &Path, bytes: &[u8], tag: Option<&[u8]>) {
    let tag_file = home.join("etag");
    let _ = fs::remove_file(&tag_file);
    if write_file(&home.join("config.json"), bytes, Existing::Replace).is_ok()
        && let Some(tag) = tag
    {
        let _ = write_file(&tag_file, tag, Existing::Replace);
    }
}

fn checked(url: &Url, answer: Response) -> Result<Response, ClientError> {
    let status = answer.status();
    if status == StatusCode::OK || status == StatusCode::NOT_MODIFIED {
        return Ok(answer);
    }
    let retry_after = answer
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    Err(ClientError::Status {
        url: url.to_string(),
        status: status.as_u16(),
        retry_after,
    })
}

/// The whole body: not one byte more than `limit`, not one less than the server announced.
fn body(url: &Url, answer: Response, limit: u64) -> Result<Vec<u8>, ClientError> {
    let damaged = |why: String| ClientError::Damaged {
        what: url.to_string(),
        why,
    };
    let too_long = || damaged(format!("it is longer than the {limit} bytes it may have"));
    if answer.content_length().is_some_and(|length| length > limit) {
        return Err(too_long());
    }
    let mut bytes = Vec::new();
    answer
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| ClientError::Unreachable {
            url: url.to_string(),
            why: format!(
                "the answer was cut off after {} bytes ({error})",
                bytes.len()
            ),
        })?;
    if bytes.len() as u64 > limit {
        return Err(too_long());
    }
    Ok(bytes)
}

/// An error and what caused it, innermost last: reqwest alone only says "error sending request".
fn reasons(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
