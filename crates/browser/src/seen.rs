//! What a page and its workers did: what they asked of the network, what the console says.

use serde_json::Value;

use crate::wire::text;

/// One thing that a page or one of its workers fetched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Its address.
    pub url: String,
    /// What the server answered; 0 where it did not.
    pub status: u16,
    /// Bytes on the wire, headers included; 0 out of the cache.
    pub encoded_bytes: u64,
    /// Whether the browser's cache had it.
    pub from_cache: bool,
    /// Why it failed.
    pub failed: Option<String>,
    /// Whether it is over, in one way or the other.
    pub is_done: bool,
}

/// What happened since a page was made or last asked.
#[derive(Default)]
pub(crate) struct Seen {
    /// A line each: console, exceptions, what the browser refused.
    pub(crate) said: Vec<String>,
    /// With the session and the browser's id of each.
    requests: Vec<(String, String, Request)>,
    /// How many times a page was loaded to its end.
    pub(crate) loads: u64,
    pub(crate) offline: bool,
}

impl Seen {
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests
            .iter()
            .map(|(_, _, one)| one.clone())
            .collect()
    }

    pub(crate) fn forget_requests(&mut self) {
        self.requests.clear();
    }

    pub(crate) fn event(&mut self, session: &str, event: &str, told: &Value) {
        match event {
            "Page.loadEventFired" => self.loads += 1,
            "Runtime.consoleAPICalled" => {
                let words = told["args"].as_array().map_or(&[][..], Vec::as_slice);
                let words: Vec<String> = words.iter().map(shown).collect();
                let line = format!("{}: {}", text(told, "type"), words.join(" "));
                self.said.push(line);
            }
            "Runtime.exceptionThrown" => self.said.push(exception(&told["exceptionDetails"])),
            "Log.entryAdded" => {
                let entry = &told["entry"];
                let (level, words) = (text(entry, "level"), text(entry, "text"));
                self.said
                    .push(format!("{level}: {words} {}", text(entry, "url")));
            }
            _ => self.network(session, event, told),
        }
    }

    fn network(&mut self, session: &str, event: &str, told: &Value) {
        let id = text(told, "requestId");
        if event == "Network.requestWillBeSent" {
            let request = Request {
                url: text(&told["request"], "url"),
                ..Request::default()
            };
            self.requests.push((session.to_owned(), id, request));
            return;
        }
        let mut newest_first = self.requests.iter_mut().rev();
        let is_it = |(of, one, _): &&mut (String, String, Request)| of == session && *one == id;
        let Some((_, _, request)) = newest_first.find(is_it) else {
            return;
        };
        match event {
            "Network.requestServedFromCache" => request.from_cache = true,
            "Network.responseReceived" => {
                let response = &told["response"];
                let status = response["status"].as_u64().unwrap_or(0);
                request.status = u16::try_from(status).unwrap_or(0);
                request.from_cache |= response["fromDiskCache"].as_bool() == Some(true);
            }
            "Network.loadingFinished" => {
                // A whole number that the protocol writes as a float.
                let bytes = told["encodedDataLength"].as_f64().unwrap_or(0.0);
                request.encoded_bytes = if request.from_cache { 0 } else { bytes as u64 };
                request.is_done = true;
            }
            "Network.loadingFailed" => {
                request.failed = Some(text(told, "errorText"));
                request.is_done = true;
            }
            _ => {}
        }
    }
}

/// An argument of `console.log` as the console shows it.
fn shown(argument: &Value) -> String {
    match argument.get("value") {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => text(argument, "description"),
    }
}

/// What was thrown, with its stack where it has one.
pub(crate) fn exception(details: &Value) -> String {
    let thrown = &details["exception"];
    let what = match thrown.get("description") {
        Some(_) => text(thrown, "description"),
        None => shown(thrown),
    };
    format!("{} {what}", text(details, "text"))
}
