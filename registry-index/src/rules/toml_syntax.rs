//! `toml-syntax`: what is not TOML cannot be read at all.

use super::{Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "toml-syntax",
    severity: Severity::Error,
    about: "Every TOML file of a registry and of a package parses",
    help: "correct the TOML; https://toml.io/en/v1.0.0 has the grammar",
    check: Check::Reading,
};

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, package_said};

    #[test]
    fn broken_toml_is_told_with_its_place() {
        let said = package_said("toml-syntax", |p| p.paracle_toml("format = 1\n[package\n"));
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("error templates/agents/code-thing/paracle.toml:2:"));
        let twice = package_said("toml-syntax", |p| p.set("\"name\"", "\"core/again\""));
        assert!(twice[0].contains("duplicate key"), "{twice:?}");
        let registry = FakeRegistry::new().entry("core/thing", "owners = [");
        assert_eq!(registry.world().said_by("toml-syntax").len(), 1);
        assert_eq!(package_said("toml-syntax", |p| p), [""; 0]);
    }

    #[test]
    fn what_is_not_text_is_told() {
        let registry = FakeRegistry::new().file(
            "registry-index/packages/core/thing/package.toml",
            b"format = 1\n# \xff\n".to_vec(),
        );
        let said = registry.world().said_by("toml-syntax");
        assert_eq!(
            said,
            [
                "error registry-index/packages/core/thing/package.toml:2:3: not UTF-8: the bytes after 13 are not text"
            ]
        );
    }
}
