//! `readme-links`: what a README or a CHANGELOG points at in its package is there.

use std::collections::BTreeSet;

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::Severity,
    load::Source,
    prose::{self, Target},
    text::{Lines, quote},
};

pub(super) static RULE: Rule = Rule {
    id: "readme-links",
    severity: Severity::Error,
    about: "Relative links in README.md and CHANGELOG.md lead to files of the package",
    help: "write a path to a file of the package, or a whole https address",
    check: Check::Source(check),
};

/// The texts that a page shows.
pub(super) const SHOWN: [&str; 2] = ["README.md", "CHANGELOG.md"];

fn check(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    for path in SHOWN {
        let Some(text) = shown_text(source, path, scene) else {
            continue;
        };
        let mut folders: Option<BTreeSet<&str>> = None;
        let lines = Lines::of(text);
        for link in prose::links(text) {
            let short = quote(&link.target);
            let place = || lines.place(source.path(path), link.offset);
            match prose::resolve("", &link.target) {
                Target::Remote | Target::Fragment => {}
                Target::Wrong(why) => report.found(place(), format!("{short} {why}")),
                Target::Inside(inside) => {
                    let folders = folders.get_or_insert_with(|| folders_of(source));
                    if source.file(&inside).is_none() && !folders.contains(inside.as_str()) {
                        report.found(place(), format!("{short} leads to nothing in this package"));
                    }
                }
            }
        }
    }
}

/// The text at `path`, where it is one that is small enough to be shown.
pub(super) fn shown_text<'a>(source: &'a Source, path: &str, scene: &Scene<'_>) -> Option<&'a str> {
    let file = source.file(path)?;
    (file.length <= scene.config.readme_size).then(|| source.text(path))?
}

/// Every folder of the package; its root is the empty path.
fn folders_of(source: &Source) -> BTreeSet<&str> {
    let mut folders = BTreeSet::from([""]);
    for file in &source.files {
        let slashes = file.path.match_indices('/');
        folders.extend(slashes.map(|(at, _)| &file.path[..at]));
    }
    folders
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    fn said(readme: &str) -> Vec<String> {
        package_said("readme-links", |p| {
            p.file("README.md", format!("# x\n\n{readme}\n"))
                .file("agents/reviewer.md", "x")
        })
    }

    #[test]
    fn relative_links_lead_somewhere() {
        let good =
            "[a](agents/reviewer.md) [b](agents) [c](./) [d](#x) <https://x.org> `[e](no.md)`";
        assert_eq!(said(good), [""; 0]);
        assert_eq!(
            said("See [the spec](agents/revewer.md)."),
            [
                "error templates/agents/code-thing/README.md:3:5: \"agents/revewer.md\" leads to nothing \
              in this package"
            ]
        );
        for bad in [
            "/etc/passwd",
            "../other/README.md",
            "file:///home/me/x",
            "javascript:alert(1)",
        ] {
            assert_eq!(said(&format!("[x]({bad})")).len(), 1, "{bad}");
        }
        assert_eq!(said("<a href=\"gone.md\">x</a>").len(), 1);
    }

    #[test]
    fn the_changelog_is_read_too() {
        let said = package_said("readme-links", |p| p.file("CHANGELOG.md", "[x](gone.md)"));
        assert!(said[0].contains("CHANGELOG.md:1:1"), "{said:?}");
    }
}
