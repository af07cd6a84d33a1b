//! `archive-form`: what the archive format itself refuses, told before the release job finds it.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::Severity,
    load::{FileKind, Source},
};

pub(super) static RULE: Rule = Rule {
    id: "archive-form",
    severity: Severity::Error,
    about: "The package can be packed: the archive format takes every path and every size",
    help: "rename or remove the file",
    check: Check::Source(check),
};

fn check(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    // Links and devices are told by `path-form`.
    if source
        .files
        .iter()
        .any(|file| file.kind != FileKind::Regular)
    {
        return;
    }
    if let Some(refusal) = scene.packer.refusal(source) {
        let path = refusal.path.as_deref().unwrap_or("paracle.toml");
        report.found_with_help(source.place(path), refusal.message, refusal.help);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    #[test]
    fn what_the_packer_refuses_is_told() {
        let good = FakeRegistry::new().package("core/code-thing", |p| p.file("project/a", "x"));
        assert_eq!(good.world().said_by("archive-form"), [""; 0]);
        assert_eq!(
            good.refusing("project/a", "the path is too long")
                .world()
                .said_by("archive-form"),
            ["error templates/agents/code-thing/project/a: the path is too long"]
        );
    }
}
