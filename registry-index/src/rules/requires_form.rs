//! `requires-form`: what the machine needs, in words that `paracle doctor` can check.

use semver::VersionReq;

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source, text::quote};

pub(super) static RULE: Rule = Rule {
    id: "requires-form",
    severity: Severity::Error,
    about: "Needed programs are named by their command and a version range",
    help: "write it like `programs = { git = \">=2.30\" }`; `*` takes any version",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    for (program, range) in &written.value.requires.programs {
        let short = quote(program);
        if !is_program(program) {
            let message = format!("{short} is not the name of a program");
            report.found(written.place(range), message);
        } else if let Err(error) = VersionReq::parse(range) {
            let message = format!("{:?} is not a version range: {error}", range.get());
            report.found(written.place(range), message);
        }
    }
}

/// A word that a shell takes for a command, and never a path or an option.
fn is_program(text: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte);
    text.len() <= 64
        && text.bytes().all(is_fine)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    #[test]
    fn programs_have_names_and_ranges() {
        let said = |toml: &str| {
            package_said("requires-form", |p| {
                p.toml(&format!("[requires.programs]\n{toml}"))
            })
        };
        assert_eq!(said("git = \">=2.30\"\n\"g++\" = \"*\""), [""; 0]);
        for bad in [
            "git = \"new\"",
            "\"../sh\" = \"*\"",
            "\"--help\" = \"*\"",
            "\"a b\" = \"*\"",
        ] {
            let said = said(bad);
            assert_eq!(said.len(), 1, "{bad}");
            assert!(said[0].contains("paracle.toml:13:"), "{said:?}");
        }
    }
}
