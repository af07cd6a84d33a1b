//! Requests to a forge's API and their answers; no endpoint is known here.
//!
//! What was asked too often is waited for, and told. What only reads is asked again after a failure that
//! passes; what writes is not, because it may have been done: whoever writes looks first what is there,
//! so that doing it again is safe. Redirects (a repository that was renamed) are followed on the API's
//! own host only, where the token belongs.

use std::{
    io::Read,
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use client::{ClientError, World, agent};
use reqwest::{
    Method, StatusCode,
    blocking::{Client, Response},
    header::{self, HeaderMap},
};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use super::{ForgeError, Refusal, Token, limits};

mod bytes;

/// Most bytes of an answer: a file of a repository, as base64.
const LONGEST_ANSWER: u64 = 96 << 20;
/// Most pages of a list.
const MOST_PAGES: usize = 100;
/// Redirects followed for one request.
const HOPS: usize = 3;
/// The version of GitHub's REST API that is spoken, <https://docs.github.com/rest/about-the-rest-api/api-versions>.
const API_VERSION: &str = "2022-11-28";

/// Why nothing happens just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// For how long.
    pub pause: Duration,
    /// Whether the forge asked for it; else it failed and is asked again.
    pub is_rate_limit: bool,
}

/// Hears of waiting.
pub type Told = Arc<dyn Fn(&Waiting) + Send + Sync>;

/// A forge's API, asked as somebody or as nobody.
#[derive(Clone)]
pub struct Api {
    client: Client,
    root: Url,
    token: Option<Token>,
    clock: fn() -> SystemTime,
    told: Told,
}

impl Api {
    /// The API at `root`, for instance `https://api.github.com/` or `https://ghe.example/api/v3/`.
    ///
    /// # Errors
    /// Where the world is offline, or `root` is neither https nor on this machine.
    pub fn new(
        root: &Url,
        token: Option<Token>,
        world: &World,
        told: Told,
    ) -> Result<Self, ForgeError> {
        if world.offline {
            return Err(ClientError::Offline(root.to_string()).into());
        }
        if root.scheme() != "https" && !is_loopback(root) {
            let why = "a token is not sent without https".to_owned();
            return Err(ClientError::Location(root.to_string(), why).into());
        }
        if !root.username().is_empty() || root.password().is_some() {
            let why = "a name or a password stands in it".to_owned();
            return Err(
                ClientError::Location(root.host_str().unwrap_or_default().into(), why).into(),
            );
        }
        let mut root = root.clone();
        if !root.path().ends_with('/') {
            root.set_path(&format!("{}/", root.path()));
        }
        Ok(Self {
            client: agent::agent(&root, world)?,
            root,
            token,
            clock: world.clock,
            told,
        })
    }

    /// Where it is.
    pub fn root(&self) -> &Url {
        &self.root
    }

    /// The host that messages name.
    pub fn host(&self) -> &str {
        self.root.host_str().unwrap_or_default()
    }

    /// Whether it is asked as somebody.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The same forge, asked with `token`.
    pub fn with_token(&self, token: Option<Token>) -> Self {
        Self {
            token,
            ..self.clone()
        }
    }

    /// Reads `path`, which is relative to the root and may have a query.
    ///
    /// # Errors
    /// Like all of these: see [`ForgeError`].
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ForgeError> {
        let asked = Asked::new(Method::GET, path);
        asked.read(self.ask(&asked, self.url(&asked)?, None)?)
    }

    /// Reads `path`; with it comes what the token is allowed, as its kind of token has it and the server
    /// says it: scopes, comma-separated.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn get_with_scopes<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<(T, Option<String>), ForgeError> {
        let asked = Asked::new(Method::GET, path);
        let answer = self.ask(&asked, self.url(&asked)?, None)?;
        let scopes = header_text(answer.headers(), "x-oauth-scopes");
        Ok((asked.read(answer)?, scopes))
    }

    /// Reads `path`; `None` where nothing is there.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, ForgeError> {
        match self.get(path) {
            Ok(found) => Ok(Some(found)),
            Err(ForgeError::Status { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a list to its end, page after page.
    ///
    /// # Errors
    /// As [`Api::get`], and where the list is longer than any that is meant.
    pub fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, ForgeError> {
        let asked = Asked::new(Method::GET, path);
        let mut url = self.url(&asked)?;
        url.query_pairs_mut().append_pair("per_page", "100");
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let answer = self.ask(&asked, url.clone(), None)?;
            let next = limits::next_page(answer.headers());
            all.extend(asked.read::<Vec<T>>(answer)?);
            match next {
                Some(next) => url = self.own(&asked, &url, &next)?,
                None => return Ok(all),
            }
        }
        Err(asked.answered("a list without an end"))
    }

    /// Creates something.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ForgeError> {
        self.send(Method::POST, path, body)
    }

    /// Puts something where it belongs.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ForgeError> {
        self.send(Method::PUT, path, body)
    }

    /// Changes something.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ForgeError> {
        self.send(Method::PATCH, path, body)
    }

    /// Removes something.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn delete(&self, path: &str) -> Result<(), ForgeError> {
        let asked = Asked::new(Method::DELETE, path);
        self.ask(&asked, self.url(&asked)?, None).map(drop)
    }

    /// Asks GraphQL, <https://docs.github.com/graphql>.
    ///
    /// # Errors
    /// As [`Api::get`], and [`ForgeError::Graphql`].
    pub fn graphql<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: serde_json::Value,
    ) -> Result<T, ForgeError> {
        #[derive(serde::Deserialize)]
        struct Answer<T> {
            data: Option<T>,
            #[serde(default)]
            errors: Vec<Wrong>,
        }
        #[derive(serde::Deserialize)]
        struct Wrong {
            message: String,
            #[serde(default, rename = "type")]
            kind: String,
        }
        let asked = Asked {
            // A query changes nothing, though it is posted.
            reads: document.trim_start().starts_with("query"),
            ..Asked::new(Method::POST, limits::graphql_path(&self.root))
        };
        let body = serde_json::json!({ "query": document, "variables": variables });
        loop {
            let body = Sent::json(body.to_string());
            let answer = self.ask(&asked, self.url(&asked)?, Some(body))?;
            let headers = answer.headers().clone();
            let answer: Answer<T> = asked.read(answer)?;
            match (answer.data, answer.errors.into_iter().next()) {
                // GraphQL says with status 200 that it was asked too often; nothing was done then.
                (_, Some(error)) if error.kind == "RATE_LIMITED" => self.pause(&headers)?,
                (_, Some(error)) => {
                    return Err(ForgeError::Graphql(limits::short(&error.message)));
                }
                (Some(data), None) => return Ok(data),
                (None, None) => return Err(asked.answered("neither data nor errors")),
            }
        }
    }

    /// Waits as long as an answer that was none asks for, where that is not too long.
    fn pause(&self, headers: &HeaderMap) -> Result<(), ForgeError> {
        let limited = StatusCode::TOO_MANY_REQUESTS;
        let pause = limits::wait(limited, headers, "", (self.clock)()).unwrap_or_default();
        if pause > limits::LONGEST_WAIT {
            let host = self.host().to_owned();
            return Err(ForgeError::RateLimited { host, wait: pause });
        }
        (self.told)(&Waiting {
            pause,
            is_rate_limit: true,
        });
        thread::sleep(pause);
        Ok(())
    }

    fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ForgeError> {
        let asked = Asked::new(method, path);
        let body = serde_json::to_string(body).map_err(|error| asked.answered(error))?;
        asked.read(self.ask(&asked, self.url(&asked)?, Some(Sent::json(body)))?)
    }

    fn url(&self, asked: &Asked) -> Result<Url, ForgeError> {
        self.own(asked, &self.root, &asked.path)
    }

    /// `to`, seen from `from`, where it is on the API's own host.
    fn own(&self, asked: &Asked, from: &Url, to: &str) -> Result<Url, ForgeError> {
        let url = from.join(to).map_err(|error| asked.answered(error))?;
        match url.origin() == self.root.origin() {
            true => Ok(url),
            false => Err(asked.answered(format!("{to:?} is not on {}", self.host()))),
        }
    }

    /// Asks until there is an answer that is none of: asked too often, a failure that passes.
    fn ask(&self, asked: &Asked, url: Url, body: Option<Sent>) -> Result<Response, ForgeError> {
        let mut pauses = pauses();
        let mut url = url;
        let mut hops = 0;
        loop {
            let failed = match self.once(asked, &url, body.clone()) {
                Ok(answer) if answer.status().is_redirection() && asked.wants_bytes() => {
                    return Ok(answer);
                }
                Ok(answer) if answer.status().is_redirection() && hops < HOPS => {
                    hops += 1;
                    let to = answer.headers().get(header::LOCATION);
                    let to = to.and_then(|to| to.to_str().ok()).unwrap_or_default();
                    url = self.own(asked, &url, to)?;
                    continue;
                }
                Ok(answer) if answer.status().is_success() => return Ok(answer),
                Ok(answer) => self.refused(asked, answer),
                Err(failed) => failed,
            };
            let waiting = match failed {
                Failed::Limited(pause) => Waiting {
                    pause,
                    is_rate_limit: true,
                },
                Failed::Passing(error) => match pauses.next() {
                    Some(pause) => Waiting {
                        pause,
                        is_rate_limit: false,
                    },
                    None => return Err(error),
                },
                Failed::For(error) => return Err(error),
            };
            (self.told)(&waiting);
            thread::sleep(waiting.pause);
        }
    }

    fn once(&self, asked: &Asked, url: &Url, body: Option<Sent>) -> Result<Response, Failed> {
        let mut request = self
            .client
            .request(asked.method.clone(), url.clone())
            .header(header::ACCEPT, asked.accept)
            .header("x-github-api-version", API_VERSION);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.secret());
        }
        if let Some(body) = body {
            request = request
                .header(header::CONTENT_TYPE, body.kind)
                .body(body.bytes);
        }
        request.send().map_err(|error| {
            let why = agent::reasons(&error);
            let failed = match error.is_timeout() && !error.is_connect() {
                true => ClientError::TooSlow {
                    url: url.to_string(),
                },
                false => ClientError::Unreachable {
                    url: url.to_string(),
                    why,
                },
            };
            // A connection that never was has done nothing.
            match asked.only_reads() || error.is_connect() {
                true => Failed::Passing(failed.into()),
                false => Failed::For(failed.into()),
            }
        })
    }

    /// What an answer that is no success means.
    fn refused(&self, asked: &Asked, answer: Response) -> Failed {
        let status = answer.status();
        let headers = answer.headers().clone();
        let message = message(answer);
        let host = self.host().to_owned();
        if let Some(wait) = limits::wait(status, &headers, &message, (self.clock)()) {
            return match wait <= limits::LONGEST_WAIT {
                true => Failed::Limited(wait),
                false => Failed::For(ForgeError::RateLimited { host, wait }),
            };
        }
        let (method, path) = (asked.name(), asked.path.clone());
        let text = |name| header_text(&headers, name);
        match status {
            StatusCode::UNAUTHORIZED => Failed::For(ForgeError::BadToken { host, message }),
            StatusCode::FORBIDDEN => Failed::For(ForgeError::NotAllowed(Box::new(Refusal {
                host,
                method,
                path,
                message,
                needed: text("x-accepted-oauth-scopes")
                    .or_else(|| text("x-accepted-github-permissions"))
                    .filter(|needed| !needed.is_empty()),
                granted: text("x-oauth-scopes"),
            }))),
            _ => {
                let error = ForgeError::Status {
                    method,
                    path,
                    status: status.as_u16(),
                    message,
                };
                match status.is_server_error() && asked.only_reads() {
                    true => Failed::Passing(error),
                    false => Failed::For(error),
                }
            }
        }
    }
}

/// Why there is no answer.
enum Failed {
    /// It was asked too often, and may be asked again after this.
    Limited(Duration),
    /// Asking again may help.
    Passing(ForgeError),
    /// Asking again does not help.
    For(ForgeError),
}

/// One request, for messages.
struct Asked {
    method: Method,
    path: String,
    accept: &'static str,
    /// Whether asking again does nothing twice.
    reads: bool,
}

/// What is sent.
#[derive(Clone)]
struct Sent {
    kind: &'static str,
    bytes: Vec<u8>,
}

impl Sent {
    fn json(text: String) -> Self {
        Self {
            kind: "application/json",
            bytes: text.into_bytes(),
        }
    }
}

impl Asked {
    fn new(method: Method, path: &str) -> Self {
        Self {
            reads: method == Method::GET,
            method,
            path: path.to_owned(),
            accept: "application/vnd.github+json",
        }
    }

    /// Whether the bytes of a file are wanted, which may lie elsewhere.
    fn wants_bytes(&self) -> bool {
        self.accept == bytes::OCTETS
    }

    fn only_reads(&self) -> bool {
        self.reads
    }

    fn name(&self) -> &'static str {
        match self.method {
            Method::GET => "GET",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::PATCH => "PATCH",
            _ => "DELETE",
        }
    }

    /// The answer's JSON. An answer without a body is `null`.
    fn read<T: DeserializeOwned>(&self, answer: Response) -> Result<T, ForgeError> {
        let bytes = body(answer, LONGEST_ANSWER).map_err(|error| self.answered(error))?;
        let bytes = if bytes.is_empty() {
            b"null"
        } else {
            &bytes[..]
        };
        serde_json::from_slice(bytes).map_err(|error| self.answered(error))
    }

    fn answered(&self, why: impl ToString) -> ForgeError {
        ForgeError::Answer {
            method: self.name(),
            path: self.path.clone(),
            why: limits::short(&why.to_string()),
        }
    }
}

fn body(answer: Response, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    answer.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(std::io::Error::other(format!("more than {most} bytes"))),
        false => Ok(bytes),
    }
}

/// What the server says went wrong.
fn message(answer: Response) -> String {
    let bytes = body(answer, 1 << 20).unwrap_or_default();
    let said: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
    let said = said.as_ref().map(limits::words);
    limits::short(&said.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned()))
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(limits::short(headers.get(name)?.to_str().ok()?))
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(250))
        .with_max_times(4)
        .with_jitter()
        .build()
}
