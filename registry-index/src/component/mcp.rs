//! MCP servers: `mcp/<id>.toml`, which becomes an entry in the project's MCP file.

use std::{collections::BTreeMap, sync::LazyLock};

use super::ComponentKind;
use crate::{
    finding::{Finding, Place, Severity},
    raw::{self, McpServer, UnknownKeys, Written},
    text::quote,
};

/// An MCP server's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The entry's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The program that is started.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its environment; every value is `${NAME}`.
    pub env: BTreeMap<String, String>,
    /// What its tools' names start with.
    pub tools_prefix: Option<String>,
}

static KEYS: LazyLock<UnknownKeys> = LazyLock::new(UnknownKeys::of::<McpServer>);

/// The rule under which this file's own findings are filed.
const RULE: &str = "mcp-valid";

/// What is written in `bytes`, the content of `file`.
pub(crate) fn written(file: &str, bytes: Vec<u8>) -> (Option<Written<McpServer>>, Vec<Finding>) {
    raw::read(file, bytes, &KEYS)
}

/// Reads `mcp/<stem>.toml`. `file` is its path from the registry's root. A server is given where
/// everything in it can be used.
pub fn read(stem: &str, file: &str, bytes: Vec<u8>) -> (Option<Server>, Vec<Finding>) {
    let (written, mut findings) = written(file, bytes);
    let Some(written) = written else {
        return (None, findings);
    };
    let before = findings.len();
    check(stem, &written, &mut findings);
    if findings.len() > before {
        return (None, findings);
    }
    let server = written.value;
    let strings = |values: &[raw::At<String>]| values.iter().map(|v| v.get().clone()).collect();
    let server = Server {
        id: server.id.get().clone(),
        name: server.name.get().clone(),
        description: server.description.get().clone(),
        command: server.command.get().clone(),
        args: strings(&server.args),
        env: server
            .env
            .iter()
            .map(|(name, value)| (name.clone(), value.get().clone()))
            .collect(),
        tools_prefix: server.tools_prefix.map(|prefix| prefix.get().clone()),
    };
    (Some(server), findings)
}

/// The name in `${NAME}`, where that is all of `value`.
pub(crate) fn variable(value: &str) -> Option<&str> {
    let name = value.strip_prefix("${")?.strip_suffix('}')?;
    is_variable(name).then_some(name)
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn check(stem: &str, written: &Written<McpServer>, findings: &mut Vec<Finding>) {
    let server = &written.value;
    let mut wrong = |place: Place, message: String, help: &str| {
        findings.push(Finding {
            place,
            severity: Severity::Error,
            rule: RULE,
            package: None,
            message,
            help: help.to_owned(),
        });
    };
    if let Some(format) = server.format.as_ref().filter(|format| *format.get() != 1) {
        let message = format!("format {} is not known to this version", format.get());
        wrong(written.place(format), message, "write `format = 1`");
    }
    if let Err(why) = super::check_id(ComponentKind::Mcp, &server.id) {
        wrong(written.place(&server.id), why, "correct `id`");
    } else if server.id.get() != stem {
        let message = format!("`id` is {}, the file is {}", quote(&server.id), quote(stem));
        let help = "let `id` and the file's name be the same";
        wrong(written.place(&server.id), message, help);
    }
    for (key, value) in [("name", &server.name), ("description", &server.description)] {
        if value.trim().is_empty() || value.contains('\n') {
            let message = format!("`{key}` is not one line of text");
            wrong(written.place(value), message, "say it in one line");
        }
    }
    let command = server.command.get();
    if command.is_empty() || command.contains(|c: char| c.is_whitespace() || c.is_control()) {
        let message = format!("`command` is {}, not the name of a program", quote(command));
        let help = "name the program alone; its arguments go into `args`, one by one";
        wrong(written.place(&server.command), message, help);
    }
    values(written, &mut wrong);
    let prefix_fits = |prefix: &str| {
        prefix.starts_with(|c: char| c.is_ascii_lowercase())
            && prefix.len() <= super::LONGEST_ID
            && prefix
                .chars()
                .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'))
    };
    if let Some(prefix) = server.tools_prefix.as_ref().filter(|p| !prefix_fits(p)) {
        let message = format!("`tools-prefix` is {}", quote(prefix));
        let help = "start it with a small letter; then small letters, digits and `_`";
        wrong(written.place(prefix), message, help);
    }
}

/// Arguments and environment: what Paracle expands, and nothing secret.
fn values(written: &Written<McpServer>, wrong: &mut impl FnMut(Place, String, &str)) {
    let server = &written.value;
    for arg in &server.args {
        let partly = arg.contains("${") && variable(arg).is_none();
        if partly {
            let message = format!("Paracle does not expand the variable in {}", quote(arg));
            let help = "let the argument be `${NAME}` as a whole, or use `env`";
            wrong(written.place(arg), message, help);
        }
    }
    for (name, value) in &server.env {
        if !is_variable(name) {
            let message = format!("{} is no name for a variable", quote(name));
            let help = "use letters, digits and `_`, not a digit first";
            wrong(written.place(value), message, help);
        }
        if variable(value).is_none() {
            let message = format!("`env.{name}` is {}, not `${{NAME}}`", quote(value));
            let help = format!(
                "write \"${{{name}}}\": a value is taken from the user's environment, never written"
            );
            wrong(written.place(value), message, &help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "id = \"github\"\nname = \"GitHub\"\ndescription = \"Issues and reviews\"\n\
        command = \"npx\"\nargs = [\"-y\", \"@acme/server@1.2.3\"]\ntools-prefix = \"github\"\n\
        [env]\nTOKEN = \"${GITHUB_TOKEN}\"\n";

    #[test]
    fn a_good_server_is_read() {
        let (server, findings) = read("github", "p/mcp/github.toml", GOOD.into());
        assert_eq!(findings, []);
        let server = server.unwrap();
        assert_eq!(server.command, "npx");
        assert_eq!(server.env["TOKEN"], "${GITHUB_TOKEN}");
    }

    #[test]
    fn what_cannot_be_an_entry_is_pointed_at() {
        for (from, to, line) in [
            ("id = \"github\"", "id = \"gitlab\"", 1),
            ("id = \"github\"", "id = \"Git Hub\"", 1),
            ("command = \"npx\"", "command = \"npx -y x\"", 4),
            ("command = \"npx\"", "command = \"\"", 4),
            ("\"-y\"", "\"--token=${TOKEN}\"", 5),
            ("${GITHUB_TOKEN}", "ghp_secret", 8),
            ("${GITHUB_TOKEN}", "Bearer ${GITHUB_TOKEN}", 8),
            ("Issues and reviews", "", 3),
            ("prefix = \"github\"", "prefix = \"git hub\"", 6),
            ("command = \"npx\"", "format = 2\ncommand = \"npx\"", 4),
        ] {
            let (server, findings) = read("github", "f", GOOD.replace(from, to).into());
            assert_eq!(
                (server.is_none(), findings.len()),
                (true, 1),
                "{to}: {findings:?}"
            );
            assert_eq!(
                (findings[0].place.line, findings[0].rule),
                (line, RULE),
                "{to}"
            );
        }
        assert_eq!(
            read("github", "f", b"id = 1\n".to_vec()).1[0].rule,
            "wrong-type"
        );
        let more = format!("comand = \"x\"\n{GOOD}");
        let (server, findings) = read("github", "f", more.into());
        assert_eq!((server.is_some(), findings[0].rule), (true, "unknown-key"));
    }
}
