//! `use-unneeded`: a declaration that nothing in the files shows makes the label say less than is true.

use super::{Check, Report, Rule, Scene};
use crate::{
    component::{self, ComponentKind, Destination},
    finding::Severity,
    load::Source,
    raw::{At, Written},
    text::quote,
    uses::{self, Label},
};

pub(super) static RULE: Rule = Rule {
    id: "use-unneeded",
    severity: Severity::Note,
    about: "Every host and command that is declared shows in the files",
    help: "remove it if the package does not use it; keep it if a program that it starts does",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let (Some(written), Some(manifest)) = (&source.written, &source.manifest) else {
        return;
    };
    let declared = &written.value.uses;
    let found = uses::summary(source);
    let is_shown = |alone: &dyn Fn(&mut crate::manifest::Uses),
                    square: fn(&Label) -> uses::Evidence| {
        let mut manifest = manifest.clone();
        manifest.uses = crate::manifest::Uses::default();
        alone(&mut manifest.uses);
        square(&uses::label(&manifest, &found)) == uses::Evidence::Found
    };
    // What a server's own program calls is not in the package's files.
    let paths = source.files.iter().map(|file| file.path.as_str());
    let has_server = component::components(paths)
        .iter()
        .any(|c| c.kind == ComponentKind::Mcp);
    for host in declared.network.iter().filter(|_| !has_server) {
        let shown = is_shown(&|uses| uses.network = vec![host.get().clone()], |label| {
            label.network
        });
        tell(source, written, host, "host", shown, report);
    }
    for command in &declared.commands {
        let shown = is_shown(
            &|uses| uses.commands = vec![command.get().clone()],
            |label| label.commands,
        );
        tell(source, written, command, "command", shown, report);
    }
}

fn tell(
    source: &Source,
    written: &Written<crate::raw::Manifest>,
    declared: &At<String>,
    what: &str,
    shown: bool,
    report: &mut Report<'_>,
) {
    if !shown && !is_named(source, declared) {
        let message = format!("nothing in the files shows the {what} {}", quote(declared));
        report.found(written.place(declared), message);
    }
}

/// Whether an installed file names it in so many words.
fn is_named(source: &Source, text: &str) -> bool {
    let package = source.folder.rsplit('/').next().unwrap_or_default();
    let text = text.trim_start_matches("*.").as_bytes();
    source.files.iter().any(|file| {
        let place = component::destination(package, &file.path);
        matches!(place, Destination::File(_) | Destination::Entry)
            && !text.is_empty()
            && file.bytes.windows(text.len()).any(|window| window == text)
    })
}

#[cfg(test)]
mod tests {
    use crate::{Kind, testing::FakeRegistry};

    fn said(kind: Kind, uses: &str, text: &str) -> Vec<String> {
        let registry = FakeRegistry::new().package("core/thing", |p| {
            let p = p.kind(kind).toml(&format!("[uses]\n{uses}\n"));
            match kind {
                Kind::Skill => p.file("skills/s/SKILL.md", text),
                _ => p,
            }
        });
        registry.world().said_by("use-unneeded")
    }

    #[test]
    fn what_is_declared_shows_somewhere() {
        let text = "```sh\ngit diff\ncurl https://api.acme.io/\n```\nAsk other.acme.io.\n";
        let uses = "network = [\"*.acme.io\", \"other.acme.io\"]\ncommands = [\"git\", \"curl\"]";
        assert_eq!(said(Kind::Skill, uses, text), [""; 0]);
        let uses = "network = [\"api.else.io\"]\ncommands = [\"git\", \"git log\"]";
        assert_eq!(
            said(Kind::Skill, uses, text),
            [
                "note templates/skills/thing/paracle.toml:13:12: nothing in the files shows the host \"api.else.io\"",
                "note templates/skills/thing/paracle.toml:14:20: nothing in the files shows the command \"git log\"",
            ]
        );
        let uses = "network = [\"api.else.io\"]\ncommands = [\"thing-server\"]";
        assert_eq!(said(Kind::Integration, uses, ""), [""; 0]);
    }
}
