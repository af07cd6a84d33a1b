//! `wrong-type`: a key that is missing, or whose value is of another type than it wants.

use super::{Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "wrong-type",
    severity: Severity::Error,
    about: "Every key that is needed is there and has a value of the right type",
    help: "give the key a value of the type it wants; the schemas at /schemas/ list them",
    check: Check::Reading,
};

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    #[test]
    fn a_wrong_type_and_a_missing_key_are_told() {
        let wrong = package_said("wrong-type", |p| p.set("summary", "3"));
        assert_eq!(wrong.len(), 1);
        assert!(
            wrong[0].starts_with("error templates/agents/code-thing/paracle.toml:7:11: "),
            "{wrong:?}"
        );
        let missing = package_said("wrong-type", |p| p.unset("license"));
        assert!(missing[0].contains("license"), "{missing:?}");
        assert_eq!(package_said("wrong-type", |p| p), [""; 0]);
    }
}
