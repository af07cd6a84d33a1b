//! One page: what a person does with it, and what a test wants to know.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use base64::Engine as _;
use serde_json::{Value, json};

use crate::{
    BrowserError, PATIENCE, Request,
    seen::exception,
    wire::{NETWORK, Wire, network, text},
};

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Width of the window in CSS pixels.
    pub width: u32,
    /// Height of the window.
    pub height: u32,
    /// Whether the system prefers dark.
    pub is_dark: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 900,
            is_dark: false,
        }
    }
}

/// A page of a browser; closed when dropped.
pub struct Page {
    wire: Arc<Wire>,
    context: String,
    target: String,
    session: String,
}

impl Page {
    pub(crate) fn new(wire: Arc<Wire>, context: String) -> Result<Self, BrowserError> {
        let blank = json!({ "url": "about:blank", "browserContextId": context });
        let target = text(&wire.call(None, "Target.createTarget", blank)?, "targetId");
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = wire.call(None, "Target.attachToTarget", attach)?;
        let session = text(&attached, "sessionId");
        wire.watch(&session);
        let page = Self {
            wire,
            context,
            target,
            session,
        };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}))?;
        }
        // Workers are targets of their own; each waits until it is watched, so nothing is missed.
        let workers =
            json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        page.call("Target.setAutoAttach", workers)?;
        page.look(Look::default())?;
        Ok(page)
    }

    /// A second page of the same visitor: what this one has in its cache, that one has too.
    pub fn beside(&self) -> Result<Self, BrowserError> {
        Self::new(Arc::clone(&self.wire), self.context.clone())
    }

    /// Goes to `url` and waits until it is loaded.
    pub fn open(&self, url: &str) -> Result<(), BrowserError> {
        let loads = self.loads();
        let answer = self.call("Page.navigate", json!({ "url": url }))?;
        match answer.get("errorText") {
            Some(message) => Err(BrowserError::Unloadable {
                url: url.to_owned(),
                message: message.as_str().unwrap_or_default().to_owned(),
            }),
            None => self.wait_for_load(loads),
        }
    }

    /// How many pages were loaded to their end so far; for [`Self::wait_for_load`].
    pub fn loads(&self) -> u64 {
        self.wire.seen(&self.session, |seen| seen.loads)
    }

    /// Waits until more than `before` pages were loaded.
    pub fn wait_for_load(&self, before: u64) -> Result<(), BrowserError> {
        self.poll("the page to load", PATIENCE, || {
            Ok((self.loads() > before).then_some(()))
        })
    }

    /// The back button.
    pub fn back(&self) -> Result<(), BrowserError> {
        let history = self.call("Page.getNavigationHistory", json!({}))?;
        let at = history["currentIndex"].as_u64().unwrap_or(0).checked_sub(1);
        let entry = at.and_then(|at| history["entries"].get(usize::try_from(at).ok()?));
        let Some(entry) = entry else {
            return Err(BrowserError::Script(
                "there is nothing to go back to".into(),
            ));
        };
        let parameters = json!({ "entryId": entry["id"] });
        self.call("Page.navigateToHistoryEntry", parameters)
            .map(drop)
    }

    /// What the JavaScript `expression` is, or becomes where it is a promise.
    pub fn evaluate(&self, expression: &str) -> Result<Value, BrowserError> {
        let parameters = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let mut answer = self.call("Runtime.evaluate", parameters)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(BrowserError::Script(exception(details))),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// Asks for `condition` until it is something that JavaScript takes for true, and gives that.
    pub fn wait_for(&self, condition: &str, at_most: Duration) -> Result<Value, BrowserError> {
        let wrapped =
            format!("Promise.resolve({condition}).then(function (is) {{ return is || null; }})");
        self.poll(condition, at_most, || match self.evaluate(&wrapped)? {
            Value::Null => Ok(None),
            value => Ok(Some(value)),
        })
    }

    fn poll<T>(
        &self,
        condition: &str,
        at_most: Duration,
        mut ask: impl FnMut() -> Result<Option<T>, BrowserError>,
    ) -> Result<T, BrowserError> {
        let until = Instant::now() + at_most;
        loop {
            if let Some(value) = ask()? {
                return Ok(value);
            }
            if Instant::now() > until {
                return Err(BrowserError::InVain {
                    condition: condition.to_owned(),
                    waited: at_most,
                });
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Types `text` into what has the focus, one key after the other.
    pub fn type_text(&self, text: &str) -> Result<(), BrowserError> {
        for character in text.chars() {
            let character = character.to_string();
            self.key(&character, Some(&character))?;
        }
        Ok(())
    }

    /// Presses a key by the name that JavaScript's `event.key` has for it: `Enter`, `ArrowDown`,
    /// `Escape`, `Tab`, `Backspace`, `/`.
    pub fn press(&self, key: &str) -> Result<(), BrowserError> {
        match key {
            "Enter" => self.key(key, Some("\r")),
            _ if key.chars().count() == 1 => self.key(key, Some(key)),
            _ => self.key(key, None),
        }
    }

    fn key(&self, key: &str, typed: Option<&str>) -> Result<(), BrowserError> {
        // What a key does by default hangs on its old number.
        let number = match key {
            "Backspace" => 8,
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            "End" => 35,
            "Home" => 36,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            "Delete" => 46,
            " " => 32,
            _ => 0,
        };
        let mut down = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": number });
        if number != 0 && number != 32 {
            down["code"] = key.into();
        }
        if let Some(typed) = typed {
            down["text"] = typed.into();
        }
        let mut up = down.clone();
        up["type"] = "keyUp".into();
        self.call("Input.dispatchKeyEvent", down)?;
        self.call("Input.dispatchKeyEvent", up).map(drop)
    }

    /// Clicks into the middle of the first element that `selector` finds.
    pub fn click(&self, selector: &str) -> Result<(), BrowserError> {
        let place = self.evaluate(&format!(
            "(function () {{ var it = document.querySelector({}); if (!it) return null; \
             it.scrollIntoView({{ block: 'center', behavior: 'instant' }}); var r = it.getBoundingClientRect(); \
             return [r.x + r.width / 2, r.y + r.height / 2]; }})()",
            json!(selector)
        ))?;
        if place.is_null() {
            return Err(BrowserError::Script(format!("nothing is {selector}")));
        }
        for kind in ["mousePressed", "mouseReleased"] {
            let parameters = json!({
                "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", parameters)?;
        }
        Ok(())
    }

    /// Another window, another preference for light or dark.
    pub fn look(&self, look: Look) -> Result<(), BrowserError> {
        let window = json!({
            "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", window)?;
        let scheme = if look.is_dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", media).map(drop)
    }

    /// Writes what the window shows to `file` as PNG.
    pub fn screenshot(&self, file: &Path) -> Result<(), BrowserError> {
        let picture = self.call("Page.captureScreenshot", json!({ "format": "png" }))?;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(text(&picture, "data"))
            .map_err(|error| BrowserError::Script(error.to_string()))?;
        #[allow(
            clippy::disallowed_methods,
            reason = "a picture to look at; half of one harms nobody"
        )]
        std::fs::write(file, bytes)?;
        Ok(())
    }

    /// From the next page on no script of a page runs. [`Self::evaluate`] still does.
    pub fn disable_scripts(&self) -> Result<(), BrowserError> {
        self.call(
            "Emulation.setScriptExecutionDisabled",
            json!({ "value": true }),
        )
        .map(drop)
    }

    /// Takes the network away from the page and its workers, or gives it back.
    pub fn offline(&self, offline: bool) -> Result<(), BrowserError> {
        self.wire.seen(&self.session, |seen| seen.offline = offline);
        for session in self.wire.sessions(&self.session) {
            // A worker that has ended meanwhile needs no network.
            let answer = self.wire.call(Some(&session), NETWORK, network(offline));
            if session == self.session {
                answer?;
            }
        }
        Ok(())
    }

    /// All that the page and its workers fetched, oldest first, since the last [`Self::forget`].
    pub fn requests(&self) -> Vec<Request> {
        self.wire.seen(&self.session, |seen| seen.requests())
    }

    /// What console, exceptions and the browser said since the last [`Self::forget`], a line each.
    pub fn said(&self) -> Vec<String> {
        self.wire.seen(&self.session, |seen| seen.said.clone())
    }

    /// Begins anew with [`Self::requests`] and [`Self::said`].
    pub fn forget(&self) {
        self.wire.seen(&self.session, |seen| {
            seen.forget_requests();
            seen.said.clear();
        });
    }

    /// Any command of the DevTools protocol to this page.
    pub fn call(&self, command: &str, parameters: Value) -> Result<Value, BrowserError> {
        self.wire.call(Some(&self.session), command, parameters)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let closed = json!({ "targetId": self.target });
        self.wire.send(None, "Target.closeTarget", &closed);
    }
}
