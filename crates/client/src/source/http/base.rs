//! An address that serves a site: the registry's own, or a mirror's.
//!
//! Redirects are followed by hand, because only the hosts that the registry itself lists may answer in
//! its place, and each address is held to its own.

use std::time::{Duration, SystemTime};

use reqwest::{
    StatusCode,
    blocking::{Client, Response},
    header::{self, HeaderMap},
};
use url::Url;

use crate::{ClientError, agent::reasons};

/// Redirects followed for one file.
const HOPS: usize = 5;

/// Where the files of a site are.
pub(super) struct Base {
    /// Ends with `/`.
    pub(super) root: Url,
    /// Hosts beside its own that may answer, by the site's config.
    pub(super) redirect_hosts: Vec<String>,
}

impl Base {
    /// The URL of the file at `path`, which a config may have named.
    pub(super) fn url(&self, path: &str) -> Result<Url, ClientError> {
        self.root
            .join(path)
            .ok()
            .filter(|url| url.as_str().starts_with(self.root.as_str()))
            .ok_or_else(|| ClientError::Damaged {
                what: format!("{}index/config.json", self.root),
                why: format!("it names the path {path:?}, which is not below it"),
            })
    }

    /// Asks for `url`, following redirects. The answer's status is for the caller to judge.
    pub(super) fn send(
        &self,
        client: &Client,
        url: &Url,
        headers: &HeaderMap,
    ) -> Result<Response, ClientError> {
        let mut at = url.clone();
        for _ in 0..HOPS {
            let answer = client
                .get(at.clone())
                .headers(headers.clone())
                .send()
                .map_err(|error| match error.is_timeout() {
                    true => ClientError::TooSlow {
                        url: at.to_string(),
                    },
                    false => ClientError::Unreachable {
                        url: at.to_string(),
                        why: reasons(&error),
                    },
                })?;
            if !answer.status().is_redirection() || answer.status() == StatusCode::NOT_MODIFIED {
                return Ok(answer);
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
}

/// The error that an answer without the file is.
pub(super) fn refused(answer: &Response, now: SystemTime) -> ClientError {
    ClientError::Status {
        url: answer.url().to_string(),
        status: answer.status().as_u16(),
        retry_after: retry_after(answer.headers(), now),
    }
}

/// `Retry-After`: seconds, or a date. A date is meant by the server's own clock where it says what that
/// shows, by ours (`now`) where it does not.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(header::RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(asked).ok()?;
    let now = text(header::DATE)
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or(now);
    // A date that has passed asks for nothing.
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_ask_for_patience_in_seconds_or_until_a_date() {
        let now = httpdate::parse_http_date("Fri, 02 Jan 2026 03:04:05 GMT").unwrap();
        let later = "Fri, 02 Jan 2026 03:04:12 GMT";
        for (asked, date, seconds) in [
            (Some("7"), None, Some(7)),
            (Some(" 0 "), None, Some(0)),
            (Some(later), None, Some(7)),
            // The server's clock is ahead of ours by five seconds.
            (Some(later), Some("Fri, 02 Jan 2026 03:04:10 GMT"), Some(2)),
            (Some(later), Some("nonsense"), Some(7)),
            (Some("Thu, 01 Jan 1970 00:00:00 GMT"), None, Some(0)),
            (Some("-1"), None, None),
            (Some("soon"), None, None),
            (None, None, None),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(asked) = asked {
                headers.insert(header::RETRY_AFTER, asked.parse().unwrap());
            }
            if let Some(date) = date {
                headers.insert(header::DATE, date.parse().unwrap());
            }
            let meant = retry_after(&headers, now).map(|wait| wait.as_secs());
            assert_eq!(meant, seconds, "{asked:?} at {date:?}");
        }
    }
}
