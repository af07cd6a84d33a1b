//! Files of releases: uploaded to a host of their own, downloaded from another one.
//!
//! The token goes to the upload host of the same forge only, and to no host that a redirect names.

use reqwest::{Method, header};
use serde::de::DeserializeOwned;
use url::Url;

use super::{Api, Asked, Sent, agent, body, is_loopback};
use crate::forge::ForgeError;
use client::ClientError;

/// Asks for the bytes themselves, not for what there is to say of them.
pub(super) const OCTETS: &str = "application/octet-stream";

impl Api {
    /// Sends `bytes` to `url`, which the forge named for that.
    ///
    /// # Errors
    /// As [`Api::post`], and where the URL is none of this forge.
    pub fn upload<T: DeserializeOwned>(&self, url: &Url, bytes: Vec<u8>) -> Result<T, ForgeError> {
        let asked = Asked::new(Method::POST, url.path());
        if !self.is_upload_host(url) {
            return Err(asked.answered(format!("{url} is no place for uploads to {}", self.host())));
        }
        let sent = Sent {
            kind: OCTETS,
            bytes,
        };
        asked.read(self.ask(&asked, url.clone(), Some(sent))?)
    }

    /// Reads the bytes at `path`, at most `most` of them, from wherever the forge keeps them. They are as
    /// trustworthy as that: whoever uses them knows their digest.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn download(&self, path: &str, most: u64) -> Result<Vec<u8>, ForgeError> {
        let asked = Asked {
            accept: OCTETS,
            ..Asked::new(Method::GET, path)
        };
        let answer = self.ask(&asked, self.url(&asked)?, None)?;
        if !answer.status().is_redirection() {
            return body(answer, most).map_err(|error| asked.answered(error));
        }
        let to = answer.headers().get(header::LOCATION);
        let to = to.and_then(|to| to.to_str().ok()).unwrap_or_default();
        let url = answer
            .url()
            .join(to)
            .map_err(|error| asked.answered(error))?;
        if url.scheme() != "https" && !is_loopback(&url) {
            return Err(asked.answered("it leads to where there is no https"));
        }
        // Without the token: the address carries its own leave.
        let answer = self.client.get(url.clone()).send().map_err(|error| {
            let why = agent::reasons(&error);
            ClientError::Unreachable {
                url: url.origin().ascii_serialization(),
                why,
            }
        })?;
        match answer.status().is_success() {
            true => body(answer, most).map_err(|error| asked.answered(error)),
            false => Err(ForgeError::Status {
                method: "GET",
                path: path.to_owned(),
                status: answer.status().as_u16(),
                message: String::new(),
            }),
        }
    }

    /// GitHub's own takes uploads at `uploads.github.com`, an Enterprise server on its own host.
    fn is_upload_host(&self, url: &Url) -> bool {
        let is_own = url.origin() == self.root.origin();
        let is_github = self.root.host_str() == Some("api.github.com")
            && url.host_str() == Some("uploads.github.com")
            && url.scheme() == "https"
            && url.port().is_none();
        is_own || is_github
    }
}
