//! `readme-present`: the README is the package's page.

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source};

pub(super) static RULE: Rule = Rule {
    id: "readme-present",
    severity: Severity::Error,
    about: "There is a README.md, and it is text that says something",
    help: "add a README.md: what the package is for, how to ask for it, a sample of what it does",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let place = source.place("README.md");
    let Some(file) = source.file("README.md") else {
        let misspelt = source
            .files
            .iter()
            .find(|file| file.path.to_ascii_lowercase().starts_with("readme"));
        match misspelt {
            Some(file) => report.found_with_help(
                source.place(&file.path),
                format!("{:?} is not called README.md", file.path),
                "rename it to README.md",
            ),
            None => report.found(place, "there is no README.md"),
        }
        return;
    };
    match std::str::from_utf8(&file.bytes) {
        Err(_) => report.found_with_help(place, "README.md is not UTF-8", "save it as UTF-8"),
        Ok(text) if text.lines().filter(|line| !line.trim().is_empty()).count() < 2 => {
            report.found(place, "README.md says nothing but a title");
        }
        Ok(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    #[test]
    fn a_readme_is_there_and_says_something() {
        assert_eq!(package_said("readme-present", |p| p), [""; 0]);
        let none = package_said("readme-present", |p| p.without("README.md"));
        assert_eq!(
            none,
            ["error templates/agents/code-thing/README.md: there is no README.md"]
        );
        let misspelt = package_said("readme-present", |p| {
            p.without("README.md").file("Readme.MD", "# x\n\ny\n")
        });
        assert!(
            misspelt[0].contains("\"Readme.MD\" is not called README.md"),
            "{misspelt:?}"
        );
        for bad in [&b"# Title\n\n"[..], b"", b"\xff\xfe"] {
            let said = package_said("readme-present", |p| p.file("README.md", bad));
            assert_eq!(said.len(), 1, "{bad:?}");
        }
    }
}
