//! MCP servers: a command, its arguments, its environment.

use serde_json::Value;

use super::{Certainty, Seen, UseKind, scan, shell::Word};
use crate::component::mcp;

/// Whether the file at `path` is where some tool looks for servers.
pub(super) fn is_config(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    matches!(
        name,
        ".mcp.json" | "mcp.json" | "mcp_config.json" | "claude_desktop_config.json"
    )
}

/// A package's own `mcp/<id>.toml`. What cannot be read is another check's business.
pub(super) fn toml(text: &str, seen: &mut Seen) {
    let (Some(written), _) = mcp::written("", text.as_bytes().to_vec()) else {
        return;
    };
    let server = written.value;
    let at = |value: &crate::raw::At<String>| {
        // Behind the quote, where the text itself starts.
        value.span().start + 1
    };
    let words: Vec<Word> = std::iter::once(&server.command)
        .chain(&server.args)
        .map(|value| word(value.get(), at(value)))
        .collect();
    scan::words(&words, 0, Certainty::Shown, seen);
    for value in server.args.iter().chain(server.env.values()) {
        variable(value.get(), at(value), seen);
    }
}

fn word(text: &str, at: usize) -> Word {
    Word {
        text: text.to_owned(),
        at,
        is_dynamic: mcp::variable(text).is_some(),
    }
}

fn variable(text: &str, at: usize, seen: &mut Seen) {
    if let Some(name) = mcp::variable(text) {
        seen.add(UseKind::Environment, name, Certainty::Shown, at);
    }
}

/// A file that holds servers of some other tool: every object with a `command`.
pub(super) fn json(text: &str, seen: &mut Seen) {
    let Ok(root) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let mut waiting = vec![&root];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(object) => {
                if let Some(command) = object.get("command").and_then(Value::as_str) {
                    let args = object.get("args").and_then(Value::as_array);
                    let args = args.into_iter().flatten().filter_map(Value::as_str);
                    let words: Vec<Word> = std::iter::once(command)
                        .chain(args)
                        .map(|text| word(text, 0))
                        .collect();
                    scan::words(&words, 0, Certainty::Shown, seen);
                }
                if let Some(env) = object.get("env").and_then(Value::as_object) {
                    for value in env.values().filter_map(Value::as_str) {
                        variable(value, 0, seen);
                    }
                }
                waiting.extend(object.values());
            }
            _ => {}
        }
    }
}
