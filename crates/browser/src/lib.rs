//! Drives the Chromium of the machine, for tests and measurements. No part of the program.
//!
//! ```text
//! Browser::launch   a fresh profile, no window; None where no browser is
//! Browser::visitor  a page with a cache and a storage of its own, as if nobody had been here
//! Page              open, evaluate, type, press, back, wait_for, screenshot, requests, said
//! ```
//!
//! The DevTools protocol runs over two pipes (`--remote-debugging-pipe`), the way Playwright and
//! Puppeteer can speak it too: JSON, a zero byte, JSON. So there is no port to wait for, no WebSocket
//! and no http client, and a browser whose test was killed ends by itself when its pipe closes. The
//! crates that exist bring 118 (`headless_chrome`) and 120 (`chromiumoxide`) others, each with an
//! http client that `deny.toml` keeps out, for the dozen commands that are needed here.

use std::{
    io,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;

mod page;
mod seen;
mod wire;

pub use page::{Look, Page};
pub use seen::Request;
use wire::Wire;

/// Names under which a Chromium is looked for.
const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What a browser is told when it starts: no window, nothing that it does on its own account.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--remote-debugging-pipe",
];

/// Chromium is handed its pipes as descriptors 3 and 4, which std can only pass as 0 and 1.
const REWIRED: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

/// How long a browser may take to start, a page to load and a command to be answered.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why the browser did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// It could not be started.
    #[error("the browser cannot be started")]
    Start(#[from] io::Error),
    /// It went away or takes too long.
    #[error("the browser does not answer to {0}")]
    Silent(String),
    /// It refused a command.
    #[error("the browser refused {command}: {message}")]
    Refused {
        /// The command.
        command: String,
        /// What it said.
        message: String,
    },
    /// A script threw.
    #[error("{0}")]
    Script(String),
    /// A page cannot be loaded.
    #[error("{url} cannot be loaded: {message}")]
    Unloadable {
        /// Its address.
        url: String,
        /// What the browser said.
        message: String,
    },
    /// What was waited for did not come about.
    #[error("waited {waited:?} in vain for {condition}")]
    InVain {
        /// The expression that did not become true.
        condition: String,
        /// How long.
        waited: Duration,
    },
}

/// A running browser with a profile of its own; ends when dropped.
pub struct Browser {
    wire: Arc<Wire>,
    child: Child,
    /// Lives as long as the browser, which keeps its profile there.
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts the machine's Chromium; `None` where there is none.
    pub fn launch() -> Result<Option<Self>, BrowserError> {
        Self::launch_with(&[])
    }

    /// As [`Self::launch`], with more flags of Chromium.
    pub fn launch_with(flags: &[&str]) -> Result<Option<Self>, BrowserError> {
        let Some(program) = PROGRAMS.into_iter().find(|name| is_there(name)) else {
            return Ok(None);
        };
        let profile = tempfile::tempdir()?;
        let mut child = program_of("sh")
            .args(["-c", REWIRED, program])
            .args(FLAGS)
            .args(flags)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let missing = || io::Error::other("a pipe to the browser is missing");
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        let browser = Self {
            wire: Wire::new(input, output),
            child,
            _profile: profile,
        };
        browser.wire.call(None, "Browser.getVersion", json!({}))?;
        Ok(Some(browser))
    }

    /// An empty page for a visitor who has never been here: no cache, no storage shared with others.
    pub fn visitor(&self) -> Result<Page, BrowserError> {
        let context = self
            .wire
            .call(None, "Target.createBrowserContext", json!({}))?;
        let context = wire::text(&context, "browserContextId");
        Page::new(Arc::clone(&self.wire), context)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.wire.send(None, "Browser.close", &json!({}));
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        // Nobody is left to tell about a browser that cannot be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_there(program: &str) -> bool {
    let mut command = program_of(program);
    command.arg("--version").stdin(Stdio::null());
    command.output().is_ok_and(|output| output.status.success())
}

#[allow(
    clippy::disallowed_methods,
    reason = "a browser is a program; only tests and chores come here"
)]
fn program_of(name: &str) -> Command {
    Command::new(name)
}
