//! The provider of `provider.mjs`, running.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Mutex,
};

use serde_json::{Value, json};
use url::Url;

/// How it answers errors.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// With 400, as the standard says.
    Standard,
    /// With 200.
    Github,
}

pub(crate) struct Provider {
    child: Child,
    talk: Mutex<(ChildStdin, Lines<BufReader<ChildStdout>>)>,
    pub(crate) web: Url,
}

impl Provider {
    /// `None` where nobody said where Node and the provider are, and then it says so.
    pub(crate) fn start(shape: Shape) -> Option<Self> {
        let [node, folder] = ["PUBLISH_NODE", "PUBLISH_OIDC_PROVIDER"].map(std::env::var_os);
        let (Some(node), Some(folder)) = (node, folder) else {
            println!("skipped: PUBLISH_NODE and PUBLISH_OIDC_PROVIDER say nothing");
            return None;
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/sign_in/provider.mjs");
        let shape = match shape {
            Shape::Standard => "standard",
            Shape::Github => "github",
        };
        let mut child = Command::new(node)
            .arg(script)
            .arg(folder)
            .arg(shape)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let commands = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let web = format!("http://127.0.0.1:{}/", said["port"]);
        Some(Self {
            child,
            talk: Mutex::new((commands, lines)),
            web: web.parse().unwrap(),
        })
    }

    /// See `provider.mjs`.
    pub(crate) fn tell(&self, order: &str, value: impl Into<Value>) {
        let mut talk = self.talk.lock().unwrap();
        writeln!(talk.0, "{}", json!({ order: value.into() })).unwrap();
        assert_eq!(talk.1.next().unwrap().unwrap(), "{\"done\":true}");
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
