//! One file whose digest is known, from one address: hashed and measured while it arrives, continued
//! where it was cut off.

use std::{
    io::Read,
    time::{Duration, Instant, SystemTime},
};

use reqwest::{
    StatusCode,
    blocking::{Client, Response},
    header::{self, HeaderMap, HeaderValue},
};
use url::Url;

use super::{
    base::{Base, refused},
    partial::Partial,
    retry::Patience,
};
use crate::{ClientError, agent::reasons, source::site::Wanted};

/// For one whole answer of a small file.
const SMALL: Duration = Duration::from_secs(30);
/// For one whole answer of an archive or a search index.
const LARGE: Duration = Duration::from_secs(300);
/// What is small.
const SMALL_SIZE: u64 = 16 << 20;
/// Bytes that are read at a time.
const STEP: usize = 64 << 10;

/// A file, and where it is asked for.
pub(super) struct Download<'a> {
    pub(super) client: &'a Client,
    pub(super) base: &'a Base,
    pub(super) url: Url,
    pub(super) wanted: &'a Wanted<'a>,
    pub(super) clock: fn() -> SystemTime,
}

/// What an answer brings.
enum Brings {
    /// The rest of what is there already.
    Rest,
    /// All of it.
    All,
    /// Nothing that continues what is there.
    NoRest,
    /// An error.
    Nothing,
}

/// Why one answer did not bring the file.
enum Failed {
    /// What is there cannot be continued here.
    Resume,
    /// For this reason.
    For(ClientError),
}

impl From<ClientError> for Failed {
    fn from(error: ClientError) -> Self {
        Self::For(error)
    }
}

impl Download<'_> {
    /// Brings the whole of it into `partial`, proven. A part that was left by an earlier answer may turn
    /// out not to belong to it: then all of it is asked for once more.
    pub(super) fn run(
        &self,
        partial: &mut Partial,
        mut patience: Patience,
    ) -> Result<(), ClientError> {
        let mut best = partial.len();
        let mut is_fresh = false;
        loop {
            match self.answer(partial) {
                Ok(is_resumed) => {
                    let got = partial.digest();
                    if got == *self.wanted.digest {
                        return Ok(());
                    }
                    if !is_resumed || is_fresh {
                        return Err(self.wanted.differs(self.url.to_string(), &got));
                    }
                    is_fresh = true;
                    partial.restart();
                }
                Err(Failed::Resume) => partial.restart(),
                Err(Failed::For(error)) => {
                    let gained = partial.len() > best;
                    if gained {
                        best = partial.len();
                        patience.renew();
                    }
                    let error = match error {
                        // A connection that brought something before it went silent is worth another.
                        ClientError::TooSlow { url } if gained => ClientError::Unreachable {
                            url,
                            why: "the connection stalled".into(),
                        },
                        error => error,
                    };
                    patience.wait(error, || (self.wanted.told)(partial.len()).is_break())?;
                }
            }
        }
    }

    /// One request and its answer. Says whether the file was put together from two answers.
    fn answer(&self, partial: &mut Partial) -> Result<bool, Failed> {
        let had = partial.len();
        if had > 0 && Some(had) == self.wanted.length {
            return Ok(true);
        }
        let answer = self
            .base
            .send(self.client, &self.url, &self.headers(partial))?;
        let is_resumed = match brings(&answer, had) {
            Brings::Rest => true,
            Brings::All => {
                partial.restart();
                false
            }
            Brings::NoRest => return Err(Failed::Resume),
            Brings::Nothing => return Err(refused(&answer, (self.clock)()).into()),
        };
        let announced = answer.content_length();
        if announced.is_some_and(|length| partial.len() + length > self.wanted.limit) {
            return Err(self.wanted.too_long(self.url.to_string()).into());
        }
        partial.comes_from(strong_tag(&answer).map(|tag| (self.url.to_string(), tag)));
        self.read(answer, partial)?;
        let is_short = self.wanted.length.is_some_and(|all| partial.len() < all);
        // Where the connection's end is the file's end, nothing else tells a cut from an end.
        if announced.is_none() && is_short {
            return Err(self.cut_off(partial, "the connection ended").into());
        }
        Ok(is_resumed)
    }

    fn headers(&self, partial: &Partial) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if partial.len() == 0 {
            return headers;
        }
        if let Ok(range) = HeaderValue::from_str(&format!("bytes={}-", partial.len())) {
            headers.insert(header::RANGE, range);
        }
        let tag = partial.validator(self.url.as_str());
        if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
            headers.insert(header::IF_RANGE, tag);
        }
        headers
    }

    /// Reads the body: not one byte more than allowed, not one less than announced.
    fn read(&self, mut answer: Response, partial: &mut Partial) -> Result<(), ClientError> {
        let patience = match self.wanted.limit > SMALL_SIZE {
            true => LARGE,
            false => SMALL,
        };
        let deadline = Instant::now() + patience;
        let mut chunk = vec![0; STEP];
        loop {
            if (self.wanted.told)(partial.len()).is_break() {
                return Err(ClientError::Stopped);
            }
            let too_slow = || ClientError::TooSlow {
                url: self.url.to_string(),
            };
            if Instant::now() > deadline {
                return Err(too_slow());
            }
            let length = answer
                .read(&mut chunk)
                .map_err(|error| match is_timeout(&error) {
                    true => too_slow(),
                    false => self.cut_off(partial, &reasons(&error)),
                })?;
            if length == 0 {
                return Ok(());
            }
            if partial.len() + length as u64 > self.wanted.limit {
                return Err(self.wanted.too_long(self.url.to_string()));
            }
            partial.add(&chunk[..length]);
        }
    }

    fn cut_off(&self, partial: &Partial, why: &str) -> ClientError {
        ClientError::Unreachable {
            url: self.url.to_string(),
            why: format!(
                "the answer was cut off after {} bytes ({why})",
                partial.len()
            ),
        }
    }
}

fn brings(answer: &Response, had: u64) -> Brings {
    match answer.status() {
        StatusCode::OK => Brings::All,
        StatusCode::PARTIAL_CONTENT if had > 0 && starts_at(answer) == Some(had) => Brings::Rest,
        // Not satisfiable: the file is shorter than what is there.
        StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if had > 0 => {
            Brings::NoRest
        }
        _ => Brings::Nothing,
    }
}

/// The first byte of a partial answer: `Content-Range: bytes 5-9/10`.
fn starts_at(answer: &Response) -> Option<u64> {
    let range = answer.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
    let (first, _) = range.trim().strip_prefix("bytes ")?.split_once('-')?;
    first.trim().parse().ok()
}

/// An `ETag` that names bytes. A weak one names a meaning, which may have several forms.
fn strong_tag(answer: &Response) -> Option<String> {
    let tag = answer.headers().get(header::ETAG)?.to_str().ok()?;
    tag.starts_with('"').then(|| tag.to_owned())
}

/// Whether the connection was silent for too long.
pub(super) fn is_timeout(error: &std::io::Error) -> bool {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<reqwest::Error>())
        .is_some_and(reqwest::Error::is_timeout)
}
