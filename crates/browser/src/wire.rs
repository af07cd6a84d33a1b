//! The two pipes: commands go out with a number, a thread reads answers and events.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    process::{ChildStdin, ChildStdout},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use serde_json::{Value, json};

use crate::{BrowserError, PATIENCE, seen::Seen};

/// A connection to a browser.
pub(crate) struct Wire {
    input: Mutex<ChildStdin>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    last: u64,
    /// Answers that were not fetched yet, by number.
    answers: BTreeMap<u64, Value>,
    /// Numbers that somebody waits for.
    awaited: Vec<u64>,
    /// What happened, by the session of the page.
    pages: BTreeMap<String, Seen>,
    /// Sessions of workers, and the page that started each.
    workers: BTreeMap<String, String>,
    closed: bool,
}

impl Wire {
    pub(crate) fn new(input: ChildStdin, output: ChildStdout) -> Arc<Self> {
        let wire = Arc::new(Self {
            input: Mutex::new(input),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        // The thread holds on weakly: a wire that nobody has is no reason to read on.
        let listening = Arc::downgrade(&wire);
        std::thread::spawn(move || {
            for message in BufReader::new(output).split(0) {
                let (Some(wire), Ok(message)) = (listening.upgrade(), message) else {
                    break;
                };
                if let Ok(message) = serde_json::from_slice(&message) {
                    wire.take(message);
                }
            }
            if let Some(wire) = listening.upgrade() {
                wire.state().closed = true;
                wire.changed.notify_all();
            }
        });
        wire
    }

    /// Sends a command to `session` (or to the browser itself) and waits for its answer.
    pub(crate) fn call(
        &self,
        session: Option<&str>,
        command: &str,
        parameters: Value,
    ) -> Result<Value, BrowserError> {
        let number = self.number(true);
        self.write(number, session, command, &parameters);
        let silent = || BrowserError::Silent(command.to_owned());
        let mut state = self.state();
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(mut answer) = state.answers.remove(&number) {
                return match answer.get("error") {
                    None => Ok(answer["result"].take()),
                    Some(error) => Err(BrowserError::Refused {
                        command: command.to_owned(),
                        message: text(error, "message"),
                    }),
                };
            }
            let left = until.saturating_duration_since(Instant::now());
            if state.closed || left.is_zero() {
                return Err(silent());
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Sends a command whose answer nobody needs.
    pub(crate) fn send(&self, session: Option<&str>, command: &str, parameters: &Value) {
        let number = self.number(false);
        self.write(number, session, command, parameters);
    }

    /// Begins to keep what happens in `session`.
    pub(crate) fn watch(&self, session: &str) {
        let mut state = self.state();
        state.pages.insert(session.to_owned(), Seen::default());
    }

    /// What happened in the page of `session`, its workers included.
    pub(crate) fn seen<T>(&self, session: &str, look: impl FnOnce(&mut Seen) -> T) -> T {
        let mut state = self.state();
        look(state.pages.entry(session.to_owned()).or_default())
    }

    /// The sessions of the page of `session`: itself and its workers.
    pub(crate) fn sessions(&self, session: &str) -> Vec<String> {
        let state = self.state();
        let workers = state.workers.iter().filter(|(_, page)| *page == session);
        let workers = workers.map(|(worker, _)| worker.clone());
        [session.to_owned()].into_iter().chain(workers).collect()
    }

    fn number(&self, awaited: bool) -> u64 {
        let mut state = self.state();
        state.last += 1;
        let number = state.last;
        if awaited {
            state.awaited.push(number);
        }
        number
    }

    /// A browser that is gone is noticed by who waits for its answer.
    fn write(&self, number: u64, session: Option<&str>, command: &str, parameters: &Value) {
        let mut message = json!({ "id": number, "method": command, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = input.write_all(&bytes).and_then(|()| input.flush());
    }

    fn take(&self, message: Value) {
        let mut state = self.state();
        if let Some(number) = message["id"].as_u64() {
            if let Some(at) = state.awaited.iter().position(|one| *one == number) {
                state.awaited.swap_remove(at);
                state.answers.insert(number, message);
            }
        } else {
            let session = text(&message, "sessionId");
            let page = state.workers.get(&session).cloned();
            let page = page.unwrap_or_else(|| session.clone());
            let event = message["method"].as_str().unwrap_or_default();
            let told = &message["params"];
            if event == "Target.attachedToTarget" && state.pages.contains_key(&page) {
                let worker = text(told, "sessionId");
                state.workers.insert(worker.clone(), page.clone());
                let offline = state.pages.get(&page).is_some_and(|seen| seen.offline);
                drop(state);
                self.join(&worker, offline);
                state = self.state();
            } else if let Some(seen) = state.pages.get_mut(&page) {
                seen.event(&session, event, told);
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    /// A worker waits at its start until it is watched as its page is.
    fn join(&self, worker: &str, offline: bool) {
        let worker = Some(worker);
        self.send(worker, "Runtime.enable", &json!({}));
        self.send(worker, "Network.enable", &json!({}));
        self.send(worker, "Log.enable", &json!({}));
        if offline {
            self.send(worker, NETWORK, &network(offline));
        }
        self.send(worker, "Runtime.runIfWaitingForDebugger", &json!({}));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The command that takes the network away.
pub(crate) const NETWORK: &str = "Network.emulateNetworkConditions";

/// What [`NETWORK`] is told.
pub(crate) fn network(offline: bool) -> Value {
    json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 })
}

/// The text at `key`; empty where there is none.
pub(crate) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
