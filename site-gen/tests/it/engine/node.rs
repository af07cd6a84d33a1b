//! A Node process that runs the very module which a gallery carries.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use site_gen::engine;

/// Longer than anything here takes: whatever has not answered by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Node {
    child: Child,
    commands: ChildStdin,
    answers: Receiver<String>,
    /// Holds the module.
    _folder: tempfile::TempDir,
}

impl Node {
    /// `None` where there is no Node, or no module, and then it says so.
    pub(super) fn start() -> Option<Node> {
        #[expect(
            clippy::disallowed_methods,
            reason = "where Node is differs by machine"
        )]
        let program = std::env::var_os("SITE_GEN_NODE");
        let (Some(program), Some(module)) = (program, engine::MODULE) else {
            let lacks_module = engine::MODULE.is_none();
            println!("skipped: SITE_GEN_NODE names no Node, or no module is here: {lacks_module}");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("search.wasm.bin");
        write(&path, module);
        let driver = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/engine/driver.mjs");
        #[expect(
            clippy::disallowed_methods,
            reason = "Node is what stands in for the browser"
        )]
        let mut child = Command::new(program)
            .args([driver.as_ref(), path.as_os_str()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, answers) = channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Some(Node {
            commands: child.stdin.take().unwrap(),
            child,
            answers,
            _folder: folder,
        })
    }

    /// See `driver.mjs`.
    pub(super) fn tell(&mut self, command: &Value) -> Value {
        writeln!(self.commands, "{command}").unwrap();
        let answer = self.answers.recv_timeout(PATIENCE);
        let answer = answer.unwrap_or_else(|_| panic!("no answer to {command:.200}"));
        serde_json::from_str(&answer).unwrap()
    }

    /// A new instance over the published files in `folder`; what it says to them.
    pub(super) fn open(&mut self, folder: &Path) -> Value {
        self.tell(&json!({ "open": folder }))
    }

    /// Asks until there is an answer, which is what comes back.
    pub(super) fn ask(&mut self, request: &Value) -> Value {
        let mut answered = self.tell(&json!({ "ask": request }));
        assert!(answered["answer"].is_object(), "{request}: {answered}");
        answered["answer"].take()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a folder of this test's own, which nobody reads before it is whole"
)]
pub(super) fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}
