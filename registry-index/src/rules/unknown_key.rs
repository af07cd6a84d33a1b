//! `unknown-key`: checkers refuse what readers would silently ignore, because a misspelt key is a
//! promise that nobody keeps.

use super::{Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unknown-key",
    severity: Severity::Error,
    about: "No file holds a key that this version does not know",
    help: "correct the key or remove it; the schemas at /schemas/ list all",
    check: Check::Reading,
};

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, package_said};

    #[test]
    fn the_nearest_known_key_is_the_help() {
        let registry = FakeRegistry::new()
            .package("core/code-thing", |p| p.set("licence", "\"MIT\""))
            .entry("core/other", "onwers = []\n");
        let found = registry.world().findings_of("unknown-key");
        let helps: Vec<_> = found.iter().map(|f| f.help.as_str()).collect();
        assert_eq!(helps, ["did you mean `owners`?", "did you mean `license`?"]);
        assert_eq!(found[1].place.line, 11);
        assert_eq!(package_said("unknown-key", |p| p), [""; 0]);
    }
}
