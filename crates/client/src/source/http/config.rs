//! `config.json`, where all digests begin: read with limits, and kept with its validator.

use std::{
    fs,
    io::Read,
    path::Path,
    time::{Duration, Instant},
};

use registry_index::{
    artifact::{Existing, write_file},
    wire,
};
use reqwest::blocking::Response;
use url::Url;

use super::download::is_timeout;
use crate::{ClientError, agent::reasons};

/// Most bytes of `config.json`.
const CONFIG_LIMIT: u64 = 4 << 20;
/// How long `config.json` may take to arrive.
const CONFIG_TIME: Duration = Duration::from_secs(30);
/// The config, where these bytes are one that is understood.
pub(super) fn read(bytes: &[u8]) -> Option<wire::Config> {
    serde_json::from_slice(bytes)
        .ok()
        .filter(|config: &wire::Config| config.format == wire::FORMAT)
}

/// Whether one of two copies is the newer.
pub(super) fn is_newer(one: &[u8], other: &[u8]) -> bool {
    match (read(one), read(other)) {
        (Some(one), Some(other)) => one.updated > other.updated,
        (one, _) => one.is_some(),
    }
}

/// Keeping is for the next time; where the cache cannot be written this time still works.
pub(super) fn keep(home: &Path, bytes: &[u8], tag: Option<&[u8]>) {
    let tag_file = home.join("etag");
    let _ = fs::remove_file(&tag_file);
    if write_file(&home.join("config.json"), bytes, Existing::Replace).is_ok()
        && let Some(tag) = tag
    {
        let _ = write_file(&tag_file, tag, Existing::Replace);
    }
}

/// The whole body of an answer that no digest is known of.
pub(super) fn body(url: &Url, mut answer: Response) -> Result<Vec<u8>, ClientError> {
    let too_long = || ClientError::Damaged {
        what: url.to_string(),
        why: format!("it is longer than the {CONFIG_LIMIT} bytes it may have"),
    };
    if answer
        .content_length()
        .is_some_and(|length| length > CONFIG_LIMIT)
    {
        return Err(too_long());
    }
    let deadline = Instant::now() + CONFIG_TIME;
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        let too_slow = || ClientError::TooSlow {
            url: url.to_string(),
        };
        if Instant::now() > deadline {
            return Err(too_slow());
        }
        let length = answer.read(&mut chunk).map_err(|error| {
            if is_timeout(&error) {
                return too_slow();
            }
            let why = reasons(&error);
            ClientError::Unreachable {
                url: url.to_string(),
                why: format!("the answer was cut off after {} bytes ({why})", bytes.len()),
            }
        })?;
        bytes.extend_from_slice(&chunk[..length]);
        if bytes.len() as u64 > CONFIG_LIMIT {
            return Err(too_long());
        }
        if length == 0 {
            return Ok(bytes);
        }
    }
}
