//! `readme-images`: pictures are for everybody, and showing one must not tell a stranger who looks.

use super::{Check, Report, Rule, Scene, readme_links};
use crate::{
    finding::Severity,
    load::Source,
    prose::{self, Target},
    text::{Lines, quote},
};

pub(super) static RULE: Rule = Rule {
    id: "readme-images",
    severity: Severity::Error,
    about: "Every picture in README.md and CHANGELOG.md has an alternative text and is a file of the package",
    help: "say in the alternative text what the picture shows: `![a review with two findings](…)`",
    check: Check::Source(check),
};

fn check(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    for path in readme_links::SHOWN {
        let Some(text) = readme_links::shown_text(source, path, scene) else {
            continue;
        };
        let lines = Lines::of(text);
        for link in prose::links(text) {
            let Some(alt) = &link.picture else {
                continue;
            };
            let short = quote(&link.target);
            let place = lines.place(source.path(path), link.offset);
            if alt.trim().is_empty() {
                report.found(place.clone(), format!("{short} has no alternative text"));
            }
            if prose::resolve("", &link.target) == Target::Remote {
                let message = format!("{short} is on another host and will not be shown");
                let help = "put the picture into gallery/ and link to it there";
                report.found_as(Severity::Warning, place, message, help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    fn said(readme: &str) -> Vec<String> {
        package_said("readme-images", |p| {
            p.file("README.md", format!("# x\n\n{readme}\n"))
        })
    }

    #[test]
    fn pictures_have_words_and_are_near() {
        assert_eq!(
            said("![a review](gallery/a.png) [link](https://x.org)"),
            [""; 0]
        );
        for bad in [
            "![](gallery/a.png)",
            "![ ](gallery/a.png)",
            "<img src=\"gallery/a.png\">",
        ] {
            let said = said(bad);
            assert_eq!(
                said,
                [
                    "error templates/agents/code-thing/README.md:3:1: \"gallery/a.png\" has no alternative text"
                ]
            );
        }
        let far = said("![badge](https://img.example/b.svg)");
        assert!(far[0].starts_with("warning "), "{far:?}");
    }
}
