//! `mcp-valid`: MCP servers are entries that Paracle can start, and hold no secret.

use super::{Check, Report, Rule, Scene};
use crate::{
    component::{self, ComponentKind, mcp},
    finding::Severity,
    load::Source,
};

pub(super) static RULE: Rule = Rule {
    id: "mcp-valid",
    severity: Severity::Error,
    about: "Every MCP server has an id, a program, and an environment that is only `${NAME}`",
    help: "correct the server's file; the docs have an example",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let paths = source.files.iter().map(|file| file.path.as_str());
    for component in component::components(paths) {
        let is_plain = component.kind == ComponentKind::Mcp && component.path.ends_with(".toml");
        let Some(file) = source.file(&component.path).filter(|_| is_plain) else {
            continue;
        };
        let path = source.path(&component.path);
        let (_, findings) = mcp::read(&component.id, &path, file.bytes.clone());
        for finding in findings {
            report.found_as(
                finding.severity,
                finding.place,
                finding.message,
                finding.help,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Kind,
        testing::{FakeRegistry, mcp_server},
    };

    fn said(text: &str) -> Vec<String> {
        let registry = FakeRegistry::new().package("core/thing", |p| {
            p.kind(Kind::Integration).file("mcp/thing.toml", text)
        });
        registry.world().said_by("mcp-valid")
    }

    #[test]
    fn servers_are_judged_with_their_places() {
        let good = mcp_server("thing");
        assert_eq!(said(&good), [""; 0]);
        let file = "templates/integrations/thing/mcp/thing.toml";
        assert_eq!(
            said(&format!("{good}env = {{ KEY = \"secret\" }}\n")),
            [format!(
                "error {file}:7:15: `env.KEY` is \"secret\", not `${{NAME}}`"
            )]
        );
        assert!(said("id = ")[0].starts_with(&format!("error {file}:1:")));
    }
}
