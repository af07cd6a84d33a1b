//! Signing in by a code that is typed on another page: OAuth's device flow, as GitHub has it.
//!
//! ```text
//! web      where people see what the API serves: codes are typed there
//! answers  what the two addresses answer; everything in it is a stranger's text until checked
//! error    why nobody was signed in
//!
//! POST login/device/code         -> a code for the person, a secret for us   (shown)
//! POST login/oauth/access_token  -> not yet, slower, no, too late, or a token (asked until then)
//! ```
//!
//! <https://www.rfc-editor.org/rfc/rfc8628>,
//! <https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#device-flow>.
//! GitHub answers errors with 200, others with 400 as the standard says; both are read. No secret of the
//! application is part of this, so there is none to keep.

mod answers;
mod error;
mod web;

use std::{io::Read, ops::ControlFlow, time::Duration};

use client::{ClientError, World, agent};
use reqwest::{StatusCode, blocking::Client, header};
use url::{Url, form_urlencoded};

use crate::forge::Token;

use answers::{Answer, Device};
pub use error::SignInError;
pub use web::web_root;

/// The least that forking and proposing to a public registry takes,
/// <https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps>.
pub const SCOPE: &str = "public_repo";

/// More than any answer has, in bytes.
const LONGEST_ANSWER: u64 = 64 << 10;
/// How much slower to ask when told to, by the standard.
const SLOWER: Duration = Duration::from_secs(5);
/// Never asked less often than this, whatever the server says.
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);
/// Answers in a row that may be missing.
const MOST_FAILURES: usize = 5;

/// What the person is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// What to type: capital letters, digits and `-`.
    pub code: String,
    /// Where: on the host that was asked, and on no other.
    pub url: Url,
    /// For how long the code is good.
    pub good_for: Duration,
}

/// Somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// What proves it.
    pub token: Token,
    /// What it allows, as the server says.
    pub scopes: Vec<String>,
}

/// Time, as the flow has it.
pub trait Pace {
    /// How much of it has passed since some moment before the flow.
    fn passed(&self) -> Duration;

    /// Waits so long. `Break` when the person gave up.
    fn pause(&self, pause: Duration) -> ControlFlow<()>;
}

/// Has the person sign in at `web` to the application `client_id`, and waits until they have.
///
/// # Errors
/// See [`SignInError`].
pub fn sign_in(
    web: &Url,
    client_id: &str,
    world: &World,
    pace: &dyn Pace,
    show: &dyn Fn(&Prompt),
) -> Result<SignedIn, SignInError> {
    let server = Server::new(web, client_id, world)?;
    let begun = pace.passed();
    let device = server.begin()?;
    show(&device.prompt);
    let mut interval = device.interval;
    let mut failures = 0;
    loop {
        if pace.pause(interval).is_break() {
            return Err(SignInError::Cancelled);
        }
        if pace.passed().saturating_sub(begun) >= device.prompt.good_for {
            return Err(SignInError::Expired);
        }
        match server.ask(&device) {
            Ok(Answer::Granted(signed_in)) => return Ok(signed_in),
            Ok(Answer::Pending) => failures = 0,
            Ok(Answer::Slower(asked)) => {
                failures = 0;
                let slower = (interval + SLOWER).max(asked.unwrap_or_default());
                interval = slower.min(LONGEST_INTERVAL);
            }
            // The person may be typing the code this very moment: a lost answer is asked for again.
            Err(error) if error.is_passing() && failures < MOST_FAILURES => {
                failures += 1;
                interval = (interval + SLOWER).min(LONGEST_INTERVAL);
            }
            Err(error) => return Err(error),
        }
    }
}

struct Server<'a> {
    client: Client,
    web: &'a Url,
    client_id: &'a str,
}

impl<'a> Server<'a> {
    fn new(web: &'a Url, client_id: &'a str, world: &World) -> Result<Self, SignInError> {
        if world.offline {
            return Err(ClientError::Offline(web.to_string()).into());
        }
        web::check(web)?;
        Ok(Self {
            client: agent::agent(web, world)?,
            web,
            client_id,
        })
    }

    fn begin(&self) -> Result<Device, SignInError> {
        let fields = [("client_id", self.client_id), ("scope", SCOPE)];
        let (status, bytes) = self.post("login/device/code", &fields)?;
        answers::device(self.web, self.client_id, status, &bytes)
    }

    fn ask(&self, device: &Device) -> Result<Answer, SignInError> {
        let fields = [
            ("client_id", self.client_id),
            ("device_code", &device.secret),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ];
        let (status, bytes) = self.post("login/oauth/access_token", &fields)?;
        answers::token(self.client_id, status, &bytes)
    }

    /// What the server answers to a form. Redirects are not followed: the form is meant for this host.
    fn post(
        &self,
        path: &'static str,
        fields: &[(&str, &str)],
    ) -> Result<(StatusCode, Vec<u8>), SignInError> {
        let url = self.web.join(path).map_err(|_| SignInError::NoWeb {
            root: self.web.to_string(),
        })?;
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let answer = self
            .client
            .post(url.clone())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
            .send();
        let unreachable = |why| ClientError::Unreachable {
            url: url.to_string(),
            why,
        };
        let answer = answer.map_err(|error| unreachable(agent::reasons(&error)))?;
        let status = answer.status();
        let mut bytes = Vec::new();
        let read = answer.take(LONGEST_ANSWER).read_to_end(&mut bytes);
        read.map_err(|error| unreachable(error.to_string()))?;
        Ok((status, bytes))
    }
}
