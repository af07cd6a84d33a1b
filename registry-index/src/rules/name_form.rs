//! `name-form`: a name is a folder, an address and a word on a command line, on every system.

use super::{Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "name-form",
    severity: Severity::Error,
    about: "A package is called namespace/name, each part lower-case words joined by single hyphens",
    help: "write `namespace/name`: each part 2 to 64 of a-z, 0-9 and single hyphens between words",
    check: Check::Reading,
};

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    #[test]
    fn only_well_formed_names_pass() {
        for bad in [
            "code-thing",
            "Core/code-thing",
            "core/code_thing",
            "core/-thing",
            "core/code--thing",
            "core/x",
            "core/c\u{f6}de",
            "core/\u{441}ode",
            "../etc/passwd",
            "--help/--version",
        ] {
            let said = package_said("name-form", |p| p.set("name", &format!("'{bad}'")));
            assert_eq!(said.len(), 1, "{bad}");
            assert!(
                said[0].contains("paracle.toml:4:8: `package.name`"),
                "{said:?}"
            );
        }
        assert_eq!(package_said("name-form", |p| p), [""; 0]);
    }
}
